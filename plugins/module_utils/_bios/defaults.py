# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide how to bring a machine to its factory defaults. Pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.aim import Aim
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.compare import Change
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, Goal, Wanted, matches
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.restart import restart_step, restarts
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import BadValue, convert, same
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step

__all__ = ["decide_defaults", "defaults_of"]


def decide_defaults(wanted: Wanted, state: BiosState) -> Plan:
    """Return the plan for a reset to defaults; the BMC keeps it pending until a reset (Q-H26).

    :raises ConfigurationError: when single settings are asked for at the same time.
    """
    if wanted.settings or wanted.problems:
        raise ConfigurationError(
            "state: defaults takes no attributes, intents or profile; use state: replaced for a template on top of the"
            " defaults",
            machine=state.machine,
        )
    defaults = defaults_of(state)
    differing = {name: goal for name, goal in defaults.goals.items() if not same(goal.value, state.current.get(name))}
    restart = restarts(wanted, state)
    before = {state.registry.get(name).label: state.current.get(name) for name in differing}
    after = {state.registry.get(name).label: goal.value for name, goal in differing.items()}
    if not state.defaults_pending and defaults.goals and not differing:
        return Plan(before=before, after=after, reason="already at the defaults", facts={"change": Change()})
    steps = [] if state.defaults_pending else [_reset_step(differing, state)]
    if restart.planned:
        steps.append(restart_step(wanted, state))
    if steps and state.obstacles:
        raise ConflictError("; ".join(state.obstacles), machine=state.machine, resource=state.resource)
    return Plan(
        steps=tuple(steps),
        before=before,
        after=after if restart.planned else {name: f"{before[name]} (pending: {after[name]})" for name in after},
        reason="" if steps else f"staged, waiting for a reboot ({restart.why_not})",
        warnings=(*defaults.warnings, *restart.warnings),
        facts={"change": Change(goals=differing, differing=tuple(differing)), "restart": restart.planned},
    )


def defaults_of(state: BiosState, preserve: t.Iterable[str] = ()) -> Aim:
    """Return the default of every attribute that can be set and has one in the registry."""
    found = Aim()
    for name, current in state.current.items():
        attribute = state.registry.get(name)
        if attribute.default is None or attribute.is_password or attribute.read_only or attribute.immutable:
            continue
        if attribute.unique or matches(name, attribute.display, preserve):
            continue
        try:
            found.goals[name] = Goal(convert(attribute, attribute.default, current), "default of the registry")
        except BadValue:
            continue
    if not found.goals:
        found.warnings.append(
            f"the registry of {state.machine} holds no defaults: whether it is at them cannot be known, so each run"
            " resets it"
        )
    return found


def _reset_step(differing: t.Mapping[str, Goal], state: BiosState) -> Step:
    count = f"{len(differing)} attributes differ from them" if differing else "what differs is not known"
    return Step("reset_defaults", f"reset the BIOS to its defaults ({count})", state.resource)
