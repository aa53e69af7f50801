# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer for subnets, address ranges and single addresses."""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv4Address, ip_network
from typing import Any

from .. import address_math, render_parts
from ..records_network import IPRange, Subnet
from ..refusals import ADMIN_ONLY, NOT_AMONG_CHOICES, REQUIRED, BadRequest, FormErrors, NotFound, Refusal
from ..render_network import interface as render_interface
from ..wire import NO_CONTENT, Answer, Call, Router

BAD_CIDR = "Required format: <network>/<prefixlen>."
OVERLAP = "Requested {} range conflicts with an existing range."
NOT_YOURS = (
    "IP address {} does not exist, is not the correct type of address, or does not belong to the requesting user.\n"
    "If you are sure you want to release this address, use force=true as a MAAS administrator."
)
USER_RESERVED, STICKY, AUTO = 4, 1, 0


def register(router: Router) -> None:
    """Add the operations to the router."""
    subnets = router.resource("subnets/")
    subnets.on("GET")(list_subnets)
    subnets.on("POST", admin_text=ADMIN_ONLY)(create_subnet)
    subnet = router.resource("subnets/{id}/")
    subnet.on("GET")(lambda call: render_parts.subnet(call.region, _subnet(call)))
    subnet.on("PUT", admin_text=ADMIN_ONLY)(update_subnet)
    subnet.on("DELETE", admin_text=ADMIN_ONLY)(delete_subnet)
    subnet.on("GET", "reserved_ip_ranges")(lambda call: address_math.reserved(call.region, _subnet(call)))
    subnet.on("GET", "unreserved_ip_ranges")(lambda call: address_math.unreserved(call.region, _subnet(call)))
    subnet.on("GET", "statistics")(statistics)
    subnet.on("GET", "ip_addresses")(subnet_addresses)
    ranges = router.resource("ipranges/")
    ranges.on("GET")(list_ranges)
    ranges.on("POST")(create_range)
    one = router.resource("ipranges/{id}/")
    one.on("GET")(lambda call: render_parts.ip_range(call.region, _range(call)))
    one.on("DELETE")(delete_range)
    addresses = router.resource("ipaddresses/")
    addresses.on("GET")(list_addresses)
    addresses.on("POST", "reserve")(reserve)
    addresses.on("POST", "release")(release)


def _subnet(call: Call) -> Subnet:
    found: Subnet = call.region.network.find_subnet(call.args["id"])
    return found


def list_subnets(call: Call) -> list[dict[str, Any]]:
    return [render_parts.subnet(call.region, item) for item in call.region.network.subnets.values()]


def create_subnet(call: Call) -> dict[str, Any]:
    network, data = call.region.network, call.data
    cidr = _cidr(data.text("cidr"))
    errors: dict[str, str] = {}
    if any(ip_network(cidr).overlaps(ip_network(other.cidr)) for other in network.subnets.values()):
        errors["__all__"] = f"Subnet {cidr} would overlap with existing subnets."
    if any(other.cidr == cidr for other in network.subnets.values()):
        errors["cidr"] = "Subnet with this Cidr already exists."
    if errors:
        raise FormErrors(errors)
    number = network.next_id(network.subnets)
    made = Subnet(number, cidr, data.text("name") or cidr, _vlan_id(call), data.text("gateway_ip") or None)
    made.dns_servers = [word for value in data.words("dns_servers") for word in value.split()]
    made.managed = data.checkbox("managed", default=True)
    made.description = data.text("description")
    network.subnets[number] = made
    return render_parts.subnet(call.region, made)


def update_subnet(call: Call) -> dict[str, Any]:
    subnet, data = _subnet(call), call.data
    for name in ("name", "description"):
        if name in data:
            setattr(subnet, name, data.text(name))
    if "gateway_ip" in data:
        subnet.gateway_ip = data.text("gateway_ip") or None
    if "vlan" in data:
        subnet.vlan_id = _vlan_id(call)
    if "dns_servers" in data:
        subnet.dns_servers = [word for value in data.words("dns_servers") for word in value.split()]
    for name in ("managed", "allow_dns", "allow_proxy", "active_discovery"):
        if name in data:
            setattr(subnet, name, data.checkbox(name))
    return render_parts.subnet(call.region, subnet)


def delete_subnet(call: Call) -> Answer:
    network, subnet = call.region.network, _subnet(call)
    for node in call.region.nodes.values():
        for nic in node.interfaces.values():
            nic.links = [link for link in nic.links if link.subnet_id != subnet.id]
            nic.discovered = None if nic.discovered and nic.discovered[0] == subnet.id else nic.discovered
    for number in [item.id for item in network.ranges.values() if item.subnet_id == subnet.id]:
        del network.ranges[number]
    del network.subnets[subnet.id]
    return NO_CONTENT


def _cidr(text: str) -> str:
    if not text:
        raise FormErrors({"cidr": REQUIRED})
    try:
        return str(ip_network(text, strict=False))
    except ValueError as error:
        raise FormErrors({"cidr": BAD_CIDR}) from error


def _vlan_id(call: Call) -> int:
    wanted = call.data.text("vlan")
    vlans = call.region.network.vlans
    if not wanted:
        return next(iter(vlans))  # type: ignore[no-any-return]
    if not wanted.isdigit() or int(wanted) not in vlans:
        raise FormErrors({"vlan": NOT_AMONG_CHOICES})
    return int(wanted)


def statistics(call: Call) -> dict[str, Any]:
    wanted = call.query.string_bool("include_ranges")
    return address_math.statistics(call.region, _subnet(call), include_ranges=wanted)


