# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare what is current, pending and wanted, attribute by attribute. Pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.dependencies import (
    Values,
    forced,
    future_values,
    lock,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, Goal, Wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import (
    BadValue,
    Problem,
    convert,
    same,
)

__all__ = ["Change", "compare"]

Pairs = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Change:
    """What is to be written, and what became of the rest.

    :param goals: everything wanted.
    :param differing: the goals the machine does not have now, staged or not.
    :param write: what goes to the machine now; empty when nothing has to be written.
    :param removes_job: whether a waiting job has to go first; it takes all that is pending with it.
    :param late: goals that can be written only after a first restart.
    :param back: pending values to be taken back; in ``write`` as current values, unless removing the job does it.
    :param kept: pending values of somebody else that stay; in ``write`` where the machine would drop them.
    :param lost: those of them whose attributes what is wanted would lock: name -> why.
    :param clashes: pending values of somebody else for attributes with a goal.
    :param effects: what the machine will set by itself: name -> (value, reason).
    :param follows: goals that need no write because such an effect brings them about.
    """

    goals: t.Mapping[str, Goal] = field(default_factory=dict)
    differing: t.Tuple[str, ...] = ()
    write: Pairs = field(default_factory=dict)
    removes_job: bool = False
    late: Pairs = field(default_factory=dict)
    back: t.Tuple[str, ...] = ()
    kept: Pairs = field(default_factory=dict)
    lost: t.Mapping[str, str] = field(default_factory=dict)
    clashes: Pairs = field(default_factory=dict)
    effects: t.Mapping[str, t.Tuple[t.Any, str]] = field(default_factory=dict)
    follows: t.Tuple[str, ...] = ()

    @property
    def shown(self) -> t.Tuple[str, ...]:
        """Return the names a reader of the plan wants to see: wanted changes, taken-back and foreign pending values."""
        return tuple(dict.fromkeys((*self.differing, *self.back, *self.kept, *self.effects)))


def compare(goals: t.Mapping[str, Goal], wanted: Wanted, state: BiosState) -> t.Tuple[Change, t.List[Problem]]:
    """Return the change and the goals that cannot be reached."""
    values = {name: goal.value for name, goal in goals.items()}
    differing = tuple(name for name, value in values.items() if not _in_force(name, value, state))
    foreign = {name: value for name, value in state.pending.items() if name not in goals}
    kept = {} if wanted.overwrite_pending else foreign
    clashes = {name: state.pending[name] for name in values if _differs(name, state.pending, values[name])}
    future = future_values(state.registry, values, kept, state.current)
    effects = _effects(state, future, (*differing, *kept))
    follows = tuple(name for name in differing if name in effects and same(effects[name][0], values[name]))
    to_write = tuple(name for name in differing if name not in follows)
    late = _late(to_write, values, state, kept, future) if wanted.two_steps else ()
    early = {name: values[name] for name in to_write if name not in late}
    first = future_values(state.registry, early, kept, state.current) if late else future
    back = tuple(name for name in clashes if name not in differing) + tuple(set(foreign) - set(kept))
    # What has to come after a restart must not be pending before it.
    back += tuple(name for name in late if name in state.pending and name not in back)
    write, removes_job = _write(early, back, kept, state)
    change = Change(
        goals=goals,
        differing=differing,
        write=write,
        removes_job=removes_job,
        late={name: values[name] for name in late},
        back=back,
        kept=kept,
        lost=_lost(kept, state, first),
        clashes=clashes,
        effects={
            name: effect for name, effect in effects.items() if not same(effect[0], kept.get(name, state.current[name]))
        },
        follows=follows,
    )
    locked = [*_locked(early, goals, state, first), *_locked(late, goals, state, future)]
    return change, [*locked, *_overruled(effects, goals)]


def _in_force(name: str, value: t.Any, state: BiosState) -> bool:
    """Say whether a machine has a value now; one that also waits is only shown already (Q-D04)."""
    waits = name in state.pending and same(state.pending[name], value)
    return same(value, state.current.get(name)) and not waits


def _differs(name: str, pending: Values, value: t.Any) -> bool:
    return name in pending and not same(pending[name], value)


def _lost(kept: Pairs, state: BiosState, future: Values) -> t.Dict[str, str]:
    """Return which pending values of somebody else would be locked out by what is wanted, and by nothing else."""
    without_us = future_values(state.registry, kept, state.current)
    found = {}
    for name in kept:
        why = lock(state.registry, name, future, state.current)
        if why is not None and lock(state.registry, name, without_us, state.current) is None:
            found[name] = str(why)
    return found


def _late(names: t.Sequence[str], values: Pairs, state: BiosState, kept: Pairs, future: Values) -> t.Tuple[str, ...]:
    """Return what has to wait for a first restart.

    What will be locked in the end is written before that which locks it; otherwise what is locked now waits until the
    rest has taken effect.
    """
    in_the_end = {name for name in names if lock(state.registry, name, future, state.current)}
    if in_the_end:
        return tuple(name for name in names if name not in in_the_end)
    now = future_values(state.registry, kept, state.current)
    return tuple(name for name in names if lock(state.registry, name, now, state.current))


def _write(early: Pairs, back: t.Sequence[str], kept: Pairs, state: BiosState) -> t.Tuple[t.Dict[str, t.Any], bool]:
    unstaged = [name for name, value in early.items() if _missing(name, value, state)]
    if not unstaged and not back:
        return {}, False
    # While a job waits the next PATCH is refused, and removing it drops what it holds (Q-D02, Q-D03).
    removes_job = state.ways.exclusive and state.job is not None and state.job.state != "done"
    # All of it in one request: a PATCH may replace what an earlier one staged (Q-G69).
    written_back = {} if removes_job else {name: state.current.get(name) for name in back}
    return {**(kept if state.ways.exclusive else {}), **early, **written_back}, removes_job


def _missing(name: str, value: t.Any, state: BiosState) -> bool:
    """Say whether a value still has to be staged; without its job a staged value never takes effect (Q-D01, Q-D05)."""
    without_job = state.ways.job and (state.job is None or state.job.state in ("failed", "done"))
    return without_job or name not in state.pending or not same(state.pending[name], value)


def _locked(
    names: t.Iterable[str], goals: t.Mapping[str, Goal], state: BiosState, future: Values
) -> t.Iterator[Problem]:
    for name in names:
        found = lock(state.registry, name, future, state.current)
        if found is None or name in state.by_tool:
            continue
        text = f"is {found}"
        if lock(state.registry, name, state.current, state.current) is None:
            text = f"can be set now and will be {found}; order: two_steps sets it before the rest"
        reason = "locked" if found.because else "read_only"
        yield Problem(state.registry.get(name).label, reason, text, goals[name].source)


def _effects(state: BiosState, future: Values, changed: t.Iterable[str]) -> t.Dict[str, t.Tuple[t.Any, str]]:
    found = {}
    for name, (value, reason) in forced(state.registry, future, changed).items():
        if name not in state.current:
            continue
        spelled = _spelled(state.registry, name, value, state.current[name])
        found[name] = (spelled, reason)
    return found


def _spelled(registry: Registry, name: str, value: t.Any, current: t.Any) -> t.Any:
    try:
        return convert(registry.get(name), value, current)
    except BadValue:
        return value


def _overruled(effects: t.Mapping[str, t.Tuple[t.Any, str]], goals: t.Mapping[str, Goal]) -> t.Iterator[Problem]:
    for name, (value, reason) in effects.items():
        goal = goals.get(name)
        if goal is not None and not same(goal.value, value):
            yield Problem(name, "forced", f"the machine will set it to {value!r} because {reason}", goal.source)
