# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Go back to the version in the other bank, where a machine has one; no image is sent.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import assess
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import COMPONENTS, Row
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.inventory import Component
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import (
    IMMEDIATE,
    ON_RESET,
    Current,
    Unit,
    Wanted,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.steps import plan_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.version import EQUAL
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS, wait_options

__all__ = ["ROLLBACK_OPTIONS", "decide_rollback", "rollback_of"]

ROLLBACK_OPTIONS = (
    BMC_OPTIONS
    + wait_options(7200)
    + Options(
        spec={
            "component": {"type": "str", "required": True, "choices": list(COMPONENTS)},
            "device": {"type": "str"},
            "version": {"type": "str"},
            "allow_reboot": {"type": "bool", "default": False},
            "apply_time": {"type": "str", "choices": [IMMEDIATE, ON_RESET], "default": IMMEDIATE},
        }
    )
)


def rollback_of(params: t.Mapping[str, t.Any]) -> Wanted:
    """Return what is wanted, as a request whose image is the other bank."""
    row = Row(
        component=params["component"],
        version=params.get("version") or "",
        image="",
        sha256="",
        device=params.get("device") or "",
    )
    return Wanted(
        targets=(row,),
        allow_downgrade=True,
        allow_reboot=params["allow_reboot"],
        apply_time=params["apply_time"],
        wait=params["wait"],
        wait_timeout=float(params["wait_timeout"]),
        wait_interval=float(params["wait_interval"]),
        system_id=params.get("system_id"),
    )


def decide_rollback(wanted: Wanted, current: Current) -> Plan:
    """Return the plan that makes the other bank's version the running one.

    :raises NotSupportedError: where the platform cannot, or the machine has nothing in its other bank.
    :raises ConfigurationError: when another version than the one asked for is there.
    """
    (row,) = wanted.targets
    entries, problem = assess.devices_of(row, current.components)
    if problem:
        raise ConfigurationError(problem, machine=current.machine, resource="firmware")
    entry = entries[0]
    before = {row.label: assess.shown(entries)}
    if row.version and assess.standing(row, entries, current.answers) == EQUAL:
        return plan_of((), before, [f"{row.label} is at {entry.version} already"], wanted, current)
    _refuse(row, entry, current)
    if current.obstacles:
        raise ConflictError("; ".join(current.obstacles), machine=current.machine, resource="firmware")
    target = replace(row, version=str(entry.previous), image=entry.previous_uri)
    answers = current.answers
    unit = Unit(
        row=target,
        current=str(entry.version),
        begin="send",
        method="pull",
        activation=answers.activation.get(row.component, answers.activation["*"]),
        minutes=answers.minutes.get(row.component, answers.minutes["*"]),
        uri=entry.uri,
    )
    return plan_of((unit,), before, [], wanted, current)


def _refuse(row: Row, entry: Component, current: Current) -> None:
    facts: dict[str, t.Any] = {"machine": current.machine, "resource": entry.uri or "firmware"}
    if not current.answers.rollback:
        hint = "flash the earlier image with module firmware and allow_downgrade: true"
        raise NotSupportedError("this platform cannot be told to use its other bank", hint=hint, **facts)
    if not entry.previous or not entry.previous_uri:
        hint = "flash the earlier image with module firmware and allow_downgrade: true"
        raise NotSupportedError(f"there is no earlier version of {row.label} on the machine", hint=hint, **facts)
    if row.version:
        wanted = assess.is_version(row.version, row.component, current.answers)
        there = assess.is_version(entry.previous, row.component, current.answers)
        if wanted is None or there is None or assess.compare(wanted, there) != EQUAL:
            raise ConfigurationError(
                f"the other bank of {row.label} holds {entry.previous}, not {row.version}",
                hint=f"ask for {entry.previous}, or flash {row.version} with module firmware",
                **facts,
            )
    busy = [task for task in current.tasks if task.state == "running"]
    if busy:
        raise ConflictError(f"an update is running ({busy[0].name or busy[0].uri})", **facts)
