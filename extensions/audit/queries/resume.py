# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run in progress asks about itself: was it told to stop, and what did the run it resumes finish."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ..current import CurrentRun

__all__ = ["cancel_request", "finished_stage", "job_of_slices"]

_REQUEST = sa.text("""
    SELECT requested_by, reason, at FROM cancel_requests
    WHERE target = :run_id OR target = :job ORDER BY at LIMIT 1""")
# The run asked for and those it resumed itself; the depth guards against a loop made by hand.
_LINEAGE = sa.text("""
    WITH RECURSIVE lineage(run_id, resume_of, depth) AS (
        SELECT run_id, resume_of, 0 FROM runs WHERE run_id = :run_id
        UNION ALL
        SELECT r.run_id, r.resume_of, l.depth + 1 FROM runs r JOIN lineage l ON r.run_id = l.resume_of
        WHERE l.depth < 50)
    SELECT run_id FROM lineage ORDER BY depth""")
_STAGE = sa.text("""
    SELECT run_id, state, at, text FROM stages
    WHERE run_id = :run_id AND host = :host AND name = :stage ORDER BY seq DESC LIMIT 1""")
_CHECKED = sa.text("SELECT check_mode FROM runs WHERE run_id = :run_id")


def cancel_request(connection: sa.Connection, run: CurrentRun) -> dict[str, Any] | None:
    """Return the first request to stop this run, or the job that its slices share."""
    found = connection.execute(_REQUEST, {"run_id": run.run_id, "job": run.job or run.run_id}).mappings().first()
    return dict(found) if found else None


def job_of_slices(connection: sa.Connection, name: str) -> str | None:
    """Return the name if it is a job with several runs, the slices of an AWX job; None if it means one run."""
    count = connection.execute(sa.text("SELECT COUNT(*) FROM runs WHERE job = :job"), {"job": name}).scalar_one()
    return name if count > 1 else None


def finished_stage(connection: sa.Connection, run_id: str, host: str, stage: str) -> dict[str, Any] | None:
    """Return the stage as a resumed run, or one that run resumed, finished it on this host; None when none did.

    The latest run that reached the stage counts, and a check run finishes nothing.
    """
    for ancestor in connection.execute(_LINEAGE, {"run_id": run_id}).scalars().all():
        bound = {"run_id": ancestor, "host": host, "stage": stage}
        found = connection.execute(_STAGE, bound).mappings().first()
        if found is not None:
            checked = connection.execute(_CHECKED, {"run_id": ancestor}).scalar()
            return dict(found) if found["state"] in ("done", "skipped") and not checked else None
    return None
