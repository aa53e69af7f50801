# SPDX-License-Identifier: GPL-3.0-or-later
"""Join interfaces to subnets, in MAAS's words."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from .params import Params
from .records_network import Interface, Link, Subnet
from .refusals import NOT_AMONG_CHOICES, REQUIRED, FormErrors, NotFound, Refusal, choices_text
from .region import Region

Errors = dict[str, list[str]]


MODES = ("auto", "dhcp", "static", "link_up")


def link_subnet(region: Region, nic: Interface, data: Params) -> Link | None:
    """Join an interface to a subnet. Asking twice adds a second link, or is refused when the address is taken.

    Gives the link whose gateway shall be the machine's default one, if that is asked for.
    """
    mode = data.text("mode").lower()
    errors: Errors = {}
    if mode not in MODES:
        errors["mode"] = [choices_text(data.text("mode"), "mode", MODES) if mode else REQUIRED]
    subnet = _subnet(region, data, mode, errors)
    as_gateway = data.checkbox("default_gateway")
    if as_gateway and mode not in ("auto", "static"):
        errors["default_gateway"] = [f"Cannot use in mode '{mode}'."]
    elif as_gateway and subnet is not None and not subnet.gateway_ip:
        errors["default_gateway"] = ["Cannot set as default gateway because the subnet has no gateway."]
    if errors:
        raise FormErrors(errors)
    if mode == "link_up":
        nic.links = [Link(region.number("link"), "link_up", subnet.id if subnet else None)]
        return None
    if subnet is None:
        return None
    address = _address(region, subnet, data) if mode == "static" else None
    if nic.vlan_id not in (None, subnet.vlan_id):
        if not data.checkbox("force"):
            raise FormErrors({"subnet": NOT_AMONG_CHOICES})
        nic.links.clear()
    nic.vlan_id = subnet.vlan_id
    nic.links = [link for link in nic.links if link.mode != "link_up"]
    made = Link(region.number("link"), mode, subnet.id, address)
    nic.links.append(made)
    return made if as_gateway else None


def unlink_subnet(region: Region, nic: Interface, data: Params) -> None:
    wanted = data.text("id")
    found = next((link for link in nic.links if str(link.id) == wanted), None)
    if found is None:
        raise FormErrors({"id": choices_text(wanted, "id", [str(link.id) for link in nic.links])})
    nic.links.remove(found)
    ensure_link_up(region, nic)


def ensure_link_up(region: Region, nic: Interface) -> None:
    """Leave an interface that is on a VLAN but has no link at least up."""
    if not nic.links and nic.vlan_id is not None:
        nic.links.append(Link(region.number("link"), "link_up"))


def usable_gateway(region: Region, nic: Interface, link_id: str) -> Link:
    """Choose the link whose gateway becomes the default one."""
    for link in nic.links:
        wanted = not link_id or str(link.id) == link_id
        subnet = region.network.subnets.get(link.subnet_id or 0)
        if wanted and link.mode in ("auto", "static") and subnet and subnet.gateway_ip:
            return link
    raise FormErrors({"__all__": "This interface has no usable gateways."})


def _subnet(region: Region, data: Params, mode: str, errors: Errors) -> Subnet | None:
    if not data.text("subnet"):
        if mode != "link_up" and "mode" not in errors:
            errors["subnet"] = [REQUIRED]
        return None
    try:
        return region.network.find_subnet(data.text("subnet"))
    except NotFound:
        errors["subnet"] = [NOT_AMONG_CHOICES]
        return None


def _address(region: Region, subnet: Subnet, data: Params) -> str:
    given = data.text("ip_address")
    if not given:
        return region.network.free_address(subnet, region.nodes.values())
    vlan = region.network.vlan(subnet.vlan_id)
    try:
        inside = ip_address(given) in ip_network(subnet.cidr)
    except ValueError as error:
        raise FormErrors({"ip_address": "Enter a valid IPv4 or IPv6 address."}) from error
    if not inside:
        text = f"IP address is not in the given subnet '{subnet.name}:{subnet.cidr}(vid={vlan.vid})'."
        raise FormErrors({"ip_address": text})
    if given in region.network.taken(subnet, region.nodes.values()):
        raise Refusal(404, "IP address is already in use.")
    return given
