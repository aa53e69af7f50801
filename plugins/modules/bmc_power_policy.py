# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: bmc_power_policy
short_description: Set what a server does when mains power returns
version_added: 0.1.0
description:
  - Writes the power restore policy of a system over Redfish or IPMI and reads it back.
  - A BMC that says which policies it takes is told no other; that fails before anything is written.
options:
  policy:
    description:
      - V(always_on), V(always_off), or V(last_state) for what it was before.
    type: str
    choices: [always_on, always_off, last_state]
    required: true
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.protocol
  - hwautomation.baremetal.attributes.changes
seealso:
  - module: hwautomation.baremetal.bmc_power
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: Let the server come back as it was
  hwautomation.baremetal.bmc_power_policy:
    bmc_host: 10.0.0.11
    bmc_username: admin
    bmc_password: "{{ vault_bmc_password }}"
    policy: last_state
"""

RETURN = r"""
protocol:
  description: Which protocol was used, V(redfish) or V(ipmi).
  returned: success
  type: str
policy:
  description: The policy as read back, or as foreseen in check mode.
  returned: success
  type: str
  sample: last_state
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

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import power_policy
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import connect_machine

DOOR = Door(
    name="bmc_power_policy",
    options=power_policy.OPTIONS,
    connect=connect_machine,
    wanted=power_policy.wanted,
    read=power_policy.read,
    decide=power_policy.decide,
    apply=power_policy.apply,
    verify=power_policy.verify,
    report=power_policy.report,
)


def main() -> None:
    run_module(DOOR)


if __name__ == "__main__":
    main()
