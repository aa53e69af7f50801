# SPDX-License-Identifier: GPL-3.0-or-later
"""Do the operations on one machine that change how it is set up: storage, networking, annotations."""

from __future__ import annotations

import re
from typing import Any

from .. import rules
from ..network_setup import clear_networking, connect_boot_interface
from ..records import Node
from ..records_storage import Filesystem
from ..refusals import REQUIRED, FormErrors, Refusal, choices_text
from ..render_machine import machine as render
from ..storage_layouts import apply_layout
from ..wire import Call
from .access import administered, edited

KEY = re.compile(r"[\w.:/@+-]+")


NOT_ANNOTATIONS = ("op",)


def set_storage_layout(call: Call) -> dict[str, Any]:
    node = administered(call)
    rules.can_change_storage_layout(node)
    layout = call.data.text("storage_layout")
    if not layout:
        raise FormErrors({"storage_layout": REQUIRED})
    apply_layout(call.region, node, layout, call.data)
    return render(call.region, node)


def restore_networking(call: Call) -> dict[str, Any]:
    node = administered(call)
    rules.can_restore(node, "networking")
    _restore_networking(call, node)
    return render(call.region, node)


def restore_storage(call: Call) -> dict[str, Any]:
    node = administered(call)
    rules.can_restore(node, "storage")
    apply_layout(call.region, node, str(call.region.config["default_storage_layout"]))
    return render(call.region, node)


def restore_default(call: Call) -> dict[str, Any]:
    node = administered(call)
    rules.can_restore(node, "default networking and storage")
    _restore_networking(call, node)
    apply_layout(call.region, node, str(call.region.config["default_storage_layout"]))
    return render(call.region, node)


def _restore_networking(call: Call, node: Node) -> None:
    clear_networking(node)
    for nic in node.interfaces.values():
        if nic.id != node.boot_interface_id:
            nic.vlan_id = None
    connect_boot_interface(call.region, node)


def clear_default_gateways(call: Call) -> dict[str, Any]:
    node = administered(call)
    node.default_gateway_link = None
    return render(call.region, node)


def annotate(call: Call) -> dict[str, Any]:
    """Set owner data; an empty value takes a key away."""
    node = edited(call)
    rules.can_annotate(node)
    for key, value in call.form.items():
        if key in NOT_ANNOTATIONS:
            continue
        if not KEY.fullmatch(key):
            raise Refusal(500, "Invalid character in key name")
        if value:
            node.owner_data[key] = value
        else:
            node.owner_data.pop(key, None)
    return render(call.region, node)


def mount_special(call: Call) -> dict[str, Any]:
    node = administered(call)
    rules.can_edit_storage(node)
    fstype, mount_point = call.data.text("fstype"), call.data.text("mount_point")
    if fstype not in ("tmpfs", "ramfs"):
        raise FormErrors({"fstype": choices_text(fstype, "fstype", ("ramfs", "tmpfs"))})
    if not mount_point.startswith("/"):
        raise FormErrors({"mount_point": "Enter a valid value."})
    options = call.data.text("mount_options") or None
    node.special_filesystems.append(
        Filesystem(fstype, call.region.uuid(), mount_point=mount_point, mount_options=options),
    )
    return render(call.region, node)


def unmount_special(call: Call) -> dict[str, Any]:
    node = administered(call)
    wanted = call.data.text("mount_point")
    node.special_filesystems = [fs for fs in node.special_filesystems if fs.mount_point != wanted]
    return render(call.region, node)


POSTS = {
    "set_storage_layout": set_storage_layout,
    "restore_networking_configuration": restore_networking,
    "restore_storage_configuration": restore_storage,
    "restore_default_configuration": restore_default,
    "clear_default_gateways": clear_default_gateways,
    "set_workload_annotations": annotate,
    "set_owner_data": annotate,
    "mount_special": mount_special,
    "unmount_special": unmount_special,
}
