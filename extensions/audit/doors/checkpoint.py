# SPDX-License-Identifier: GPL-3.0-or-later

"""The door `checkpoint`: stop here if somebody asked to, and say what an earlier run has done already."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Query
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
    HWAutomationError,
)
from ansible_collections.hwautomation.baremetal.plugins.modules.checkpoint import OPTIONS

from ..current import CurrentRun, current_run
from ..database import connect
from ..queries.resume import cancel_request, finished_stage, job_of_slices
from ..queries.runs import find_run
from ._common import chosen_database

__all__ = ["DOOR"]

Params = Mapping[str, Any]


class RunCancelled(ConflictError):
    """The run was asked to stop, and this is a place where it can."""


def this_run() -> CurrentRun:
    """Return the run being recorded.

    :raises ConfigurationError: when the callback is not enabled.
    """
    run = current_run()
    if run is None:
        raise ConfigurationError(
            "the audit callback is not enabled, so there is no record to read or to write",
            hint="callbacks_enabled = hwautomation.baremetal.audit, or ANSIBLE_CALLBACKS_ENABLED",
        )
    return run


@contextmanager
def opened(params: Params, context: Context) -> Iterator[sa.Connection | None]:
    """Open the database for reading; None where nothing can be read now, which must not stop a run."""
    run = current_run()
    if params["state"] == "passed" and (run is None or not run.live):
        context.warn("no audit database at hand: cancel requests are not seen, and nothing is resumed")
        yield None
        return
    with connect(chosen_database(params), read_only=True) as connection:
        yield connection


def read(connection: sa.Connection | None, params: Params) -> dict[str, Any]:
    """Return the cancel request and the finished stage, or the id of the run to cancel."""
    if params["state"] == "cancel_requested":
        this_run()
        if connection is None or not params.get("run_id"):
            raise ConfigurationError("state: cancel_requested needs run_id")
        job = job_of_slices(connection, params["run_id"])
        return {"target": job or find_run(connection, params["run_id"])}
    if connection is None:
        return {}
    run = this_run()
    finished = None
    if run.resume_of and params.get("stage") and params.get("host"):
        finished = finished_stage(connection, find_run(connection, run.resume_of), params["host"], params["stage"])
    return {"request": cancel_request(connection, run), "finished": finished}


def report(params: Params, found: dict[str, Any]) -> dict[str, Any]:
    """Return what to do now.

    :raises RunCancelled: when the run was asked to stop.
    """
    if params["state"] == "cancel_requested":
        asked = {"target": found["target"], "requested_by": getpass.getuser(), "reason": params.get("reason")}
        return {"run_id": found["target"], "audit": {"cancel_request": asked}}
    request, finished = found.get("request"), found.get("finished")
    if request:
        why = f"cancelled by {request['requested_by']}" + (f": {request['reason']}" if request["reason"] else "")
        raise_cancelled(why)
    skip = finished is not None and params.get("effect") is True
    return {"skip": skip, "finished": finished}


def raise_cancelled(why: str) -> None:
    """Stop this host here; the callback closes the run as cancelled."""
    error: HWAutomationError = RunCancelled(
        f"the run was {why}; stopped between two stages, nothing is in progress",
        hint="start it again with -e resume_run=<this run's id>",
        audit={"cancelled": why},
    )
    raise error


DOOR = Query(name="checkpoint", options=OPTIONS, connect=opened, wanted=dict, read=read, report=report)
