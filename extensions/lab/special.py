# SPDX-License-Identifier: GPL-3.0-or-later
"""Adapt a platform to one server of the rack file: firmware versions it starts with, licence, single habits.

What the file says is known to be possible: `racksettings` has looked at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from typing import Any

from .personality import Personality

SECTIONS = (
    "identity",
    "power",
    "boot",
    "bios",
    "updates",
    "tasks",
    "sessions",
    "accounts",
    "etags",
    "words",
    "oddities",
)


def custom_personality(personality: Personality, settings: Mapping[str, Any]) -> Personality:
    """Return the platform as this server has it."""
    versions = settings.get("firmware") or {}
    components = personality.updates.components
    changed = tuple(
        replace(component, version=versions.get(component.kind, component.version)) for component in components
    )
    if changed != components:
        personality = replace(personality, updates=replace(personality.updates, components=changed))
    return with_leave(personality, settings)


def with_leave(personality: Personality, settings: Mapping[str, Any]) -> Personality:
    """Return the platform with the licence, the lockdown and the habits of this server; versions stay as they are."""
    licence = settings.get("license", True)
    if licence is not True:
        personality = replace(personality, license=bool(licence), license_expired=licence == "expired")
    if settings.get("lockdown") is True:
        personality = replace(personality, lockdown=True)
    return _with_habits(personality, settings.get("habits") or {})


def _with_habits(personality: Personality, habits: Mapping[str, Any]) -> Personality:
    """Replace single habits: `{boot: {reverts: [BootSourceOverrideMode]}}`."""
    for section, changes in habits.items():
        part = getattr(personality, section)
        if part is None:  # of a captured tree, whose platform may be another than the rack file says
            raise ValueError(f"lab_habits: the captured machine has no {section}")
        values = {key: _like(getattr(part, key), value) for key, value in changes.items()}
        personality = replace(personality, **{section: replace(part, **values)})
    return personality


def _like(known: Any, value: Any) -> Any:
    """Return a value of the rack file in the type that the platform's table has: `{updates: {habits: {flash: 430}}}`."""
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, Mapping) and is_dataclass(known) and not isinstance(known, type):
        return replace(known, **value)
    return value
