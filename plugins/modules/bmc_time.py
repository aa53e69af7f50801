# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: bmc_time
short_description: Set the time servers and the clock of a management controller
version_added: 0.1.0
description:
  - Writes the time servers of a BMC over Redfish and reads them back. IPMI knows no time servers, so there O(ntp_servers)
    fails before anything is written.
  - Where a platform keeps them in a place of its own is known for HPE and Supermicro. HPE iLO takes two, and they count
    after its next restart.
  - Sets its clock when that is wrong by more than a tolerance or tells no time, over Redfish or IPMI (there it is the
    clock of the event log). A wrong clock makes update tasks and certificates fail for reasons that nobody sees.
options:
  ntp_servers:
    description:
      - Time servers, in order. An empty list switches NTP off. When not given, they are left alone.
    type: list
    elements: str
  set_clock:
    description:
      - Whether to set the clock when it is wrong. Leave that to the time servers where the BMC has some.
    type: bool
    default: false
  clock_tolerance:
    description:
      - Seconds by which the clock may be wrong without being set.
    type: int
    default: 60
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.protocol
  - hwautomation.baremetal.attributes.changes
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: Give the BMC two time servers
  hwautomation.baremetal.bmc_time:
    bmc_host: 10.0.0.11
    bmc_username: admin
    bmc_password: "{{ vault_bmc_password }}"
    ntp_servers: [ntp1.example.com, ntp2.example.com]

- name: Set a clock that is wrong by more than ten seconds
  hwautomation.baremetal.bmc_time:
    bmc_host: 10.0.0.11
    bmc_username: admin
    bmc_password: "{{ vault_bmc_password }}"
    set_clock: true
    clock_tolerance: 10
"""

RETURN = r"""
protocol:
  description: Which protocol was used, V(redfish) or V(ipmi).
  returned: success
  type: str
ntp_servers:
  description: The time servers as read back, or as foreseen in check mode.
  returned: success
  type: list
  elements: str
clock_offset:
  description: Seconds by which the BMC was ahead of the controller before; null when it did not say.
  returned: success
  type: float
  sample: -0.4
bmc_reset_needed:
  description: Whether the time servers count only after a restart of the BMC (M(hwautomation.baremetal.bmc_reset)).
  returned: success
  type: bool
plan:
  description: The steps, each with its status, and the reason when there are none.
  returned: always
  type: dict
reason:
  description: Why nothing had to be done.
  returned: when nothing had to be done
  type: str
audit:
  description: What the audit callback records, among it C(bmc_changes).
  returned: success
  type: dict
error_class:
  description: Class of the error, as V(NotSupportedError).
  returned: failure
  type: str
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import time
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import connect_machine

DOOR = Door(
    name="bmc_time",
    options=time.OPTIONS,
    connect=connect_machine,
    wanted=time.Wanted.from_params,
    read=time.read,
    decide=time.decide,
    apply=time.apply,
    verify=time.verify,
    report=time.report,
)


def main() -> None:
    run_module(DOOR)


if __name__ == "__main__":
    main()
