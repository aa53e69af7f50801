# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer for the disks and partitions of a machine."""

from __future__ import annotations

from functools import partial
from typing import Any

from .. import disks, rules, storage_forms
from ..params import required_fields
from ..records import Node
from ..records_storage import BlockDevice, Partition
from ..refusals import FormErrors
from ..render_storage import block_device, partition
from ..wire import NO_CONTENT, Answer, Call, Router

BASE = "nodes/{system_id}/blockdevices/"


def register(router: Router) -> None:
    """Add the operations to the router."""
    every = router.resource(BASE)
    every.on("GET")(lambda call: [block_device(_node(call), disk) for disk in _node(call).blockdevices.values()])
    every.on("POST")(create)
    one = router.resource(BASE + "{id}/")
    one.on("GET")(lambda call: block_device(_node(call), _disk(call, _node(call))))
    one.on("PUT")(update)
    one.on("DELETE")(delete)
    for op in ("format", "unformat", "mount", "unmount"):
        one.on("POST", op)(partial(_change_disk, op=op))
    one.on("POST", "set_boot_disk")(set_boot_disk)
    one.on("POST", "add_tag")(lambda call: _tag_disk(call, add=True))
    one.on("POST", "remove_tag")(lambda call: _tag_disk(call, add=False))
    parts = router.resource(BASE + "{id}/partitions/")
    parts.on("GET")(list_partitions)
    parts.on("POST")(create_partition)
    part = router.resource(BASE + "{id}/partition/{part_id}", slash_optional=True)
    part.on("GET")(read_partition)
    part.on("DELETE")(delete_partition)
    for op in ("format", "unformat", "mount", "unmount"):
        part.on("POST", op)(partial(_change_partition, op=op))
    part.on("POST", "add_tag")(lambda call: _tag_partition(call, add=True))
    part.on("POST", "remove_tag")(lambda call: _tag_partition(call, add=False))


def _node(call: Call) -> Node:
    found: Node = call.region.node(call.args["system_id"], "Node")
    return found


def _editable(call: Call) -> Node:
    node = _node(call)
    rules.may_administer(node, call.me)
    rules.can_edit_storage(node)
    return node


def _disk(call: Call, node: Node) -> BlockDevice:
    return storage_forms.find_disk(node, call.args["id"])


def create(call: Call) -> dict[str, Any]:
    """Add a physical disk by hand."""
    node, data = _editable(call), call.data
    required_fields(data, "name", "size", "block_size")
    if not (data.text("id_path") or (data.text("model") and data.text("serial"))):
        raise FormErrors({"__all__": "serial/model are required if id_path is not provided."})
    size = disks.parse_size(data.text("size"), 0)
    if size is None or not data.text("block_size").isdigit():
        raise FormErrors({"size": "Enter a valid value."})
    made = BlockDevice(call.region.number("blockdevice"), data.text("name"), size)
    made.block_size = int(data.text("block_size"))
    made.model, made.serial = data.text("model") or None, data.text("serial") or None
    made.id_path = data.text("id_path") or None
    made.numa_node = 0
    node.blockdevices[made.id] = made
    return block_device(node, made)


def update(call: Call) -> dict[str, Any]:
    node = _editable(call)
    disk = _disk(call, node)
    for name in ("name", "model", "serial", "id_path", "uuid"):
        if call.data.text(name):
            setattr(disk, name, call.data.text(name))
    if call.data.text("size") and disk.type == "virtual":
        disk.size = disks.parse_size(call.data.text("size"), disk.size) or disk.size
    return block_device(node, disk)


def delete(call: Call) -> Answer:
    node = _editable(call)
    disk = _disk(call, node)
    if disk.filesystem is not None and disk.filesystem.group_id is not None:
        raise FormErrors({"__all__": f"Cannot delete {disk.name} because it is part of a filesystem group."})
    del node.blockdevices[disk.id]
    return NO_CONTENT


def _change_disk(call: Call, op: str) -> dict[str, Any]:
    node = _editable(call)
    disk = _disk(call, node)
    _change(call, node, disk, op)
    return block_device(node, disk)


def _change(call: Call, node: Node, member: BlockDevice | Partition, op: str) -> None:
    if op == "format":
        storage_forms.format_member(call.region, member, call.data)
    elif op == "unformat":
        storage_forms.unformat(member)
    elif op == "mount":
        storage_forms.mount(node, member, call.data)
    else:
        storage_forms.unmount(member)


def set_boot_disk(call: Call) -> Answer:
    node = _editable(call)
    disk = _disk(call, node)
    if disk.type != "physical":
        raise FormErrors({"__all__": "Only a physical block device can be a boot disk."})
    node.boot_disk_id = disk.id
    return Answer("OK")


def _tag_disk(call: Call, *, add: bool) -> dict[str, Any]:
    node = _editable(call)
    disk = _disk(call, node)
    _tag(disk.tags, call.data.required("tag"), add)
    return block_device(node, disk)


def _tag(tags: list[str], tag: str, add: bool) -> None:
    if add and tag not in tags:
        tags.append(tag)
    if not add and tag in tags:
        tags.remove(tag)


# -- partitions -------------------------------------------------------------------------------------------------------
def list_partitions(call: Call) -> list[dict[str, Any]]:
    node = _node(call)
    disk = _disk(call, node)
    return [partition(node, disk, part) for part in disk.partitions]


def create_partition(call: Call) -> dict[str, Any]:
    node = _editable(call)
    disk = _disk(call, node)
    return partition(node, disk, storage_forms.create_partition(call.region, disk, call.data))


def read_partition(call: Call) -> dict[str, Any]:
    node = _node(call)
    disk = _disk(call, node)
    return partition(node, disk, storage_forms.find_partition(disk, call.args["part_id"]))


def delete_partition(call: Call) -> Answer:
    node = _editable(call)
    disk = _disk(call, node)
    disk.partitions.remove(storage_forms.find_partition(disk, call.args["part_id"]))
    disk.table = disk.table if disk.partitions else None
    return NO_CONTENT


def _change_partition(call: Call, op: str) -> dict[str, Any]:
    node = _editable(call)
    disk = _disk(call, node)
    part = storage_forms.find_partition(disk, call.args["part_id"])
    _change(call, node, part, op)
    return partition(node, disk, part)


def _tag_partition(call: Call, *, add: bool) -> dict[str, Any]:
    node = _editable(call)
    disk = _disk(call, node)
    part = storage_forms.find_partition(disk, call.args["part_id"])
    _tag(part.tags, call.data.required("tag"), add)
    return partition(node, disk, part)
