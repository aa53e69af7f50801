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


# Counted in the database in steps of a tenth of a second, or of a second above ten: fetching every stage of a year of a
# large fleet takes seconds, and nobody reads the difference.
_DURATIONS = sa.text("""
    SELECT name, CASE WHEN duration_ms < 10000 THEN duration_ms / 100 * 100 ELSE duration_ms / 1000 * 1000 END AS spent,
           COUNT(*) AS count, SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) AS failed, MAX(duration_ms) AS longest
    FROM stages
    WHERE duration_ms IS NOT NULL AND state <> 'started' AND at >= :since AND at < :until
    GROUP BY name, 2 ORDER BY name, 2""")


def durations(connection: sa.Connection, limits: Filter) -> list[dict[str, Any]]:
    """Return per stage how long it takes: median, 90th percentile and longest, in seconds, and how often it failed."""
    steps: dict[str, list[Any]] = {}
    for row in connection.execute(_DURATIONS, {"since": limits.since, "until": limits.until}):
        steps.setdefault(row.name, []).append(row)
    ordered = sorted(steps.items(), key=lambda pair: -sum(step.spent * step.count for step in pair[1]))
    return [
        {
            "stage": name,
            "count": sum(step.count for step in several),
            "median_s": _seconds(several, 0.5),
            "p90_s": _seconds(several, 0.9),
            "longest_s": max(step.longest for step in several) / 1000,
            "failed": sum(step.failed for step in several),
        }
        for name, several in ordered
    ]


def _seconds(steps: list[Any], share: float) -> float:
    """Return the step in which the share of all durations is reached, in seconds."""
    wanted = sum(step.count for step in steps) * share
    seen = 0
    for step in steps:
        seen += step.count
        if seen > wanted:
            return float(step.spent / 1000)
    return float(steps[-1].spent / 1000)
