# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run in progress asks about itself: was it told to stop, and what did the run it resumes finish.

Asked from a worker at the edge of every stage of every server, so with the driver alone; and on a connection of its
own, since the controller's must not be used across a fork.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

from .address import parse
from .current import CurrentRun
from .store import Store, open_store

__all__ = ["cancel_request", "finished_stage", "lineage", "open_reader", "resumed_run"]

_REQUEST = """
    SELECT requested_by, reason, at FROM cancel_requests
    WHERE target = :run_id OR target = :job ORDER BY at LIMIT 1"""
# The run asked for and those it resumed itself; the depth guards against a loop made by hand.
_LINEAGE = """
    WITH RECURSIVE lineage(run_id, resume_of, depth) AS (
        SELECT run_id, resume_of, 0 FROM runs WHERE run_id = :run_id OR job = :run_id OR awx_job_id = :run_id
        UNION ALL
        SELECT r.run_id, r.resume_of, l.depth + 1 FROM runs r JOIN lineage l ON r.run_id = l.resume_of
        WHERE l.depth < 50)
    SELECT run_id FROM lineage ORDER BY depth, run_id DESC"""
_NAMED = """
    SELECT run_id, job FROM runs WHERE run_id LIKE :beginning OR job = :name OR awx_job_id = :name ORDER BY run_id"""
_STAGE = """
    SELECT s.run_id, s.state, s.at, s.text, r.check_mode FROM stages s JOIN runs r ON r.run_id = s.run_id
    WHERE s.run_id = :run_id AND s.host = :host AND s.name = :stage ORDER BY s.seq DESC LIMIT 1"""


def open_reader(run: CurrentRun) -> Store:
    """Connect to the run's database for reading; raises the driver's errors."""
    return open_store(parse(run.database), read_only=True)


def resumed_run(store: Store, name: str) -> str:
    """Return the run that `-e resume_run=` means: by its id, the beginning of one, `last`, or an AWX job id.

    A job with several runs, the slices of an AWX job, stays the job.

    :raises ConfigurationError: when there is none, or more than one.
    """
    if name == "last":
        found = store.query("SELECT run_id, job FROM runs ORDER BY run_id DESC LIMIT 1")
    else:
        found = store.query(_NAMED, {"beginning": f"{name.replace('%', '')}%", "name": name})
    if len(found) == 1:
        return str(found[0]["run_id"])
    if found and all(run["job"] == name for run in found):
        return name
    if not found:
        hint = "ask with hwautomation.baremetal.audit_report which there are"
        raise ConfigurationError(f"resume_run: no run {name} in the audit database", hint=hint)
    these = ", ".join(run["run_id"] for run in found[:5])
    raise ConfigurationError(f"resume_run: {name} means {len(found)} runs: {these}", hint="give more of the run id")


def cancel_request(store: Store, run: CurrentRun) -> dict[str, Any] | None:
    """Return the first request to stop this run, or the job that its slices share."""
    found = store.query(_REQUEST, {"run_id": run.run_id, "job": run.job or run.run_id})
    return found[0] if found else None


def lineage(store: Store, run_id: str) -> list[str]:
    """Return the run asked for and those it resumed itself, the latest first.

    :param run_id: a run id, or an AWX job whose slices all count.
    """
    return [str(row["run_id"]) for row in store.query(_LINEAGE, {"run_id": run_id})]


def finished_stage(store: Store, run_id: str, host: str, stage: str) -> dict[str, Any] | None:
    """Return the stage as a resumed run, or one that run resumed, finished it on this host; None when none did.

    The latest run that reached the stage counts, and a check run finishes nothing.

    :param run_id: a run id, or an AWX job whose slices are all looked through.
    """
    for ancestor in lineage(store, run_id):
        found = store.query(_STAGE, {"run_id": ancestor, "host": host, "stage": stage})
        if found:
            checked = found[0].pop("check_mode")
            return found[0] if found[0]["state"] in ("done", "skipped") and not checked else None
    return None
