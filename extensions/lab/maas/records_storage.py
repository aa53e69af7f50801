# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe disks and what is on them as plain records."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Filesystem:
    fstype: str
    uuid: str
    label: str | None = None
    mount_point: str | None = None
    mount_options: str | None = None
    group_id: int | None = None


@dataclass(slots=True)
class Partition:
    id: int
    device_id: int
    size: int
    uuid: str
    bootable: bool = False
    tags: list[str] = field(default_factory=list)
    filesystem: Filesystem | None = None


@dataclass(slots=True)
class BlockDevice:
    id: int
    name: str
    size: int
    type: str = "physical"
    block_size: int = 512
    model: str | None = None
    serial: str | None = None
    id_path: str | None = None
    firmware_version: str | None = None
    numa_node: int | None = None
    uuid: str | None = None
    table: str | None = None
    tags: list[str] = field(default_factory=list)
    partitions: list[Partition] = field(default_factory=list)
    filesystem: Filesystem | None = None
    group_id: int | None = None


@dataclass(slots=True)
class FilesystemGroup:
    """A volume group, RAID, bcache, VMFS datastore or cache set; its members carry its id."""

    id: int
    kind: str
    name: str
    uuid: str
    cache_set: int | None = None
    cache_mode: str | None = None
