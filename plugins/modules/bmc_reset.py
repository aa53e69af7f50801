# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bmc_reset
short_description: Restart the BMC of a server
version_added: 0.1.0
description:
  - Restarts the management controller and waits until it was away and is back. The server itself keeps running.
  - Back means that the service root, the manager and the system with a power state answer three times in a row, since a
    starting BMC answers now and then before it is ready.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.protocol
  - hwautomation.baremetal.wait
  - hwautomation.baremetal.attributes.changes
attributes:
  idempotent:
    support: none
    details: Restarts the BMC each time.
options:
  kind:
    description:
      - How to restart it. V(any) takes the graceful way where the BMC offers it.
    type: str
    choices: [any, graceful, force]
    default: any
  wait_timeout:
    description: Seconds to wait for the BMC to be back.
    default: 900
"""

EXAMPLES = r"""
- name: Restart a BMC that answers strangely
  hwautomation.baremetal.bmc_reset:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
"""

RETURN = r"""
protocol:
  description: Which protocol was used, V(redfish) or V(ipmi).
  returned: success
  type: str
evidence:
  description: What showed that the BMC was away.
  returned: success
  type: str
  sample: "cannot be reached: Connection refused"
plan:
  description: The steps, and what became of each.
  returned: success
  type: dict
audit:
  description: What the audit callback files.
  returned: always
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import reset
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import (
    PROTOCOL_OPTIONS,
    connect_machine,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import (
    BMC_OPTIONS,
    wait_options,
)

KIND = Options(spec={"kind": {"type": "str", "choices": ["any", *reset.KINDS], "default": "any"}})

DOOR = Door(
    name="bmc_reset",
    options=BMC_OPTIONS + PROTOCOL_OPTIONS + wait_options(900) + KIND,
    connect=connect_machine,
    wanted=reset.wanted,
    read=reset.read,
    decide=reset.decide,
    apply=reset.apply,
    verify=reset.verify,
    report=reset.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
