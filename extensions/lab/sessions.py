# SPDX-License-Identifier: GPL-3.0-or-later
"""The session table of one BMC: small, with expiry, and lost when the BMC restarts."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from .clock import Clock


class SessionTableFull(Exception):
    """No place for another session."""


@dataclass(eq=False)
class Session:
    """A login. `touched` is wall time: a client's pauses are real, also where the lab's clock runs fast."""

    id: str
    token: str
    username: str
    created: datetime
    touched: float
    origin: str = ""


class SessionTable:
    """Hold up to `limit` sessions (0: no limit); one idle for `timeout` seconds is gone (0: never)."""

    def __init__(self, clock: Clock, timeout: float, limit: int) -> None:
        self.clock = clock
        self.timeout = timeout
        self.limit = limit
        self.sessions: dict[str, Session] = {}
        self._by_token: dict[str, Session] = {}
        self._next = 0

    def create(self, username: str, origin: str = "") -> Session:
        """Open a session; raise SessionTableFull when there is no place."""
        self.expire()
        if self.limit and len(self.sessions) >= self.limit:
            raise SessionTableFull
        self._next += 1
        token = secrets.token_hex(16)
        session = Session(str(self._next), token, username, self.clock.epoch(), self._idle_clock(), origin)
        self.sessions[session.id] = session
        self._by_token[token] = session
        return session

    def find(self, token: str) -> Session | None:
        """Return the session of a token and keep it alive; None when unknown or expired."""
        session = self._by_token.get(token)
        if session is None or self._expired(session):
            return None
        session.touched = self._idle_clock()
        return session

    def delete(self, session_id: str) -> bool:
        session = self.sessions.pop(session_id, None)
        if session is None:
            return False
        self._by_token.pop(session.token, None)
        return True

    def delete_user(self, username: str) -> None:
        for session in [one for one in self.sessions.values() if one.username == username]:
            self.delete(session.id)

    def clear(self) -> None:
        self.sessions.clear()
        self._by_token.clear()

    def expire(self) -> None:
        for session in [one for one in self.sessions.values() if self._expired(one)]:
            self.delete(session.id)

    def _expired(self, session: Session) -> bool:
        return bool(self.timeout) and self._idle_clock() - session.touched > self.timeout

    def _idle_clock(self) -> float:
        return self.clock.idle()
