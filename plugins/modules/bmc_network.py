# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bmc_network
short_description: Set name, address, DNS servers and services of a BMC
version_added: 0.1.0
description:
  - Sets the host name and the DNS servers of a BMC, and switches its network services on and off. All is read back.
  - Changes its IPv4 address and VLAN where O(allow_address_change) is set. The BMC is then read at the new address with
    the same certificate as before, whatever names that holds; when the answer is lost, both addresses are looked at.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.protocol
  - hwautomation.baremetal.attributes.changes
options:
  hostname:
    description: Host name of the BMC.
    type: str
  dns_servers:
    description: Addresses of the DNS servers, in order. An empty list takes all away.
    type: list
    elements: str
  address:
    description: IPv4 address with prefix length, as V(10.0.0.11/24). Switches DHCP off.
    type: str
  gateway:
    description: Address of the router. When not given, it stays as it is.
    type: str
  dhcp:
    description:
      - Whether DHCP gives the address. Nobody tells which one that is, so the task fails with C(OutcomeUnknown) when the
        BMC has left its old address; look for it with M(hwautomation.baremetal.bmc_scan).
    type: bool
  vlan:
    description: Number of the VLAN (802.1Q), 0 for none.
    type: int
  allow_address_change:
    description:
      - Whether O(address), O(gateway), O(dhcp) and O(vlan) may be changed. MAAS and the inventory have to be told.
    type: bool
    default: false
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

- name: Move it to its own address
  hwautomation.baremetal.bmc_network:
    bmc_host: "{{ address_of_dhcp }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
    address: "{{ bmc_host }}/24"
    gateway: 10.0.0.1
    allow_address_change: true
"""

RETURN = r"""
bmc_host:
  description: The address at which the BMC answers from now on.
  returned: success
  type: str
  sample: 10.0.0.11
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
protocol:
  description: Which protocol answered, V(redfish) or V(ipmi).
  returned: success
  type: str
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
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import connect_machine

DOOR = Door(
    name="bmc_network",
    options=network.OPTIONS,
    connect=connect_machine,
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
