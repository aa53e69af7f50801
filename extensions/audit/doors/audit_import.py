# SPDX-License-Identifier: GPL-3.0-or-later

"""The door `audit_import`: bring the rows of spool files into the database."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Door, Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import VerificationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.modules.audit_import import OPTIONS

from ..database import connect
from ..location import spool_directories
from ..migrate import upgrade
from ..spool_import import Imported, count_new, import_spool, spool_files
from ._common import chosen_database

__all__ = ["DOOR"]


@dataclass(frozen=True)
class Wanted:
    """The spool files, and whether to remove each once its rows are in the database."""

    files: tuple[Path, ...]
    remove: bool


def wanted(params: Mapping[str, Any]) -> Wanted:
    """Return the files named, or those where the callback would have put them."""
    if params.get("path"):
        return Wanted(tuple(spool_files(params["path"])), params["remove"])
    places = spool_directories(None, chosen_database(params), os.environ)
    return Wanted(
        tuple(path for place in places if place.is_dir() for path in spool_files(str(place))), params["remove"]
    )


def opened(params: Mapping[str, Any], context: Context) -> AbstractContextManager[sa.Connection]:
    """Open the database; outside check mode it is created or upgraded first."""
    database = chosen_database(params)
    if not context.check_mode:
        upgrade(database)
    return connect(database, read_only=context.check_mode)


def read(connection: sa.Connection, asked: Wanted) -> list[Imported]:
    """Count the rows that are new."""
    with connection.begin():
        return [count_new(connection, path) for path in asked.files]


def decide(asked: Wanted, current: list[Imported]) -> Plan:
    """Import each file that has something new."""
    before = {"rows_missing": sum(found.new for found in current)}
    steps = [
        Step("import", f"import {found.new} of {found.rows} rows of {found.path}", resource=found.path)
        for found in current
        if found.new
    ]
    if asked.remove:
        steps += [Step("remove", f"remove {path}", resource=str(path)) for path in asked.files]
    torn = tuple(f"{found.path}: the last line was cut off when its run was killed" for found in current if found.torn)
    reason = "" if steps else "every row is in the database already" if asked.files else "there is no spool"
    return Plan(tuple(steps), before, {"rows_missing": 0} if steps else before, reason, warnings=torn)


def apply(connection: sa.Connection, record: StepRecord, run: Run) -> dict[str, Any]:
    """Import or remove one file."""
    if record.step.name == "remove":
        Path(record.step.resource).unlink(missing_ok=True)
        return {}
    return asdict(import_spool(connection, Path(record.step.resource)))


def verify(connection: sa.Connection, run: Run) -> dict[str, Any]:
    """Count again what is missing."""
    with connection.begin():
        missing = sum(count_new(connection, path).new for path in run.wanted.files if path.exists())
    if missing:
        raise VerificationError(f"{missing} rows are still not in the database")
    return {"rows_missing": 0}


def report(run: Run) -> dict[str, Any]:
    """Return what was found in each file."""
    runs = sorted({run_id for found in run.current for run_id in found.runs})
    imported = sum(found.new for found in run.current)
    return {"files": [found.path for found in run.current], "runs": runs, "rows_new": imported}


DOOR = Door(
    name="audit_import",
    options=OPTIONS,
    connect=opened,
    wanted=wanted,
    read=read,
    decide=decide,
    apply=apply,
    verify=verify,
    report=report,
)
