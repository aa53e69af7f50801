# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute sizes and uses of disks and partitions as MAAS does; pure arithmetic on records.

A partition table costs 6 MiB and partitions are multiples of 4 MiB (both measured on MAAS 3.7.3).
"""

from __future__ import annotations

import re

from .records import Node
from .records_storage import BlockDevice, Filesystem, Partition

MIB = 1024 * 1024
TABLE_SIZE = 6 * MIB
ALIGNMENT = 4 * MIB
UNITS = {"": 1, "B": 1, "K": 10**3, "KB": 10**3, "M": 10**6, "MB": 10**6, "G": 10**9, "GB": 10**9}
UNITS |= {"T": 10**12, "TB": 10**12, "P": 10**15, "PB": 10**15}


def aligned(size: int) -> int:
    """Round down to the partition alignment."""
    return size - size % ALIGNMENT


def parse_size(text: str, whole: int) -> int | None:
    """Read ``100G``, ``1.5T``, ``50%`` or plain bytes; None when it is none of these. Units are decimal."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z%]*)\s*", text)
    if not found:
        return None
    number, unit = float(found[1]), found[2].upper()
    if unit == "%":
        return int(whole * number / 100)
    return int(number * UNITS[unit]) if unit in UNITS else None


def used_size(disk: BlockDevice) -> int:
    if disk.filesystem is not None:
        return disk.size
    if disk.table is None and not disk.partitions:
        return 0
    return sum(part.size for part in disk.partitions) + TABLE_SIZE


def available_size(disk: BlockDevice) -> int:
    """Give the bytes a new partition could have."""
    if disk.filesystem is not None:
        return 0
    if disk.type == "virtual" and not disk.partitions and disk.table is None and disk.group_id is None:
        return disk.size
    return max(aligned(disk.size - sum(part.size for part in disk.partitions) - TABLE_SIZE), 0)


def partition_number(node: Node, disk: BlockDevice, part: Partition) -> int:
    """Give the number in ``sda-partN``: a BIOS boot partition comes first unless the machine boots by UEFI."""
    first = 1 if node.bios_boot_method == "uefi" or node.architecture.split("/")[0] != "amd64" else 2
    return disk.partitions.index(part) + first


def filesystem_use(node: Node, filesystem: Filesystem | None) -> str:
    """Say what a filesystem is for, in the words of ``used_for``."""
    if filesystem is None:
        return "Unused"
    group = node.groups.get(filesystem.group_id) if filesystem.group_id is not None else None
    if group is not None:
        kinds = {
            "lvm-pv": f"LVM volume for {group.name}",
            "raid": f"Active {group.kind} device for {group.name}",
            "raid-spare": f"Spare {group.kind} device for {group.name}",
            "bcache-backing": f"Backing device for {group.name}",
            "bcache-cache": f"Cache device for {group.name}",
            "vmfs6": f"VMFS extent for {group.name}",
        }
        return kinds.get(filesystem.fstype, f"{filesystem.fstype} member of {group.name}")
    if filesystem.mount_point:
        return f"{filesystem.fstype} formatted filesystem mounted at {filesystem.mount_point}"
    return f"Unmounted {filesystem.fstype} formatted filesystem"


def disk_use(node: Node, disk: BlockDevice) -> str:
    if disk.filesystem is not None:
        return filesystem_use(node, disk.filesystem)
    if disk.partitions:
        many = "s" if len(disk.partitions) > 1 else ""
        return f"{disk.table or 'GPT'} partitioned with {len(disk.partitions)} partition{many}"
    return "Unused"
