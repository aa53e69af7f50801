# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bmc_power
short_description: Set the power state of a server through its BMC
version_added: 0.1.0
description:
  - Brings a server to a power state over Redfish or IPMI and waits for evidence that it got there.
  - A reset type that the machine does not offer is never replaced by another one, and a graceful reset never becomes a
    forced one unless O(on_timeout=force).
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.protocol
  - hwautomation.baremetal.wait
  - hwautomation.baremetal.attributes.changes
attributes:
  idempotent:
    support: partial
    details: V(on) and V(off) are states; V(restarted) and V(cycled) happen each time.
options:
  state:
    description:
      - V(on) and V(off) do nothing when the server is already there.
      - V(restarted) restarts a running server, and powers on one that is off.
      - V(cycled) powers a running server off and on again, so that it is seen off in between.
    type: str
    choices: ["on", "off", restarted, cycled]
    required: true
  graceful:
    description: Whether to ask the operating system to shut down, instead of cutting the power.
    type: bool
    default: true
  graceful_timeout:
    description: Seconds to give the operating system for it.
    type: int
    default: 300
  on_timeout:
    description: What to do when it has not shut down by then.
    type: str
    choices: [fail, force]
    default: fail
  allow_reboot:
    description: Must be true to power off or restart a server that is running.
    type: bool
    default: false
  wait_timeout:
    description: Seconds to wait for the server to be off, or to have finished starting.
    default: 900
"""

EXAMPLES = r"""
- name: Power on
  hwautomation.baremetal.bmc_power:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
    state: "on"

- name: Restart, by force if the operating system does not react within two minutes
  hwautomation.baremetal.bmc_power:
    bmc_host: "{{ bmc_host }}"
    state: restarted
    graceful_timeout: 120
    on_timeout: force
    allow_reboot: true
"""

RETURN = r"""
power:
  description: Power state afterwards, as predicted in check mode and as read back otherwise.
  returned: always
  type: str
  sample: "On"
before:
  description: State before.
  returned: always
  type: dict
  sample: {"power": "Off"}
after:
  description: State afterwards.
  returned: always
  type: dict
  sample: {"power": "On"}
evidence:
  description: What showed that each reset took effect; an accepted reset alone proves nothing.
  returned: always
  type: list
  elements: str
  sample: ["its last reset time changed"]
escalated:
  description: Whether a graceful reset had to be followed by a forced one.
  returned: always
  type: bool
protocol:
  description: Which protocol answered, V(redfish) or V(ipmi).
  returned: always
  type: str
plan:
  description: The steps, and what became of each.
  returned: success
  type: dict
  sample:
    reason: ""
    steps:
      - {name: power_on, resource: /redfish/v1/Systems/1, status: done, text: power the host on (On)}
reason:
  description: Why there was nothing to do.
  returned: when nothing was to be done
  type: str
  sample: already on
audit:
  description: What the audit callback files.
  returned: always
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import power
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

OPTIONS = (
    BMC_OPTIONS
    + PROTOCOL_OPTIONS
    + wait_options(900)
    + Options(
        spec={
            "state": {"type": "str", "choices": ["on", "off", "restarted", "cycled"], "required": True},
            "graceful": {"type": "bool", "default": True},
            "graceful_timeout": {"type": "int", "default": 300},
            "on_timeout": {"type": "str", "choices": ["fail", "force"], "default": "fail"},
            "allow_reboot": {"type": "bool", "default": False},
        }
    )
)

DOOR = Door(
    name="bmc_power",
    options=OPTIONS,
    connect=connect_machine,
    wanted=power.wanted,
    read=power.read,
    decide=power.decide,
    apply=power.apply,
    verify=power.verify,
    report=power.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
