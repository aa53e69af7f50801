# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer for the interfaces of a machine."""

from __future__ import annotations

from typing import Any

from .. import interface_forms, interface_links, rules
from ..records import Node
from ..records_network import Interface
from ..refusals import BadRequest
from ..render_network import interface as render
from ..wire import NO_CONTENT, Answer, Call, Router


def register(router: Router) -> None:
    """Add the operations to the router."""
    every = router.resource("nodes/{system_id}/interfaces/")
    every.on("GET")(list_interfaces)
    every.on("POST", "create_physical")(lambda call: _create(call, interface_forms.create_physical))
    every.on("POST", "create_bond")(lambda call: _create(call, interface_forms.create_bond))
    every.on("POST", "create_vlan")(lambda call: _create(call, interface_forms.create_vlan))
    every.on("POST", "create_bridge")(lambda call: _create(call, interface_forms.create_bridge))
    one = router.resource("nodes/{system_id}/interfaces/{id}/")
    one.on("GET")(read)
    one.on("PUT")(update)
    one.on("DELETE")(delete)
    one.on("POST", "link_subnet")(link_subnet)
    one.on("POST", "unlink_subnet")(unlink_subnet)
    one.on("POST", "disconnect")(disconnect)
    one.on("POST", "set_default_gateway")(set_default_gateway)
    one.on("POST", "add_tag")(add_tag)
    one.on("POST", "remove_tag")(remove_tag)


def list_interfaces(call: Call) -> list[dict[str, Any]]:
    node = _node(call)
    return [render(call.region, node, nic) for nic in node.interfaces.values()]


def read(call: Call) -> dict[str, Any]:
    node = _node(call)
    return render(call.region, node, _interface(call, node))


def _create(call: Call, build: Any) -> dict[str, Any]:
    node = _editable(call)
    return render(call.region, node, build(call.region, node, call.data))


def update(call: Call) -> dict[str, Any]:
    node = _editable(call)
    nic = _interface(call, node)
    interface_forms.update(call.region, node, nic, call.data)
    return render(call.region, node, nic)


def delete(call: Call) -> Answer:
    node = _editable(call)
    interface_forms.remove(call.region, node, _interface(call, node))
    return NO_CONTENT


def link_subnet(call: Call) -> dict[str, Any]:
    node = _editable(call)
    nic = _interface(call, node)
    gateway = interface_links.link_subnet(call.region, nic, call.data)
    if gateway is not None:
        node.default_gateway_link = gateway.id
    return render(call.region, node, nic)


def unlink_subnet(call: Call) -> dict[str, Any]:
    node = _editable(call)
    nic = _interface(call, node)
    interface_links.unlink_subnet(call.region, nic, call.data)
    return render(call.region, node, nic)


def disconnect(call: Call) -> dict[str, Any]:
    """Take an interface off its VLAN with all its links."""
    node = _editable(call)
    nic = _interface(call, node)
    nic.links.clear()
    nic.vlan_id = None
    return render(call.region, node, nic)


def set_default_gateway(call: Call) -> dict[str, Any]:
    node = _editable(call)
    nic = _interface(call, node)
    node.default_gateway_link = interface_links.usable_gateway(call.region, nic, call.data.text("link_id")).id
    return render(call.region, node, nic)


def add_tag(call: Call) -> dict[str, Any]:
    node = _editable(call)
    nic, tag = _interface(call, node), call.data.required("tag")
    if "," in tag:
        raise BadRequest('Tag may not contain a ",".')
    if tag not in nic.tags:
        nic.tags.append(tag)
    return render(call.region, node, nic)


def remove_tag(call: Call) -> dict[str, Any]:
    node = _editable(call)
    nic, tag = _interface(call, node), call.data.required("tag")
    if tag in nic.tags:
        nic.tags.remove(tag)
    return render(call.region, node, nic)


def _node(call: Call) -> Node:
    found: Node = call.region.node(call.args["system_id"], "Node")
    return found


def _editable(call: Call) -> Node:
    node = _node(call)
    rules.may_administer(node, call.me)
    rules.can_edit_interfaces(node)
    return node


def _interface(call: Call, node: Node) -> Interface:
    return interface_forms.find(node, call.args["id"])
