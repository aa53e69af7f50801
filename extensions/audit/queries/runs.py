# SPDX-License-Identifier: GPL-3.0-or-later

"""Which runs there were, what one did, which never ended, and who ran them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

from ..current import current_run
from ..filters import Filter
from ..process import verdict
from .changes import changes, counted

__all__ = ["ended", "find_run", "job_of_slices", "one_run", "people", "runs", "unended"]

_RUNS = sa.text("""
    SELECT r.*, e.status, e.reason, e.at AS ended_at, e.duration_ms, e.hash AS digest, h.at AS heartbeat_at,
           COALESCE(r.awx_user, r.sudo_user, r.os_user) AS who
    FROM runs r
    LEFT JOIN run_ends e ON e.run_id = r.run_id
    LEFT JOIN heartbeats h ON h.run_id = r.run_id
    WHERE r.at >= :since AND r.at < :until
    ORDER BY r.run_id DESC""")
_HIDDEN = {"seq", "hash", "boot_id", "pid_namespace", "process_started", "anchor_run", "anchor_hash"}


def runs(connection: sa.Connection, limits: Filter) -> list[dict[str, Any]]:
    """Return the runs, latest first, each with the status it really has: a killed one is `interrupted`."""
    found = []
    for row in connection.execute(_RUNS, {"since": limits.since, "until": limits.until}).mappings():
        # A view or a raw query gives SQLite's 0 and 1.
        run = {**row, "check_mode": _truth(row["check_mode"]), "diff_mode": _truth(row["diff_mode"])}
        if limits.who and run["who"] != limits.who:
            continue
        if run["status"] is None:
            judged = verdict(run, run["heartbeat_at"], limits.now)
            run["status"], run["reason"] = ("interrupted", judged.reason) if judged else ("running", None)
        found.append({"run_id": run.pop("run_id"), "started_at": run.pop("at"), **_visible(run)})
        if limits.limit and len(found) >= limits.limit:
            break
    return found


def _truth(value: Any) -> bool | None:
    return None if value is None else bool(value)


def _visible(run: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in run.items() if key not in _HIDDEN}


def unended(connection: sa.Connection, limits: Filter) -> list[dict[str, Any]]:
    """Return the runs that have not ended: still running, or killed."""
    return [run for run in runs(connection, limits) if run["status"] in ("running", "interrupted")]


def find_run(connection: sa.Connection, name: str) -> str:
    """Return the run id for an id, the beginning of one, an AWX job id, or `last`.

    :raises ConfigurationError: when there is none, or more than one.
    """
    bound: dict[str, Any]
    if name == "last":
        # The run that asks is not the one that is meant.
        this = current_run()
        query, bound = "SELECT MAX(run_id) FROM runs WHERE run_id <> :this", {"this": this.run_id if this else ""}
    else:
        query = "SELECT run_id FROM runs WHERE run_id LIKE :prefix OR job = :name OR awx_job_id = :name ORDER BY run_id"
        bound = {"prefix": f"{name.replace('%', '')}%", "name": name}
    found = [run_id for run_id in connection.execute(sa.text(query), bound).scalars() if run_id]
    if len(found) == 1:
        return str(found[0])
    if not found:
        raise ConfigurationError(f"no run {name} in the audit database", hint="ask with query: runs which there are")
    raise ConfigurationError(f"{name} means {len(found)} runs: {', '.join(found[:5])}", hint="give more of the run id")


def job_of_slices(connection: sa.Connection, name: str) -> str | None:
    """Return the name if it is a job with several runs, the slices of an AWX job; None if it means one run."""
    count = connection.execute(sa.text("SELECT COUNT(*) FROM runs WHERE job = :job"), {"job": name}).scalar_one()
    return name if count > 1 else None


def ended(connection: sa.Connection, run_id: str) -> str | None:
    """Return how and when a run ended; None if it has not."""
    sql = sa.text("SELECT status, at FROM run_ends WHERE run_id = :run")
    found = connection.execute(sql, {"run": run_id}).first()
    return f"{found.status} at {found.at}" if found else None


_HOSTS = sa.text("""
    SELECT host, state, ok, changed, failed, unreachable, skipped, rescued, message
    FROM host_runs WHERE run_id = :run ORDER BY host, seq""")
_STAGES = sa.text("""
    SELECT host, name, position, total, state, duration_ms, text, at FROM stages
    WHERE run_id = :run ORDER BY host, seq""")
_FAILURES = sa.text("""
    SELECT r.host, t.name AS task, t.path, r.status, r.error_class, r.resource, r.message, r.at
    FROM results r LEFT JOIN tasks t ON t.run_id = r.run_id AND t.seq = r.task
    WHERE r.run_id = :run AND r.status IN ('failed', 'unreachable', 'rescued') ORDER BY r.seq""")


def one_run(connection: sa.Connection, limits: Filter) -> list[dict[str, Any]]:
    """Return one run as a whole: its facts, hosts, stages, changes and failures."""
    run_id = find_run(connection, limits.run or "last")
    facts = next(run for run in runs(connection, Filter(now=limits.now)) if run["run_id"] == run_id)
    bound = {"run": run_id}
    hosts = {row["host"]: dict(row) for row in connection.execute(_HOSTS, bound).mappings()}
    stages: dict[tuple[str, str], dict[str, Any]] = {}
    for row in connection.execute(_STAGES, bound).mappings():
        stages[row["host"], row["name"]] = dict(row)
    return [
        {
            **facts,
            "hosts": list(hosts.values()),
            "stages": list(stages.values()),
            "changes": changes(connection, Filter(now=limits.now, run=run_id, planned=True)),
            "failures": [dict(row) for row in connection.execute(_FAILURES, bound).mappings()],
        }
    ]


def people(connection: sa.Connection, limits: Filter) -> list[dict[str, Any]]:
    """Return per person: runs, changes, servers changed, and the latest run."""
    started: dict[str, list[dict[str, Any]]] = {}
    for run in runs(connection, limits):
        started.setdefault(run["who"], []).append(run)
    done = counted(connection, limits)
    return [
        {
            "who": who,
            "runs": len(started.get(who, ())),
            "changes": done.get(who, (0, 0))[0],
            "servers": done.get(who, (0, 0))[1],
            "last_run": started[who][0]["run_id"] if who in started else None,
            "last_at": started[who][0]["started_at"] if who in started else None,
        }
        for who in sorted({*started, *done})
    ]
