# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bmc_security_info
short_description: See who and what gets into a BMC
version_added: 0.1.0
description:
  - Tells the user accounts of a BMC, its network services, and the cipher suites that its IPMI takes.
  - Of a server that speaks IPMI only, accounts and cipher suites are told, and IPMI is the only service.
  - A part that cannot be read fails nothing; it is null, and RV(unread) has the reason.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.protocol
  - hwautomation.baremetal.attributes.reads
options:
  subsets:
    description:
      - What to read. The cipher suites take an IPMI session with the same credentials, which is opened only where the BMC
        does not say that IPMI is off.
    type: list
    elements: str
    choices: [users, protocols, ipmi_ciphers]
    default: [users, protocols, ipmi_ciphers]
seealso:
  - module: hwautomation.baremetal.bmc_security
  - module: hwautomation.baremetal.bmc_user
"""

EXAMPLES = r"""
- name: See who and what gets in
  hwautomation.baremetal.bmc_security_info:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
  register: entry

- name: Nobody but us, and nobody without a password
  ansible.builtin.assert:
    that:
      - entry.users | selectattr('enabled') | map(attribute='name') | difference([bmc_username]) == []
      - 0 not in entry.ipmi_ciphers | map(attribute='id')
"""

RETURN = r"""
protocol:
  description: Which protocol was used, V(redfish) or V(ipmi); for cipher suites it is IPMI in any case.
  returned: success
  type: str
users:
  description: The accounts that have a name; null where they cannot be read.
  returned: with subset users
  type: list
  elements: dict
  sample: [{name: root, role: Administrator, enabled: true, locked: false, id: "2"}]
protocols:
  description: The network services, and whether they are on; null where they cannot be read.
  returned: with subset protocols
  type: dict
  sample: {https: true, ipmi: true, ssh: false}
ipmi_ciphers:
  description:
    - The cipher suites that let somebody in over IPMI, and the highest privilege of each; empty where IPMI is off, null
      where they cannot be read. Suite 0 asks for no password, and those without AES (IPMI 2.0 table 22-20) do not encrypt.
    - Suite 0 is tried where it is not listed, without a name or a password. One that is agreed to has no privilege here.
  returned: with subset ipmi_ciphers
  type: list
  elements: dict
  sample: [{id: 3, privilege: Administrator}, {id: 17, privilege: Administrator}]
unread:
  description: The parts that could not be read.
  returned: success
  type: list
  elements: dict
  sample: [{part: ipmi_ciphers, reason: "no answer over IPMI: timeout"}]
audit:
  description: What the audit callback files.
  returned: success
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import entry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.both import connect_both
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import PROTOCOL_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS

SUBSETS = Options(
    spec={
        "subsets": {
            "type": "list",
            "elements": "str",
            "choices": list(entry.SUBSETS),
            "default": list(entry.SUBSETS),
        },
    }
)

DOOR = Query(
    name="bmc_security_info",
    options=BMC_OPTIONS + PROTOCOL_OPTIONS + SUBSETS,
    connect=connect_both,
    wanted=entry.wanted,
    read=entry.read,
    report=entry.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
