# SPDX-License-Identifier: GPL-3.0-or-later

"""The stages of each server: from the marks that are told to the rows that are kept, and what the terminal is shown.

A server is in one stage at a time. The one that begins ends the one before it, so a playbook needs a mark per stage
and one at its end; and a mark without a name is about the stage that is open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .events import HostTally, Stage
from .journal import Row

__all__ = ["StageBook", "StageSeen"]

StageSeen = Callable[[str, Stage], None]
_BEGINS = ("started", "skipped")
_COLUMNS = ("name", "position", "total", "state", "percent", "duration_ms")


class StageBook:
    """Keeps the stages of all servers of a run; `seen` is called with every stage that ended."""

    def __init__(self, seen: StageSeen, clock: Callable[[], float]) -> None:
        self._seen = seen
        self._clock = clock

    def mark(self, host: str, tally: HostTally, told: Mapping[str, Any]) -> list[Row]:
        """Return the rows for a mark: none where no stage is meant, two where one stage ends and the next begins."""
        name, state = str(told.get("name") or tally.open_stage or ""), str(told.get("state"))
        if not name:
            return []
        rows = self._end_before(host, tally) if state in _BEGINS and tally.open_stage != name else []
        before = tally.stages.get(name)
        stage = Stage(name, _number(told.get("index")), _number(told.get("total")), state, str(told.get("text") or ""))
        stage.percent = _number(told.get("percent"))
        stage.server_state = str(told["server_state"]) if told.get("server_state") else None
        stage.started = self._clock()
        if before is not None and before.state == "started":
            stage.started, stage.seen, stage.rescued = before.started, before.seen, before.rescued
            stage.position, stage.total = stage.position or before.position, stage.total or before.total
            stage.server_state = stage.server_state or before.server_state
            stage.duration_ms = self._since(before.started)
        return [*rows, self._keep(host, tally, stage)]

    def break_off(self, host: str, tally: HostTally) -> list[Row]:
        """Return the row for the open stage of a host that failed where nothing will rescue it."""
        return self._end(host, tally, "failed")

    def _end_before(self, host: str, tally: HostTally) -> list[Row]:
        """End the open stage because the next one begins: well, unless a failure in it was rescued without a word."""
        rescued = tally.open_stage is not None and tally.stages[tally.open_stage].rescued
        return self._end(host, tally, "failed" if rescued else "done")

    def _end(self, host: str, tally: HostTally, state: str) -> list[Row]:
        if tally.open_stage is None:
            return []
        stage = tally.stages[tally.open_stage]
        stage.state, stage.duration_ms = state, self._since(stage.started)
        stage.text = (tally.message or "") if state == "failed" else stage.text
        return [self._keep(host, tally, stage)]

    def _keep(self, host: str, tally: HostTally, stage: Stage) -> Row:
        tally.stages[stage.name] = stage
        if stage.state == "started":
            tally.open_stage = stage.name
        else:
            tally.open_stage = None if tally.open_stage == stage.name else tally.open_stage
            stage.text = stage.text or _words(tally, stage)
            self._seen(host, stage)
        row = {name: getattr(stage, name) for name in _COLUMNS}
        return "stages", {"host": host, **row, "text": stage.text or None}

    def _since(self, moment: float) -> int:
        return round((self._clock() - moment) * 1000)


def _words(tally: HostTally, stage: Stage) -> str:
    if stage.state == "failed" and tally.message:
        return tally.message
    return stage.seen.tell()


def _number(value: Any) -> int | None:
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError):
        return None
