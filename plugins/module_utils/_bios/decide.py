# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what to do about BIOS settings from what is current, pending and wanted. Pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.aim import aim
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.compare import Change, compare
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.defaults import decide_defaults
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.dependencies import never_writable
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, Wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.restart import (
    Restart,
    restart_step,
    restarts,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import Problem, same
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step

__all__ = ["STAGED", "decide", "has_all", "is_settled", "show"]

STAGED = "staged, waiting for a reboot"
# So many attributes are named in the text of a step.
NAMED = 6


def decide(wanted: Wanted, state: BiosState) -> Plan:
    """Return the plan.

    :raises ConfigurationError: with every mistake in what is wanted, before anything is written.
    :raises ConflictError: when somebody else's pending value is in the way, or the machine takes no settings now.
    """
    if wanted.state == "defaults":
        return decide_defaults(wanted, state)
    found = aim(wanted, state)
    change, unreachable = compare(found.goals, wanted, state)
    if found.problems or unreachable:
        raise _mistakes([*found.problems, *unreachable], state)
    _refuse_clashes(change, wanted, state)
    restart = restarts(wanted, state)
    steps = _steps(change, restart, wanted, state)
    if steps and state.obstacles:
        raise ConflictError(
            "; ".join(state.obstacles), machine=state.machine, resource=state.resource, hint="see to that, run again"
        )
    before = show(change.shown, state.registry, state.current, state.pending)
    return Plan(
        steps=steps,
        before=before,
        after=_predict(change, restart, state) if steps else before,
        reason="" if steps else _reason(change, restart),
        warnings=(
            *found.warnings,
            *(restart.warnings if change.differing else ()),
            *_mention_kept(change, state),
        ),
        facts={"change": change, "restart": restart.planned},
    )


def is_settled(wanted: Wanted, state: BiosState) -> bool:
    """Say whether it is plain without a registry that nothing is to be done; saves fetching hundreds of kilobytes."""
    if wanted.state != "merged" or state.pending:
        return False
    found = aim(wanted, state)
    return not found.problems and all(same(goal.value, state.current.get(name)) for name, goal in found.goals.items())


def has_all(wanted: Wanted, state: BiosState) -> bool:
    """Say whether the machine has every attribute that is wanted, and none that differs is read-only for good."""
    lacking = ("unknown", "absent", "unsupported")
    found = aim(replace(wanted, fail_unsupported=True), state)
    if any(problem.reason in lacking for problem in found.problems):
        return False
    differing = (name for name, goal in found.goals.items() if not same(goal.value, state.current.get(name)))
    return not any(never_writable(state.registry, name, state.current) for name in differing)


def show(
    names: t.Iterable[str], registry: Registry, current: t.Mapping[str, t.Any], pending: t.Mapping[str, t.Any]
) -> t.Dict[str, t.Any]:
    """Return what a diff shows of attributes: their display names, values, and what waits for a reset."""
    shown = {}
    for name in names:
        attribute = registry.get(name)
        value = "********" if attribute.is_password else current.get(name)
        shown[attribute.label] = f"{value} (pending: {pending[name]})" if name in pending else value
    return dict(sorted(shown.items()))


def _mistakes(problems: t.Sequence[Problem], state: BiosState) -> ConfigurationError:
    count = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
    return ConfigurationError(
        f"{count} in the BIOS settings asked for; nothing was changed: " + "; ".join(map(str, problems)),
        machine=state.machine,
        resource=state.resource,
        problems=[problem.as_result() for problem in problems],
    )


def _refuse_clashes(change: Change, wanted: Wanted, state: BiosState) -> None:
    if wanted.overwrite_pending or not (change.clashes or change.lost):
        return
    told = [f"{name}: pending {value!r}, wanted {change.goals[name].value!r}" for name, value in change.clashes.items()]
    told += [f"{name}: pending {change.kept[name]!r}, and then {why}" for name, why in change.lost.items()]
    raise ConflictError(
        f"other values are pending already, set by somebody else; nothing was changed: {'; '.join(told)}",
        machine=state.machine,
        resource=state.settings_resource,
        hint="restart the machine to let them take effect, or set pending: overwrite to replace them",
        pending={**change.clashes, **{name: change.kept[name] for name in change.lost}},
    )


def _mention_kept(change: Change, state: BiosState) -> t.List[str]:
    told = [f"{state.registry.get(name).label}: {value}" for name, value in change.kept.items()]
    if state.defaults_pending:
        told.append("a reset to defaults")
    if not told:
        return []
    return [f"pending on {state.machine}, not set by this task, taking effect at the same reboot: {'; '.join(told)}"]


def _steps(change: Change, restart: Restart, wanted: Wanted, state: BiosState) -> t.Tuple[Step, ...]:
    steps = _stage_steps(change, state)
    if restart.planned and change.differing:
        steps.append(restart_step(wanted, state, last=not change.late))
        if change.late:
            steps.append(_stage_step("stage_2", change.late, state))
            steps.append(restart_step(wanted, state, number=2))
    return tuple(steps)


def _stage_steps(change: Change, state: BiosState) -> t.List[Step]:
    steps = []
    if change.removes_job and state.job is not None:
        if state.job.state == "running":
            raise ConflictError(
                f"a configuration job is running ({state.job.text or state.job.uri})",
                machine=state.machine,
                resource=state.job.uri,
                hint="wait until it has ended, run again",
            )
        text = f"remove the {state.job.state} configuration job; what it holds is staged again"
        steps.append(Step("remove_job", text, state.job.uri))
    by_tool = {name: value for name, value in change.write.items() if name in state.by_tool}
    over_redfish = {name: value for name, value in change.write.items() if name not in state.by_tool}
    if over_redfish:
        steps.append(_stage_step("stage", over_redfish, state, change.back))
    if by_tool:
        why = "; ".join(sorted({state.by_tool[name] for name in by_tool}))
        step = _stage_step("tool", by_tool, state)
        steps.append(replace(step, text=f"{step.text} (with the vendor's tool: {why})"))
    return steps


def _stage_step(name: str, values: t.Mapping[str, t.Any], state: BiosState, back: t.Sequence[str] = ()) -> Step:
    told = [f"{item} -> {value}" + (" (taken back)" if item in back else "") for item, value in values.items()]
    more = f" and {len(told) - NAMED} more" if len(told) > NAMED else ""
    return Step(
        name=name,
        text=f"stage {len(values)} BIOS attribute{'s' if len(values) > 1 else ''}: {', '.join(told[:NAMED])}{more}",
        resource=state.settings_resource,
        payload={"attributes": dict(values)},
    )


def _predict(change: Change, restart: Restart, state: BiosState) -> t.Dict[str, t.Any]:
    future = {name: change.goals[name].value for name in change.differing}
    unwritten = (*change.late, *change.follows)
    staged = {**change.kept, **{name: value for name, value in future.items() if name not in unwritten}}
    if not restart.planned or not change.differing:
        return show(change.shown, state.registry, state.current, staged)
    effects = {name: value for name, (value, _reason) in change.effects.items()}
    return show(change.shown, state.registry, {**state.current, **change.kept, **future, **effects}, {})


def _reason(change: Change, restart: Restart) -> str:
    if not change.differing:
        return "already set"
    late = f"; {len(change.late)} more can be staged after it" if change.late else ""
    return f"{STAGED}{late} ({restart.why_not})"
