# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe networks and interfaces as plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


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
