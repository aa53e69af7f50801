# SPDX-License-Identifier: GPL-3.0-or-later

"""The door `audit_db`: create, migrate, downgrade, vacuum, prune and back up the audit database."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Door, Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.modules.audit_db import OPTIONS

from ..care import Condition, backup, condition, prune, vacuum
from ..clock import parse_moment, stamp, utc_now
from ..columns import HEAD, REVISIONS
from ..database import connect
from ..migrate import migrate
from ..revision import refuse_unknown
from ._common import chosen_database

__all__ = ["DOOR"]


@dataclass(frozen=True)
class Wanted:
    """The state asked for."""

    database: str
    state: str
    target: str = HEAD
    older_than: str = ""
    destination: Path | None = None


def wanted(params: Mapping[str, Any]) -> Wanted:
    """Return the state asked for.

    :raises ConfigurationError: for a revision or an age that does not exist.
    """
    state, target = params["state"], params.get("target") or ("latest" if params["state"] != "downgraded" else "")
    target = HEAD if target == "latest" else target
    if target not in (*REVISIONS, "base"):
        raise ConfigurationError(f"target: no schema {target!r}", hint=f"one of {', '.join(('base', *REVISIONS))}")
    older_than = parse_moment(params["older_than"], utc_now(), "older_than") if params.get("older_than") else ""
    place = Path(params["dest"]).expanduser() if params.get("dest") else None
    return Wanted(chosen_database(params), state, target, older_than, place)


def read(client: None, asked: Wanted) -> Condition:
    """Return the database's condition."""
    return condition(asked.database, asked.older_than)


def decide(asked: Wanted, current: Condition) -> Plan:
    """Return what has to be done."""
    refuse_unknown(current.revision)
    before = {"schema": current.revision, "runs": current.runs}
    if asked.state in ("present", "migrated", "downgraded"):
        return _schema_plan(asked, current, before)
    if current.revision != HEAD:
        raise ConfigurationError(
            f"{current.database} has schema {current.revision or 'none'}, not {HEAD}",
            hint="audit_db state=migrated first",
        )
    if asked.state == "vacuumed":
        if current.free_bytes == 0:
            return Plan(before=before, after=before, reason="there is no unused space to give back")
        return Plan((Step("vacuum", "give unused space back"),), before, before)
    if asked.state == "backed_up":
        return Plan((Step("backup", f"copy the database to {asked.destination}"),), before, before)
    if not current.prunable:
        return Plan(before=before, after=before, reason=f"no run ended before {asked.older_than}")
    count = len(current.prunable)
    step = Step("prune", f"export {count} runs to {asked.destination} and remove them", allow="allow_prune")
    return Plan((step,), before, {**before, "runs": current.runs - count})


def _schema_plan(asked: Wanted, current: Condition, before: dict[str, Any]) -> Plan:
    path = ("base", *REVISIONS)
    here, there = path.index(current.revision or "base"), path.index(asked.target)
    after = {**before, "schema": None if asked.target == "base" else asked.target}
    if asked.state == "downgraded" and there < here:
        allow = "allow_data_loss" if asked.target == "base" else "allow_downgrade"
        return Plan(
            (Step("migrate", f"take the schema down from {path[here]} to {asked.target}", allow=allow),), before, after
        )
    if asked.state != "downgraded" and there > here:
        what = f"bring the schema from {current.revision} to" if current.revision else "create the database with schema"
        return Plan((Step("migrate", f"{what} {asked.target}"),), before, after)
    return Plan(before=before, after=before, reason=f"the schema is {current.revision or 'not there'} already")


def apply(client: None, record: StepRecord, run: Run) -> dict[str, Any]:
    """Run one step."""
    asked: Wanted = run.wanted
    if record.step.name == "migrate":
        with connect(asked.database) as connection:
            return {"migrations": migrate(connection, asked.target)}
    if record.step.name == "vacuum":
        vacuum(asked.database)
        return {}
    destination = asked.destination or Path(f"audit-{stamp(utc_now()):.10}.jsonl")
    if record.step.name == "backup":
        return {"backup": str(destination), "sha256": backup(asked.database, destination)}
    return prune(asked.database, list(run.current.prunable), destination, getpass.getuser())


def verify(client: None, run: Run) -> dict[str, Any]:
    """Read the condition again."""
    now = condition(run.wanted.database)
    found = {"schema": now.revision, "runs": now.runs}
    if run.wanted.state != "backed_up" and now.revision != run.plan.after["schema"]:
        raise VerificationError(f"{now.database} has schema {now.revision}, not {run.plan.after['schema']}")
    return found


def report(run: Run) -> dict[str, Any]:
    """Return the condition, and what the steps brought."""
    facts: dict[str, Any] = {}
    for record in run.records:
        facts.update(record.facts)
    now = run.current if run.context.check_mode or not facts else condition(run.wanted.database)
    return {"condition": now.facts(), **facts}


def nothing(params: Mapping[str, Any], context: Context) -> AbstractContextManager[None]:
    """Return no client: each step opens the database in the way it needs."""
    return nullcontext()


DOOR = Door(
    name="audit_db",
    options=OPTIONS,
    connect=nothing,
    wanted=wanted,
    read=read,
    decide=decide,
    apply=apply,
    verify=verify,
    report=report,
)
