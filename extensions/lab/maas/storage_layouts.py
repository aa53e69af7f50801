# SPDX-License-Identifier: GPL-3.0-or-later
"""Lay out a machine's disks: flat, lvm, bcache, blank, and the VMware layouts."""

from __future__ import annotations

from collections.abc import Callable

from . import disks
from .params import Params
from .records import Node
from .records_storage import BlockDevice, Filesystem, FilesystemGroup, Partition
from .refusals import FormErrors, choices_text
from .region import Region

LAYOUTS = ("bcache", "lvm", "vmfs6", "blank", "flat", "custom", "vmfs7")
BOOT_BYTES = 1024**3
VMFS_PARTITIONS = (3 << 20, 4 << 30, 4 << 30)


def clear(node: Node) -> None:
    """Take every partition, filesystem and group off the machine's disks."""
    node.groups.clear()
    node.special_filesystems.clear()
    for disk in list(node.blockdevices.values()):
        if disk.type == "virtual":
            del node.blockdevices[disk.id]
        else:
            disk.partitions, disk.filesystem, disk.table = [], None, None


def apply_layout(region: Region, node: Node, layout: str, options: Params | None = None) -> None:
    """Replace the machine's storage by a layout; refuses bad options in MAAS's words, before anything changes."""
    given = options or Params()
    if layout not in LAYOUTS:
        raise FormErrors({"storage_layout": choices_text(layout, "storage_layout", LAYOUTS)})
    boot = node.boot_disk
    if boot is None:
        if options is None:
            return
        raise FormErrors({"__all__": "There are currently no storage devices.  Please add a storage device."})
    root = _root_device(node, boot, given)
    sizes = _sizes(root, given)
    if layout == "custom":
        return
    clear(node)
    _BUILDERS[layout](region, node, root, given, sizes)


def add_partition(
    region: Region,
    disk: BlockDevice,
    size: int | None = None,
    *,
    bootable: bool = False,
) -> Partition:
    """Cut a partition, all that is left unless a size is given."""
    room = disks.available_size(disk)
    chosen = min(disks.aligned(size), room) if size else room
    disk.table = disk.table or "GPT"
    made = Partition(region.number("partition"), disk.id, chosen, region.uuid(), bootable)
    disk.partitions.append(made)
    return made


def filesystem(region: Region, fstype: str, **facts: object) -> Filesystem:
    return Filesystem(fstype, region.uuid(), **facts)  # type: ignore[arg-type]


def _root_device(node: Node, boot: BlockDevice, given: Params) -> BlockDevice:
    chosen = given.text("root_device")
    if not chosen:
        return boot
    found = next((disk for disk in node.blockdevices.values() if chosen in (str(disk.id), disk.name)), None)
    if found is None or found.type != "physical":
        raise FormErrors({"root_device": choices_text(chosen, "root_device", [str(d.id) for d in _physical(node)])})
    return found


def _physical(node: Node) -> list[BlockDevice]:
    return [disk for disk in node.blockdevices.values() if disk.type == "physical"]


def _sizes(root: BlockDevice, given: Params) -> dict[str, int]:
    """Read the sizes; each may be bytes, a number with a decimal unit, or a percentage of the disk."""
    sizes, errors = {}, {}
    for name, largest in (
        ("boot_size", root.size),
        ("root_size", root.size - BOOT_BYTES),
        ("lv_size", root.size),
        ("cache_size", 1 << 62),
    ):
        text = given.text(name)
        if not text:
            continue
        size = disks.parse_size(text, root.size)
        if size is None:
            errors[name] = "Invalid size: a number with an optional unit is needed."
        elif size > largest:
            errors[name] = f"Size is too large. Maximum size is {largest}."
        else:
            sizes[name] = size
    if errors:
        raise FormErrors(errors)
    return sizes


