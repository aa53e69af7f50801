# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put a backup of BIOS settings back. Pure but for the reading verb.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios import door
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.backup import make_backup, open_backup
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.compare import Change, compare
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.decide import decide
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.layers import TASK_ORDER, Setting
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, Goal, Wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.options import reboot_answers
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import same
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan

__all__ = ["BackupWanted", "decide_backup", "report_backup", "wanted_backup"]


@dataclass(frozen=True)
class BackupWanted(Wanted):
    """``document`` is the backup to put back; without one a backup is only taken."""

    document: t.Mapping[str, t.Any] = field(default_factory=dict)
    allow_other_machine: bool = False


def wanted_backup(params: t.Mapping[str, t.Any]) -> BackupWanted:
    """Return what the options of bios_backup ask for.

    :raises ConfigurationError: when the backup is damaged or is none.
    """
    document = open_backup(params["backup"], params["sha256"] or "") if params["state"] == "restored" else {}
    return BackupWanted(
        document=document,
        allow_other_machine=params["allow_other_machine"],
        overwrite_pending=params["pending"] == "overwrite",
        two_steps=True,
        **reboot_answers(params),
    )


def decide_backup(wanted: BackupWanted, state: BiosState) -> Plan:
    """Return the plan: nothing for a backup that is taken, else the changes that bring the values back.

    What cannot be written (read-only, locked, gone with another BIOS version) is left out with a warning.

    :raises ConfigurationError: when the backup is another machine's.
    """
    if not wanted.document:
        return Plan(reason="backup taken", facts={"change": Change(), "restart": False})
    _refuse_other_machine(wanted, state)
    values = {
        name: value
        for name, value in wanted.document["attributes"].items()
        if name in state.current and not same(value, state.current[name])
    }
    gone = [name for name in wanted.document["attributes"] if name not in state.current]
    values, locked = _writable(values, wanted, state)
    settings = tuple(Setting("attribute", name, value, "backup", TASK_ORDER) for name, value in values.items())
    plan = decide(replace(wanted, settings=settings), state)
    warnings = [*plan.warnings, *_left_out("no longer there", gone), *_left_out("cannot be written now", locked)]
    reason = plan.reason
    if reason == "already set":
        reason = "already as in the backup"
    return replace(plan, warnings=tuple(warnings), reason=reason)


def report_backup(run: Run) -> t.Dict[str, t.Any]:
    """Return the result keys; the backup taken before a restore is that of the audit."""
    result = door.report(run)
    backup = make_backup(run.current)
    if not run.wanted.document:
        result["audit"]["backups"] = [backup]
    return {**result, "backup": backup}


def _refuse_other_machine(wanted: BackupWanted, state: BiosState) -> None:
    backup, here = wanted.document, dict(state.server)
    if backup.get("platform") != state.platform:
        raise ConfigurationError(
            f"the backup is of a machine of platform {backup.get('platform')}, this one is {state.platform}",
            machine=state.machine,
        )
    there = backup.get("server") or {}
    if there.get("serial") != here.get("serial") and not wanted.allow_other_machine:
        raise ConfigurationError(
            f"the backup is of the machine {there.get('serial')}, this one is {here.get('serial')}",
            machine=state.machine,
            hint="set allow_other_machine: true to give this machine the settings of the other one",
        )


def _writable(values: t.Mapping[str, t.Any], wanted: Wanted, state: BiosState) -> tuple[dict[str, t.Any], list[str]]:
    """Take out what cannot be written, until the rest can: taking one out may lock another."""
    left: dict[str, t.Any] = dict(values)
    locked: list[str] = []
    while True:
        goals = {name: Goal(value, "backup") for name, value in left.items()}
        _change, problems = compare(goals, wanted, state)
        names = {name for name in left if any(_is_about(problem.attribute, name) for problem in problems)}
        if not names:
            return left, locked
        locked += sorted(names)
        left = {name: value for name, value in left.items() if name not in names}


def _is_about(told: str, name: str) -> bool:
    return told == name or told.startswith(f"{name} (")


def _left_out(why: str, names: t.Sequence[str]) -> t.Iterator[str]:
    if names:
        yield f"{len(names)} attributes of the backup were left out, they are {why}: {', '.join(sorted(names))}"
