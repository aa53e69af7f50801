# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn events into rows and hand them to the journal, one commit per event; know nothing of Ansible or databases."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from .boarding import take_verdicts
from .events import HostTally, ResultEvent, Stage, TaskEvent
from .journal import Journal, Row
from .redact import Redactor
from .rows import change_rows, failed_items, light, message_of, result_text
from .server_book import ServerBook
from .stages import StageBook, StageSeen

__all__ = ["Recorder"]


class Recorder:
    """Files one run. `on_stage` is called with every stage that ended, for the terminal."""

    def __init__(
        self,
        journal: Journal,
        redactor: Redactor,
        on_stage: StageSeen = lambda host, stage: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.journal = journal
        self.redactor = redactor
        self.hosts: dict[str, HostTally] = {}
        self.cancelled: str | None = None
        self.on_stage = on_stage
        self._clock = clock
        self._stages = StageBook(self._stage_seen, clock)
        self._begun = clock()
        self._tasks: dict[str, int] = {}
        self._started: dict[tuple[str, str], float] = {}
        self._servers = ServerBook(journal.life_of)
        self._ended: list[tuple[str, Stage]] = []
        self._check_mode = False

    def _stage_seen(self, host: str, stage: Stage) -> None:
        # Looked up at each call: the callback gives its own once the recorder stands.
        self.on_stage(host, stage)
        self._ended.append((host, stage))

    def start(self, facts: Mapping[str, Any]) -> None:
        """File the run itself; the first row of its chain."""
        self._check_mode = bool(facts.get("check_mode"))
        self.journal.append([("runs", {**facts, **self.journal.anchor()})])

    def task(self, event: TaskEvent) -> None:
        """File a task when it starts; a task seen before (another host, `free` strategy) is not filed again."""
        if event.uuid in self._tasks:
            return
        self._tasks[event.uuid] = self.journal.link.seq + 1
        row = {"play": event.play, "name": event.name, "action": event.action, "path": event.path}
        self.journal.append([("tasks", {**self.redactor.clean(row), "task_uuid": event.uuid})])

    def host_task(self, host: str, task_uuid: str) -> None:
        """Note when a host began a task; its first one also files that the host takes part."""
        self._started[host, task_uuid] = self._clock()
        if host not in self.hosts:
            self.hosts[host] = HostTally()
            self.journal.append([("host_runs", {"host": host, "state": "running"})])
        else:
            self.journal.beat()

    def result(self, event: ResultEvent) -> None:
        """File a result with all that the door reported under `audit`."""
        self.redactor.learn(event.arguments, event.host)
        result = self.redactor.clean(light(event.result), event.host)
        tally = self.hosts.setdefault(event.host, HostTally())
        tally.counts[event.status] = tally.counts.get(event.status, 0) + 1
        rows: list[Row] = [("results", self._result_row(event, result))]
        rows += self._audit_rows(event.host, result.get("audit"), self.journal.link.seq + 1)
        if event.status in ("failed", "unreachable", "rescued"):
            tally.message = message_of(result) or tally.message
        if event.status == "rescued" and tally.open_stage:
            tally.stages[tally.open_stage].rescued = True
        if event.status in ("failed", "unreachable"):
            rows += self._stages.break_off(event.host, tally)
        self.journal.append([*rows, *self._state_rows()])

    def item(self, host: str, arguments: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        """File what one item of a loop changed, at once; the loop's own row follows when it ends."""
        self.redactor.learn(arguments, host)
        audit = self.redactor.clean(result.get("audit"), host, "audit")
        rows = [*self._audit_rows(host, audit, None), *self._state_rows()]
        if rows:
            self.journal.append(rows)
        else:
            self.journal.beat()

    def _result_row(self, event: ResultEvent, result: Mapping[str, Any]) -> dict[str, Any]:
        started = self._started.pop((event.host, event.task_uuid), None)
        cause = next(iter(failed_items(result)), result)
        return {
            "host": event.host,
            "task": self._tasks.get(event.task_uuid),
            "status": event.status,
            "changed": bool(event.result.get("changed")),
            "duration_ms": None if started is None else self._since(started),
            "attempts": result.get("attempts") if isinstance(result.get("attempts"), int) else None,
            "delegated_to": event.delegated_to,
            "error_class": _text(cause.get("error_class")),
            "resource": _text(cause.get("resource")),
            "message": message_of(result),
            "result": result_text(result),
        }

    def _since(self, moment: float) -> int:
        return round((self._clock() - moment) * 1000)

    def _audit_rows(self, host: str, audit: Any, result_seq: int | None) -> list[Row]:
        if not isinstance(audit, Mapping):
            return []
        rows: list[Row] = self._servers.sighted(host, audit.get("server"))
        rows += change_rows(audit, host, result_seq)
        tally = self.hosts.setdefault(host, HostTally())
        take_verdicts(tally, audit)
        if tally.open_stage:
            tally.stages[tally.open_stage].seen.add(audit)
        if isinstance(audit.get("stage"), Mapping):
            rows += self._stages.mark(host, tally, audit["stage"])
        if isinstance(audit.get("cancel_request"), Mapping):
            rows.append(("cancel_requests", _texts(audit["cancel_request"], "target", "requested_by", "reason")))
        if audit.get("cancelled"):
            self.cancelled, tally.cancelled = str(audit["cancelled"]), True
        return rows

    def _state_rows(self) -> list[Row]:
        """Return what the stages that ended in this event make of their servers; a check run makes nothing of them."""
        ended, self._ended = self._ended, []
        return (
            [] if self._check_mode else [row for host, stage in ended for row in self._servers.stage_ended(host, stage)]
        )

    @property
    def elapsed_ms(self) -> int:
        """How long the run has taken so far."""
        return self._since(self._begun)

    def finish(self) -> str:
        """File how each host and the run ended; return the run's status."""
        rows: list[Row] = []
        for host, tally in self.hosts.items():
            counts = {name: tally.count(name) for name in ("changed", "failed", "unreachable", "skipped", "rescued")}
            counts["ok"] = tally.count("ok") + counts["changed"]
            message = tally.message if tally.state not in ("ok", "changed") else None
            ignored = tally.count("ignored")
            rows.append(
                ("host_runs", {"host": host, "state": tally.state, **counts, "ignored": ignored, "message": message})
            )
        bad = [host for host, tally in self.hosts.items() if tally.state in ("failed", "unreachable")]
        status = "cancelled" if self.cancelled else "failed" if bad else "completed"
        reason = self.cancelled or (f"{len(bad)} of {len(self.hosts)} hosts failed" if bad else None)
        end = {"status": status, "reason": reason, "duration_ms": self.elapsed_ms}
        self.journal.append([*rows, ("run_ends", end)])
        return status


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _texts(data: Mapping[str, Any], *names: str) -> dict[str, str | None]:
    return {name: _text(data.get(name)) for name in names}
