# SPDX-License-Identifier: GPL-3.0-or-later
"""Write disks, partitions and filesystems as the API shows them."""

from __future__ import annotations

from typing import Any

from . import disks
from .records import Node
from .records_storage import BlockDevice, Filesystem, FilesystemGroup, Partition
from .render_parts import API


def machine_storage(node: Node) -> dict[str, Any]:
    every = [block_device(node, disk, in_machine=True) for disk in node.blockdevices.values()]
    physical = [disk for disk in every if disk["type"] == "physical"]
    boot = node.boot_disk
    shown = {kind: [_stub(node, g) for g in node.groups.values() if family(g) == kind] for kind in GROUP_LISTS}
    return {
        "storage": sum(disk.size for disk in node.blockdevices.values() if disk.type == "physical") / 1_000_000,
        "blockdevice_set": every,
        "physicalblockdevice_set": physical,
        "virtualblockdevice_set": [disk for disk in every if disk["type"] == "virtual"],
        "boot_disk": next((disk for disk in physical if boot and disk["id"] == boot.id), None),
        "special_filesystems": [filesystem(fs) for fs in node.special_filesystems],
        **shown,
    }


GROUP_LISTS = ("raids", "volume_groups", "bcaches", "cache_sets")


def family(group: FilesystemGroup) -> str:
    """Name the list of the machine object a group belongs to; datastores are in none of them."""
    if group.kind.startswith("raid"):
        return "raids"
    return {"lvm-vg": "volume_groups", "bcache": "bcaches", "cache-set": "cache_sets"}.get(group.kind, "vmfs")


def _stub(node: Node, group: FilesystemGroup) -> dict[str, Any]:
    return {"system_id": node.system_id, "id": group.id, "__incomplete__": True}


def block_device(node: Node, disk: BlockDevice, *, in_machine: bool = False) -> dict[str, Any]:
    """Write a disk; its firmware version is shown inside the machine object only, as MAAS does."""
    shown: dict[str, Any] = {
        "id": disk.id,
        "name": disk.name,
        "type": disk.type,
        "model": disk.model,
        "serial": disk.serial,
        "size": disk.size,
        "used_size": disks.used_size(disk),
        "available_size": disks.available_size(disk),
        "block_size": disk.block_size,
        "id_path": disk.id_path,
        "path": f"/dev/disk/by-dname/{disk.name}",
        "tags": list(disk.tags),
        "partitions": [partition(node, disk, part) for part in disk.partitions],
        "filesystem": filesystem(disk.filesystem),
        "partition_table_type": disk.table,
        "uuid": disk.uuid,
        "numa_node": disk.numa_node,
        "used_for": disks.disk_use(node, disk),
        "storage_pool": None,
        "system_id": node.system_id,
        "resource_uri": f"{API}/nodes/{node.system_id}/blockdevices/{disk.id}/",
    }
    if in_machine and disk.type == "physical":
        shown["firmware_version"] = disk.firmware_version
    return shown


def partition(node: Node, disk: BlockDevice, part: Partition) -> dict[str, Any]:
    return {
        "uuid": part.uuid,
        "size": part.size,
        "bootable": part.bootable,
        "tags": list(part.tags),
        "device_id": disk.id,
        "id": part.id,
        "type": "partition",
        "used_for": disks.filesystem_use(node, part.filesystem),
        "filesystem": filesystem(part.filesystem),
        "system_id": node.system_id,
        "path": f"/dev/disk/by-dname/{disk.name}-part{disks.partition_number(node, disk, part)}",
        "resource_uri": f"{API}/nodes/{node.system_id}/blockdevices/{disk.id}/partition/{part.id}",
    }


def filesystem(record: Filesystem | None) -> dict[str, Any] | None:
    if record is None:
        return None
    return {
        "fstype": record.fstype,
        "label": record.label,
        "uuid": record.uuid,
        "mount_point": record.mount_point,
        "mount_options": record.mount_options,
    }
