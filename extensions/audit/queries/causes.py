# SPDX-License-Identifier: GPL-3.0-or-later

"""Why things fail, and how long they take."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from ..filters import Filter

__all__ = ["durations", "failures"]

_FAILURES = sa.text("""
    SELECT r.run_id, r.host, r.at, r.error_class, r.message, t.name AS task
    FROM results r LEFT JOIN tasks t ON t.run_id = r.run_id AND t.seq = r.task
    WHERE r.status IN ('failed', 'unreachable') AND r.at >= :since AND r.at < :until
    ORDER BY r.run_id, r.seq""")
# What differs between two machines that fail for the same reason: addresses, ids, numbers.
_PARTICULAR = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-fA-F]{8,}\b|\b\w*\d[\w.:/-]*")
_SAMPLES = 5


def cause(message: str | None) -> str:
    """Return a message without what is particular to one machine, so that equal causes look equal."""
    return _PARTICULAR.sub("#", (message or "no message").split("\n")[0])[:160]


def failures(connection: sa.Connection, limits: Filter) -> list[dict[str, Any]]:
    """Return the causes of failures, most frequent first, with an example and some of the hosts."""
    grouped: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in connection.execute(_FAILURES, {"since": limits.since, "until": limits.until}):
        key = (row.error_class or "", row.task or "", cause(row.message))
        group = grouped.setdefault(
            key, {"count": 0, "error_class": row.error_class, "task": row.task, "cause": key[2], "hosts": set()}
        )
        group["count"] += 1
        group["hosts"].add(row.host)
        group.update(last_at=row.at, last_run=row.run_id, example=row.message)
    ordered = sorted(grouped.values(), key=lambda group: -group["count"])
    return [{**group, "servers": len(group["hosts"]), "hosts": sorted(group["hosts"])[:_SAMPLES]} for group in ordered]


_DURATIONS = sa.text("""
    SELECT name, state, duration_ms FROM stages
    WHERE duration_ms IS NOT NULL AND state <> 'started' AND at >= :since AND at < :until""")


def durations(connection: sa.Connection, limits: Filter) -> list[dict[str, Any]]:
    """Return per stage how long it takes: median, 90th percentile and longest, in seconds, and how often it failed."""
    times: dict[str, list[int]] = {}
    failed: dict[str, int] = {}
    for row in connection.execute(_DURATIONS, {"since": limits.since, "until": limits.until}):
        times.setdefault(row.name, []).append(row.duration_ms)
        failed[row.name] = failed.get(row.name, 0) + (row.state == "failed")
    return [
        {
            "stage": name,
            "count": len(spent),
            "median_s": _seconds(sorted(spent), 0.5),
            "p90_s": _seconds(sorted(spent), 0.9),
            "longest_s": max(spent) / 1000,
            "failed": failed[name],
        }
        for name, spent in sorted(times.items(), key=lambda pair: -sum(pair[1]))
    ]


def _seconds(ordered: list[int], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] / 1000
