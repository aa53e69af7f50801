# SPDX-License-Identifier: GPL-3.0-or-later
"""Check and change disks, partitions, filesystems and the groups built of them, in MAAS's words."""

from __future__ import annotations

from collections.abc import Iterator

from . import disks
from .params import Params, required_fields
from .records import BlockDevice, Filesystem, FilesystemGroup, Node, Partition
from .refusals import NOT_AMONG_CHOICES, REQUIRED, FormErrors, NotFound, no_choice_text
from .region import Region
from .storage_layouts import add_partition, add_virtual, filesystem

FORMATS = ("fat32", "ext2", "ext4", "xfs", "btrfs", "swap", "vfat", "zfsroot", "tmpfs", "ramfs")
WITHOUT_MOUNT = ("swap",)
RAID_LEVELS = {
    "raid-0": (2, False),
    "raid-1": (2, True),
    "raid-5": (3, True),
    "raid-6": (4, True),
    "raid-10": (3, True),
}
"""Each level with the devices it needs at least and whether it takes spares."""
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


def create_group(region: Region, node: Node, kind: str, data: Params) -> FilesystemGroup:
    """Build a volume group or a datastore of disks and partitions."""
    required_fields(data, "name")
    name = data.text("name")
    _free_name(node, name)
    members = chosen_members(node, data)
    if not members:
        raise FormErrors({"__all__": "At least one block device or partition is required."})
    made = FilesystemGroup(region.number("group"), kind, name, data.text("uuid") or region.uuid())
    node.groups[made.id] = made
    join(region, made, members, "lvm-pv" if kind == "lvm-vg" else "vmfs6")
    return made


def create_raid(region: Region, node: Node, data: Params) -> FilesystemGroup:
    """Build a RAID with its virtual disk."""
    required_fields(data, "level")
    level = data.text("level")
    if level not in RAID_LEVELS:
        raise FormErrors({"level": no_choice_text(level)})
    members = chosen_members(node, data)
    spares = chosen_members(node, data, "spare_devices", "spare_partitions")
    least, may_spare = RAID_LEVELS[level]
    if len(members) < least or (spares and not may_spare):
        allowed = "any number of spares" if may_spare else "no spares"
        text = f"RAID level {level.partition('-')[2]} must have at least {least} raid devices and {allowed}."
        raise FormErrors({"__all__": text})
    name = data.text("name") or f"md{sum(g.kind.startswith('raid') for g in node.groups.values())}"
    _free_name(node, name)
    made = FilesystemGroup(region.number("group"), level, name, data.text("uuid") or region.uuid())
    node.groups[made.id] = made
    join(region, made, members, "raid")
    join(region, made, spares, "raid-spare")
    add_virtual(region, node, made, name, raid_size(level, [size_of(member) for member in members]))
    return made


def raid_size(level: str, sizes: list[int]) -> int:
    """Give what a RAID of these members holds."""
    least, count = min(sizes), len(sizes)
    shares = {"raid-0": count, "raid-1": 1, "raid-5": count - 1, "raid-6": count - 2}
    return least * shares[level] if level in shares else least * count // 2


def create_cache_set(region: Region, node: Node, data: Params) -> FilesystemGroup:
    members = chosen_members(node, data, "cache_device", "cache_partition")
    if len(members) != 1:
        raise FormErrors({"__all__": "Either cache_device or cache_partition must be specified."})
    name = f"cache{sum(g.kind == 'cache-set' for g in node.groups.values())}"
    made = FilesystemGroup(region.number("group"), "cache-set", name, region.uuid())
    node.groups[made.id] = made
    join(region, made, members, "bcache-cache")
    return made


def create_bcache(region: Region, node: Node, data: Params) -> FilesystemGroup:
    required_fields(data, "cache_set", "cache_mode")
    members = chosen_members(node, data, "backing_device", "backing_partition")
    if len(members) != 1:
        raise FormErrors({"__all__": "Either backing_device or backing_partition must be specified."})
    caches = find_group(node, data.text("cache_set"), "cache-set", "CacheSet")
    mode = data.text("cache_mode").lower()
    if mode not in ("writeback", "writethrough", "writearound"):
        raise FormErrors({"cache_mode": no_choice_text(data.text("cache_mode"))})
    name = data.text("name") or f"bcache{sum(g.kind == 'bcache' for g in node.groups.values())}"
    _free_name(node, name)
    made = FilesystemGroup(region.number("group"), "bcache", name, region.uuid(), caches.id, mode)
    node.groups[made.id] = made
    join(region, made, members, "bcache-backing")
    add_virtual(region, node, made, name, size_of(members[0]))
    return made


