# SPDX-License-Identifier: GPL-3.0-or-later
"""Join interfaces to networks when machines are commissioned, deployed and released."""

from __future__ import annotations

from .params import Params
from .records import Node
from .records_network import Interface, Link
from .region import Region


def connect_boot_interface(region: Region, node: Node) -> None:
    """Set the default networking: the boot interface on the PXE VLAN with an automatic address."""
    boot = node.boot_interface
    if boot is None:
        return
    network = region.network
    vlan_id = boot.vlan_id or next(vlan.id for vlan in network.vlans.values() if vlan.dhcp_on)
    boot.vlan_id = vlan_id
    if boot.mac_address:
        boot.discovered = network.lease(boot.mac_address, vlan_id)
    for nic in node.interfaces.values():
        nic.links.clear()
    subnet = next(iter(network.vlan_subnets(vlan_id)), None)
    if subnet is None:
        boot.links.append(Link(region.number("link"), "link_up"))
    else:
        boot.links.append(Link(region.number("link"), "auto", subnet.id))


def assign_addresses(region: Region, node: Node) -> None:
    """Give every automatic link an address; refuses with 503 when a subnet is full."""
    for nic in node.interfaces.values():
        for link in nic.links:
            if link.mode == "auto" and not link.ip_address and link.subnet_id is not None:
                subnet = region.network.subnets[link.subnet_id]
                link.ip_address = region.network.free_address(subnet, region.nodes.values())


def clear_networking(node: Node) -> None:
    """Take every link and every interface that is not physical off a machine."""
    for nic in [nic for nic in node.interfaces.values() if nic.type != "physical"]:
        del node.interfaces[nic.id]
    for nic in node.interfaces.values():
        nic.links.clear()
        nic.params = {}
    node.default_gateway_link = None


def bridge_all(region: Region, node: Node, form: Params) -> None:
    """Put a bridge over every interface that has links, for the time of the deployment."""
    params = {
        "bridge_type": form.text("bridge_type") or "standard",
        "bridge_stp": form.string_bool("bridge_stp"),
        "bridge_fd": int(form.text("bridge_fd") or 0),
    }
    for nic in [nic for nic in node.interfaces.values() if nic.links and nic.type != "bridge"]:
        made = Interface(
            region.number("interface"),
            f"br-{nic.name}",
            "bridge",
            nic.mac_address,
            nic.vlan_id,
            [nic.id],
            {**nic.params, **params},
            acquired=True,
        )
        made.links, nic.links = nic.links, []
        node.interfaces[made.id] = made


def release_addresses(node: Node) -> None:
    """Take automatic addresses back, and the bridges that were made for the deployment."""
    for nic in [nic for nic in node.interfaces.values() if nic.acquired]:
        for parent in nic.parents:
            node.interfaces[parent].links = nic.links
        del node.interfaces[nic.id]
    for nic in node.interfaces.values():
        for link in nic.links:
            if link.mode == "auto":
                link.ip_address = None
