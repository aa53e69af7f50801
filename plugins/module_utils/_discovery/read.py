# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which resources an inventory reads, section by section.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import (
    Json,
    Rows,
    Unread,
    Wish,
    collection,
    crawl,
    linked,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.power import allowed_resets
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link

__all__ = ["SUBSETS", "Resources", "expand_query", "read_resources"]


@dataclass(frozen=True)
class Resources:
    """All bodies an inventory was read from: section -> rows of (URI, body)."""

    platform: str
    root: Json
    system_uri: str
    system: Json
    manager_uri: str
    manager: Json
    chassis: Json
    asset_key: str
    sections: t.Mapping[str, Rows] = field(default_factory=dict)
    unread: t.Tuple[Unread, ...] = ()
    clock_offset: t.Optional[float] = None
    allowed_resets: t.Tuple[str, ...] = ()
    protocol: str = "redfish"


def read_resources(service: Service, subsets: t.Iterable[str]) -> Resources:
    """Read the chosen subsets; what is broken is listed in ``unread`` and fails nothing else."""
    names = [section for subset in subsets for section in SUBSETS[subset]]
    expand = expand_query(service)
    sections, unread = crawl(service, {name: SECTIONS[name](service, expand) for name in dict.fromkeys(names)})
    return Resources(
        platform=service.profile.name,
        root=service.root,
        system_uri=service.system_uri,
        system=service.system,
        manager_uri=service.manager_uri,
        manager=service.manager,
        chassis=service.chassis,
        asset_key=service.asset_key(),
        sections=sections,
        unread=tuple(unread),
        clock_offset=service.client.clock_offset,
        allowed_resets=allowed_resets(service),
        protocol=service.client.protocol,
    )


def expand_query(service: Service) -> str:
    """Return the query that expands a collection, as the service announces it (DSP0266 7.3.1), or nothing."""
    features = (service.root.get("ProtocolFeaturesSupported") or {}).get("ExpandQuery") or {}
    if not service.profile.expand or not features.get("NoLinks"):
        return ""
    return "?$expand=.($levels=1)" if features.get("Levels") else "?$expand=."


def _members_of(holder: str, *names: str) -> t.Callable[[Service, str], Wish]:
    def section(service: Service, expand: str) -> Wish:
        return (yield from collection(link(getattr(service, holder), *names), expand))

    return section


def _storage(service: Service, expand: str) -> Wish:
    """Storage with its drives, controllers and volumes; SimpleStorage on old machines."""
    rows = yield from collection(link(service.system, "Storage"), expand)
    if not rows:
        return (yield from collection(link(service.system, "SimpleStorage"), expand))
    parts: Rows = list(rows)
    drives = [item.get("@odata.id", "") for _uri, body in rows for item in body.get("Drives") or ()]
    parts += yield from linked(drives)
    for name in ("Controllers", "Volumes"):
        for _uri, body in rows:
            parts += yield from collection(link(body, name), expand)
    return parts


def _adapters(service: Service, expand: str) -> Wish:
    """Network adapters with their ports and functions, which is where MACs of unused ports are (Q-G66)."""
    rows = yield from collection(link(service.chassis, "NetworkAdapters"), expand)
    parts: Rows = list(rows)
    for name in ("Ports", "NetworkPorts", "NetworkDeviceFunctions"):
        for _uri, body in rows:
            parts += yield from collection(link(body, name), expand)
    return parts


def _power(service: Service, expand: str) -> Wish:
    """The one resource Power where it is still there, else the power supplies of PowerSubsystem."""
    legacy = link(service.chassis, "Power")
    if legacy:
        return (yield from linked([legacy]))
    subsystem = yield from linked([link(service.chassis, "PowerSubsystem")])
    rows: Rows = []
    for _uri, body in subsystem:
        rows += yield from collection(link(body, "PowerSupplies"), expand)
    return rows


def _thermal(service: Service, expand: str) -> Wish:
    """The one resource Thermal where it is still there, else fans and temperatures of ThermalSubsystem."""
    legacy = link(service.chassis, "Thermal")
    if legacy:
        return (yield from linked([legacy]))
    subsystem = yield from linked([link(service.chassis, "ThermalSubsystem")])
    rows: Rows = []
    for _uri, body in subsystem:
        rows += yield from collection(link(body, "Fans"), expand)
        rows += yield from linked([link(body, "ThermalMetrics")])
    return rows


def _licences(service: Service, expand: str) -> Wish:
    """Licences of the standard's LicenseService, and of the place below the manager where the platform has them."""
    places = yield from linked([link(service.root, "LicenseService")])
    rows: Rows = []
    for _uri, body in places:
        rows += yield from collection(link(body, "Licenses"), expand)
    return rows + (yield from collection(link(service.manager, *service.profile.licences), expand))


def _single(holder: str, *names: str) -> t.Callable[[Service, str], Wish]:
    def section(service: Service, expand: str) -> Wish:
        return (yield from linked([link(getattr(service, holder), *names)]))

    return section


SECTIONS: t.Mapping[str, t.Callable[[Service, str], Wish]] = {
    "processors": _members_of("system", "Processors"),
    "memory": _members_of("system", "Memory"),
    "storage": _storage,
    "interfaces": _members_of("system", "EthernetInterfaces"),
    "adapters": _adapters,
    "bmc_interfaces": _members_of("manager", "EthernetInterfaces"),
    "bmc_protocols": _single("manager", "NetworkProtocol"),
    "power": _power,
    "thermal": _thermal,
    "licences": _licences,
    "secure_boot": _single("system", "SecureBoot"),
}

# What a user may ask for -> what has to be read for it. The system and the manager are read in any case.
SUBSETS: t.Mapping[str, t.Tuple[str, ...]] = {
    "system": ("secure_boot",),
    "bmc": ("bmc_interfaces", "bmc_protocols"),
    "processors": ("processors",),
    "memory": ("memory",),
    "storage": ("storage",),
    "network": ("interfaces", "adapters"),
    "power": ("power",),
    "thermal": ("thermal",),
    "licences": ("licences",),
}
