# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer for fabrics, VLANs and spaces."""

from __future__ import annotations

import re
from typing import Any

from .. import render_parts
from ..params import Params, whole_number
from ..records_network import Fabric, Space, Vlan
from ..refusals import ADMIN_ONLY, NOT_AMONG_CHOICES, REQUIRED, BadRequest, FormErrors, NotFound
from ..wire import NO_CONTENT, Answer, Call, Router

SAME_VID = "A VLAN with the specified VID already exists in the destination fabric."
NO_RANGE = "dhcp can only be turned on when a dynamic IP range is defined."


def register(router: Router) -> None:
    """Add the operations to the router."""
    fabrics = router.resource("fabrics/")
    fabrics.on("GET")(lambda call: [_fabric(call, item) for item in call.region.network.fabrics.values()])
    fabrics.on("POST", admin_text=ADMIN_ONLY)(create_fabric)
    fabric = router.resource("fabrics/{fabric_id}/")
    fabric.on("GET")(lambda call: _fabric(call, _find_fabric(call)))
    fabric.on("DELETE", admin_text=ADMIN_ONLY)(delete_fabric)
    vlans = router.resource("fabrics/{fabric_id}/vlans/")
    vlans.on("GET")(list_vlans)
    vlans.on("POST", admin_text=ADMIN_ONLY)(create_vlan)
    for pattern in ("fabrics/{fabric_id}/vlans/{vid}/", "vlans/{id}/"):
        vlan = router.resource(pattern)
        vlan.on("GET")(lambda call: render_parts.vlan(call.region, _find_vlan(call)))
        vlan.on("PUT", admin_text=ADMIN_ONLY)(update_vlan)
        vlan.on("DELETE", admin_text=ADMIN_ONLY)(delete_vlan)
    spaces = router.resource("spaces/")
    spaces.on("GET")(list_spaces)
    spaces.on("POST", admin_text=ADMIN_ONLY)(create_space)
    space = router.resource("spaces/{id}/")
    space.on("GET")(lambda call: render_parts.space(call.region, _find_space(call)))
    space.on("DELETE", admin_text=ADMIN_ONLY)(delete_space)


def _fabric(call: Call, item: Fabric) -> dict[str, Any]:
    return render_parts.fabric(call.region, item)


def _find_fabric(call: Call) -> Fabric:
    wanted = call.args["fabric_id"]
    for fabric in call.region.network.fabrics.values():
        if wanted in (str(fabric.id), fabric.name, f"name:{fabric.name}"):
            return fabric  # type: ignore[no-any-return]
    raise NotFound("Fabric")


def create_fabric(call: Call) -> dict[str, Any]:
    network, name = call.region.network, call.data.text("name")
    number = network.next_id(network.fabrics)
    if re.fullmatch(r"fabric-\d+", name) and name != f"fabric-{number}":
        raise FormErrors({"name": "Reserved fabric name."})
    if any(fabric.name == name for fabric in network.fabrics.values()):
        raise FormErrors({"name": "Fabric with this Name already exists."})
    made = Fabric(number, name or f"fabric-{number}", call.data.text("class_type") or None)
    network.fabrics[made.id] = made
    untagged = Vlan(network.next_id(network.vlans), made.id, 0, "untagged")
    network.vlans[untagged.id] = untagged
    return _fabric(call, made)


def delete_fabric(call: Call) -> Answer:
    network, fabric = call.region.network, _find_fabric(call)
    if fabric.id == 1:
        raise BadRequest("This fabric is the default fabric, it cannot be deleted.")
    for vlan in network.fabric_vlans(fabric.id):
        del network.vlans[vlan.id]
    del network.fabrics[fabric.id]
    return NO_CONTENT


# -- VLANs ------------------------------------------------------------------------------------------------------------
def list_vlans(call: Call) -> list[dict[str, Any]]:
    found = call.region.network.fabric_vlans(_find_fabric(call).id)
    return [render_parts.vlan(call.region, vlan) for vlan in found]


def _find_vlan(call: Call) -> Vlan:
    network = call.region.network
    if "id" in call.args:
        found = network.vlans.get(int(call.args["id"])) if call.args["id"].isdigit() else None
    else:
        fabric = _find_fabric(call)
        vid = "0" if call.args["vid"] == "untagged" else call.args["vid"]
        found = next((vlan for vlan in network.fabric_vlans(fabric.id) if str(vlan.vid) == vid), None)
    if found is None:
        raise NotFound("VLAN")
    return found  # type: ignore[no-any-return]