def create_logical_volume(region: Region, node: Node, group: FilesystemGroup, data: Params) -> BlockDevice:
    required_fields(data, "name")
    name = f"{group.name}-{data.text('name')}"
    _free_name(node, name)
    room = available_in(node, group)
    size = disks.parse_size(data.text("size"), group_size(node, group)) if data.text("size") else room
    if size is None:
        raise FormErrors({"size": "Enter a valid value."})
    if size > room:
        raise FormErrors({"size": f"Ensure this value is less than or equal to {room}."})
    return add_virtual(region, node, group, name, disks.aligned(size))


def delete_group(node: Node, group: FilesystemGroup) -> None:
    """Take a group apart; its virtual disks and the marks on its members go with it."""
    for disk in [d for d in node.blockdevices.values() if d.group_id == group.id]:
        del node.blockdevices[disk.id]
    for member in every_member(node):
        if member.filesystem is not None and member.filesystem.group_id == group.id:
            member.filesystem = None
    node.groups.pop(group.id, None)


def update_group(region: Region, node: Node, group: FilesystemGroup, data: Params) -> None:
    """Rename a group and add or remove members."""
    if data.text("name") and data.text("name") != group.name:
        _free_name(node, data.text("name"))
        for disk in node.blockdevices.values():
            if disk.group_id == group.id:
                disk.name = disk.name.replace(group.name, data.text("name"), 1)
        group.name = data.text("name")
    mark = "lvm-pv" if group.kind == "lvm-vg" else "raid" if group.kind.startswith("raid") else "vmfs6"
    join(region, group, chosen_members(node, data, "add_block_devices", "add_partitions"), mark)
    spare = chosen_members(node, data, "add_spare_devices", "add_spare_partitions")
    join(region, group, spare, "raid-spare")
    gone = set(data.words("remove_block_devices") + data.words("remove_spare_devices"))
    gone_parts = set(data.words("remove_partitions") + data.words("remove_spare_partitions"))
    for member in members_of(node, group):
        wanted = gone if isinstance(member, BlockDevice) else gone_parts
        if str(member.id) in wanted:
            member.filesystem = None
    if group.kind.startswith("raid"):
        active = [m for m in members_of(node, group) if m.filesystem and m.filesystem.fstype == "raid"]
        for disk in node.blockdevices.values():
            if disk.group_id == group.id:
                disk.size = raid_size(group.kind, [size_of(member) for member in active])


def find_group(node: Node, text: str, kind: str, model: str) -> FilesystemGroup:
    for group in node.groups.values():
        if group.kind.startswith(kind) and text in (str(group.id), group.name):
            return group
    raise NotFound(model)


def every_member(node: Node) -> Iterator[Member]:
    for disk in node.blockdevices.values():
        yield disk
        yield from disk.partitions


def members_of(node: Node, group: FilesystemGroup) -> list[Member]:
    return [m for m in every_member(node) if m.filesystem is not None and m.filesystem.group_id == group.id]


def group_size(node: Node, group: FilesystemGroup) -> int:
    sizes = [disks.aligned(size_of(member) - disks.ALIGNMENT) for member in members_of(node, group)]
    if group.kind == "lvm-vg":
        return sum(sizes)
    held = next((disk.size for disk in node.blockdevices.values() if disk.group_id == group.id), None)
    return held if held is not None else sum(size_of(member) for member in members_of(node, group))


def available_in(node: Node, group: FilesystemGroup) -> int:
    used = sum(disk.size for disk in node.blockdevices.values() if disk.group_id == group.id)
    return group_size(node, group) - used


def size_of(member: Member) -> int:
    return member.size


def chosen_members(
    node: Node,
    data: Params,
    disk_field: str = "block_devices",
    part_field: str = "partitions",
) -> list[Member]:
    """Give the free disks and partitions a form names; refuse unknown and used ones."""
    found: list[Member] = []
    errors: dict[str, str] = {}
    parts = {str(part.id): part for disk in node.blockdevices.values() for part in disk.partitions}
    for word in data.words(disk_field):
        disk = next((d for d in node.blockdevices.values() if word in (str(d.id), d.name)), None)
        if disk is None or disk.partitions or disk.filesystem is not None:
            errors[disk_field] = no_choice_text(word)
        else:
            found.append(disk)
    for word in data.words(part_field):
        part = parts.get(word)
        if part is None or part.filesystem is not None:
            errors[part_field] = no_choice_text(word) if part is None else NOT_AMONG_CHOICES
        else:
            found.append(part)
    if errors:
        raise FormErrors(errors)
    return found


def join(region: Region, group: FilesystemGroup, members: list[Member], mark: str) -> None:
    for member in members:
        member.filesystem = Filesystem(mark, region.uuid(), group_id=group.id)


def _free_name(node: Node, name: str) -> None:
    if any(disk.name == name for disk in node.blockdevices.values()):
        raise FormErrors({"name": "Block device with this Node and Name already exists."})


def _not_in_group(member: Member) -> None:
    if member.filesystem is not None and member.filesystem.group_id is not None:
        text = "is part of a filesystem group, and cannot be changed on its own."
        raise FormErrors({"__all__": f"{type(member).__name__} {text}"})
