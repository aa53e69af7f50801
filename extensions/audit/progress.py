# SPDX-License-Identifier: GPL-3.0-or-later

"""The terminal's view of a run: one line per server and stage, one table at its end. Pure: texts in, texts out."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping

from .events import HostTally, Stage

__all__ = ["Paint", "duration", "final_table", "stage_line", "visible"]

# What a terminal or a browser would obey instead of showing it: control characters and turns of the reading direction.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

# paint(text, kind) colours a word; kind is ok, changed, failed, degraded, skipped or quiet.
Paint = Callable[[str, str], str]

_WORDS = {"done": "ok", "failed": "FAILED", "degraded": "degraded", "skipped": "skipped", "started": "..."}
_STATE_WIDTH = 8
_MOST_ROWS = 60
_NARROWEST_TEXT = 20


def visible(text: str) -> str:
    """Return a text with nothing in it but what can be shown."""
    return _COMMANDS.sub("\ufffd", text)


def duration(milliseconds: int | None) -> str:
    """Return a time span as a person says it: `0.4 s`, `12 s`, `3 m 05 s`, `2 h 10 m`."""
    if milliseconds is None:
        return ""
    seconds = milliseconds / 1000
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} m"


def stage_line(host: str, stage: Stage, host_width: int, width: int | None, paint: Paint) -> str:
    """Return the line for a stage that ended, cut to the terminal's width; not cut where there is no terminal."""
    digits = len(str(stage.total or 0))
    place = f"[{stage.position or 0:>{digits}}/{stage.total}] " if stage.total else ""
    kind = "changed" if stage.state == "done" and stage.seen.rows else "ok" if stage.state == "done" else stage.state
    word = _WORDS.get(stage.state, stage.state)
    head = f"{host:<{host_width}}  {place}{stage.name:<11} "
    tail = f" {duration(stage.duration_ms):>9}  "
    room = (
        None
        if width is None
        else max(width - len(head) - max(len(word), _STATE_WIDTH) - len(tail) - 1, _NARROWEST_TEXT)
    )
    text = _one_line(stage.text, room)
    return (head + paint(f"{word:<{_STATE_WIDTH}}", kind) + tail + text).rstrip()


def _one_line(text: str, room: int | None) -> str:
    text = " ".join(visible(text).split())
    return text if room is None or len(text) <= room else text[: room - 1].rstrip() + "…"


def final_table(hosts: Mapping[str, HostTally], width: int, paint: Paint) -> list[str]:
    """Return the table of servers; in a large fleet only those that need a look, and how many do not."""
    shown = {host: tally for host, tally in hosts.items() if tally.stages}
    quiet = 0
    if len(shown) > _MOST_ROWS:
        bad = {host: tally for host, tally in shown.items() if tally.state not in ("ok", "changed")}
        quiet, shown = len(shown) - len(bad), bad
    if not hosts or not (shown or quiet):
        return []
    name_width = max(len("SERVER"), *(len(host) for host in shown)) if shown else len("SERVER")
    lines = [paint(f"{'SERVER':<{name_width}}  STAGES  {'STATE':<11}  CHANGED  {'TIME':>9}  MESSAGE", "quiet")]
    for host, tally in shown.items():
        lines += _host_lines(host, tally, name_width, width, paint)
    if quiet:
        lines.append(paint(f"... and {quiet} servers without trouble", "ok"))
    return lines


def _host_lines(host: str, tally: HostTally, name_width: int, width: int, paint: Paint) -> list[str]:
    ended = [stage for stage in tally.stages.values() if stage.state in ("done", "skipped", "degraded")]
    total = max((stage.total or 0 for stage in tally.stages.values()), default=0) or len(tally.stages)
    state = tally.state
    word = "FAILED" if state == "failed" else "ok" if state == "changed" else state
    spent = duration(sum(stage.duration_ms or 0 for stage in tally.stages.values()))
    head = f"{host:<{name_width}}  {f'{len(ended)}/{total}':>6}  "
    middle = f"  {tally.count('changed') or '-':>7}  {spent:>9}  "
    kind = {"unreachable": "failed", "cancelled": "degraded"}.get(state, state)
    first = head + paint(f"{word:<11}", kind) + middle
    indent = len(head) + 11 + len(middle)
    text = visible(_trouble(tally))
    if width - indent < _NARROWEST_TEXT * 2 and text:
        indent = name_width + 2
        wrapped = textwrap.wrap(text, max(width - indent, _NARROWEST_TEXT))
        return [first.rstrip(), *(" " * indent + line for line in wrapped)]
    wrapped = textwrap.wrap(text, max(width - indent, _NARROWEST_TEXT)) or [""]
    return [(first + wrapped[0]).rstrip(), *(" " * indent + line for line in wrapped[1:])]


def _trouble(tally: HostTally) -> str:
    for stage in tally.stages.values():
        if stage.state in ("failed", "degraded"):
            return f"{stage.name}: {stage.text or tally.message or stage.state}"
    return tally.message or "" if tally.state not in ("ok", "changed") else ""
