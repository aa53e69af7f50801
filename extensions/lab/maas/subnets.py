# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold fabrics, VLANs and subnets, and hand out addresses from them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network
from urllib.parse import unquote

from .records import Node
from .records_network import Fabric, IPRange, Space, Subnet, Vlan
from .refusals import NotFound, Refusal


@dataclass
class Network:
    """The networks of the region. The PXE subnet exists from the start, with a dynamic range in its upper part."""

    fabrics: dict[int, Fabric] = field(default_factory=dict)
    vlans: dict[int, Vlan] = field(default_factory=dict)
    subnets: dict[int, Subnet] = field(default_factory=dict)
    spaces: dict[int, Space] = field(default_factory=dict)
    ranges: dict[int, IPRange] = field(default_factory=dict)
    reserved: dict[str, tuple[int, str]] = field(default_factory=dict)
    leases: dict[str, str] = field(default_factory=dict)

    @classmethod
    def default(cls, cidr: str) -> Network:
        """Build the network of a fresh MAAS whose first subnet is ``cidr``."""
        made = cls()
        network = IPv4Network(cidr)
        made.fabrics[1] = Fabric(1, "fabric-1")
        made.vlans[5001] = Vlan(5001, 1, 0, "untagged", dhcp_on=True, primary_rack="b4qkef")
        gateway = str(network[1])
        made.subnets[1] = Subnet(1, str(network), "pxe", 5001, gateway, [gateway])
        first, last = dynamic_bounds(network)
        made.ranges[1] = IPRange(1, 1, "dynamic", str(first), str(last), "admin", "pxe")
        return made

    def next_id(self, table: dict[int, object]) -> int:
        return max(table, default=0) + 1

    def vlan(self, vlan_id: int) -> Vlan:
        return self.vlans[vlan_id]

    def find_subnet(self, text: str) -> Subnet:
        """Find a subnet by id, ``cidr:``, ``name:`` or bare CIDR or name; refuse with 404."""
        text = unquote(text)
        kind, _unused, rest = text.partition(":")
        for subnet in self.subnets.values():
            if text in (str(subnet.id), subnet.cidr, subnet.name):
                return subnet
            if (kind, rest) in (("cidr", subnet.cidr), ("name", subnet.name), ("id", str(subnet.id))):
                return subnet
        raise NotFound("Subnet")

    def subnet_holding(self, address: str) -> Subnet | None:
        wanted = ip_address(address)
        return next((s for s in self.subnets.values() if wanted in ip_network(s.cidr)), None)

    def fabric_vlans(self, fabric_id: int) -> list[Vlan]:
        return [vlan for vlan in self.vlans.values() if vlan.fabric_id == fabric_id]

    def vlan_subnets(self, vlan_id: int) -> list[Subnet]:
        return [subnet for subnet in self.subnets.values() if subnet.vlan_id == vlan_id]

    def taken(self, subnet: Subnet, nodes: Iterable[Node]) -> set[str]:
        """Give the addresses of a subnet that something has."""
        held = {link.ip_address for node in nodes for nic in node.interfaces.values() for link in nic.links}
        held |= {address for address, (subnet_id, _unused) in self.reserved.items() if subnet_id == subnet.id}
        held |= {subnet.gateway_ip}
        return {address for address in held if address}

    def free_address(self, subnet: Subnet, nodes: Iterable[Node]) -> str:
        """Give the first address outside all ranges that nobody has; refuse with 503 when there is none."""
        taken = self.taken(subnet, nodes)
        blocked = [(int(IPv4Address(r.start_ip)), int(IPv4Address(r.end_ip))) for r in self._ranges_of(subnet)]
        for host in itertools.islice(ip_network(subnet.cidr).hosts(), 1, None):
            if str(host) not in taken and not any(low <= int(host) <= high for low, high in blocked):
                return str(host)
        raise Refusal(503, f"No more IPs available in subnet: {subnet.cidr}.", late=True)

    def lease(self, mac: str, vlan_id: int) -> tuple[int, str] | None:
        """Give the DHCP address of an interface, always the same for one MAC; None without a dynamic range."""
        subnet = next(iter(self.vlan_subnets(vlan_id)), None)
        if subnet is None:
            return None
        if mac not in self.leases:
            used = set(self.leases.values())
            self.leases[mac] = next((a for a in self._dynamic(subnet) if a not in used), "")
        return (subnet.id, self.leases[mac]) if self.leases[mac] else None

    def _dynamic(self, subnet: Subnet) -> Iterator[str]:
        for item in self._ranges_of(subnet):
            if item.type == "dynamic":
                for number in range(int(IPv4Address(item.start_ip)), int(IPv4Address(item.end_ip)) + 1):
                    yield str(IPv4Address(number))

    def _ranges_of(self, subnet: Subnet) -> list[IPRange]:
        return [item for item in self.ranges.values() if item.subnet_id == subnet.id]


def dynamic_bounds(network: IPv4Network) -> tuple[IPv4Address, IPv4Address]:
    """Choose the dynamic range: .100 to .150 of a /24, and as large a share of other sizes."""
    size = network.num_addresses
    return network[size * 100 // 256], network[size * 151 // 256 - 1]
