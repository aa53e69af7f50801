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

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.intents import IntentMap, recognise, word
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
    present: t.Optional[dict[str, str]] = None
    for constraint in constraints:
        if not all(wanted.get(key) == word(value) for key, value in constraint["when"].items()):
            continue
        if present is None:
            present = _present(intent_map, names)
        for key, value in constraint["require"].items():
            is_now = wanted.get(key, present.get(key, "unknown"))
            if is_now != word(value):
                problems.append(_broken(constraint, key, value, is_now, key in wanted))
    return problems


def _present(intent_map: IntentMap, names: Names) -> t.Dict[str, str]:
    values = {name: word(value) for name, value in names.current.items()}
    values.update({intent: meaning for intent, (meaning, _attributes) in recognise(intent_map, names).items()})
    return values


def _broken(constraint: t.Mapping[str, t.Any], key: str, value: t.Any, is_now: str, wanted: bool) -> Problem:
    asked = ", ".join(f"{name}: {item}" for name, item in constraint["when"].items())
    because = f" ({constraint['because']})" if constraint.get("because") else ""
    state = "is wanted" if wanted else "is what the machine has"
    return Problem(key, "constraint", f"{asked} needs {key}: {value}{because}, but {is_now} {state}")
