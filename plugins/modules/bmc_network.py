# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bmc_network
short_description: Set name, DNS servers and services of a BMC
version_added: 0.1.0
description:
  - Sets the host name and the DNS servers of a BMC, and switches its network services on and off. All is read back.
  - Does not change the address of the BMC, which is how it is reached.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.attributes.changes
options:
  hostname:
    description: Host name of the BMC.
    type: str
  dns_servers:
    description: Addresses of the DNS servers, in order. An empty list takes all away.
    type: list
    elements: str
  protocols:
    description:
      - Services to switch on (V(true)) or off (V(false)), by their Redfish names in lower case, such as C(ssh),
        C(ipmi), C(snmp), C(telnet) or C(virtualmedia). C(https) can not be switched off.
    type: dict
  interface:
    description: Id of the BMC's interface. When not given, the one that has the address O(bmc_host), or the only one.
    type: str
"""

EXAMPLES = r"""
- name: No IPMI, no SNMP, and a name
  hwautomation.baremetal.bmc_network:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
    hostname: "bmc-{{ inventory_hostname }}"
    dns_servers: [10.0.0.53]
    protocols: {ipmi: false, snmp: false}
"""

RETURN = r"""
before:
  description: The settings before.
  returned: success
  type: dict
  sample: {"hostname": "bmc", "ipmi": true}
after:
  description: The settings afterwards, as predicted in check mode and as read back otherwise.
  returned: success
  type: dict
  sample: {"hostname": "bmc-r01", "ipmi": false}
plan:
  description: The steps, and what became of each.
  returned: success
  type: dict
reason:
  description: Why there was nothing to do.
  returned: when nothing was to be done
  type: str
  sample: already set
audit:
  description: What the audit callback files.
  returned: success
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import network
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import connect_service

DOOR = Door(
    name="bmc_network",
    options=network.OPTIONS,
    connect=connect_service,
    wanted=network.wanted,
    read=network.read,
    decide=network.decide,
    apply=network.apply,
    verify=network.verify,
    report=network.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
