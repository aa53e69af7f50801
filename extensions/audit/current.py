# SPDX-License-Identifier: GPL-3.0-or-later

"""The run that is being recorded in this process; workers inherit it by fork and only read it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CurrentRun", "current_run", "set_current_run"]


@dataclass(frozen=True)
class CurrentRun:
    """What a door may know of the run it is part of.

    `live` is false when rows go to the spool. `resume_problem` says why the run that was to be resumed is none.
    """

    run_id: str
    database: str
    job: str | None = None
    resume_of: str | None = None
    live: bool = True
    resume_problem: str | None = None


_current: CurrentRun | None = None


def set_current_run(run: CurrentRun | None) -> None:
    """Say which run is recorded from now on; called by the callback alone, before the first fork."""
    global _current
    _current = run


def current_run() -> CurrentRun | None:
    """Return the run this task belongs to; None when the audit callback is not enabled."""
    return _current
