# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer for volume groups, RAIDs, bcaches, cache sets and VMFS datastores of a machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from .. import rules, storage_groups
from ..records import Node
from ..records_storage import BlockDevice, FilesystemGroup
from ..refusals import FormErrors
from ..render_storage import block_device, filesystem, partition
from ..wire import NO_CONTENT, Answer, Call, Router

Builder = Callable[..., FilesystemGroup]


class Kind(NamedTuple):
    """One kind of group: its paths, what its records are called, and how one is made."""

    list_path: str
    item_path: str
    prefix: str
    model: str
    create: Builder


KINDS = (
    Kind(
        "volume-groups",
        "volume-group",
        "lvm-vg",
        "VolumeGroup",
        lambda region, node, data: storage_groups.create_group(region, node, "lvm-vg", data),
    ),
    Kind("raids", "raid", "raid", "RAID", storage_groups.create_raid),
    Kind("bcaches", "bcache", "bcache", "Bcache", storage_groups.create_bcache),
    Kind("bcache-cache-sets", "bcache-cache-set", "cache-set", "CacheSet", storage_groups.create_cache_set),
    Kind(
        "vmfs-datastores",
        "vmfs-datastore",
        "vmfs",
        "VMFS",
        lambda region, node, data: storage_groups.create_group(region, node, "vmfs6", data),
    ),
)


def register(router: Router) -> None:
    """Add the operations to the router."""
    for kind in KINDS:
        every = router.resource(f"nodes/{{system_id}}/{kind.list_path}/")
        every.on("GET")(partial(_list, kind=kind))
        every.on("POST")(partial(_create, kind=kind))
        one = router.resource(f"nodes/{{system_id}}/{kind.item_path}/{{id}}/")
        one.on("GET")(partial(_read, kind=kind))
        one.on("PUT")(partial(_update, kind=kind))
        one.on("DELETE")(partial(_delete, kind=kind))
        if kind.prefix == "lvm-vg":
            one.on("POST", "create_logical_volume")(partial(create_logical_volume, kind=kind))
            one.on("POST", "delete_logical_volume")(partial(delete_logical_volume, kind=kind))


def _node(call: Call) -> Node:
    found: Node = call.region.node(call.args["system_id"], "Node")
    return found


def _editable(call: Call) -> Node:
    node = _node(call)
    rules.may_administer(node, call.me)
    rules.can_edit_storage(node)
    return node


def _group(call: Call, node: Node, kind: Kind) -> FilesystemGroup:
    return storage_groups.find_group(node, call.args["id"], kind.prefix, kind.model)


def _list(call: Call, kind: Kind) -> list[dict[str, Any]]:
    node = _node(call)
    return [_shown(node, group) for group in node.groups.values() if group.kind.startswith(kind.prefix)]


def _read(call: Call, kind: Kind) -> dict[str, Any]:
    node = _node(call)
    return _shown(node, _group(call, node, kind))


def _create(call: Call, kind: Kind) -> dict[str, Any]:
    node = _editable(call)
    return _shown(node, kind.create(call.region, node, call.data))


def _update(call: Call, kind: Kind) -> dict[str, Any]:
    node = _editable(call)
    group = _group(call, node, kind)
    storage_groups.update_group(call.region, node, group, call.data)
    return _shown(node, group)


def _delete(call: Call, kind: Kind) -> Answer:
    node = _editable(call)
    storage_groups.delete_group(node, _group(call, node, kind))
    return NO_CONTENT


def create_logical_volume(call: Call, kind: Kind) -> dict[str, Any]:
    node = _editable(call)
    group = _group(call, node, kind)
    return block_device(node, storage_groups.create_logical_volume(call.region, node, group, call.data))


def delete_logical_volume(call: Call, kind: Kind) -> Answer:
    node = _editable(call)
    group, wanted = _group(call, node, kind), call.data.required("id")
    disk = next((d for d in node.blockdevices.values() if d.group_id == group.id and str(d.id) == wanted), None)
    if disk is None:
        raise FormErrors({"id": f"'{wanted}' is not a valid logical volume of {group.name}."})
    del node.blockdevices[disk.id]
    return NO_CONTENT


def _shown(node: Node, group: FilesystemGroup) -> dict[str, Any]:
    """Write a group in the form of its kind."""
    family = next(kind for kind in KINDS if group.kind.startswith(kind.prefix))
    shown: dict[str, Any] = {
        "system_id": node.system_id,
        "id": group.id,
        "name": group.name,
        "resource_uri": f"/MAAS/api/2.0/nodes/{node.system_id}/{family.item_path}/{group.id}/",
    }
    size = storage_groups.group_size(node, group)
    if group.kind == "cache-set":
        return {**shown, "cache_device": next(iter(_members(node, group)), None)}
    shown |= {"uuid": group.uuid, "size": size, "human_size": human(size)}
    return {**shown, **_BY_FAMILY[family.item_path](node, group)}


def _of_volume_group(node: Node, group: FilesystemGroup) -> dict[str, Any]:
    size, free = storage_groups.group_size(node, group), storage_groups.available_in(node, group)
    return {
        "devices": _members(node, group),
        "available_size": free,
        "human_available_size": human(free),
        "used_size": size - free,
        "human_used_size": human(size - free),
        "logical_volumes": [block_device(node, disk) for disk in _virtual(node, group)],
    }


def _of_raid(node: Node, group: FilesystemGroup) -> dict[str, Any]:
    disk = next(iter(_virtual(node, group)), None)
    return {
        "level": group.kind,
        "devices": _members(node, group, "raid"),
        "spare_devices": _members(node, group, "raid-spare"),
        "virtual_device": block_device(node, disk) if disk else None,
    }


def _of_bcache(node: Node, group: FilesystemGroup) -> dict[str, Any]:
    disk = next(iter(_virtual(node, group)), None)
    caches = node.groups.get(group.cache_set or 0)
    return {
        "cache_set": _shown(node, caches) if caches else None,
        "cache_mode": group.cache_mode,
        "backing_device": next(iter(_members(node, group)), None),
        "virtual_device": block_device(node, disk) if disk else None,
    }


def _of_datastore(node: Node, group: FilesystemGroup) -> dict[str, Any]:
    disk = next(iter(_virtual(node, group)), None)
    return {"devices": _members(node, group), "filesystem": filesystem(disk.filesystem) if disk else None}


_BY_FAMILY = {
    "volume-group": _of_volume_group,
    "raid": _of_raid,
    "bcache": _of_bcache,
    "vmfs-datastore": _of_datastore,
}


def _virtual(node: Node, group: FilesystemGroup) -> list[BlockDevice]:
    return [disk for disk in node.blockdevices.values() if disk.group_id == group.id]


def _members(node: Node, group: FilesystemGroup, mark: str = "") -> list[dict[str, Any]]:
    shown = []
    for member in storage_groups.members_of(node, group):
        if mark and (member.filesystem is None or member.filesystem.fstype != mark):
            continue
        if isinstance(member, BlockDevice):
            shown.append(block_device(node, member))
        else:
            shown.append(partition(node, node.blockdevices[member.device_id], member))
    return shown


def human(size: float) -> str:
    """Write a size the way people read it, in decimal units."""
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            return f"{size:.1f} {unit}" if unit != "bytes" else f"{int(size)} bytes"
        size /= 1000
    return f"{size:.1f} PB"
