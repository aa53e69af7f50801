# SPDX-License-Identifier: GPL-3.0-or-later
"""Check and build interfaces: bonds, VLANs, bridges, and links to subnets, in MAAS's words."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

from .machine_form import MAC, normal_mac
from .params import Params, whole_number
from .records import Interface, Link, Node, Subnet
from .refusals import NOT_AMONG_CHOICES, REQUIRED, FormErrors, NotFound, Refusal, choices_text
from .region import Region

MODES = ("auto", "dhcp", "static", "link_up")
BOND_MODES = ("balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb")
BOND_DEFAULTS: dict[str, Any] = {
    "bond_mode": "active-backup",
    "bond_miimon": 100,
    "bond_updelay": 0,
    "bond_downdelay": 0,
    "bond_lacp_rate": "fast",
    "bond_num_grat_arp": 1,
    "bond_xmit_hash_policy": "layer2",
}
BOND_CHOICES = {
    "bond_mode": BOND_MODES,
    "bond_lacp_rate": ("fast", "slow"),
    "bond_xmit_hash_policy": ("layer2", "layer2+3", "layer3+4", "encap2+3", "encap3+4", "vlan+srcmac"),
}
BRIDGE_DEFAULTS: dict[str, Any] = {"bridge_type": "standard", "bridge_stp": False, "bridge_fd": 15}
Errors = dict[str, list[str]]


def find(node: Node, text: str) -> Interface:
    """Find an interface by id or name; refuse with 404."""
    for nic in node.interfaces.values():
        if text in (str(nic.id), nic.name):
            return nic
    raise NotFound("Interface")


def create_physical(region: Region, node: Node, data: Params) -> Interface:
    errors: Errors = {}
    mac = _new_mac(region, data, errors)
    name = data.text("name") or f"eth{len(node.interfaces)}"
    _free_name(region, node, None, name, errors)
    made = Interface(region.number("interface"), name, mac_address=mac)
    _common(region, made, data, errors)
    return _added(region, node, made, errors)


def create_bond(region: Region, node: Node, data: Params) -> Interface:
    errors: Errors = {}
    if not data.text("name"):
        errors["name"] = [REQUIRED]
    _free_name(region, node, None, data.text("name"), errors)
    parents = _parents(node, data, "parents", errors)
    busy = [p.name for p in parents if any(p.id in o.parents and o.type != "vlan" for o in node.interfaces.values())]
    if busy:
        errors = {"parents": [f"Interfaces already in-use: {', '.join(busy)}."]}
    made = Interface(region.number("interface") if not errors else 0, data.text("name"), "bond")
    made.params = _options(data, BOND_DEFAULTS, BOND_CHOICES, errors)
    _inherit(made, parents, data)
    _common(region, made, data, errors)
    if not errors:
        for parent in parents:
            parent.links.clear()
    return _added(region, node, made, errors)


def create_vlan(region: Region, node: Node, data: Params) -> Interface:
    errors: Errors = {}
    parents = _parents(node, data, "parent", errors)
    made = Interface(0, "", "vlan")
    _inherit(made, parents, data)
    if not data.text("vlan"):
        errors["vlan"] = [REQUIRED]
    _common(region, made, data, errors)
    if not errors:
        vlan = region.network.vlan(made.vlan_id or 0)
        made.name = f"{parents[0].name}.{vlan.vid}"
        _free_name(region, node, None, made.name, errors, field="vlan")
    made.id = region.number("interface") if not errors else 0
    return _added(region, node, made, errors)


def create_bridge(region: Region, node: Node, data: Params) -> Interface:
    errors: Errors = {}
    parents = _parents(node, data, "parent", errors)
    name = data.text("name") or (f"br-{parents[0].name}" if parents else "br0")
    _free_name(region, node, None, name, errors)
    made = Interface(0, name, "bridge")
    _inherit(made, parents, data)
    made.params = _options(data, BRIDGE_DEFAULTS, {"bridge_type": ("standard", "ovs")}, errors)
    _common(region, made, data, errors)
    if not errors:
        for parent in parents:
            made.links += [link for link in parent.links if link.mode != "link_up"]
            parent.links.clear()
    made.id = region.number("interface") if not errors else 0
    return _added(region, node, made, errors)


def update(region: Region, node: Node, nic: Interface, data: Params) -> None:
    """Change an interface; nothing changes when a field is wrong."""
    errors: Errors = {}
    trial = Interface(nic.id, nic.name, nic.type, vlan_id=nic.vlan_id, params=dict(nic.params), tags=list(nic.tags))
    trial.enabled = nic.enabled
    if data.text("name"):
        _free_name(region, node, nic, data.text("name"), errors)
        trial.name = data.text("name")
    if data.text("mac_address") and normal_mac(data.text("mac_address")) != nic.mac_address:
        trial.mac_address = _new_mac(region, data, errors)
    if nic.type == "bond":
        known = {key: nic.params.get(key, value) for key, value in BOND_DEFAULTS.items()}
        trial.params.update(_options(data, known, BOND_CHOICES, errors))
    if nic.type == "bridge":
        known = {key: nic.params.get(key, value) for key, value in BRIDGE_DEFAULTS.items()}
        trial.params.update(_options(data, known, {"bridge_type": ("standard", "ovs")}, errors))
    parents = _parents(node, data, "parents", errors) if "parents" in data and nic.type == "bond" else None
    _common(region, trial, data, errors)
    if errors:
        raise FormErrors(errors)
    nic.name, nic.params, nic.tags, nic.enabled = trial.name, trial.params, trial.tags, trial.enabled
    nic.mac_address = trial.mac_address or nic.mac_address
    if parents is not None:
        nic.parents = [parent.id for parent in parents]
    if trial.vlan_id != nic.vlan_id:
        nic.vlan_id = trial.vlan_id
        on = {subnet.id for subnet in region.network.vlan_subnets(nic.vlan_id or 0)}
        nic.links = [link for link in nic.links if link.subnet_id in on]
        ensure_link_up(region, nic)


def link_subnet(region: Region, nic: Interface, data: Params) -> None:
    """Join an interface to a subnet. Asking twice adds a second link, or is refused when the address is taken."""
    mode = data.text("mode").lower()
    errors: Errors = {}
    if mode not in MODES:
        errors["mode"] = [choices_text(data.text("mode"), "mode", MODES) if mode else REQUIRED]
    subnet = _subnet(region, data, mode, errors)
    if errors:
        raise FormErrors(errors)
    if mode == "link_up":
        nic.links = [Link(region.number("link"), "link_up", subnet.id if subnet else None)]
        return
    if subnet is None:
        return
    address = _address(region, subnet, data) if mode == "static" else None
    if nic.vlan_id not in (None, subnet.vlan_id):
        if not data.checkbox("force"):
            raise FormErrors({"subnet": NOT_AMONG_CHOICES})
        nic.links.clear()
    nic.vlan_id = subnet.vlan_id
    nic.links = [link for link in nic.links if link.mode != "link_up"]
    nic.links.append(Link(region.number("link"), mode, subnet.id, address))


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


def remove(region: Region, node: Node, nic: Interface) -> None:
    """Take an interface away with all that sits on it; its parents come up again."""
    for child in [other for other in node.interfaces.values() if nic.id in other.parents]:
        remove(region, node, child)
    node.interfaces.pop(nic.id, None)
    for parent in nic.parents:
        if parent in node.interfaces:
            ensure_link_up(region, node.interfaces[parent])


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


def _added(region: Region, node: Node, made: Interface, errors: Errors) -> Interface:
    if errors:
        raise FormErrors(errors)
    node.interfaces[made.id] = made
    ensure_link_up(region, made)
    return made


def _inherit(made: Interface, parents: list[Interface], data: Params) -> None:
    made.parents = [parent.id for parent in parents]
    made.link_connected = False
    if parents:
        made.mac_address = normal_mac(data.text("mac_address")) if data.text("mac_address") else parents[0].mac_address
        made.vlan_id = parents[0].vlan_id


def _parents(node: Node, data: Params, field: str, errors: Errors) -> list[Interface]:
    given = data.words(field) or (data.words("parent") if field == "parents" else [])
    if not given:
        errors[field] = [REQUIRED]
    found = []
    for word in given:
        try:
            found.append(find(node, word))
        except NotFound:
            errors[field] = [NOT_AMONG_CHOICES if field == "parent" else f"'{word}' is not a valid interface."]
    return found


def _common(region: Region, nic: Interface, data: Params, errors: Errors) -> None:
    mtu = whole_number(data, "mtu", errors, low=552, high=65535)
    if mtu:
        nic.params["mtu"] = mtu
    if data.text("vlan"):
        wanted = data.text("vlan")
        if not wanted.isdigit() or int(wanted) not in region.network.vlans:
            errors["vlan"] = [NOT_AMONG_CHOICES]
        else:
            nic.vlan_id = int(wanted)
    if "tags" in data:
        nic.tags = data.words("tags")
    if "enabled" in data:
        nic.enabled = data.checkbox("enabled")


def _options(
    data: Params, defaults: dict[str, Any], choices: dict[str, tuple[str, ...]], errors: Errors
) -> dict[str, Any]:
    found = dict(defaults)
    for name, default in defaults.items():
        if name not in data:
            continue
        value = data.text(name)
        if name in choices and value not in choices[name]:
            errors[name] = [choices_text(value, name, choices[name])]
        elif isinstance(default, bool):
            found[name] = data.checkbox(name)
        elif isinstance(default, int):
            found[name] = whole_number(data, name, errors)
        else:
            found[name] = value
    return found


def _new_mac(region: Region, data: Params, errors: Errors) -> str | None:
    given = data.text("mac_address")
    if not given or not MAC.fullmatch(given):
        errors["mac_address"] = [REQUIRED if not given else f"'{given}' is not a valid MAC address."]
        return None
    mac = normal_mac(given)
    holder = region.node_by_mac(mac)
    if holder is not None:
        errors["mac_address"] = [f"This MAC address is already in use by {holder.hostname}."]
    return mac


def _free_name(
    region: Region,
    node: Node,
    nic: Interface | None,
    name: str,
    errors: Errors,
    field: str = "name",
) -> None:
    if any(other.name == name and other is not nic for other in node.interfaces.values()):
        errors[field] = [f"Node {region.fqdn(node)} already has an interface named '{name}'."]
