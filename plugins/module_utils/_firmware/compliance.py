# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How one machine stands to its baseline, from its inventory alone: what filter ``firmware_plan`` returns.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import assess
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.baseline import (
    Baseline,
    Machine,
    baselines_of,
    rows_for,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import Row, option_of, rows_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.inventory import Component
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.steps import (
    ACTIVATION_MINUTES,
    RESETS_HOST,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.version import EQUAL, NEWER, OLDER
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.ipmi import IPMI

__all__ = ["compliance"]

ACTIONS = {EQUAL: "none", OLDER: "update", NEWER: "downgrade"}


def compliance(
    inventory: t.Mapping[str, t.Any],
    catalogue: t.Iterable[t.Mapping[str, t.Any]],
    baselines: t.Iterable[t.Mapping[str, t.Any]] = (),
    *,
    baseline: str = "",
    policy: str = "baseline",
    image_base_url: str = "",
) -> t.Dict[str, t.Any]:
    """Return the plan for one machine as plain data; touches no machine.

    Keys: ``compliant``, ``minutes``, ``reboots``, ``components`` (one entry per row with ``current``, ``wanted``,
    ``action``: none, update, downgrade, unknown or staged) and ``baseline`` (the rows, as option ``baseline`` of the
    door takes them).

    :raises ConfigurationError: with every problem of catalogue, baseline and machine at once.
    """
    machine = _machine(inventory)
    if machine.platform == IPMI.name and policy != "manual":
        raise ConfigurationError(
            "the server speaks IPMI only, which neither lists firmware nor takes any, and"
            f" {f'the baseline {baseline}' if baseline else f'the policy {policy}'} is asked for",
            hint="set firmware_policy: manual for this server if its firmware is looked after by hand",
        )
    rows = rows_for(machine, rows_of(catalogue, image_base_url), _named(baseline, baselines), policy)
    entries = [_entry(row, machine) for row in rows]
    problems = [entry["problem"] for entry in entries if entry["problem"]]
    if problems:
        raise ConfigurationError("; ".join(problems), problems=problems)
    due = [entry for entry in entries if entry["action"] not in ("none", "staged")]
    return {
        "platform": machine.platform,
        "model": machine.model,
        "policy": policy,
        "baseline_name": baseline,
        "compliant": all(entry["action"] == "none" for entry in entries),
        "minutes": sum(entry["minutes"] for entry in due),
        "reboots": sum(entry["reboots"] for entry in due),
        "components": [{key: value for key, value in entry.items() if key != "problem"} for entry in entries],
        "baseline": [option_of(row) for row in rows],
    }


def _named(name: str, items: t.Iterable[t.Mapping[str, t.Any]]) -> Baseline | None:
    known = baselines_of(items)
    if not name:
        return None
    if name not in known:
        guess = near(name, known)
        hint = f"did you mean {' or '.join(guess)}?" if guess else f"known: {', '.join(sorted(known)) or 'none'}"
        raise ConfigurationError(f"unknown firmware baseline {name} ({hint})")
    return known[name]


def _machine(inventory: t.Mapping[str, t.Any]) -> Machine:
    known = set(Component.__dataclass_fields__)
    entries = tuple(
        Component(**{key: value for key, value in item.items() if key in known})
        for item in inventory.get("components", ())
    )
    return Machine(str(inventory.get("platform") or "generic"), str(inventory.get("model") or ""), entries)


def _entry(row: Row, machine: Machine) -> t.Dict[str, t.Any]:
    entries, problem = assess.devices_of(row, machine.components)
    standing = assess.standing(row, entries, machine.answers) if entries else ""
    action = ACTIONS.get(standing, "unknown")
    steps = [hop for hop in row.via if assess.standing(hop, entries, machine.answers) == OLDER] + [row]
    if action != "none" and any(entry.staged == row.version for entry in entries):
        action = "staged"
    costs = [_cost(step, machine) for step in steps]
    minutes, reboots = sum(cost[0] for cost in costs), sum(cost[1] for cost in costs)
    return {
        "component": row.label,
        "current": assess.shown(entries),
        "wanted": row.version,
        "via": [step.version for step in steps[:-1]],
        "action": action,
        "priority": row.priority,
        "minutes": 0 if action == "none" else minutes,
        "reboots": 0 if action == "none" else reboots,
        "problem": problem,
    }


def _cost(row: Row, machine: Machine) -> t.Tuple[int, int]:
    answers = machine.answers
    activation = row.activation or answers.activation.get(row.component, answers.activation["*"])
    minutes = row.minutes or answers.minutes.get(row.component, answers.minutes["*"])
    return minutes + ACTIVATION_MINUTES.get(activation, 0), int(activation in RESETS_HOST)
