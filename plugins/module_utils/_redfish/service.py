# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine behind a Redfish service: which system, which manager, which platform.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import re
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NetworkError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.redfish import (
    ROOT,
    RedfishClient,
    connect,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors import registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import Profile

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params

__all__ = ["Service", "connect_service", "link", "members", "open_service", "pages"]

Json = t.Dict[str, t.Any]


class Service:
    """One system of one BMC, its manager and chassis, and the profile of its platform.

    Resources are read when first asked for; :meth:`refresh` reads the system again. Bodies come repaired.
    """

    def __init__(self, client: RedfishClient, profile: Profile, uris: t.Mapping[str, str]) -> None:
        self.client = client
        self.profile = profile
        self.system_uri = uris["system"]
        self.manager_uri = uris.get("manager", "")
        self.chassis_uri = uris.get("chassis", "")
        self._bodies: dict[str, Json] = {}

    @property
    def root(self) -> Json:
        """Return the service root."""
        return self.client.get(ROOT).body

    @property
    def system(self) -> Json:
        """Return the system as last read."""
        return self._kept(self.system_uri)

    @property
    def manager(self) -> Json:
        """Return the manager as last read; empty where the service shows none."""
        return self._kept(self.manager_uri)

    @property
    def chassis(self) -> Json:
        """Return the chassis as last read; empty where the system links none."""
        return self._kept(self.chassis_uri)

    @property
    def machine(self) -> str:
        """Return the address, for errors."""
        return self.client.machine

    def get(self, path: str, **options: t.Any) -> Json:
        """Read a resource, with the options of the client's ``get``, and repair what this platform gets wrong in it."""
        return self.profile.repaired(self.client.get(path, **options).body)

    def get_or_none(self, path: str) -> Json | None:
        """Read a resource that may be absent."""
        answer = self.client.get_or_none(path)
        return None if answer is None else self.profile.repaired(answer.body)

    def seen(self, uri: str) -> Json | None:
        """Return a resource as it was read when the machine was found, or None: nothing is asked for here."""
        return self._bodies.get(uri)

    def refresh(self) -> Json:
        """Read the system again and return it."""
        self._bodies.pop(self.system_uri, None)
        return self.system

    def asset_key(self) -> str:
        """Return what names the machine to its owner: on Dell the service tag, elsewhere the serial number."""
        for path in self.profile.serial:
            value: t.Any = self.system
            for step in path:
                value = value.get(step) if isinstance(value, dict) else None
            if value and str(value).strip():
                return str(value).strip()
        return ""

    def _kept(self, uri: str) -> Json:
        if not uri:
            return {}
        if uri not in self._bodies:
            self._bodies[uri] = self.get(uri)
        return self._bodies[uri]


def link(resource: t.Mapping[str, t.Any], *names: str) -> str:
    """Return the URI behind a chain of property names, or an empty string; the first item of a list counts."""
    value: t.Any = resource
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, list):
            value = value[0] if value else None
    return str(value.get("@odata.id") or "") if isinstance(value, dict) else ""


def members(client: RedfishClient, collection_uri: str, read: dict[str, Json] | None = None) -> list[str]:
    """Return the URIs of all members of a collection, over all its pages; null Members count as none (Q-G60).

    :param read: takes the pages, by their URIs.
    """
    found: list[str] = []
    read = {} if read is None else read

    def get(uri: str) -> Json:
        read[uri] = client.get(uri).body
        return read[uri]

    for page in pages(collection_uri, get):
        found.extend(item["@odata.id"] for item in page.get("Members") or () if item.get("@odata.id"))
    return found


def pages(uri: str, get: t.Callable[[str], Json]) -> t.Iterator[Json]:
    """Yield the pages of a collection; one that leads back to an earlier one is the last."""
    known: set[str] = set()
    while uri and uri not in known:
        known.add(uri)
        page = get(uri)
        yield page
        uri = str(page.get("Members@odata.nextLink") or "")


def open_service(client: RedfishClient, system_id: str | None = None) -> Service:
    """Find the system, its manager and its platform.

    What was found is remembered for later tasks of the run, which then read nothing but the system itself.

    :param system_id: last part of the system's URI; None lets the rules choose (Q-G46), never simply the first.
    :raises ConfigurationError: when the system is not there, or more than one could be meant; the ids are listed.
    """
    key = f"service {system_id or ''}"
    known = client.facts.get(key)
    if known:
        service = Service(client, registry.by_name(known["profile"]), known)
        client.retryable = frozenset(service.profile.retryable)
        system = client.get_or_none(service.system_uri)
        if system is not None:
            service._bodies[service.system_uri] = service.profile.repaired(system.body)
            return service
    service = _discover(client, system_id)
    uris = {"system": service.system_uri, "manager": service.manager_uri, "chassis": service.chassis_uri}
    client.remember(**{key: {**uris, "profile": service.profile.name}})
    return service


