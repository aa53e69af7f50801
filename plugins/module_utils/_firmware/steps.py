# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Updates as the steps of a plan: send, follow, activate, confirm; with minutes and reboots, for a person to read.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import (
    ON_RESET,
    Current,
    Unit,
    Wanted,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.registry import TOOLS

__all__ = ["plan_of", "steps_of"]

# What an activation does to the host, and how long that takes on most machines.
ACTIVATION_TEXT = {
    "host_reset": "restart the host so that {what} becomes active",
    "bmc_reset": "restart the BMC so that {what} becomes active",
    "ac_cycle": "cut and restore the power of the machine so that {what} becomes active",
}
ACTIVATION_MINUTES = {"host_reset": 6, "bmc_reset": 5, "ac_cycle": 10}
RESETS_HOST = ("host_reset", "ac_cycle")


def plan_of(
    units: t.Sequence[Unit],
    before: t.Mapping[str, str],
    reasons: t.Sequence[str],
    wanted: Wanted,
    current: Current,
) -> Plan:
    """Return the plan of all units; without ``wait`` it holds only what can be done without waiting."""
    steps: t.List[Step] = []
    for number, unit in enumerate(units):
        steps += steps_of(unit, number, wanted)
        if _host_reset_follows(unit, number, units, current):
            steps.append(_reset_between(unit, number))
    everything = tuple(steps) if wanted.wait else _first(steps)
    return Plan(
        steps=everything,
        before=dict(before),
        after=_after(units, before, wanted),
        warnings=_unproven(units, current),
        reason="" if everything else "; ".join(reasons) or "nothing is asked for",
        facts={
            "units": tuple(units),
            "minutes": sum(int(step.payload.get("minutes", 0)) for step in steps),
            "reboots": sum(step.payload.get("activation") in RESETS_HOST for step in steps),
            "later": [step.text for step in steps[len(everything) :]],
            "reasons": list(reasons),
        },
    )


def _unproven(units: t.Sequence[Unit], current: Current) -> t.Tuple[str, ...]:
    """Return what nobody has shown yet of the ways in that are taken."""
    names = dict.fromkeys(unit.method for unit in units if unit.begin == "send")
    found = [
        (name, current.answers.unproven.get(name) or (TOOLS[name].unproven if name in TOOLS else "")) for name in names
    ]
    return tuple(f"unproven: method {name} on {current.platform}: {text}" for name, text in found if text)


def _first(steps: t.Sequence[Step]) -> t.Tuple[Step, ...]:
    """Return the first step alone, refused where what follows it would be: nothing is begun that cannot be ended."""
    if not steps:
        return ()
    same = [step for step in steps if step.payload["unit"] == steps[0].payload["unit"]]
    return (replace(steps[0], allow=next((step.allow for step in same if step.allow), "")),)


def steps_of(unit: Unit, number: int, wanted: Wanted) -> t.List[Step]:
    """Return the steps of one update from where it begins."""
    what = f"{unit.row.label} {unit.row.version}"
    found = []
    if unit.begin == "send":
        text = f"send {what} to the BMC ({_way(unit)}); it is at {unit.current}"
        # A vendor's tool takes the image and stays until it is flashed; there is no task to follow.
        by_tool: t.Dict[str, t.Any] = {"minutes": unit.minutes} if unit.method in TOOLS else {}
        found.append(_step("send", unit, number, text, **by_tool))
    if unit.begin == "start":
        found.append(_step("start", unit, number, f"start {what}, which is on the BMC already"))
    if unit.begin in ("send", "start", "follow") and unit.method not in TOOLS:
        text = f"follow the update of {what}, about {unit.minutes} minutes"
        found.append(_step("follow", unit, number, text, minutes=unit.minutes))
    if unit.begin != "confirm" and unit.activation != "none" and wanted.apply_time != ON_RESET:
        minutes = ACTIVATION_MINUTES[unit.activation]
        text = f"{ACTIVATION_TEXT[unit.activation].format(what=what)}, about {minutes} minutes"
        allow = "allow_reboot" if unit.activation in RESETS_HOST else ""
        found.append(_step("activate", unit, number, text, allow=allow, minutes=minutes, activation=unit.activation))
    if unit.activation == "none" or wanted.apply_time != ON_RESET:
        found.append(_step("confirm", unit, number, f"read back that {what} is active"))
    return found


def _step(verb: str, unit: Unit, number: int, text: str, allow: str = "", **payload: t.Any) -> Step:
    return Step(
        name=f"{verb} {unit.row.label} {unit.row.version}",
        text=text,
        resource=unit.uri,
        allow=allow,
        payload={"verb": verb, "unit": number, **payload},
    )


def _way(unit: Unit) -> str:
    size = f", {unit.row.size / 1e6:.1f} MB" if unit.row.size else ""
    if unit.method == "pull":
        return f"it fetches {unit.row.image}{size}"
    if unit.method in TOOLS:
        return f"{unit.method} flashes {unit.row.file_name}{size}, about {unit.minutes} minutes"
    return f"{unit.method.replace('_', ' ')} of {unit.row.file_name}{size}"


def _host_reset_follows(unit: Unit, number: int, units: t.Sequence[Unit], current: Current) -> bool:
    """Whether the host must restart before the next update: PLDM devices sleep after a BMC update (Q-N08)."""
    more = any(later.row.component != "bmc" for later in units[number + 1 :])
    return current.answers.host_reset_after_bmc and unit.row.component == "bmc" and more


def _reset_between(unit: Unit, number: int) -> Step:
    return Step(
        name=f"restart the host after {unit.row.label} {unit.row.version}",
        text="restart the host, since its devices take updates only after it started with the new BMC firmware",
        allow="allow_reboot",
        payload={"verb": "reset", "unit": number, "minutes": 6, "activation": "host_reset"},
    )


def _after(units: t.Sequence[Unit], before: t.Mapping[str, str], wanted: Wanted) -> t.Dict[str, str]:
    after = dict(before)
    for unit in units:
        staged = wanted.apply_time == ON_RESET and unit.activation != "none"
        after[unit.row.label] = f"{before[unit.row.label]}, staged: {unit.row.version}" if staged else unit.row.version
    return after
