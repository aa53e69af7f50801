# SPDX-License-Identifier: GPL-3.0-or-later
"""What a BMC writes down of itself and its host, and which of its logs show it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

LIMIT = 1000
DELIVERY_ATTEMPTS, DELIVERY_PAUSE = 3, 60
"""DeliveryRetryAttempts and DeliveryRetryIntervalSeconds (lab seconds) of EventService."""
SYSTEM, FIRMWARE, MANAGER, SECURITY = "System", "Firmware", "Manager", "Security"
EVERYTHING = (SYSTEM, FIRMWARE, MANAGER, SECURITY)


@dataclass(frozen=True)
class Log:
    """One log service: `owner` is system or manager, `sources` what it shows. Ids are those of captured trees."""

    owner: str
    id: str
    title: str
    sources: tuple[str, ...] = EVERYTHING

    @property
    def is_sel(self) -> bool:
        return self.id.upper() == "SEL"


@dataclass(frozen=True)
class Entry:
    """One thing that happened; `source` is one of EVERYTHING, `severity` OK, Warning or Critical."""

    id: int
    created: datetime
    source: str
    severity: str
    text: str
    message_id: str


class EventLog:
    """The entries of one BMC, oldest first, each with an id of its own. A log that is cleared forgets, others do not."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._entries: deque[Entry] = deque(maxlen=LIMIT)
        self._last = 0
        self._cleared: dict[str, int] = {}
        self.on_entry: list[Callable[[Entry], object]] = []

    def write(self, source: str, severity: str, text: str, message_id: str) -> None:
        self._last += 1
        entry = Entry(self._last, self._now(), source, severity, text, message_id)
        self._entries.append(entry)
        for callback in list(self.on_entry):
            callback(entry)

    def shown(self, log: str, sources: tuple[str, ...] = EVERYTHING) -> Iterator[Entry]:
        """Yield what the log of that path shows: entries of its sources since it was last cleared."""
        since = self._cleared.get(log, 0)
        return (entry for entry in self._entries if entry.id > since and entry.source in sources)

    def clear(self, log: str) -> None:
        self._cleared[log] = self._last
