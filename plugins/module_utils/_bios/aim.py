# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what was asked for to the value each attribute is to have, with every mistake found on the way.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.constraints import check
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.dependencies import future_values, lock
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.intents import IntentMap, translate
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.layers import TASK_ORDER, Setting
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, Goal, Wanted, matches
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.names import Names, NotFound
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import (
    BadValue,
    Problem,
    convert,
    same,
    speaks_displays,
)

__all__ = ["Aim", "aim"]

# Reasons that mean "this machine cannot do it", as opposed to "this was written wrongly".
UNSUPPORTED = ("unsupported", "absent")


@dataclass
class Aim:
    """The goals by attribute, in the order they were asked for; ``problems`` are to be reported all at once."""

    goals: dict[str, Goal] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def aim(wanted: Wanted, state: BiosState) -> Aim:
    """Return what every attribute is to have. Pure; raises nothing: mistakes are in ``problems``."""
    found = Aim(problems=list(wanted.problems))
    if wanted.platform and wanted.platform != state.platform:
        text = f"the template is for {wanted.platform}, this machine is {state.platform or 'of an unknown platform'}"
        found.problems.append(Problem("platform", "platform", text))
    if any(problem.reason == "platform" for problem in found.problems):
        # Its settings would all be mistakes here; those of the task itself are still looked at.
        wanted = replace(wanted, settings=tuple(item for item in wanted.settings if item.order >= TASK_ORDER))
    names = Names(state.current, state.registry)
    _collect(found, wanted, state, names)
    _refuse_preserved(found, wanted, state)
    if wanted.state == "replaced":
        _add_defaults(found, wanted, state)
    intent_map = wanted.intent_maps.get(state.platform, {})
    found.problems.extend(check(wanted.constraints, found.goals, wanted.settings, intent_map, names))
    found.problems = _told_once(found.problems, wanted.problems)
    return found


def _told_once(problems: t.Sequence[Problem], of_template: t.Sequence[Problem]) -> t.List[Problem]:
    """Leave out what the machine's side finds again of the mistakes the template was found to have."""
    known = {(problem.attribute, problem.reason) for problem in of_template}
    return [
        *of_template,
        *(item for item in problems[len(of_template) :] if (item.attribute, item.reason) not in known),
    ]


def _collect(found: Aim, wanted: Wanted, state: BiosState, names: Names) -> None:
    displays = _Once(lambda: speaks_displays(state.registry, state.current))
    asked: dict[str, tuple[Setting, Goal]] = {}
    misspelt = {problem.attribute for problem in wanted.problems if problem.reason == "intent"}
    for setting in wanted.settings:
        if setting.kind == "intent" and setting.key in misspelt:
            continue
        try:
            pairs = _targets(setting, wanted.intent_maps.get(state.platform, {}), names)
            goals = [(name, _goal(name, value, setting, state, displays)) for name, value in pairs]
        except (BadValue, NotFound) as exc:
            _add_problem(found, wanted, Problem(setting.key, exc.reason, exc.text, setting.layer))
            continue
        except _Refused as exc:
            found.problems.append(exc.problem)
            continue
        for name, goal in goals:
            _settle(found, asked, name, setting, goal)
    found.goals = {name: goal for name, (_setting, goal) in asked.items()}


def _targets(setting: Setting, intent_map: IntentMap, names: Names) -> t.List[t.Tuple[str, t.Any]]:
    if setting.kind == "intent":
        return [(item.attribute, item.value) for item in translate(setting.key, setting.value, intent_map, names)]
    return [(names.find(setting.key), setting.value)]


def _goal(name: str, value: t.Any, setting: Setting, state: BiosState, displays: t.Callable[[], bool]) -> Goal:
    attribute = state.registry.get(name)
    try:
        converted = convert(attribute, value, state.current.get(name), displays)
    except BadValue as exc:
        raise _Refused(Problem(attribute.label, exc.reason, exc.text, setting.layer)) from exc
    return Goal(converted, setting.layer, setting.key if setting.kind == "intent" else "", value)


def _settle(found: Aim, asked: t.Dict[str, t.Tuple[Setting, Goal]], name: str, setting: Setting, goal: Goal) -> None:
    """Let the higher layer have its way where an intent and an attribute, or two intents, mean the same attribute."""
    if name not in asked:
        asked[name] = (setting, goal)
        return
    before, other = asked[name]
    if not same(other.value, goal.value) and before.order == setting.order:
        text = f"{_who(before)} means {other.value!r} and {_who(setting)} means {goal.value!r}"
        found.problems.append(Problem(name, "conflict", text))
    if setting.order >= before.order:
        asked[name] = (setting, goal)


def _who(setting: Setting) -> str:
    return f"{setting.key}: {setting.value} [{setting.layer}]"


def _refuse_preserved(found: Aim, wanted: Wanted, state: BiosState) -> None:
    for name, goal in found.goals.items():
        pattern = matches(name, state.registry.get(name).display, wanted.preserve)
        if pattern and not same(goal.value, state.current.get(name)):
            text = f"is kept by the preserve pattern {pattern!r}; take it out of one of the two"
            found.problems.append(Problem(name, "preserved", text, goal.source))


def _add_defaults(found: Aim, wanted: Wanted, state: BiosState) -> None:
    """Aim everything the template does not name at its default; what is kept, locked or without a default stays."""
    values = {name: goal.value for name, goal in found.goals.items()}
    future = future_values(state.registry, values, state.pending, state.current)
    unknown = 0
    for name, current in state.current.items():
        attribute = state.registry.get(name)
        if name in found.goals or attribute.is_password or attribute.read_only or attribute.unique:
            continue
        if matches(name, attribute.display, wanted.preserve):
            continue
        if attribute.default is None:
            unknown += 1
            continue
        try:
            default = convert(attribute, attribute.default, current)
        except BadValue:
            continue  # AMI: a default of "0" for an enumeration of sizes
        if not same(default, current) and not lock(state.registry, name, future, state.current):
            found.goals[name] = Goal(default, "default of the registry")
    if unknown:
        found.warnings.append(
            f"{unknown} attributes have no default in the registry of {state.machine} and were left as they are"
        )


def _add_problem(found: Aim, wanted: Wanted, problem: Problem) -> None:
    if problem.reason in UNSUPPORTED and not wanted.fail_unsupported:
        found.warnings.append(f"not supported here, left out: {problem}")
    else:
        found.problems.append(problem)


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


class _Once:
    """Call a function at most once, when its answer is first needed."""

    def __init__(self, function: t.Callable[[], bool]) -> None:
        self._function = function
        self._answer: t.Optional[bool] = None

    def __call__(self) -> bool:
        if self._answer is None:
            self._answer = self._function()
        return self._answer
