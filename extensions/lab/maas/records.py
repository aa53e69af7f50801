# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe what the region knows as plain records; they hold data and answer questions about themselves only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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
class Space:
    id: int
    name: str
    description: str = ""


@dataclass(slots=True)
class Fabric:
    id: int
    name: str
    class_type: str | None = None


@dataclass(slots=True)
class Vlan:
    id: int
    fabric_id: int
    vid: int
    name: str
    mtu: int = 1500
    dhcp_on: bool = False
    space_id: int | None = None
    primary_rack: str | None = None


@dataclass(slots=True)
class Subnet:
    id: int
    cidr: str
    name: str
    vlan_id: int
    gateway_ip: str | None = None
    dns_servers: list[str] = field(default_factory=list)
    description: str = ""
    managed: bool = True
    allow_dns: bool = True
    allow_proxy: bool = True
    active_discovery: bool = False
    rdns_mode: int = 2


@dataclass(slots=True)
class IPRange:
    id: int
    subnet_id: int
    type: str
    start_ip: str
    end_ip: str
    user: str
    comment: str = ""


@dataclass(slots=True)
class Link:
    """How an interface is joined to a subnet: auto, dhcp, static or link_up."""

    id: int
    mode: str
    subnet_id: int | None = None
    ip_address: str | None = None


@dataclass(slots=True)
class Interface:
    id: int
    name: str
    type: str = "physical"
    mac_address: str | None = None
    vlan_id: int | None = None
    parents: list[int] = field(default_factory=list)
    params: dict[str, Any] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    enabled: bool = True
    acquired: bool = False
    discovered: tuple[int, str] | None = None
    vendor: str | None = None
    product: str | None = None
    firmware_version: str | None = None
    link_connected: bool = True
    link_speed: int = 0
    interface_speed: int = 0
    sriov_max_vf: int = 0
    numa_node: int | None = None


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


@dataclass(slots=True)
class Script:
    id: int
    name: str
    title: str
    description: str
    type: int
    tags: list[str]
    hardware_type: int = 0
    parallel: int = 0
    timeout: int = 0
    results: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    packages: dict[str, Any] = field(default_factory=dict)
    for_hardware: list[str] = field(default_factory=list)
    destructive: bool = False
    default: bool = False
    may_reboot: bool = False
    recommission: bool = False
    apply_configured_networking: bool = False
    history: list[ScriptRevision] = field(default_factory=list)


@dataclass(slots=True)
class ScriptRevision:
    id: int
    comment: str | None
    created: datetime
    body: str = ""


@dataclass(slots=True)
class ScriptResult:
    id: int
    name: str
    created: datetime
    updated: datetime
    status: int = 0
    script_id: int | None = None
    revision_id: int | None = None
    estimated: int = 0
    parameters: dict[str, Any] = field(default_factory=dict)
    exit_status: int | None = None
    started: datetime | None = None
    ended: datetime | None = None
    output: bytes = b""
    stdout: bytes = b""
    stderr: bytes = b""
    result: bytes = b""
    suppressed: bool = False
    device: str = ""


@dataclass(slots=True)
class ScriptSet:
    id: int
    type: int
    results: list[ScriptResult] = field(default_factory=list)
    last_ping: datetime | None = None
    tags: list[str] = field(default_factory=list)


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
    pci_devices: list[dict[str, Any]] = field(default_factory=list)
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
