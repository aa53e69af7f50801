# SPDX-License-Identifier: GPL-3.0-or-later
"""Write interfaces and addresses of a machine as the API shows them."""

from __future__ import annotations

from typing import Any

from . import render_parts
from .records import Node
from .records_network import Interface, Link
from .region import Region
from .render_parts import API


def machine_network(region: Region, node: Node) -> dict[str, Any]:
    boot = node.boot_interface
    listed = [interface(region, node, nic) for nic in node.interfaces.values()]
    return {
        "interface_set": listed,
        "boot_interface": next((nic for nic in listed if boot and nic["id"] == boot.id), None),
        "ip_addresses": ip_addresses(node),
        "default_gateways": default_gateways(region, node),
    }


def ip_addresses(node: Node) -> list[str]:
    """Give the assigned addresses, or the ones discovered while commissioning when there are none."""
    assigned = [link.ip_address for nic in node.interfaces.values() for link in nic.links if link.ip_address]
    if assigned:
        return assigned
    return [nic.discovered[1] for nic in node.interfaces.values() if nic.discovered]


def default_gateways(region: Region, node: Node) -> dict[str, Any]:
    """Give the gateway that was chosen, or the first there is; one whose link is gone was not chosen."""
    usable = [
        (link.id, region.network.subnets[link.subnet_id].gateway_ip)
        for nic in node.interfaces.values()
        for link in nic.links
        if link.subnet_id is not None and link.mode != "dhcp"
    ]
    chosen = dict(usable).get(node.default_gateway_link or 0)
    first = next((address for _unused, address in usable if address), None)
    return {
        "ipv4": {"gateway_ip": chosen or first, "link_id": node.default_gateway_link if chosen else None},
        "ipv6": {"gateway_ip": None, "link_id": None},
    }


def interface(region: Region, node: Node, nic: Interface) -> dict[str, Any]:
    """Write one interface with its links; ``parents`` and ``children`` are names, as in MAAS."""
    discovered = None
    if nic.discovered:
        subnet_id, address = nic.discovered
        held = render_parts.subnet(region, region.network.subnets[subnet_id])
        discovered = [{"subnet": held, "ip_address": address}]
    return {
        "id": nic.id,
        "name": nic.name,
        "type": nic.type,
        "mac_address": nic.mac_address,
        "enabled": nic.enabled,
        "tags": list(nic.tags),
        "vlan": render_parts.vlan(region, region.network.vlan(nic.vlan_id)) if nic.vlan_id else None,
        "links": [link(region, item) for item in nic.links],
        "discovered": discovered,
        "parents": [node.interfaces[parent].name for parent in nic.parents],
        "children": [child.name for child in node.interfaces.values() if nic.id in child.parents],
        "params": dict(nic.params),
        "effective_mtu": effective_mtu(region, node, nic),
        "link_connected": nic.link_connected,
        "link_speed": nic.link_speed if nic.link_connected else 0,
        "interface_speed": nic.interface_speed,
        "numa_node": nic.numa_node,
        "product": nic.product,
        "vendor": nic.vendor,
        "firmware_version": nic.firmware_version,
        "sriov_max_vf": nic.sriov_max_vf,
        "system_id": node.system_id,
        "resource_uri": f"{API}/nodes/{node.system_id}/interfaces/{nic.id}/",
    }


def effective_mtu(region: Region, node: Node, nic: Interface) -> int:
    """Give the own MTU, else the largest a VLAN child needs, else that of the VLAN."""
    if "mtu" in nic.params:
        return int(nic.params["mtu"])
    return region.network.vlan(nic.vlan_id).mtu if nic.vlan_id else 1500


def link(region: Region, record: Link) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": record.id, "mode": record.mode}
    if record.ip_address:
        shown["ip_address"] = record.ip_address
    if record.subnet_id is not None:
        shown["subnet"] = render_parts.subnet(region, region.network.subnets[record.subnet_id])
    return shown