def _flat(region: Region, node: Node, root: BlockDevice, given: Params, sizes: dict[str, int]) -> None:
    _boot_partition(region, root, sizes)
    part = add_partition(region, root, sizes.get("root_size"))
    part.filesystem = filesystem(region, "ext4", label="root", mount_point="/")


def _lvm(region: Region, node: Node, root: BlockDevice, given: Params, sizes: dict[str, int]) -> None:
    _boot_partition(region, root, sizes)
    group = _group(region, node, "lvm-vg", given.text("vg_name", "vgroot") or "vgroot")
    part = add_partition(region, root, sizes.get("root_size"))
    part.filesystem = filesystem(region, "lvm-pv", group_id=group.id)
    size = disks.aligned(sizes.get("lv_size") or part.size - disks.ALIGNMENT)
    volume = add_virtual(region, node, group, f"{group.name}-{given.text('lv_name', 'lvroot') or 'lvroot'}", size)
    volume.filesystem = filesystem(region, "ext4", label="root", mount_point="/")


def _bcache(region: Region, node: Node, root: BlockDevice, given: Params, sizes: dict[str, int]) -> None:
    """Build bcache over an SSD that is not the root disk; without one the result is flat, without a word."""
    cache = next((disk for disk in _physical(node) if disk.id != root.id and "ssd" in disk.tags), None)
    if cache is None:
        _flat(region, node, root, given, sizes)
        return
    _boot_partition(region, root, {"boot_size": sizes.get("boot_size", BOOT_BYTES)})
    caches = _group(region, node, "cache-set", f"cache{_count(node, 'cache-set')}")
    backed = _group(region, node, "bcache", f"bcache{_count(node, 'bcache')}")
    backed.cache_set, backed.cache_mode = caches.id, given.text("cache_mode", "writethrough") or "writethrough"
    part = add_partition(region, root, sizes.get("root_size"))
    part.filesystem = filesystem(region, "bcache-backing", group_id=backed.id)
    held = add_partition(region, cache, sizes.get("cache_size"))
    held.filesystem = filesystem(region, "bcache-cache", group_id=caches.id)
    volume = add_virtual(region, node, backed, backed.name, part.size)
    volume.filesystem = filesystem(region, "ext4", label="root", mount_point="/")


def _blank(region: Region, node: Node, root: BlockDevice, given: Params, sizes: dict[str, int]) -> None:
    return


def _vmfs(region: Region, node: Node, root: BlockDevice, given: Params, sizes: dict[str, int]) -> None:
    for size in VMFS_PARTITIONS:
        add_partition(region, root, size)
    group = _group(region, node, "vmfs6", "datastore1")
    add_partition(region, root, sizes.get("root_size")).filesystem = filesystem(region, "vmfs6", group_id=group.id)


_BUILDERS: dict[str, Callable[[Region, Node, BlockDevice, Params, dict[str, int]], None]] = {
    "flat": _flat,
    "lvm": _lvm,
    "bcache": _bcache,
    "blank": _blank,
    "vmfs6": _vmfs,
    "vmfs7": _vmfs,
}


def _boot_partition(region: Region, root: BlockDevice, sizes: dict[str, int]) -> None:
    if sizes.get("boot_size"):
        part = add_partition(region, root, sizes["boot_size"], bootable=True)
        part.filesystem = filesystem(region, "ext4", label="boot", mount_point="/boot")


def _group(region: Region, node: Node, kind: str, name: str) -> FilesystemGroup:
    made = FilesystemGroup(region.number("group"), kind, name, region.uuid())
    node.groups[made.id] = made
    return made


def _count(node: Node, kind: str) -> int:
    return sum(group.kind == kind for group in node.groups.values())


def add_virtual(region: Region, node: Node, group: FilesystemGroup, name: str, size: int) -> BlockDevice:
    """Add the device a group shows to the system."""
    made = BlockDevice(
        region.number("blockdevice"),
        name,
        size,
        "virtual",
        block_size=4096,
        uuid=region.uuid(),
        group_id=group.id,
    )
    node.blockdevices[made.id] = made
    return made
