# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks (and Dell jobs) of one BMC: states, percent, messages, and how they come to an end or vanish."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .clock import Clock
from .windows import Window

NEW, STARTING, RUNNING, PENDING, COMPLETED, EXCEPTION, CANCELLED = (
    "New",
    "Starting",
    "Running",
    "Pending",
    "Completed",
    "Exception",
    "Cancelled",
)
WITH_ERRORS = "CompletedWithErrors"
FINAL = (COMPLETED, EXCEPTION, CANCELLED)


@dataclass(eq=False)
class Task:
    """One long-running operation. `kind` is bios_config, firmware or other; `job_state` is Dell's own word."""

    id: str
    name: str
    kind: str
    started: datetime
    begun_at: float = 0.0
    state: str = NEW
    status: str = "OK"
    percent: int = 0
    job_state: str = "New"
    message: str = "The task has been created."
    message_id: str = "TaskEvent.1.0.TaskStarted"
    messages: list[dict[str, Any]] = field(default_factory=list)
    target: str = ""
    ended: datetime | None = None
    ended_at: float | None = None
    monitor_seen: bool = False
    """The monitor has once been answered with "finished"."""
    stuck: bool = False
    on_reset: bool = False
    """What it installs waits for a reset also where the BMC would restart at once (Q-N03)."""
    window: Window | None = None
    """When it may begin; None: at the next reset."""
    reset: str = ""
    """The ResetType without which what it did is not in force."""

    @property
    def done(self) -> bool:
        return self.state in FINAL


class TaskTable:
    """The tasks a BMC knows. Time comes from the clock; ids are numbers or Dell's JID_ form."""

    def __init__(self, clock: Clock, jid: bool = False, keep_seconds: float | None = None, limit: int = 100) -> None:
        self._clock = clock
        self._jid = jid
        self._keep = keep_seconds
        self._limit = limit
        self._next = 0
        self.tasks: dict[str, Task] = {}
        self.on_change: list[Callable[[Task], object]] = []

    def create(self, name: str, kind: str, target: str = "") -> Task:
        self._next += 1
        task = Task(self._new_id(), name, kind, self._clock.epoch(), self._clock.now(), target=target)
        self.tasks[task.id] = task
        finished = [known.id for known in self.tasks.values() if known.done]
        for task_id in finished[: max(len(self.tasks) - self._limit, 0)]:
            del self.tasks[task_id]
        self.update(task)
        return task

    def update(self, task: Task, **changes: Any) -> None:
        """Change a task that has not ended; an ended task stays as it is."""
        if task.done or task.stuck:
            return
        for key, value in changes.items():
            setattr(task, key, value)
        if task.done:
            task.ended, task.ended_at = self._clock.epoch(), self._clock.now()
            if self._keep is not None:
                self._clock.later(self._keep, lambda: self.tasks.pop(task.id, None))
        for callback in self.on_change:
            callback(task)

    def finish(self, task: Task, message: str, message_id: str = "TaskEvent.1.0.TaskCompletedOK") -> None:
        self.update(task, state=COMPLETED, job_state="Completed", percent=100, message=message, message_id=message_id)

    def fail(
        self, task: Task, message: str, message_id: str = "TaskEvent.1.0.TaskAborted", job_state: str = "Failed"
    ) -> None:
        """End a task badly; one that is CompletedWithErrors is Completed to Redfish and only its status tells (Q-G34)."""
        self.update(
            task,
            state=COMPLETED if job_state == WITH_ERRORS else EXCEPTION,
            status="Critical",
            job_state=job_state,
            message=message,
            message_id=message_id,
        )

    def vanish(self, task_id: str | None = None) -> None:
        """Forget one task or all of them, as a BMC does when it restarts."""
        if task_id is None:
            self.tasks.clear()
        else:
            self.tasks.pop(task_id, None)

    def active(self, kind: str) -> list[Task]:
        return [task for task in self.tasks.values() if task.kind == kind and not task.done]

    def _new_id(self) -> str:
        if not self._jid:
            return str(self._next)
        rng = random.Random(f"jid/{self._next}")
        return f"JID_{600_000_000_000 + self._next * 1_000_003 + rng.randrange(1_000_000)}"
