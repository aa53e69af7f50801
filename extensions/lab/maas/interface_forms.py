# SPDX-License-Identifier: GPL-3.0-or-later
"""Check and build interfaces: bonds, VLANs, bridges, and links to subnets, in MAAS's words."""

from __future__ import annotations

from typing import Any

from .interface_links import ensure_link_up
from .machine_form import MAC, normal_mac
from .params import Params, whole_number
from .records import Node
from .records_network import Interface
from .refusals import NOT_AMONG_CHOICES, REQUIRED, FormErrors, NotFound, choices_text
from .region import Region

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


def remove(region: Region, node: Node, nic: Interface) -> None:
    """Take an interface away with all that sits on it; its parents come up again."""
    for child in [other for other in node.interfaces.values() if nic.id in other.parents]:
        remove(region, node, child)
    node.interfaces.pop(nic.id, None)
    for parent in nic.parents:
        if parent in node.interfaces:
            ensure_link_up(region, node.interfaces[parent])


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
