# SPDX-License-Identifier: GPL-3.0-or-later
"""Every request the rack answered, kept in memory so that tests can count writes, handshakes and connections."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from typing import Any, NamedTuple

READS = frozenset({"GET", "HEAD", "OPTIONS"})
KEPT = 100_000


class Entry(NamedTuple):
    """One request: when (lab seconds), to which server, over which connection, by whom, and what came of it."""

    at: float
    server: str
    method: str
    path: str
    status: int
    sent: int
    connection: int
    who: str
    fault: str = ""
    session: bool = False
    """True for login and logout, which write a session and nothing else."""

    @property
    def is_write(self) -> bool:
        return self.method not in READS and not self.session


class Journal:
    """Keep the newest requests and count handshakes and connections per server; never keeps bodies or secrets."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[Entry] = deque(maxlen=kept)
        self.requests: Counter[str] = Counter()
        self.handshakes: Counter[str] = Counter()
        self.connections: Counter[str] = Counter()

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)
        self.requests[entry.server] += 1

    def entries(self, server: str | None = None, writes: bool = False) -> list[Entry]:
        """Return entries oldest first; `writes` keeps those that may change something (logins are no writes)."""
        return [
            entry
            for entry in self._entries
            if (server is None or entry.server == server) and (not writes or entry.is_write)
        ]

    def as_data(self, entries: Iterable[Entry]) -> list[dict[str, Any]]:
        return [entry._asdict() for entry in entries]

    def clear(self) -> None:
        self._entries.clear()
        for counter in (self.requests, self.handshakes, self.connections):
            counter.clear()