def subnet_addresses(call: Call) -> list[dict[str, Any]]:
    """List the addresses in use, with the machine that has each."""
    region, subnet = call.region, _subnet(call)
    now = _short(region.now())
    listed: list[dict[str, Any]] = []
    if subnet.gateway_ip:
        via = {"system_id": "b4qkef", "node_type": 4, "fqdn": "maas-lab.maas", "hostname": "maas-lab"}
        summary = {**via, "is_container": False, "via": "br0"}
        listed.append({"ip": subnet.gateway_ip, "alloc_type": STICKY, "node_summary": summary, "user": "MAAS"})
    for node, nic, link in address_math.assigned(region, subnet):
        summary = {
            "system_id": node.system_id,
            "node_type": 0,
            "fqdn": region.fqdn(node),
            "hostname": node.hostname,
            "is_container": False,
            "via": nic.name,
        }
        kind = AUTO if link.mode == "auto" else STICKY
        listed.append({"ip": link.ip_address, "alloc_type": kind, "node_summary": summary, "user": node.owner})
    for ip, (subnet_id, username) in region.network.reserved.items():
        if subnet_id == subnet.id:
            listed.append({"ip": ip, "alloc_type": USER_RESERVED, "user": username})
    ordered = sorted(listed, key=lambda item: int(IPv4Address(item["ip"])))
    return [{**item, "created": now, "updated": now} for item in ordered]


def _short(when: datetime) -> str:
    return when.strftime("%a, %d %b. %Y %H:%M:%S")


# -- ranges -----------------------------------------------------------------------------------------------------------
def list_ranges(call: Call) -> list[dict[str, Any]]:
    return [render_parts.ip_range(call.region, item) for item in call.region.network.ranges.values()]


def _range(call: Call) -> IPRange:
    wanted = call.args["id"]
    found = call.region.network.ranges.get(int(wanted)) if wanted.isdigit() else None
    if found is None:
        raise NotFound("IPRange")
    return found  # type: ignore[no-any-return]


def create_range(call: Call) -> dict[str, Any]:
    """Reserve a range; one outside every subnet is MAAS's own 500."""
    network, data = call.region.network, call.data
    kind, start, end = data.text("type"), data.text("start_ip"), data.text("end_ip")
    missing = {name: REQUIRED for name in ("type", "start_ip", "end_ip") if not data.text(name)}
    if missing:
        raise FormErrors(missing)
    if kind == "dynamic" and not call.me.is_superuser:
        raise Refusal(403, "Unable to create dynamic IP range. You don't have sufficient privileges.")
    subnet = network.subnet_holding(start)
    if subnet is None:
        raise Refusal(500, "'subnet'")
    low, high = IPv4Address(start), IPv4Address(end)
    for other in network.ranges.values():
        if low <= IPv4Address(other.end_ip) and IPv4Address(other.start_ip) <= high:
            raise FormErrors({"start_ip": OVERLAP.format(kind), "end_ip": OVERLAP.format(kind)})
    number = network.next_id(network.ranges)
    made = IPRange(number, subnet.id, kind, start, end, call.me.username, data.text("comment"))
    network.ranges[number] = made
    return render_parts.ip_range(call.region, made)


def delete_range(call: Call) -> Answer:
    del call.region.network.ranges[_range(call).id]
    return NO_CONTENT


# -- addresses --------------------------------------------------------------------------------------------------------
def list_addresses(call: Call) -> list[dict[str, Any]]:
    """List the addresses the caller reserved; with ``all`` those of machines too."""
    region = call.region
    mine = [
        _address(call, ip, subnet_id, username)
        for ip, (subnet_id, username) in region.network.reserved.items()
        if username == call.me.username or call.query.string_bool("all")
    ]
    if not call.query.string_bool("all"):
        return mine
    for subnet in region.network.subnets.values():
        for node, nic, link in address_math.assigned(region, subnet):
            shown = _address(call, link.ip_address or "", subnet.id, node.owner or "")
            kind = AUTO if link.mode == "auto" else STICKY
            mine.append({**shown, "alloc_type": kind, "interface_set": [render_interface(region, node, nic)]})
    return mine


def _address(call: Call, ip: str, subnet_id: int, username: str) -> dict[str, Any]:
    region = call.region
    return {
        "created": region.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "ip": ip,
        "alloc_type": USER_RESERVED,
        "alloc_type_name": "User reserved",
        "subnet": render_parts.subnet(region, region.network.subnets[subnet_id]),
        "interface_set": [],
        "owner": render_parts.user(region.users[username]) if username in region.users else None,
        "resource_uri": "/MAAS/api/2.0/ipaddresses/",
    }


def reserve(call: Call) -> dict[str, Any]:
    network, data = call.region.network, call.data
    ip = data.text("ip") or data.text("ip_address")
    subnet = network.find_subnet(data.text("subnet")) if data.text("subnet") else None
    if not ip:
        if subnet is None:
            raise FormErrors({"__all__": "Either an IP address or a subnet must be specified."})
        ip = network.free_address(subnet, call.region.nodes.values())
    subnet = subnet or network.subnet_holding(ip)
    if subnet is None:
        raise BadRequest(f"Invalid IP address: {ip}")
    if ip in network.taken(subnet, call.region.nodes.values()):
        raise Refusal(404, f"The IP address {ip} is already in use.")
    network.reserved[ip] = (subnet.id, call.me.username)
    return _address(call, ip, subnet.id, call.me.username)


def release(call: Call) -> Answer:
    ip = call.data.required("ip")
    held = call.region.network.reserved.get(ip)
    if held is None or (held[1] != call.me.username and not call.data.string_bool("force")):
        raise BadRequest(NOT_YOURS.format(ip))
    del call.region.network.reserved[ip]
    return NO_CONTENT
