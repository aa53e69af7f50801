# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which resources an inventory reads, section by section.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import (
    Json,
    Rows,
    Wish,
    collection,
    crawl,
    linked,
    together,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.resources import Resources
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.power import allowed_resets
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link

__all__ = ["SUBSETS", "chassis_of", "expand_query", "read_resources"]


def read_resources(service: Service, subsets: t.Iterable[str]) -> Resources:
    """Read the chosen subsets; what is broken is listed in ``unread`` and fails nothing else."""
    wanted = {section for subset in subsets for section in SUBSETS[subset]}
    expand = expand_query(service)
    wishes = {name: section(service, expand) for name, section in SECTIONS.items() if name in wanted}
    sections, unread = crawl(service, wishes)
    return Resources(
        profile=service.profile,
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
    inner = (collection(link(body, name), expand) for name in ("Controllers", "Volumes") for _uri, body in rows)
    parts += yield from together([linked(drives), *inner])
    return parts


def _gpu_boards(service: Service, expand: str) -> Wish:
    """GPUs that a baseboard with a system of its own carries (DGX H100: HGX_Baseboard_0); it has no BIOS.

    A system with a BIOS is another host of the same BMC, and its processors are not ours.
    """
    bodies = yield from collection(link(service.root, "Systems"), skip=(service.system_uri.lower(),))
    places = [link(body, "Processors") for _uri, body in bodies if not body.get("Bios")]
    rows = yield from together(collection(uri, expand) for uri in places)
    return [row for row in rows if row[1].get("ProcessorType") == "GPU"]


def _all_chassis(service: Service, expand: str) -> Wish:
    """The system's chassis: those it links, those that name it, and what these contain; the first stays first."""
    rows = yield from collection(link(service.root, "Chassis"), expand)
    first = [(service.chassis_uri, service.chassis)] if service.chassis_uri else []
    return chassis_of(service.system_uri, service.system, first + rows)


def chassis_of(system_uri: str, system: t.Mapping[str, t.Any], rows: Rows) -> Rows:
    """Choose among all chassis of a BMC those of one system; pure. A chassis that holds several nodes is not theirs."""
    bodies = {uri.rstrip("/").lower(): (uri, body) for uri, body in reversed(rows)}
    order = list(dict.fromkeys(uri.rstrip("/").lower() for uri, _body in rows))
    wanted = _links(system, "Chassis")
    wanted |= {key for key in order if system_uri.rstrip("/").lower() in _links(bodies[key][1], "ComputerSystems")}
    left = list(wanted)
    while left:
        inner = _links(bodies.get(left.pop(), ("", {}))[1], "Contains") - wanted
        wanted |= inner
        left += inner
    return [bodies[key] for key in order if key in wanted]


def _links(body: t.Mapping[str, t.Any], name: str) -> set[str]:
    return {link(item).rstrip("/").lower() for item in (body.get("Links") or {}).get(name) or () if link(item)}


def _adapters(service: Service, expand: str) -> Wish:
    """Network adapters with their ports and functions, which is where MACs of unused ports are (Q-G66)."""
    places = _linked_by((yield from _all_chassis(service, expand)), "NetworkAdapters")
    rows = yield from together(collection(uri, expand) for uri in places)
    names = ("Ports", "NetworkPorts", "NetworkDeviceFunctions")
    inner = (collection(link(body, name), expand) for name in names for _uri, body in rows)
    return rows + (yield from together(inner))


def _power(service: Service, expand: str) -> Wish:
    """Power of every chassis; PowerSubsystem where that is gone, or lists no power supply (rec ami-megarac-dgxh100)."""
    everything = yield from _all_chassis(service, expand)
    rows = yield from linked(_linked_by(everything, "Power"))
    newer = _without(everything, "Power", {uri for uri, body in rows if body.get("PowerSupplies")})
    metrics = linked(_linked_by(newer, "EnvironmentMetrics"))
    return rows + (yield from together([_below(newer, "PowerSubsystem", "PowerSupplies", expand), metrics]))


def _below(rows: Rows, name: str, inner: str, expand: str) -> Wish:
    """Read the members of a collection inside a resource that the rows link."""
    holders = yield from linked(_linked_by(rows, name))
    return (yield from together(collection(uri, expand) for uri in _linked_by(holders, inner)))


def _thermal(service: Service, expand: str) -> Wish:
    """Thermal of every chassis; fans and metrics of ThermalSubsystem where that is gone or lists no fan."""
    everything = yield from _all_chassis(service, expand)
    rows = yield from linked(_linked_by(everything, "Thermal"))
    newer = _without(everything, "Thermal", {uri for uri, body in rows if body.get("Fans")})
    subsystems = yield from linked(_linked_by(newer, "ThermalSubsystem"))
    fans = (collection(uri, expand) for uri in _linked_by(subsystems, "Fans"))
    return rows + (yield from together([*fans, linked(_linked_by(subsystems, "ThermalMetrics"))]))


def _without(chassis: Rows, name: str, told: set[str]) -> Rows:
    """Return the chassis whose older resource of that name is not among those that told everything."""
    return [row for row in chassis if link(row[1], name) not in told]


def _linked_by(rows: Rows, name: str) -> list[str]:
    """Return what the rows link under a name, each URI once: chassis share resources."""
    return list(dict.fromkeys(filter(None, (link(body, name) for _uri, body in rows))))


def _trusted_components(service: Service, expand: str) -> Wish:
    """TPMs as parts of the chassis, read only where the system does not list them itself."""
    if service.system.get("TrustedModules"):
        return []
    places = _linked_by((yield from _all_chassis(service, expand)), "TrustedComponents")
    return (yield from together(collection(uri, expand) for uri in places))


def _licences(service: Service, expand: str) -> Wish:
    """Licences of the standard's LicenseService, and of the place below the manager where the platform has them."""
    return (yield from together([_standard_licences(service, expand), _own_licences(service, expand)]))


def _standard_licences(service: Service, expand: str) -> Wish:
    places = yield from linked([link(service.root, "LicenseService")])
    return (yield from together(collection(link(body, "Licenses"), expand) for _uri, body in places))


def _own_licences(service: Service, expand: str) -> Wish:
    place = service.profile.licences
    uri = yield from _along(service.manager, place.links)
    return (yield from (linked([uri]) if place.texts else collection(uri, expand)))


def _along(body: t.Mapping[str, t.Any], names: t.Sequence[str]) -> t.Generator[list[str], list[Json | None], str]:
    """Follow property names from a resource, reading each link on the way; return the last one, or an empty string."""
    uri = ""
    for place, name in enumerate(names):
        uri = link(body, name)
        if uri and place + 1 < len(names):
            body = ((yield [uri])[0]) or {}
        elif not uri:
            inner = body.get(name)
            body = inner if isinstance(inner, dict) else {}
    return uri


def _single(holder: str, *names: str) -> t.Callable[[Service, str], Wish]:
    def section(service: Service, expand: str) -> Wish:
        return (yield from linked([link(getattr(service, holder), *names)]))

    return section


# Those that take the most steps come first, so that they are under way while the others are read.
SECTIONS: t.Mapping[str, t.Callable[[Service, str], Wish]] = {
    "adapters": _adapters,
    "storage": _storage,
    "power": _power,
    "thermal": _thermal,
    "licences": _licences,
    "gpu_boards": _gpu_boards,
    "trusted_components": _trusted_components,
    "processors": _members_of("system", "Processors"),
    "memory": _members_of("system", "Memory"),
    "interfaces": _members_of("system", "EthernetInterfaces"),
    "bmc_interfaces": _members_of("manager", "EthernetInterfaces"),
    "bmc_protocols": _single("manager", "NetworkProtocol"),
    "secure_boot": _single("system", "SecureBoot"),
}

# What a user may ask for -> what has to be read for it. The system and the manager are read in any case.
SUBSETS: t.Mapping[str, t.Tuple[str, ...]] = {
    "system": ("secure_boot", "trusted_components"),
    "bmc": ("bmc_interfaces", "bmc_protocols"),
    "processors": ("processors", "gpu_boards"),
    "memory": ("memory",),
    "storage": ("storage",),
    "network": ("interfaces", "adapters"),
    "power": ("power",),
    "thermal": ("thermal",),
    "licences": ("licences",),
}
