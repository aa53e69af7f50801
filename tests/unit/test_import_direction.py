# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports point down only: walk the syntax trees and fail on an edge against docs/architecture.md section 3."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "ansible_collections.hwautomation.baremetal."
MODULE_UTILS = "plugins.module_utils."

DOMAIN = {"_maas", "_discovery", "_bios", "_firmware", "_bmc", "_boarding"}
# Which rooms of module_utils a room may import, besides itself.
BELOW = {
    "_core": set(),
    "_vendors": {"_core"},
    "_transport": {"_core"},
    "_redfish": {"_core", "_vendors", "_transport"},
    **{room: {"_core", "_vendors", "_transport", "_redfish"} for room in DOMAIN},
}
SOURCES = sorted(path for part in ("plugins", "extensions") for path in (ROOT / part).rglob("*.py"))


def imported(path: Path) -> list[str]:
    """Return the absolute names a file imports from this collection, without those only type checkers see."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for child in ast.walk(node)
    }
    here = list(path.relative_to(ROOT).with_suffix("").parts)
    names: list[str] = []
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = ".".join(here[: len(here) - node.level])
            names.append(PREFIX + ".".join(filter(None, (base, node.module))))
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name[len(PREFIX) :] for name in names if name.startswith(PREFIX)]


def third_party(path: Path) -> set[str]:
    """Return the top-level names of everything a file imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}


def place(path: Path) -> tuple[str, ...]:
    return path.relative_to(ROOT).parts


def edges_against_the_rules(path: Path) -> list[str]:
    parts = place(path)
    found = []
    for name in imported(path):
        if parts[:2] == ("extensions", "lab") and not name.startswith("extensions.lab"):
            found.append(f"the rack imports {name}")
        if parts[:2] == ("extensions", "dashboard") and not name.startswith(
            ("extensions.dashboard", "extensions.audit")
        ):
            found.append(f"the dashboard imports {name}")
        if parts[:2] == ("plugins", "module_utils"):
            found += against_the_rooms(parts[2], name)
        if parts[:2] == ("plugins", "modules") and name.startswith("extensions"):
            found.append(f"a module imports {name}, which does not travel to a jump host")
    return found


def against_the_rooms(room: str, name: str) -> list[str]:
    if not name.startswith(MODULE_UTILS):
        return [f"module_utils imports {name}, which does not travel to a jump host"]
    target = name[len(MODULE_UTILS) :].split(".")[0]
    return [] if target == room or target in BELOW[room] else [f"{room} imports {target}"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path):
    assert edges_against_the_rules(path) == []


def test_every_room_is_in_the_table():
    rooms = {path.name for path in (ROOT / "plugins" / "module_utils").iterdir() if path.is_dir()} - {"__pycache__"}

    assert rooms <= set(BELOW)


ANSIBLE_OBJECTS = {"AnsibleModule", "ActionBase"}
MAY_NAME_ANSIBLE = {
    ("plugins", "module_utils", "_core", "engine.py"),
    ("plugins", "plugin_utils"),
    ("plugins", "action"),
    ("plugins", "modules"),
}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_ansible_objects_are_named_at_the_doors_only(path):
    parts = place(path)
    if any(parts[: len(allowed)] == allowed for allowed in MAY_NAME_ANSIBLE):
        return
    names = {node.id for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Name)}

    assert names & ANSIBLE_OBJECTS == set()


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if place(path)[:2] == ("plugins", "module_utils")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_only_wait_sleeps_and_imports_are_static(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}

    if path.name != "wait.py":
        assert calls & {"time.sleep", "sleep", "time.monotonic", "monotonic"} == set()
    if path.name != "deps.py":
        assert calls & {"importlib.import_module", "import_module", "__import__"} == set()


VENDOR_WORDS = ("dell", "idrac", "hpe", "ilo4", "ilo5", "ilo6", "supermicro", "lenovo", "megarac", "openbmc", "nvidia")


def code_words(path: Path) -> set[str]:
    """Return identifiers and strings of a file, without docstrings and comments."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    words = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return words | {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    }


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if place(path)[:2] == ("plugins", "module_utils") and place(path)[2] != "_vendors"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_vendor_names_live_with_the_vendors(path):
    # Vendor tools (SUM, racadm, ilorest) are named in files of their own below a room's tools/ folder.
    if "tools" in place(path):
        return
    found = {word for text in code_words(path) for word in VENDOR_WORDS if word in text.lower()}

    assert found == set()
