# SPDX-License-Identifier: GPL-3.0-or-later
"""Check and build volume groups, RAIDs, bcaches and datastores, in MAAS's words."""

from __future__ import annotations

from collections.abc import Iterator

from . import disks
from .params import Params, required_fields
from .records import Node
from .records_storage import BlockDevice, Filesystem, FilesystemGroup
from .refusals import NOT_AMONG_CHOICES, FormErrors, NotFound, no_choice_text
from .region import Region
from .storage_forms import Member, free_name
from .storage_layouts import add_virtual

RAID_LEVELS = {
    "raid-0": (2, False),
    "raid-1": (2, True),
    "raid-5": (3, True),
    "raid-6": (4, True),
    "raid-10": (3, True),
}
"""Each level with the devices it needs at least and whether it takes spares."""


def create_group(region: Region, node: Node, kind: str, data: Params) -> FilesystemGroup:
    """Build a volume group or a datastore of disks and partitions."""
    required_fields(data, "name")
    name = data.text("name")
    free_name(node, name)
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
    free_name(node, name)
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
    free_name(node, name)
    made = FilesystemGroup(region.number("group"), "bcache", name, region.uuid(), caches.id, mode)
    node.groups[made.id] = made
    join(region, made, members, "bcache-backing")
    add_virtual(region, node, made, name, size_of(members[0]))
    return made


def create_logical_volume(region: Region, node: Node, group: FilesystemGroup, data: Params) -> BlockDevice:
    required_fields(data, "name")
    name = f"{group.name}-{data.text('name')}"
    free_name(node, name)
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
        free_name(node, data.text("name"))
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
