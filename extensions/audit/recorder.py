# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn events into rows and hand them to the journal, one commit per event; know nothing of Ansible or databases."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from .events import HostTally, ResultEvent, Stage, TaskEvent
from .journal import Journal, Row
from .redact import Redactor
from .rows import change_rows, message_of, result_text, server_of

__all__ = ["Recorder"]

StageSeen = Callable[[str, Stage], None]


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
        self._begun = clock()
        self._tasks: dict[str, int] = {}
        self._started: dict[tuple[str, str], float] = {}
        self._servers: dict[str, dict[str, Any]] = {}

    def start(self, facts: Mapping[str, Any]) -> None:
        """File the run itself; the first row of its chain."""
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
        result = self.redactor.clean(event.result, event.host)
        tally = self.hosts.setdefault(event.host, HostTally())
        tally.counts[event.status] = tally.counts.get(event.status, 0) + 1
        rows: list[Row] = [("results", self._result_row(event, result))]
        rows += self._audit_rows(event.host, result.get("audit"), self.journal.link.seq + 1)
        if event.status in ("failed", "unreachable", "rescued"):
            tally.message = message_of(result) or tally.message
        if event.status in ("failed", "unreachable"):
            rows += self._break_stage(event.host, tally)
        self.journal.append(rows)

    def item(self, host: str, arguments: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        """File what one item of a loop changed, at once; the loop's own row follows when it ends."""
        self.redactor.learn(arguments, host)
        audit = self.redactor.clean(result.get("audit"), host, "audit")
        rows = self._audit_rows(host, audit, None)
        if rows:
            self.journal.append(rows)
        else:
            self.journal.beat()

    def _result_row(self, event: ResultEvent, result: Mapping[str, Any]) -> dict[str, Any]:
        started = self._started.pop((event.host, event.task_uuid), None)
        return {
            "host": event.host,
            "task": self._tasks.get(event.task_uuid),
            "status": event.status,
            "changed": bool(event.result.get("changed")),
            "duration_ms": None if started is None else self._since(started),
            "attempts": result.get("attempts") if isinstance(result.get("attempts"), int) else None,
            "delegated_to": event.delegated_to,
            "error_class": _text(result.get("error_class")),
            "resource": _text(result.get("resource")),
            "message": message_of(result),
            "result": result_text(result),
        }

    def _since(self, moment: float) -> int:
        return round((self._clock() - moment) * 1000)

    def _audit_rows(self, host: str, audit: Any, result_seq: int | None) -> list[Row]:
        if not isinstance(audit, Mapping):
            return []
        rows: list[Row] = self._server_rows(host, audit.get("server"))
        rows += change_rows(audit, host, result_seq)
        tally = self.hosts.setdefault(host, HostTally())
        if tally.open_stage:
            tally.stages[tally.open_stage].seen.add(audit)
        if isinstance(audit.get("stage"), Mapping):
            rows.append(self._stage_row(host, tally, audit["stage"]))
        if isinstance(audit.get("cancel_request"), Mapping):
            rows.append(("cancel_requests", _texts(audit["cancel_request"], "target", "requested_by", "reason")))
        if audit.get("cancelled"):
            self.cancelled = str(audit["cancelled"])
        return rows

    def _server_rows(self, host: str, told: Any) -> list[Row]:
        if not isinstance(told, Mapping):
            return []
        known = self._servers.get(host, {})
        server = server_of(known, told, host)
        if server == known:
            return []
        self._servers[host] = server
        return [("servers", {"host": host, **server})]

    def _stage_row(self, host: str, tally: HostTally, told: Mapping[str, Any]) -> Row:
        name, state = str(told.get("name")), str(told.get("state"))
        before = tally.stages.get(name)
        stage = Stage(name, _number(told.get("index")), _number(told.get("total")), state, str(told.get("text") or ""))
        stage.percent = _number(told.get("percent"))
        stage.started = self._clock()
        if before is not None and before.state == "started":
            stage.started, stage.seen = before.started, before.seen
            stage.position, stage.total = stage.position or before.position, stage.total or before.total
            stage.duration_ms = self._since(before.started)
        return self._keep_stage(host, tally, stage)

    def _keep_stage(self, host: str, tally: HostTally, stage: Stage) -> Row:
        tally.stages[stage.name] = stage
        if stage.state == "started":
            tally.open_stage = stage.name
        else:
            tally.open_stage = None if tally.open_stage == stage.name else tally.open_stage
            stage.text = stage.text or self._words(tally, stage)
            self.on_stage(host, stage)
        names = ("name", "position", "total", "state", "percent", "duration_ms")
        return "stages", {"host": host, **{name: getattr(stage, name) for name in names}, "text": stage.text or None}

    @staticmethod
    def _words(tally: HostTally, stage: Stage) -> str:
        if stage.state == "failed" and tally.message:
            return tally.message
        return stage.seen.tell()

    def _break_stage(self, host: str, tally: HostTally) -> list[Row]:
        """Close the open stage of a host that failed where nothing will rescue it."""
        if tally.open_stage is None:
            return []
        stage = tally.stages[tally.open_stage]
        stage.state, stage.text, stage.duration_ms = "failed", tally.message or "", self._since(stage.started)
        return [self._keep_stage(host, tally, stage)]

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


def _number(value: Any) -> int | None:
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError):
        return None


def _texts(data: Mapping[str, Any], *names: str) -> dict[str, str | None]:
    return {name: _text(data.get(name)) for name in names}
