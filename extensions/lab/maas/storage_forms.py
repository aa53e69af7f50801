# SPDX-License-Identifier: GPL-3.0-or-later
"""Check and change disks, partitions, filesystems and the groups built of them, in MAAS's words."""

from __future__ import annotations

from . import disks
from .params import Params, required_fields
from .records import Node
from .records_storage import BlockDevice, Partition
from .refusals import REQUIRED, FormErrors, NotFound, no_choice_text
from .region import Region
from .storage_layouts import add_partition, filesystem

FORMATS = ("fat32", "ext2", "ext4", "xfs", "btrfs", "swap", "vfat", "zfsroot", "tmpfs", "ramfs")
WITHOUT_MOUNT = ("swap",)
Member = BlockDevice | Partition


def find_disk(node: Node, text: str) -> BlockDevice:
    """Find a disk by id or name; refuse with 404."""
    for disk in node.blockdevices.values():
        if text in (str(disk.id), disk.name):
            return disk
    raise NotFound("BlockDevice")


def find_partition(disk: BlockDevice, text: str) -> Partition:
    for part in disk.partitions:
        if text in (str(part.id), f"{disk.name}-part{disk.partitions.index(part) + 1}"):
            return part
    raise NotFound("Partition")


def create_partition(region: Region, disk: BlockDevice, data: Params) -> Partition:
    """Cut a partition; without a size it takes all that is left."""
    size = None
    if data.text("size"):
        size = disks.parse_size(data.text("size"), disk.size)
        if size is None:
            raise FormErrors({"size": "Enter a valid value."})
        if size > disk.size:
            raise FormErrors({"size": f"Ensure this value is less than or equal to {disk.size}."})
        if size < disks.ALIGNMENT:
            raise FormErrors({"size": f"Ensure this value is greater than or equal to {disks.ALIGNMENT}."})
    if disk.filesystem is not None:
        raise FormErrors({"__all__": "Cannot create partition on a formatted block device."})
    return add_partition(region, disk, size, bootable=data.checkbox("bootable"))


def format_member(region: Region, member: Member, data: Params) -> None:
    required_fields(data, "fstype")
    fstype = data.text("fstype")
    if fstype not in FORMATS:
        raise FormErrors({"fstype": no_choice_text(fstype)})
    _not_in_group(member)
    if isinstance(member, BlockDevice) and member.partitions:
        raise FormErrors({"__all__": "Cannot format block device with partitions."})
    member.filesystem = filesystem(region, fstype, label=data.text("label") or None)


def unformat(member: Member) -> None:
    if member.filesystem is None:
        raise FormErrors({"__all__": "Not formatted."})
    if member.filesystem.mount_point:
        raise FormErrors({"__all__": "Filesystem is mounted and cannot be unformatted. Unmount the filesystem."})
    _not_in_group(member)
    member.filesystem = None


def mount(node: Node, member: Member, data: Params) -> None:
    """Set where a filesystem is mounted; two cannot share a place."""
    held = member.filesystem
    if held is None:
        raise FormErrors({"__all__": "Cannot mount an unformatted partition or block device."})
    _not_in_group(member)
    point = data.text("mount_point")
    if not point and held.fstype not in WITHOUT_MOUNT:
        raise FormErrors({"mount_point": REQUIRED})
    if point and not point.startswith("/"):
        raise FormErrors({"mount_point": "Enter a valid value."})
    if any(other.mount_point == point and other is not held for other in node.filesystems()):
        raise FormErrors({"mount_point": f"Another filesystem is already mounted at {point}."})
    held.mount_point, held.mount_options = point or "none", data.text("mount_options")


def unmount(member: Member) -> None:
    held = member.filesystem
    if held is None or not held.mount_point:
        raise FormErrors({"__all__": "Filesystem is already unmounted."})
    held.mount_point = held.mount_options = None


def free_name(node: Node, name: str) -> None:
    if any(disk.name == name for disk in node.blockdevices.values()):
        raise FormErrors({"name": "Block device with this Node and Name already exists."})


def _not_in_group(member: Member) -> None:
    if member.filesystem is not None and member.filesystem.group_id is not None:
        text = "is part of a filesystem group, and cannot be changed on its own."
        raise FormErrors({"__all__": f"{type(member).__name__} {text}"})
