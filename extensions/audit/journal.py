# SPDX-License-Identifier: GPL-3.0-or-later

"""Write a run's rows as they come: into the database, and from its first failure on into the spool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    HWAutomationError,
)

from .address import Address, parse
from .chain import Link
from .clock import stamp, utc_now
from .columns import HEAD
from .complaints import explanation
from .leftovers import close_interrupted
from .requests import resumed_run
from .revision import refuse_unknown, revision_of, upgrade_apart
from .salvage import written
from .server_states import FAILURES, LifeState
from .spool import Spool
from .store import FileGone, Sealed, Statement, Store, open_store

__all__ = ["Journal", "Row"]

Row = tuple[str, Mapping[str, Any]]
_HEARTBEAT_EVERY = timedelta(seconds=10)
_HEARTBEAT = (
    "INSERT INTO heartbeats (run_id, at) VALUES (:run_id, :at) ON CONFLICT (run_id) DO UPDATE SET at = excluded.at"
)
_STATE = "SELECT state FROM servers WHERE key = :key AND state IS NOT NULL"
_NEWEST = "ORDER BY run_id DESC, seq DESC LIMIT 1"
_LIFE = f"SELECT ({_STATE} {_NEWEST}) AS word, ({_STATE} AND state NOT LIKE :failures {_NEWEST}) AS sound"
_LATEST_END = "SELECT run_id, hash FROM run_ends ORDER BY at DESC, run_id DESC LIMIT 1"


class Journal:
    """One run's writer. Every `append` is on disk when it returns; it never raises for a database that fails.

    The connection belongs to the process that opened it: forks must not use the journal.
    """

    def __init__(self, database: str, spool_directories: Sequence[str | Path], run_id: str) -> None:
        self.database = database
        self.link = Link(run_id)
        self.spool = Spool(spool_directories, run_id)
        self.failure: HWAutomationError | None = None
        self._store: Store | None = None
        self._beat_due: datetime | None = None

    @property
    def run_id(self) -> str:
        """The id of the run that is written."""
        return self.link.run_id

    @property
    def shown(self) -> str:
        """The database's address as it may be printed."""
        return parse(self.database).shown

    def open(self) -> None:
        """Connect, bring the schema up to date, and close what killed runs left open.

        On failure the spool is used; the reason stays in `failure`.
        """
        try:
            self._store = _ready_store(self.database)
            close_interrupted(self._store, self.run_id, utc_now())
        except Exception as exc:
            self._fall_back(exc)

    def anchor(self) -> dict[str, str]:
        """Return the closing of the latest run in the database: a later removal of that run will show."""
        try:
            found = self._store.query(_LATEST_END) if self._store else []
        except Exception as exc:
            self._fall_back(exc)
            return {}
        return {"anchor_run": found[0]["run_id"], "anchor_hash": found[0]["hash"]} if found else {}

    def resumes(self, name: str | None) -> tuple[str | None, str | None]:
        """Return the run that is meant to be resumed, by its full id, and why it cannot be if it cannot."""
        if not name or self._store is None:
            return name, None
        try:
            return resumed_run(self._store, name), None
        except ConfigurationError as exc:
            return name, str(exc)
        except Exception as exc:
            self._fall_back(exc)
            return name, None

    def life_of(self, key: str) -> LifeState | None:
        """Return the state in which earlier runs left a server; None when the record cannot be read."""
        if self._store is None:
            return None
        try:
            found = self._store.query(_LIFE, {"key": key, "failures": FAILURES})[0]
        except Exception as exc:
            self._fall_back(exc)
            return None
        return LifeState(found["word"], found["sound"])

    def append(self, rows: Sequence[Row]) -> None:
        """Seal the rows of one event and commit them together."""
        now = utc_now()
        sealed = [(name, self.link.seal(name, row, stamp(now))) for name, row in rows]
        if not self._write(sealed, now):
            self.spool.append(sealed)

    def beat(self) -> None:
        """Give a sign of life when one is due: for events that leave no row."""
        now = utc_now()
        if self._beat_due is None or now >= self._beat_due:
            self._write([], now)

    def _write(self, sealed: Sequence[Sealed], now: datetime) -> bool:
        if self._store is None:
            return False
        more: list[Statement] = []
        if self._beat_due is None or now >= self._beat_due:
            more.append((_HEARTBEAT, {"run_id": self.run_id, "at": stamp(now)}))
            self._beat_due = now + _HEARTBEAT_EVERY
        try:
            self._store.write(sealed, *more)
        except Exception as exc:
            self._fall_back(exc)
            return False
        return True

    def close(self) -> str | None:
        """Let go of the database, after a last try to bring spooled rows home; return what the user must know."""
        if self._store is not None:
            try:
                self._store.check()
            except Exception as exc:
                self._fall_back(exc)
            else:
                self._store.close()
                self._store = None
        if self.failure is None:
            return None
        return self._bring_home() or self._lament()

    def _bring_home(self) -> str | None:
        if self.spool.waiting or not self.spool.written:
            return None
        try:
            _ready_store(self.database).close()
            # Only now: these bring SQLAlchemy.
            from .database import connect
            from .spool_import import import_spool

            with connect(self.database) as connection:
                for path in self.spool.files:
                    import_spool(connection, path)
        except Exception:
            return None  # The spool stays, and _lament() tells what the first failure was.
        for path in self.spool.files:
            path.unlink(missing_ok=True)
        return (
            f"The audit database was away for a while ({self.failure}); the {self.spool.written} rows"
            f" spooled meanwhile have been imported into {self.shown}."
        )

    def _lament(self) -> str:
        lost = len(self.spool.waiting)
        text = f"This run is NOT whole in the audit database: {str(self.failure).rstrip('.')}."
        if self.spool.written:
            text += (
                f" {self.spool.written} rows are in {' and '.join(map(str, self.spool.files))}; bring them in with"
                f" hwautomation.baremetal.audit_import once the database answers."
            )
        if lost:
            text += f" {lost} rows are LOST: {self.spool.path.parent}: {self.spool.error}."
        return text

    def _subject(self) -> str:
        try:
            return f"the audit database {self.shown}"
        except HWAutomationError:
            return "the audit database"

    def _fall_back(self, exc: Exception) -> None:
        self.failure = explanation(exc, self._subject())
        if self._store is not None:
            try:
                if isinstance(exc, FileGone):
                    self.spool.append(written(self._store, self.run_id))
                self._store.close()
            except self._store.error:
                pass  # The server is gone: there is nothing to close.
            self._store = None


def _ready_store(database: str) -> Store:
    """Return an open store whose schema is this collection's; creates or upgrades it when needed."""
    address: Address = parse(database)
    store = open_store(address)
    revision = revision_of(store)
    if revision == HEAD:
        return store
    # SQLite must not be open across the fork that follows.
    store.close()
    refuse_unknown(revision)
    upgrade_apart(database)
    return open_store(address)
