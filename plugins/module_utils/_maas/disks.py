# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Disks, partitions and file systems of a machine: the wanted and the present ones in one form; pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

__all__ = [
    "MEMBERS",
    "ROUNDING",
    "Disk",
    "Filesystem",
    "Partition",
    "disk_view",
    "disks_of",
    "filesystem_view",
    "present_disk",
    "present_filesystem",
    "same_disk",
    "same_filesystem",
    "size_in_bytes",
    "wanted_filesystem",
]

Json = t.Mapping[str, t.Any]

# MAAS takes sizes in powers of 1000 and rounds partitions down to whole 4 MiB.
UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
ROUNDING = 8 * 1024**2
# What MAAS calls the file system of a disk or partition that something else is built of.
MEMBERS = frozenset({"lvm-pv", "raid", "raid-spare", "bcache-backing", "bcache-cache"})


@dataclass(frozen=True)
class Filesystem:
    """A file system and where it is mounted; ``label`` and ``mount_options`` are empty for none."""

    fstype: str
    mount_point: str = ""
    mount_options: str = ""
    label: str = ""


@dataclass(frozen=True)
class Partition:
    """A partition; ``size`` in bytes, None for the rest of the disk."""

    size: t.Optional[int]
    filesystem: t.Optional[Filesystem] = None
    bootable: bool = False


@dataclass(frozen=True)
class Disk:
    """A disk by its name; it has partitions, or a file system of its own, or nothing. ``free`` in bytes."""

    name: str
    partitions: t.Tuple[Partition, ...] = ()
    filesystem: t.Optional[Filesystem] = None
    boot: bool = False
    id: int = 0
    free: int = 0

    @classmethod
    def wanted(cls, item: Json) -> Disk:
        """Take one entry of the options ``disks``, ``raids`` or ``bcaches``.

        :raises ConfigurationError: for a size that is none.
        """
        return cls(
            name=item["name"],
            boot=bool(item.get("boot")),
            filesystem=wanted_filesystem(item),
            partitions=tuple(
                Partition(
                    size=size_in_bytes(part["size"]) if part.get("size") else None,
                    filesystem=wanted_filesystem(part),
                    bootable=bool(part.get("bootable")),
                )
                for part in item.get("partitions") or ()
            ),
        )

    @property
    def partition_names(self) -> tuple[str, ...]:
        """Return the names of the partitions: by their place, whatever number MAAS will give them."""
        return tuple(f"{self.name}-part{number}" for number in range(1, len(self.partitions) + 1))


def size_in_bytes(text: str) -> int:
    """Return ``100G`` as bytes, in MAAS's way (powers of 1000).

    :raises ConfigurationError: for anything else.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([KMGT]?)B?", str(text).strip().upper())
    if match is None:
        raise ConfigurationError(f"size {text!r} is not a size; write it as 512M, 100G or 1.5T")
    return int(float(match.group(1)) * UNITS[match.group(2)])


def wanted_filesystem(item: Json) -> Filesystem | None:
    """Take the options of a file system; None when there is none."""
    if not item.get("fstype"):
        return None
    return Filesystem(
        item["fstype"], item.get("mount_point") or "", item.get("mount_options") or "", item.get("label") or ""
    )


def present_filesystem(body: Json | None) -> Filesystem | None:
    """Take a file system as MAAS answers it."""
    if not body:
        return None
    names = ("fstype", "mount_point", "mount_options", "label")
    return Filesystem(*(str(body.get(name) or "") for name in names))


def present_disk(body: Json, boot: int | None = None) -> Disk:
    """Take a block device as MAAS answers it; ``boot`` is the id of the boot disk."""
    return Disk(
        name=body["name"],
        boot=body["id"] == boot,
        id=body["id"],
        free=int(body.get("available_size") or 0),
        filesystem=present_filesystem(body.get("filesystem")),
        partitions=tuple(
            Partition(part["size"], present_filesystem(part.get("filesystem")), bool(part.get("bootable")))
            for part in body.get("partitions") or ()
        ),
    )


def disks_of(machine: Json) -> tuple[Disk, ...]:
    """Return the physical disks of a machine as MAAS answers it."""
    boot = (machine.get("boot_disk") or {}).get("id")
    bodies = machine.get("blockdevice_set") or ()
    return tuple(present_disk(body, boot) for body in bodies if body["type"] == "physical")


def same_disk(wanted: Disk, now: Disk) -> bool:
    """Whether a disk is as wanted, but for the rounding of MAAS and labels nobody asked for."""
    if wanted.boot and not now.boot:
        return False
    if not same_filesystem(wanted.filesystem, now.filesystem) or len(wanted.partitions) != len(now.partitions):
        return False
    pairs = zip(wanted.partitions, now.partitions)  # noqa: B905 - strict= came with Python 3.10; the lengths are equal
    return all(_same_partition(asked, there, now.free) for asked, there in pairs)


def _same_partition(wanted: Partition, now: Partition, free: int) -> bool:
    fits = free <= ROUNDING if wanted.size is None else abs(wanted.size - (now.size or 0)) <= ROUNDING
    return fits and wanted.bootable <= now.bootable and same_filesystem(wanted.filesystem, now.filesystem)


def same_filesystem(wanted: Filesystem | None, now: Filesystem | None) -> bool:
    """Whether a file system is as wanted; what something else is built of counts as none."""
    if now is not None and now.fstype in MEMBERS:
        now = None
    if wanted is None or now is None:
        return wanted is now
    same = (wanted.fstype, wanted.mount_point, wanted.mount_options) == (now.fstype, now.mount_point, now.mount_options)
    return same and wanted.label in ("", now.label)


def disk_view(disk: Disk) -> dict[str, t.Any]:
    """Return a disk for people."""
    return {
        "name": disk.name,
        "boot": disk.boot,
        **filesystem_view(disk.filesystem),
        "partitions": [
            {"size": part.size, "bootable": part.bootable, **filesystem_view(part.filesystem)}
            for part in disk.partitions
        ],
    }


def filesystem_view(filesystem: Filesystem | None) -> dict[str, t.Any]:
    """Return a file system for people."""
    return {
        "fstype": filesystem.fstype if filesystem else None,
        "mount_point": filesystem.mount_point if filesystem else None,
    }