def create_vlan(call: Call) -> dict[str, Any]:
    network, fabric = call.region.network, _find_fabric(call)
    errors: dict[str, list[str]] = {}
    if not call.data.text("vid"):
        errors["vid"] = [REQUIRED]
    vid = whole_number(call.data, "vid", errors, high=4094)
    mtu = whole_number(call.data, "mtu", errors, low=552, high=65535)
    if errors:
        raise FormErrors(errors)
    if any(vlan.vid == vid for vlan in network.fabric_vlans(fabric.id)):
        raise FormErrors({"__all__": SAME_VID}, content_type="application/json")
    made = Vlan(network.next_id(network.vlans), fabric.id, vid or 0, call.data.text("name") or str(vid), mtu or 1500)
    made.space_id = _space_of(call, call.data)
    network.vlans[made.id] = made
    return render_parts.vlan(call.region, made)


def update_vlan(call: Call) -> dict[str, Any]:
    vlan, data, errors = _find_vlan(call), call.data, dict[str, list[str]]()
    mtu = whole_number(data, "mtu", errors, low=552, high=65535)
    if data.string_bool("dhcp_on") and not _has_dynamic_range(call, vlan):
        errors["dhcp_on"] = [NO_RANGE]
    if errors:
        raise FormErrors(errors)
    vlan.mtu = mtu or vlan.mtu
    vlan.name = data.text("name") or vlan.name
    if "dhcp_on" in data:
        vlan.dhcp_on = data.string_bool("dhcp_on")
    if "space" in data:
        vlan.space_id = _space_of(call, data)
    return render_parts.vlan(call.region, vlan)


def _has_dynamic_range(call: Call, vlan: Vlan) -> bool:
    network = call.region.network
    subnets = {subnet.id for subnet in network.vlan_subnets(vlan.id)}
    return any(item.type == "dynamic" and item.subnet_id in subnets for item in network.ranges.values())


def delete_vlan(call: Call) -> Answer:
    network, vlan = call.region.network, _find_vlan(call)
    if vlan.vid == 0:
        raise BadRequest("This VLAN is the default VLAN in the fabric, it cannot be deleted.")
    for node in call.region.nodes.values():
        for nic in node.interfaces.values():
            nic.vlan_id = None if nic.vlan_id == vlan.id else nic.vlan_id
    del network.vlans[vlan.id]
    return NO_CONTENT


# -- spaces -----------------------------------------------------------------------------------------------------------
def list_spaces(call: Call) -> list[dict[str, Any]]:
    network = call.region.network
    shown = [render_parts.space(call.region, space) for space in network.spaces.values()]
    if any(vlan.space_id is None for vlan in network.vlans.values()):
        shown.insert(0, render_parts.space(call.region, None))
    return shown


def create_space(call: Call) -> dict[str, Any]:
    network, name = call.region.network, call.data.text("name")
    number = network.next_id(network.spaces)
    if any(space.name == name for space in network.spaces.values()):
        raise FormErrors({"name": "Space with this Name already exists."})
    network.spaces[number] = Space(number, name or f"space-{number}", call.data.text("description"))
    return render_parts.space(call.region, network.spaces[number])


def delete_space(call: Call) -> Answer:
    space = _find_space(call)
    if space is None:
        raise BadRequest("Space cannot be deleted.")
    for vlan in call.region.network.vlans.values():
        vlan.space_id = None if vlan.space_id == space.id else vlan.space_id
    del call.region.network.spaces[space.id]
    return NO_CONTENT


def _find_space(call: Call) -> Space | None:
    wanted = call.args["id"]
    if wanted in ("undefined", "-1"):
        return None
    for space in call.region.network.spaces.values():
        if wanted in (str(space.id), space.name):
            return space  # type: ignore[no-any-return]
    raise NotFound("Space")


def _space_of(call: Call, data: Params) -> int | None:
    wanted = data.text("space")
    if not wanted or wanted == "undefined":
        return None
    for space in call.region.network.spaces.values():
        if wanted in (str(space.id), space.name):
            return space.id  # type: ignore[no-any-return]
    raise FormErrors({"space": NOT_AMONG_CHOICES})