def _discover(client: RedfishClient, system_id: str | None) -> Service:
    root = client.get(ROOT).body
    if not link(root, "Systems"):
        raise NotSupportedError(
            "the service shows no systems", machine=client.machine, hint="is this a BMC of a server, or of a switch?"
        )
    found: dict[str, Json] = {}
    system_uri = _choose_system(client, root, system_id, found)
    system = found[system_uri]
    manager_uri = _manager_of(client, root, system_uri, system)
    manager = client.get(manager_uri).body if manager_uri else {}
    chassis_uri = link(system, "Links", "Chassis")
    chassis = client.get_or_none(chassis_uri) if chassis_uri else None
    profile = registry.identify(root, manager, system, chassis.body if chassis else {})
    client.retryable = frozenset(profile.retryable)
    uris = {"system": system_uri, "manager": manager_uri, "chassis": chassis_uri}
    service = Service(client, profile, uris)
    found |= {manager_uri: manager, chassis_uri: chassis.body if chassis else {}}
    service._bodies.update({uri: profile.repaired(body) for uri, body in found.items() if uri and body})
    return service


def _choose_system(client: RedfishClient, root: Json, system_id: str | None, found: dict[str, Json]) -> str:
    """Return the URI of the system; ``found`` gets it, and all else that was read to find it."""
    uris = members(client, link(root, "Systems"), found)
    if not uris:  # the root answers minutes before the systems are there (Q-G37)
        raise NetworkError(
            "the BMC shows no system yet", machine=client.machine, hint="wait until it has finished starting"
        )
    if system_id:
        uri = _named(client, uris, system_id)
        found[uri] = client.get(uri).body
        return uri
    systems = {uri: client.get(uri).body for uri in uris}
    found |= systems
    chosen = choose_host(systems, root)
    if chosen is None:
        ids = sorted(map(_id, uris))
        raise ConfigurationError(
            f"the BMC serves {len(ids)} systems and more than one could be meant: {', '.join(ids)}",
            machine=client.machine,
            hint="set system_id to one of them",
            system_ids=ids,
        )
    return chosen


def choose_host(systems: t.Mapping[str, Json], root: Json) -> str | None:
    """Return the URI of the system that is the host, or None when the rules do not single one out.

    In order: the only one; the only one with BIOS and a power state; the one the platform names; the only physical one.
    """
    platforms = {uri: registry.identify(root, {}, body).host_system for uri, body in systems.items()}
    rules: tuple[t.Callable[[str, Json], t.Any], ...] = (
        lambda uri, body: True,
        lambda uri, body: body.get("Bios") and body.get("PowerState"),
        lambda uri, body: platforms[uri] and re.search(platforms[uri], _id(uri)),
        lambda uri, body: body.get("SystemType") == "Physical",
    )
    for rule in rules:
        left = [uri for uri, body in systems.items() if rule(uri, body)]
        if len(left) == 1:
            return left[0]
    return None


def _id(uri: str) -> str:
    return uri.rstrip("/").rsplit("/", 1)[-1]


def _named(client: RedfishClient, uris: list[str], system_id: str) -> str:
    for uri in uris:
        if system_id.lower() in (_id(uri).lower(), uri.lower()):  # paths differ in case between links (Q-G20)
            return uri
    ids = sorted(map(_id, uris))
    guess = near(system_id, ids)
    raise ConfigurationError(
        f"there is no system {system_id}; the BMC serves {', '.join(ids)}",
        machine=client.machine,
        hint=f"did you mean {' or '.join(guess)}?" if guess else "set system_id to one of them",
        system_ids=ids,
    )


def _manager_of(client: RedfishClient, root: Json, system_uri: str, system: Json) -> str:
    linked = link(system, "Links", "ManagedBy")
    if linked or not link(root, "Managers"):
        return linked
    # Huawei 1288H and others leave the link out (Q-G48).
    managers = members(client, link(root, "Managers"))
    if len(managers) == 1:
        return managers[0]
    for uri in managers:
        served = (client.get(uri).body.get("Links") or {}).get("ManagerForServers") or ()
        if any(str(item.get("@odata.id", "")).lower() == system_uri.lower() for item in served):
            return uri
    return ""


@contextlib.contextmanager
def connect_service(params: Params, context: Context) -> t.Iterator[Service]:
    """Connect for a door: a client for its BMC options, and the machine that ``system_id`` or the rules choose."""
    with connect(params, context) as client:
        yield open_service(client, params.get("system_id"))
