# SPDX-License-Identifier: GPL-3.0-or-later

"""The door `checkpoint`: stop here if somebody asked to, and say what an earlier run has done already."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Query
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.modules.checkpoint import OPTIONS

from ..current import CurrentRun, current_run
from ..store import Store
from ._common import chosen_database
from ._edge import finished_before, reader, stop_if_asked

__all__ = ["DOOR"]

Params = Mapping[str, Any]


def opened(params: Params, context: Context) -> AbstractContextManager[Store | None]:
    """Open the run's database for reading."""
    run = current_run()
    if params["state"] == "passed" and (run is None or not run.live):
        context.warn("no audit database at hand: cancel requests are not seen, and nothing is resumed")
    return reader(run, context)


def read(store: Store | None, params: Params) -> dict[str, Any]:
    """Return the finished stage, or the id of the run to cancel.

    :raises RunCancelled: when the run was asked to stop.
    """
    run = current_run()
    if params["state"] == "cancel_requested":
        return {"target": run_to_cancel(run, params)}
    if store is None or run is None:
        return {}
    stop_if_asked(store, run)
    return {"finished_stage": finished_before(store, run, params.get("host"), params.get("stage"))}


def run_to_cancel(run: CurrentRun | None, params: Params) -> str:
    """Return the id of the run, or of the job, to cancel.

    :raises ConfigurationError: when there is none such, when it has ended, or when the request could not be recorded.
    """
    if run is None:
        raise ConfigurationError(
            "the audit callback is not enabled, so the request cannot be recorded",
            hint="callbacks_enabled = hwautomation.baremetal.audit, or ANSIBLE_CALLBACKS_ENABLED",
        )
    database = chosen_database(params)
    if database != run.database or not run.live:
        raise ConfigurationError(
            "the request cannot be recorded in that database: this run does not write to it",
            hint="HWAUTOMATION_AUDIT_DATABASE names the database for this run as well",
        )
    # Only here: these bring SQLAlchemy, which the checkpoints of a run must not pay for.
    from ..database import connect
    from ..queries.runs import ended, find_run, job_of_slices

    with connect(database, read_only=True) as connection:
        job = job_of_slices(connection, params["run_id"])
        target = job or find_run(connection, params["run_id"])
        end = None if job else ended(connection, target)
    if end:
        raise ConfigurationError(f"run {target} has ended, {end}: there is nothing to cancel")
    return target


def report(params: Params, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what to do now."""
    if params["state"] == "cancel_requested":
        asked = {"target": found["target"], "requested_by": getpass.getuser(), "reason": params.get("reason")}
        return {"run_id": found["target"], "audit": {"cancel_request": asked}}
    finished = found.get("finished_stage")
    # Not called `finished`: Ansible 2.21 turns a result key of that name, which async tasks have, into a boolean.
    return {"skip": finished is not None and params.get("effect") is True, "finished_stage": finished}


DOOR = Query(name="checkpoint", options=OPTIONS, connect=opened, wanted=dict, read=read, report=report)
