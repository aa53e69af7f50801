# SPDX-License-Identifier: GPL-3.0-or-later

"""What the callback tells the recorder: Ansible's events as plain values, without one of Ansible's own objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .words import Seen

__all__ = ["HostTally", "ResultEvent", "Stage", "Status", "TaskEvent"]

Status = Literal["ok", "changed", "failed", "unreachable", "skipped", "ignored", "rescued"]
StageState = Literal["started", "done", "failed", "skipped", "degraded"]


@dataclass(frozen=True)
class TaskEvent:
    """A task of the play, told once, when it starts on its first host."""

    uuid: str
    play: str
    name: str
    action: str
    path: str


@dataclass(frozen=True)
class ResultEvent:
    """What a task reported for one host, in plain data.

    `rescued` as a status means: it failed inside a block that has a rescue section.
    """

    host: str
    task_uuid: str
    status: Status
    result: Mapping[str, Any]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    delegated_to: str | None = None


@dataclass
class Stage:
    """A stage of one server as far as it has come.

    `seen` are the changes told in it, for the terminal; `rescued` says that something in it failed and was rescued;
    `server_state` is what a server is that has passed it.
    """

    name: str
    position: int | None
    total: int | None
    state: str
    text: str = ""
    percent: int | None = None
    duration_ms: int | None = None
    started: float = 0.0
    seen: Seen = field(default_factory=Seen)
    rescued: bool = False
    server_state: str | None = None


@dataclass
class HostTally:
    """What happened on one host in this run."""

    counts: dict[str, int] = field(default_factory=dict)
    message: str | None = None
    stages: dict[str, Stage] = field(default_factory=dict)
    open_stage: str | None = None
    cancelled: bool = False
    # Of the latest boarding checks: the rack, and the outcome of each check by name.
    rack: str = ""
    verdicts: dict[str, str] = field(default_factory=dict)

    def count(self, status: str) -> int:
        """Return how many results had that status."""
        return self.counts.get(status, 0)

    @property
    def state(self) -> str:
        """The outcome: a rescued failure is one, unless a stage was recorded as degraded or failed because of it."""
        if self.cancelled:
            return "cancelled"
        stage_states = {stage.state for stage in self.stages.values()}
        if self.count("unreachable"):
            return "unreachable"
        if self.count("failed") or "failed" in stage_states:
            return "failed"
        if "degraded" in stage_states:
            return "degraded"
        if self.count("rescued"):
            return "failed"
        return "changed" if self.count("changed") else "ok"
