# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe what the region knows as plain records; they hold data and answer questions about themselves only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .records_network import Interface
from .records_scripts import ScriptSet
from .records_storage import BlockDevice, Filesystem, FilesystemGroup
from .statuses import Status

UNKNOWN = "Unknown"
HARDWARE_KEYS = [
    "system_vendor",
    "system_product",
    "system_family",
    "system_version",
    "system_sku",
    "system_serial",
    "cpu_model",
    "mainboard_vendor",
    "mainboard_product",
    "mainboard_serial",
    "mainboard_version",
    "mainboard_firmware_vendor",
    "mainboard_firmware_date",
    "mainboard_firmware_version",
    "chassis_vendor",
    "chassis_type",
    "chassis_serial",
    "chassis_version",
]


@dataclass(slots=True)
class User:
    """Someone who may call the API."""

    username: str
    email: str
    is_superuser: bool


@dataclass(slots=True)
class Token:
    """One API key: ``consumer:key:secret``."""

    consumer: str
    key: str
    secret: str
    user: str
    name: str = "MAAS consumer"


@dataclass(slots=True)
class Zone:
    id: int
    name: str
    description: str = ""


@dataclass(slots=True)
class Pool:
    id: int
    name: str
    description: str = ""


@dataclass(slots=True)
class Domain:
    id: int
    name: str
    authoritative: bool = True
    ttl: int | None = None


@dataclass(slots=True)
class Tag:
    name: str
    definition: str = ""
    comment: str = ""
    kernel_opts: str = ""


@dataclass(slots=True)
class Event:
    id: int
    created: datetime
    level: int
    type: str
    description: str
    system_id: str | None
    hostname: str
    username: str = "unknown"


@dataclass(slots=True)
class Node:
    """A machine as MAAS keeps it; ``power_state`` is MAAS's last knowledge and may be stale, as in MAAS."""

    system_id: str
    hostname: str
    domain_id: int
    zone_id: int
    pool_id: int
    architecture: str
    number: int = 0
    status: Status = Status.NEW
    previous_status: Status = Status.NEW
    owner: str | None = None
    agent_name: str = ""
    description: str = ""
    power_type: str = ""
    power_parameters: dict[str, Any] = field(default_factory=dict)
    power_state: str = "unknown"
    locked: bool = False
    netboot: bool = True
    status_message: str | None = None
    status_action: str | None = None
    error_description: str = ""
    osystem: str = ""
    distro_series: str = ""
    hwe_kernel: str | None = None
    min_hwe_kernel: str = ""
    ephemeral_deploy: bool = False
    enable_hw_sync: bool = False
    enable_kernel_crash_dump: bool = False
    enable_ssh: bool = False
    skip_bmc_config: bool = False
    skip_networking: bool = False
    skip_storage: bool = False
    user_data: str | None = None
    register_vmhost: bool = False
    swap_size: int | None = None
    disable_ipv4: bool = False
    bios_boot_method: str | None = None
    is_dpu: bool = False
    hardware_uuid: str | None = None
    hardware_info: dict[str, str] = field(default_factory=lambda: dict.fromkeys(HARDWARE_KEYS, UNKNOWN))
    cpu_count: int = 0
    cpu_speed: int = 0
    memory: int = 0
    numa_nodes: list[dict[str, Any]] = field(
        default_factory=lambda: [{"index": 0, "memory": 0, "cores": [], "hugepages_set": []}],
    )
    tag_names: list[str] = field(default_factory=list)
    owner_data: dict[str, str] = field(default_factory=dict)
    interfaces: dict[int, Interface] = field(default_factory=dict)
    boot_interface_id: int | None = None
    blockdevices: dict[int, BlockDevice] = field(default_factory=dict)
    groups: dict[int, FilesystemGroup] = field(default_factory=dict)
    special_filesystems: list[Filesystem] = field(default_factory=list)
    boot_disk_id: int | None = None
    default_gateway_link: int | None = None
    script_sets: dict[int, ScriptSet] = field(default_factory=dict)
    current_sets: dict[int, int] = field(default_factory=dict)
    lshw: bytes = b""
    lldp: bytes = b""
    token: Token | None = None

    @property
    def macs(self) -> list[str]:
        """Give the addresses of the physical interfaces, in order of creation."""
        return [nic.mac_address for nic in self.interfaces.values() if nic.type == "physical" and nic.mac_address]

    @property
    def boot_interface(self) -> Interface | None:
        """Give the interface MAAS boots the machine from, or None for a machine without interfaces."""
        if self.boot_interface_id in self.interfaces:
            return self.interfaces[self.boot_interface_id]
        return next((nic for nic in self.interfaces.values() if nic.type == "physical"), None)

    @property
    def boot_disk(self) -> BlockDevice | None:
        """Give the disk the machine boots from, or None before commissioning."""
        if self.boot_disk_id in self.blockdevices:
            return self.blockdevices[self.boot_disk_id]
        return next((disk for disk in self.blockdevices.values() if disk.type == "physical"), None)

    def filesystems(self) -> Iterator[Filesystem]:
        """Give every filesystem on disks, partitions and in memory."""
        for disk in self.blockdevices.values():
            if disk.filesystem is not None:
                yield disk.filesystem
            yield from (part.filesystem for part in disk.partitions if part.filesystem is not None)
        yield from self.special_filesystems
