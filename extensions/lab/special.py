# SPDX-License-Identifier: GPL-3.0-or-later
"""Adapt a platform to one server of the rack file: firmware versions it starts with, licence, single habits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from .personality import Personality
from .rackfile import RackError

SECTIONS = ("identity", "power", "boot", "bios", "updates", "tasks", "sessions", "accounts", "etags", "words")


def custom_personality(personality: Personality, settings: Mapping[str, Any]) -> Personality:
    """Return the platform as this server has it; raise RackError for a component that it does not have."""
    versions = settings.get("firmware") or {}
    components = personality.updates.components
    known = {component.kind for component in components}
    strange = sorted(set(versions) - known)
    if strange:
        have = ", ".join(sorted(known)) or "none"
        raise RackError(f"lab_firmware: {personality.id} has no component {', '.join(strange)}; it has: {have}")
    changed = tuple(
        replace(component, version=str(versions.get(component.kind, component.version))) for component in components
    )
    if changed != components:
        personality = replace(personality, updates=replace(personality.updates, components=changed))
    licence = settings.get("license", True)
    if licence not in (True, False, "expired"):
        raise RackError(f"lab_license: true, false or expired, not {licence!r}")
    if licence is not True:
        personality = replace(personality, license=bool(licence), license_expired=licence == "expired")
    if settings.get("lockdown") is True:
        personality = replace(personality, lockdown=True)
    return _with_habits(personality, settings.get("habits") or {})


def _with_habits(personality: Personality, habits: Mapping[str, Any]) -> Personality:
    """Replace single habits: `{boot: {reverts: [BootSourceOverrideMode]}}`; RackError names what is not known."""
    for section, changes in habits.items():
        part = getattr(personality, section, None) if section in SECTIONS else None
        if part is None or not isinstance(changes, Mapping):
            raise RackError(f"lab_habits: {personality.id} has no section {section}; there are: {', '.join(SECTIONS)}")
        known = {item.name for item in fields(part)}
        strange = sorted(set(changes) - known)
        if strange:
            raise RackError(f"lab_habits.{section}: unknown {', '.join(strange)}; known: {', '.join(sorted(known))}")
        values = {key: _like(getattr(part, key), value) for key, value in changes.items()}
        personality = replace(personality, **{section: replace(part, **values)})
    return personality


def _like(known: Any, value: Any) -> Any:
    """Return a value of the rack file in the type that the platform's table has: `{updates: {habits: {flash: 430}}}`."""
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, Mapping) and is_dataclass(known) and not isinstance(known, type):
        strange = sorted(set(value) - {item.name for item in fields(known)})
        if strange:
            raise RackError(f"lab_habits: unknown {', '.join(strange)}")
        return replace(known, **value)
    return value
