# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep the region's event log and answer ``GET /events/?op=query``."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from .params import Params
from .records import Event
from .refusals import BadRequest

LEVELS = {
    "AUDIT": 0,
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARNING": logging.WARNING,
    "ERROR": logging.ERROR,
    "CRITICAL": logging.CRITICAL,
}
LEVEL_NAMES = {number: name for name, number in LEVELS.items()}
KEPT_EVENTS = 100_000
DEFAULT_LIMIT, MAX_LIMIT = 100, 1000
API_PATH = "/MAAS/api/2.0/events/"


class EventLog:
    """Append events and select from them; the newest come first in answers."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._events: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self._last_id = 0

    def add(
        self,
        kind: str,
        description: str = "",
        *,
        level: str = "INFO",
        system_id: str | None = None,
        hostname: str = "",
        username: str = "unknown",
    ) -> Event:
        """Record one event; AUDIT events are the ones about users."""
        self._last_id += 1
        event = Event(
            self._last_id,
            self._now(),
            LEVELS[level],
            kind,
            description,
            system_id,
            hostname,
            username,
        )
        self._events.append(event)
        return event

    def select(self, wanted: Callable[[Event], bool], query: Params) -> list[Event]:
        """Give the page of matching events that ``limit``, ``before`` and ``after`` ask for, newest first."""
        limit = _limit(query)
        before, after = _number(query, "before"), _number(query, "after")
        if after is not None:
            page = []
            for event in self._events:
                if event.id > after and wanted(event):
                    page.append(event)
                    if len(page) == limit:
                        break
            return page[::-1]
        page = []
        for event in reversed(self._events):
            if (before is None or event.id < before) and wanted(event):
                page.append(event)
                if len(page) == limit:
                    break
        return page


def level_of(query: Params) -> int:
    """Read the lowest level wanted."""
    name = query.text("level", "INFO")
    if name not in LEVELS:
        raise BadRequest(f"Unrecognised log level: {name}")
    return LEVELS[name]


def render_page(events: Iterable[Event], query: Params) -> dict[str, Any]:
    """Build the answer with its links to the pages around it."""
    listed = list(events)
    first, last = (listed[0].id, listed[-1].id) if listed else (0, 0)
    kept = [(key, value) for key in query for value in query.many(key) if key not in ("before", "after")]
    if "after" in query and not listed:
        first = last = int(query.text("after"))

    def link(word: str, number: int) -> str:
        return f"{API_PATH}?{urlencode([*kept, (word, number)])}"

    return {
        "count": len(listed),
        "events": [render_event(event) for event in listed],
        "next_uri": link("after", first),
        "prev_uri": link("before", last),
    }


def render_event(event: Event) -> dict[str, Any]:
    return {
        "username": event.username,
        "node": event.system_id,
        "hostname": event.hostname,
        "id": event.id,
        "level": LEVEL_NAMES[event.level],
        "created": event.created.strftime("%a, %d %b. %Y %H:%M:%S"),
        "type": event.type,
        "description": event.description,
    }


def _limit(query: Params) -> int:
    limit = _number(query, "limit")
    if limit is None:
        return DEFAULT_LIMIT
    if limit > MAX_LIMIT:
        raise BadRequest(f"Requested number of events {limit} is greater than limit: {MAX_LIMIT}")
    return limit


def _number(query: Params, key: str) -> int | None:
    value = query.text(key)
    if not value:
        return None
    if not value.lstrip("-").isdigit():
        raise BadRequest(f"Invalid {key}: Please enter an integer value")
    return int(value)
