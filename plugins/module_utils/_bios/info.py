# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of bios_settings_info.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import asdict

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.capture import capture
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.dependencies import future_values, lock
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.intents import recognise
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, matches
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.names import Names, stem

__all__ = ["report_info"]

Params = t.Mapping[str, t.Any]


def report_info(wanted: Params, state: BiosState) -> t.Dict[str, t.Any]:
    """Return the result keys."""
    names = _selected(wanted["attributes"], state)
    result: dict[str, t.Any] = {
        "current": {name: state.current.get(name) for name in names if name in state.current},
        "pending": {name: value for name, value in state.pending.items() if name in names},
        "display_names": {name: state.registry.get(name).display or name for name in names},
        "registry_id": state.registry.id,
        "defaults_pending": state.defaults_pending,
        "reboot_required": bool(state.pending) or state.defaults_pending,
        "platform": state.platform,
        "audit": {"server": dict(state.server)},
    }
    if wanted["registry"]:
        result["registry"] = {name: _described(name, state) for name in names}
    intent_map = wanted["intent_maps"].get(state.platform)
    if intent_map is not None:
        found = recognise(intent_map, Names(state.current, state.registry))
        result["intents"] = {intent: word for intent, (word, _attributes) in found.items()}
    if wanted["template"]:
        result["template"] = {
            "platform": state.platform,
            **capture(state, intent_map=intent_map or {}, preserve=wanted["preserve"]),
        }
    if state.job is not None:
        result["job"] = asdict(state.job)
    return result


def _selected(patterns: t.Sequence[str], state: BiosState) -> t.List[str]:
    names = dict.fromkeys((*state.current, *state.pending))
    if not patterns:
        return list(names)
    displays = state.registry.index.displays
    return [
        name
        for name in names
        # Without the suffix as well, which differs from board to board.
        if matches(name, displays.get(name, ""), patterns) or matches(stem(name), "", patterns)
    ]


def _described(name: str, state: BiosState) -> t.Dict[str, t.Any]:
    attribute = state.registry.get(name)
    future = future_values(state.registry, state.pending, state.current)
    locked = lock(state.registry, name, future, state.current)
    described = {
        "type": attribute.type,
        "default": attribute.default,
        "menu": attribute.menu,
        "help": attribute.help,
        "warning": attribute.warning,
        "values": {choice.name: choice.display for choice in attribute.choices},
        "lower_bound": attribute.lower,
        "upper_bound": attribute.upper,
        "min_length": attribute.min_length,
        "max_length": attribute.max_length,
        "lock": str(locked) if locked else "",
    }
    return {key: value for key, value in described.items() if value not in (None, "", {}) or key == "default"}
