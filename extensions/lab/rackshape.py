# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of a rack file: is everything the kind of value that it must be, before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

LAB: Mapping[str, type] = {"seed": int, "maas": dict, "images": list, "faults": list}
HOST: Mapping[str, type] = {
    "lab_platform": str,
    "lab_hardware": dict,
    "lab_boot_order": list,
    "lab_bios": dict,
    "lab_firmware": dict,
    "lab_timing": dict,
    "lab_habits": dict,
    "lab_tree": str,
}
WORDS = {int: "a whole number", dict: "a mapping", list: "a list", str: "a text"}


def misshapen(data: Any) -> list[str]:
    """Return what has the wrong shape in the inventory, with lines; reading it on would fail."""
    if not isinstance(data, dict) or not isinstance(data.get("all"), dict):
        return ["a rack file is an Ansible inventory in YAML with the group `all` at its top"]
    return [*_group(data["all"], "all"), *_lab(data["all"])]


def _lab(group: Mapping[str, Any]) -> Iterator[str]:
    variables = group.get("vars")
    lab = variables.get("lab") if isinstance(variables, dict) else None
    if lab is not None and not isinstance(lab, dict):
        yield "all.vars.lab must be a mapping"
    elif lab:
        yield from _values(lab, LAB, "all.vars.lab.")


def _group(group: Mapping[str, Any], where: str) -> Iterator[str]:
    """Walk a group, its hosts and the groups below it."""
    for key in ("hosts", "children", "vars"):
        if group.get(key) is not None and not isinstance(group[key], dict):
            yield f"{where}.{key} must be a mapping"
    if isinstance(group.get("vars"), dict):
        yield from _values(group["vars"], HOST, f"{where}.vars.")
    for name, variables in _members(group, "hosts"):
        line = getattr(variables, "line", 0)
        at = f"line {line}: {name}" if line else f"{where}.hosts.{name}"
        if isinstance(variables, dict):
            yield from _values(variables, HOST, f"{at}: ")
        elif variables is not None:
            yield f"{at} must be a mapping"
    for name, child in _members(group, "children"):
        if isinstance(child, dict):
            yield from _group(child, f"{where}.children.{name}")
        elif child is not None:
            yield f"{where}.children.{name} must be a mapping"


def _members(group: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
    found = group.get(key)
    return list(found.items()) if isinstance(found, dict) else []


def _values(found: Mapping[str, Any], shapes: Mapping[str, type], before: str) -> Iterator[str]:
    for key, shape in shapes.items():
        value = found.get(key)
        if value is not None and (not isinstance(value, shape) or isinstance(value, bool)):
            yield f"{before}{key} must be {WORDS[shape]}, not {value!r}"
