# SPDX-License-Identifier: GPL-3.0-or-later
"""Serve a captured tree (folders with index.json) as a live machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..bmc import Bmc
from ..faults import FaultTable
from ..machine import Machine
from ..personality import Personality
from ..rackfile import RackError
from ..world import World
from .layout import ROOT, discover
from .registries import from_document
from .store import Tree


def load(folder: Path, ignore_case: bool) -> Tree:
    """Read a tree; raise RackError naming the file that is broken or missing."""
    if not (folder / "redfish" / "v1" / "index.json").is_file():
        raise RackError(f"{folder}: no captured tree: redfish/v1/index.json is missing")
    tree = Tree(ignore_case)
    for file in sorted(folder.rglob("index.json")):
        body = file.read_bytes()
        try:
            doc = json.loads(body)
        except ValueError as problem:
            raise RackError(f"{file}: no JSON: {problem}") from problem
        if not isinstance(doc, dict):
            raise RackError(f"{file}: not a JSON object")
        tree.put("/" + file.parent.relative_to(folder).as_posix(), doc)
    return tree


def bmc(world: World, machine: Machine, personality: Personality, faults: FaultTable, folder: Path) -> Bmc:
    """Return a BMC over a captured tree; the platform gives the habits, the tree gives ids, paths and values."""
    tree = load(folder, personality.identity.case_insensitive)
    layout = discover(tree)
    if not layout.host:
        raise RackError(f"{folder}: no computer system can be reached from {ROOT}")
    bios: Mapping[str, Any] = tree.get(layout.bios) or {} if layout.bios else {}
    registry_doc = tree.get(layout.bios_registry) if layout.bios_registry else None
    attributes = bios.get("Attributes")
    if attributes is None or personality.bios is None:
        personality = replace(personality, bios=None)
    registry = from_document(registry_doc) if registry_doc else from_document({})
    adapted = replace(personality, etags=replace(personality.etags))
    return Bmc(
        world,
        machine,
        adapted,
        faults,
        build_tree=lambda _machine, _personality: tree,
        registry=(lambda: registry) if attributes is not None else None,
        attributes=dict(attributes) if attributes is not None else None,
    )
