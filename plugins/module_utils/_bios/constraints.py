# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Constraints of a template: what needs what (Secure Boot needs UEFI), in intents or in attribute names.

A constraint is data: ``{name, when: {key: value}, require: {key: value}, because}``. It is checked where all of
``when`` is wanted; what is required may be wanted as well, or be so on the machine already.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.intents import IntentMap, is_now, word
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.layers import Setting
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import Goal
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.names import Names
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import Problem

__all__ = ["check"]


def check(
    constraints: t.Sequence[t.Mapping[str, t.Any]],
    goals: t.Mapping[str, Goal],
    settings: t.Iterable[Setting],
    intent_map: IntentMap,
    names: Names,
) -> t.List[Problem]:
    """Return every constraint that what is wanted breaks."""
    wanted = {setting.key: word(setting.value) for setting in settings if setting.kind == "intent"}
    wanted.update({name: word(goal.value) for name, goal in goals.items()})
    problems: list[Problem] = []
    for constraint in constraints:
        if not all(wanted.get(key) == word(value) for key, value in constraint["when"].items()):
            continue
        for key, value in constraint["require"].items():
            found = wanted[key] if key in wanted else _present(key, intent_map, names)
            if found != word(value):
                problems.append(_broken(constraint, key, value, found, key in wanted))
    return problems


def _present(key: str, intent_map: IntentMap, names: Names) -> str:
    if key in names.current:
        return word(names.current[key])
    return is_now(key, intent_map, names) or "unknown"


def _broken(constraint: t.Mapping[str, t.Any], key: str, value: t.Any, found: str, wanted: bool) -> Problem:
    asked = ", ".join(f"{name}: {item}" for name, item in constraint["when"].items())
    because = f" ({constraint['because']})" if constraint.get("because") else ""
    state = "is wanted" if wanted else "is what the machine has"
    return Problem(key, "constraint", f"{asked} needs {key}: {value}{because}, but {found} {state}")
