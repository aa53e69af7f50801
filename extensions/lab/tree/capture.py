# SPDX-License-Identifier: GPL-3.0-or-later
"""Serve a captured tree (folders with index.json) as a live machine."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from ..bios import Registry
from ..bmc import Bmc
from ..faults import FaultTable
from ..machine import ON, OS_RUNNING, Machine
from ..personalities.catalogue import PLATFORMS
from ..rackfile import RackError
from ..special import with_leave
from ..world import World
from . import detect
from .layout import ROOT, Layout, discover
from .registries import from_document
from .store import Doc, Tree

CAPTURED_OS = "captured"


def load(folder: Path, ignore_case: bool) -> Tree:
    """Read a tree; raise RackError naming the file that is broken or missing."""
    tree = Tree(ignore_case)
    for path, body in _files(folder.resolve()).items():
        tree.put_raw(path, body)
    return tree


@cache
def _files(folder: Path) -> dict[str, bytes]:
    """Return the documents of a tree by path; read once, however many servers show them."""
    if not (folder / "redfish" / "v1" / "index.json").is_file():
        raise RackError(f"{folder}: no captured tree: redfish/v1/index.json is missing")
    return {
        "/" + file.parent.relative_to(folder).as_posix(): _read(file) for file in sorted(folder.rglob("index.json"))
    }


def _read(file: Path) -> bytes:
    try:
        body = file.read_bytes()
        doc = json.loads(body)
    except (OSError, ValueError) as problem:
        raise RackError(f"{file}: no JSON: {problem}") from problem
    if not isinstance(doc, dict):
        raise RackError(f"{file}: not a JSON object")
    return body


def bmc(world: World, machine: Machine, faults: FaultTable, folder: Path) -> Bmc:
    """Return a BMC over a captured tree: ids, paths and values are the tree's, habits its platform's."""
    tree, layout, name = _open(folder)
    bios: Doc = (tree.get(layout.bios) or {}) if layout.bios else {}
    attributes: dict[str, Any] | None = bios.get("Attributes")
    registry = _registry(tree, layout, attributes)
    try:
        personality = with_leave(detect.adapt(PLATFORMS[name], tree, layout, registry, attributes), machine.settings)
    except ValueError as problem:
        raise RackError(f"{machine.name}: {problem}") from problem
    machine.platform = name
    _host(machine, tree, layout)
    _make_room(tree, layout, personality.updates.components)
    return Bmc(
        world,
        machine,
        personality,
        faults,
        build_tree=lambda _machine, _personality: tree,
        registry=(lambda: registry or Registry.of(())) if attributes is not None else None,
        attributes=attributes,
        captured=True,
    )


def _open(folder: Path) -> tuple[Tree, Layout, str]:
    """Read a tree and find its platform; a platform that ignores letter case gets a tree that does."""
    tree = load(folder, ignore_case=False)
    layout = discover(tree)
    name = detect.platform(tree, layout, bool(layout.bios))
    if PLATFORMS[name].identity.case_insensitive:
        tree = load(folder, ignore_case=True)
        layout = discover(tree)
    if not layout.host:
        raise RackError(f"{folder}: no computer system can be reached from {ROOT}")
    return tree, layout, name


def _registry(tree: Tree, layout: Layout, attributes: dict[str, Any] | None) -> Registry | None:
    doc = tree.get(layout.bios_registry) if layout.bios_registry else None
    return from_document(doc, attributes) if doc else None


def _host(machine: Machine, tree: Tree, layout: Layout) -> None:
    """Give the machine the state and the hardware facts that the tree shows."""
    system = tree.get(layout.host) or {}
    for key, name in (("vendor", "Manufacturer"), ("product", "Model"), ("serial", "SerialNumber"), ("uuid", "UUID")):
        if system.get(name):
            machine.hardware[key] = system[name]
    macs = detect.macs(tree, layout)
    if macs:
        nic = machine.hardware["nics"][0]
        machine.hardware["nics"] = [{**nic, "name": f"eth{place}", "mac": mac} for place, mac in enumerate(macs)]
    if system.get("PowerState") == "On":
        machine.install_os(CAPTURED_OS)
        machine.power_state, machine.phase, machine.os = ON, OS_RUNNING, CAPTURED_OS


def _make_room(tree: Tree, layout: Layout, components: Any) -> None:
    """Take away the captured members that the live tables now make: sessions, accounts, rows with a live version."""
    for parent in (layout.sessions, layout.accounts):
        for path in tree.below(parent) if parent else []:
            tree.remove(path)
    for component in components:
        for row in component.rows:
            tree.remove(f"{layout.inventory.rstrip('/')}/{row.id.format(version=component.version)}")
