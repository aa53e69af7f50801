# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: maas_interface
short_description: Manage a network interface of a machine in MAAS
version_added: 0.1.0
description:
  - Creates, changes and deletes physical interfaces, bonds, VLAN interfaces and bridges, and links them to subnets.
  - MAAS lets interfaces be changed only while the machine is New, Ready, Allocated or Broken. Otherwise the task
    fails before the first write.
options:
  name:
    description:
      - Name of the interface. That of a VLAN interface is made by MAAS from its parent and O(vlan.vid).
    type: str
  mac_address:
    description:
      - MAC address. Names a physical interface when O(name) does not; with both it is renamed.
    type: str
  state:
    description:
      - Whether it must exist.
    type: str
    choices: [present, absent]
    default: present
  type:
    description:
      - Kind of a new interface.
    type: str
    choices: [physical, bond, vlan, bridge]
    default: physical
  parents:
    description:
      - Names of the interfaces below it. One for a VLAN and for a bridge.
    type: list
    elements: str
  vlan:
    description:
      - VLAN it is in.
    type: dict
    suboptions:
      fabric:
        description: Fabric; that of the interface or of its parent when not given.
        type: str
      vid:
        description: Number of the VLAN; V(0) for untagged.
        type: int
        required: true
  mtu:
    description:
      - MTU.
    type: int
  tags:
    description:
      - Tags it must have; MAAS adds some of its own.
    type: list
    elements: str
  links:
    description:
      - Links to subnets, all of them. Links that are not in the list are taken away. An empty list leaves the
        interface without.
    type: list
    elements: dict
    suboptions:
      mode:
        description: How the address is given.
        type: str
        choices: [auto, dhcp, static, link_up]
        required: true
      subnet:
        description: Name, CIDR or number of the subnet.
        type: str
      ip_address:
        description: Address, for V(static).
        type: str
      default_gateway:
        description:
          - Make the gateway of the subnet the machine's default one; for V(auto) and V(static). V(false) leaves the
            choice as it is.
        type: bool
        default: false
  bond_mode:
    description: Mode of a bond.
    type: str
    choices: [balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb]
  bond_lacp_rate:
    description: LACP rate of a bond.
    type: str
    choices: [slow, fast]
  bond_xmit_hash_policy:
    description: Hash policy of a bond.
    type: str
    choices: [layer2, layer2+3, layer3+4, encap2+3, encap3+4]
  bond_miimon:
    description: Link monitoring interval of a bond in milliseconds.
    type: int
  bond_updelay:
    description: Delay of a bond before a link counts as up, in milliseconds.
    type: int
  bond_downdelay:
    description: Delay of a bond before a link counts as down, in milliseconds.
    type: int
  bridge_type:
    description: Kind of a bridge.
    type: str
    choices: [standard, ovs]
  bridge_stp:
    description: Spanning tree on a bridge.
    type: bool
  bridge_fd:
    description: Forward delay of a bridge in seconds.
    type: int
extends_documentation_fragment:
  - hwautomation.baremetal.maas
  - hwautomation.baremetal.maas_owner
  - hwautomation.baremetal.attributes.changes
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: A bond of two ports
  hwautomation.baremetal.maas_interface:
    maas_url: https://maas.example.com:5443/MAAS
    maas_api_key: "{{ vault_maas_api_key }}"
    hostname: node01
    type: bond
    name: bond0
    parents: [eno1, eno2]
    bond_mode: 802.3ad
    bond_lacp_rate: fast
    mtu: 9000
    links:
      - {mode: auto, subnet: 10.77.0.0/24}

- name: A VLAN on it with a fixed address
  hwautomation.baremetal.maas_interface:
    hostname: node01
    type: vlan
    parents: [bond0]
    vlan: {vid: 100}
    links:
      - {mode: static, subnet: storage, ip_address: 10.78.0.21}
"""

RETURN = r"""
interface:
  description: The interface; empty when it is absent.
  returned: success
  type: dict
  contains:
    id:
      description: Number of the interface.
      type: int
    name:
      description: Name.
      type: str
      sample: bond0
    type:
      description: Kind.
      type: str
      sample: bond
    mac_address:
      description: MAC address.
      type: str
    mtu:
      description: MTU in effect.
      type: int
    vlan:
      description: Fabric and number of its VLAN; null when it is not connected.
      type: dict
      sample: {fabric: fabric-1, vid: 0}
    parents:
      description: Interfaces below it.
      type: list
      elements: str
    tags:
      description: Tags.
      type: list
      elements: str
    links:
      description: Links to subnets.
      type: list
      elements: dict
      sample: [{mode: static, subnet: 10.78.0.0/24, ip_address: 10.78.0.21, default_gateway: true}]
system_id:
  description: Id of the machine.
  returned: success
  type: str
plan:
  description: The steps with their status, and the reason when there are none.
  returned: always
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.interface import (
    INTERFACE_OPTIONS,
    WantedInterface,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.interfaces import (
    apply,
    decide,
    read,
    report,
    verify,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import connect

DOOR = Door(
    name="maas_interface",
    options=INTERFACE_OPTIONS,
    connect=connect,
    wanted=WantedInterface.from_params,
    read=read,
    decide=decide,
    apply=apply,
    verify=verify,
    report=report,
)


def main() -> None:
    run_module(DOOR)


if __name__ == "__main__":
    main()
