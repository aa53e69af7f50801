# SPDX-License-Identifier: GPL-3.0-or-later
"""Find a machine's important resources by following links, as a client must: works for built and captured trees."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .store import Doc, Tree

ROOT = "/redfish/v1"


@dataclass
class Layout:
    """Paths of the resources that the rack gives life to; empty where the tree has none."""

    host: str = ""
    systems: list[str] = field(default_factory=list)
    managers: list[str] = field(default_factory=list)
    manager: str = ""
    chassis: list[str] = field(default_factory=list)
    bios: str = ""
    bios_settings: str = ""
    bios_registry: str = ""
    system_settings: str = ""
    update: str = ""
    inventory: str = ""
    sessions: str = ""
    session_service: str = ""
    accounts: str = ""
    account_service: str = ""
    tasks: str = ""
    task_service: str = ""
    jobs: list[str] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)
    interfaces: list[str] = field(default_factory=list)
    protocols: list[str] = field(default_factory=list)
    events: str = ""
    subscriptions: str = ""
    registries: str = ""
    certificates: str = ""


def target(value: Any) -> str:
    """Return the path of a link object, or an empty string."""
    return str(value.get("@odata.id", "")) if isinstance(value, dict) else ""


def members(tree: Tree, path: str) -> list[str]:
    doc = tree.get(path) if path else None
    return [target(one) for one in (doc or {}).get("Members") or [] if target(one)]


def discover(tree: Tree) -> Layout:
    """Walk from the service root. Missing parts stay empty; nothing is guessed from names but the settings object."""
    root = tree.get(ROOT) or {}
    found = Layout()
    found.systems = [path for path in members(tree, target(root.get("Systems"))) if path in tree]
    found.managers = [path for path in members(tree, target(root.get("Managers"))) if path in tree]
    found.chassis = [path for path in members(tree, target(root.get("Chassis"))) if path in tree]
    found.host = _host(tree, found.systems)
    system = tree.get(found.host) if found.host else None
    found.manager = _manager(tree, system or {}, found.managers)
    if system:
        _bios(tree, system, root, found)
        found.system_settings = target((system.get("@Redfish.Settings") or {}).get("SettingsObject"))
    _services(tree, root, found)
    _below(tree, found)
    return found


def _host(tree: Tree, systems: list[str]) -> str:
    """Return the system that is the host: the one with a BIOS, else the first with a power state."""
    with_bios = [path for path in systems if "Bios" in (tree.get(path) or {})]
    return next(iter(with_bios or systems), "")


def _manager(tree: Tree, system: Doc, managers: list[str]) -> str:
    linked = [target(one) for one in (system.get("Links") or {}).get("ManagedBy") or []]
    known = [path for path in linked if path in tree]
    return next(iter(known or managers), "")


def _bios(tree: Tree, system: Doc, root: Doc, found: Layout) -> None:
    path = target(system.get("Bios"))
    bios = tree.get(path) if path else None
    if bios is None:
        return
    found.bios = path
    linked = target((bios.get("@Redfish.Settings") or {}).get("SettingsObject"))
    guesses = [linked, *(f"{path.rstrip('/')}/{name}" for name in ("Settings", "SD", "Pending"))]
    found.bios_settings = next((one for one in guesses if one and one in tree), linked)
    found.registries = target(root.get("Registries"))
    found.bios_registry = _registry(tree, str(bios.get("AttributeRegistry") or ""), found.registries)


def _registry(tree: Tree, wanted: str, registries: str) -> str:
    """Return the path of the attribute registry document, however loosely it is named (Q-G09)."""
    stem = wanted.partition(".")[0].lower()
    for path in members(tree, registries):
        listed = tree.get(path) or {}
        names = [str(listed.get(key) or "").lower() for key in ("Id", "Registry")] + [path.rpartition("/")[2].lower()]
        hit = any(stem and name.startswith(stem) for name in names)
        if not (hit or (not wanted and any("biosattribute" in name for name in names))):
            continue
        for place in listed.get("Location") or []:
            uri = place.get("Uri") if isinstance(place, dict) else None
            uri = target(uri) or uri.get("extref") if isinstance(uri, dict) else uri
            if uri and uri in tree:
                return str(uri)
    return ""


def _services(tree: Tree, root: Doc, found: Layout) -> None:
    found.update = _existing(tree, target(root.get("UpdateService")))
    found.inventory = target((tree.get(found.update) or {}).get("FirmwareInventory")) if found.update else ""
    found.session_service = _existing(tree, target(root.get("SessionService")))
    found.sessions = target((root.get("Links") or {}).get("Sessions")) or f"{ROOT}/SessionService/Sessions"
    found.account_service = _existing(tree, target(root.get("AccountService")))
    found.accounts = target((tree.get(found.account_service) or {}).get("Accounts")) if found.account_service else ""
    found.task_service = _existing(tree, target(root.get("Tasks")))
    found.tasks = f"{found.task_service or ROOT + '/TaskService'}/Tasks"
    if found.task_service:
        found.tasks = target((tree.get(found.task_service) or {}).get("Tasks")) or found.tasks
    found.certificates = _existing(tree, target(root.get("CertificateService")))
    found.events = _existing(tree, target(root.get("EventService")))
    found.subscriptions = target((tree.get(found.events) or {}).get("Subscriptions")) if found.events else ""


def _below(tree: Tree, found: Layout) -> None:
    for owner in (*found.systems, *found.managers):
        doc = tree.get(owner) or {}
        found.media += [path for path in members(tree, target(doc.get("VirtualMedia"))) if path in tree]
        found.logs += [path for path in members(tree, target(doc.get("LogServices"))) if path in tree]
    for owner in found.managers:
        doc = tree.get(owner) or {}
        found.interfaces += [path for path in members(tree, target(doc.get("EthernetInterfaces"))) if path in tree]
        protocol = target(doc.get("NetworkProtocol"))
        found.protocols += [protocol] if protocol and protocol in tree else []


def _existing(tree: Tree, path: str) -> str:
    return path if path and path in tree else ""
