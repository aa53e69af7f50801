# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that never ended: record the end of those whose process is certainly gone, each at the end of its own chain."""

from __future__ import annotations

from datetime import datetime

from .chain import Link
from .clock import stamp
from .columns import TABLES
from .process import verdict
from .store import Store

__all__ = ["chain_end", "close_interrupted"]

_OPEN = """
    SELECT r.run_id, r.at, r.controller, r.boot_id, r.pid_namespace, r.pid, r.process_started, h.at AS heartbeat_at
    FROM runs r
    LEFT JOIN run_ends e ON e.run_id = r.run_id
    LEFT JOIN heartbeats h ON h.run_id = r.run_id
    WHERE e.run_id IS NULL"""
_CHAIN_END = " UNION ALL ".join(f"SELECT seq, hash FROM {name} WHERE run_id = :run_id" for name in TABLES)


def chain_end(store: Store, run_id: str) -> Link:
    """Return the end of a run's chain as the database has it."""
    last = store.query(f"{_CHAIN_END} ORDER BY seq DESC LIMIT 1", {"run_id": run_id})
    return Link(run_id, last[0]["seq"], last[0]["hash"]) if last else Link(run_id)


def close_interrupted(store: Store, by_run: str, now: datetime) -> list[str]:
    """Close what killed runs left open; return their ids. Two controllers doing it at once do it once."""
    closed = []
    for run in store.query(_OPEN):
        judged = verdict(run, run["heartbeat_at"], now)
        if judged is None or not judged.certain:
            continue
        end = {"status": "interrupted", "reason": judged.reason, "closed_by": by_run}
        sealed = chain_end(store, run["run_id"]).seal("run_ends", end, stamp(now))
        try:
            store.write([("run_ends", sealed)])
        except store.error as exc:
            if "unique" not in str(exc).lower():
                raise
            continue  # Somebody else was faster.
        closed.append(run["run_id"])
    return closed
