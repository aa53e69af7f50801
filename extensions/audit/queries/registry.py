# SPDX-License-Identifier: GPL-3.0-or-later

"""The questions the database can be asked, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from ..filters import Filter
from . import bmcs, boarding, causes, changes, drift, fleet, runs

__all__ = ["QUESTIONS", "Part", "Question"]

Ask = Callable[[sa.Connection, Filter], list[dict[str, Any]]]


class Part(NamedTuple):
    """A table within a row: the column that holds it, and its own columns."""

    column: str
    title: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question: how it is asked, its title, the columns a table of the answer shows, and the tables inside a row.

    `most` is how many rows are told, the newest, where nobody narrows the question: of a year of a large fleet all of them
    take seconds, and nobody reads them. A question that is `oldest_first` and limited loses its beginning, others their end.
    """

    ask: Ask
    title: str
    columns: tuple[str, ...]
    needs: str = ""
    parts: tuple[Part, ...] = ()
    most: int = 0
    oldest_first: bool = False


_MOST = 1000
_CHANGE = ("at", "host", "serial", "kind", "item", "before", "after", "outcome", "verified", "who", "git_revision")

QUESTIONS: dict[str, Question] = {
    "runs": Question(
        runs.runs, "Runs", ("run_id", "status", "who", "playbook", "check_mode", "started_at", "duration_ms", "reason")
    ),
    "run": Question(
        runs.one_run,
        "One run",
        ("run_id", "status", "reason", "who", "playbook", "command_line", "check_mode", "git_revision", "digest"),
        parts=(
            Part("hosts", "Hosts", ("host", "state", "ok", "changed", "failed", "rescued", "message")),
            Part("stages", "Stages", ("host", "position", "name", "state", "duration_ms", "text")),
            Part("changes", "Changes", ("host", "kind", "item", "before", "wanted", "after", "outcome")),
            Part("failures", "Failures", ("host", "task", "status", "error_class", "message")),
        ),
    ),
    "unended": Question(
        runs.unended,
        "Runs that never ended",
        ("run_id", "status", "who", "controller", "pid", "heartbeat_at", "reason"),
    ),
    "changes": Question(changes.changes, "Changes", (*_CHANGE, "run_id"), most=_MOST, oldest_first=True),
    "server": Question(
        fleet.history,
        "History of a server",
        ("at", "host", "kind", "item", "what", "run_id"),
        "server",
        oldest_first=True,
    ),
    "fleet": Question(
        fleet.fleet,
        "Fleet",
        (
            "host",
            "serial",
            "vendor",
            "model",
            "device_type",
            "bmc_host",
            "system_id",
            "state",
            "outcome",
            "stage",
            "seen_at",
        ),
    ),
    "bmcs": Question(
        bmcs.bmcs,
        "BMCs found by scans",
        ("address", "status", "protocol", "vendor", "product", "fingerprint", "first_seen", "last_seen", "changed"),
    ),
    "boarding": Question(
        boarding.per_rack,
        "Boarding by rack",
        ("rack", "servers", "pass", "warn", "fail", "skipped", "failing", "warned", "last_at"),
    ),
    "boarding_checks": Question(
        boarding.per_server,
        "Boarding checks",
        ("at", "rack", "host", "serial", "name", "outcome", "reason", "text", "run_id"),
    ),
    "drift": Question(
        drift.drift, "Drift", ("at", "host", "serial", "kind", "item", "baseline", "now", "outside", "set_at", "set_by")
    ),
    "firmware": Question(
        fleet.firmware,
        "Firmware compliance",
        ("at", "host", "serial", "item", "before", "wanted", "after", "outcome", "compliant", "who"),
        most=_MOST,
        oldest_first=True,
    ),
    "who": Question(runs.people, "Who", ("who", "runs", "changes", "servers", "last_run", "last_at")),
    "failures": Question(
        causes.failures, "Failures by cause", ("count", "servers", "error_class", "task", "cause", "hosts", "last_at")
    ),
    "durations": Question(
        causes.durations, "Durations by stage", ("stage", "count", "median_s", "p90_s", "longest_s", "failed")
    ),
}
