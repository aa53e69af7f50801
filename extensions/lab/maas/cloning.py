# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy the storage or the interfaces of one machine to others (``op=clone``)."""

from __future__ import annotations

import copy

from .params import Params
from .records import Node
from .records_network import Link
from .records_storage import BlockDevice, FilesystemGroup
from .refusals import FormErrors
from .region import Region
from .statuses import Status
from .storage_layouts import clear

CLONABLE = frozenset({Status.READY, Status.FAILED_TESTING})


def clone(region: Region, source: Node, targets: list[Node], data: Params) -> None:
    """Copy what was asked for; nothing is copied to anybody when one target cannot take it."""
    storage, interfaces = data.string_bool("storage"), data.string_bool("interfaces")
    problems = [problem for target in targets if (problem := _problem(source, target, storage, interfaces))]
    if problems:
        raise FormErrors({"destinations": problems})
    for target in targets:
        if storage:
            _clone_storage(region, source, target)
        if interfaces:
            _clone_interfaces(region, source, target)


def _problem(source: Node, target: Node, storage: bool, interfaces: bool) -> str:
    """Say why a machine cannot take the copy; the empty text means that it can."""
    if target is source:
        return "Source machine cannot be a destination machine."
    if target.status not in CLONABLE:
        return f"Machine {target.system_id} is invalid: cannot be cloned to in its current state."
    pairs = _disk_pairs(source, target)
    if storage and (len(pairs) < len(_physical(source)) or any(to.size < of.size for of, to in pairs)):
        return f"Machine {target.system_id} is invalid: destination boot disk(s) are smaller than the source's."
    names = {nic.name for nic in source.interfaces.values() if nic.type == "physical"}
    if interfaces and not names <= {nic.name for nic in target.interfaces.values()}:
        return f"Machine {target.system_id} is invalid: destination does not have the source's interfaces."
    return ""


def _physical(node: Node) -> list[BlockDevice]:
    return [disk for disk in node.blockdevices.values() if disk.type == "physical"]


def _disk_pairs(source: Node, target: Node) -> list[tuple[BlockDevice, BlockDevice]]:
    return list(zip(_physical(source), _physical(target), strict=False))


def _clone_storage(region: Region, source: Node, target: Node) -> None:
    clear(target)
    groups = {old: region.number("group") for old in source.groups}
    for old, group in source.groups.items():
        made: FilesystemGroup = copy.copy(group)
        made.id, made.uuid = groups[old], region.uuid()
        made.cache_set = groups.get(group.cache_set or 0)
        target.groups[made.id] = made
    for of, to in _disk_pairs(source, target):
        _copy_disk(region, of, to, groups)
    for disk in source.blockdevices.values():
        if disk.type == "virtual":
            made_disk = copy.deepcopy(disk)
            made_disk.id, made_disk.uuid = region.number("blockdevice"), region.uuid()
            made_disk.group_id = groups.get(disk.group_id or 0)
            target.blockdevices[made_disk.id] = made_disk
            _copy_disk(region, disk, made_disk, groups)


def _copy_disk(region: Region, of: BlockDevice, to: BlockDevice, groups: dict[int, int]) -> None:
    to.table, to.filesystem = of.table, copy.copy(of.filesystem)
    to.partitions = [copy.deepcopy(part) for part in of.partitions]
    for part in to.partitions:
        part.id, part.device_id, part.uuid = region.number("partition"), to.id, region.uuid()
    for held in [to.filesystem, *(part.filesystem for part in to.partitions)]:
        if held is not None:
            held.uuid, held.group_id = region.uuid(), groups.get(held.group_id or 0)


def _clone_interfaces(region: Region, source: Node, target: Node) -> None:
    """Copy bonds, VLANs, bridges and links by name; addresses that were given by hand stay with their owner."""
    for nic in [nic for nic in target.interfaces.values() if nic.type != "physical"]:
        del target.interfaces[nic.id]
    by_name = {nic.name: nic for nic in target.interfaces.values()}
    ids: dict[int, int] = {}
    for nic in source.interfaces.values():
        own = by_name.get(nic.name)
        if own is None:
            own = copy.deepcopy(nic)
            own.id = region.number("interface")
            own.parents = [ids[parent] for parent in nic.parents]
            own.mac_address = target.interfaces[own.parents[0]].mac_address if own.parents else nic.mac_address
            target.interfaces[own.id] = own
        ids[nic.id] = own.id
        own.vlan_id, own.params, own.tags = nic.vlan_id, dict(nic.params), list(nic.tags)
        own.links = [
            Link(region.number("link"), "auto" if link.mode == "static" else link.mode, link.subnet_id)
            for link in nic.links
        ]
