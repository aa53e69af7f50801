# SPDX-License-Identifier: GPL-3.0-or-later
"""Adapt a platform to one server of the rack file: firmware versions it starts with, a missing licence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .personality import Personality
from .rackfile import RackError


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
    if settings.get("license") is False:
        personality = replace(personality, license=False)
    return personality
