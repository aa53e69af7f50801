# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Corrections of payloads, so that the code that reads them stays clean. JSON in, JSON out; nothing else.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

__all__ = ["plain_attributes", "real_booleans"]

Json = t.Dict[str, t.Any]
TEXT_BOOLEANS = {"true": True, "false": False}


def plain_attributes(bios: Json) -> Json:
    """Make attributes plain values where they are objects with ``current_value`` (Cray EX, Q-E01)."""
    attributes = bios.get("Attributes")
    if not isinstance(attributes, dict):
        return bios
    plain = {
        name: value["current_value"] if isinstance(value, dict) and "current_value" in value else value
        for name, value in attributes.items()
    }
    return {**bios, "Attributes": plain}


def real_booleans(registry: Json) -> Json:
    """Make ``"true"`` in the dependencies of a registry a boolean (DGX H100, Q-N13)."""
    entries = registry.get("RegistryEntries") or {}
    dependencies = [_dependency(item) for item in entries.get("Dependencies") or ()]
    return {**registry, "RegistryEntries": {**entries, "Dependencies": dependencies}} if dependencies else registry


def _dependency(item: Json) -> Json:
    inner = item.get("Dependency") or {}
    value = inner.get("MapToValue")
    if not isinstance(value, str) or inner.get("MapToProperty") not in ("ReadOnly", "GrayOut", "Hidden", "Immutable"):
        return item
    return {**item, "Dependency": {**inner, "MapToValue": TEXT_BOOLEANS.get(value.lower(), value)}}
