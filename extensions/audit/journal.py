# SPDX-License-Identifier: GPL-3.0-or-later

"""Write a run's rows as they come: into the database, and from its first failure on into the spool."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc as sa_exc

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError

from .chain import Link
from .clock import stamp, utc_now
from .database import explain, open_engine, shown
from .migrate import ensure
from .process import verdict
from .schema import CHAINED, table
from .spool import Spool, import_spool

__all__ = ["Journal", "Row"]

Row = tuple[str, Mapping[str, Any]]
_HEARTBEAT_EVERY = timedelta(seconds=10)
_HEARTBEAT = sa.text(
    "INSERT INTO heartbeats (run_id, at) VALUES (:run_id, :at) ON CONFLICT (run_id) DO UPDATE SET at = excluded.at"
)


class Journal:
    """One run's writer. Every `append` is on disk when it returns; it never raises.

    The connection belongs to the process that opened it: forks must not use the journal.
    """

    def __init__(self, database: str, spool_directory: str, run_id: str) -> None:
        self.database = database
        self.link = Link(run_id)
        self.spool = Spool(spool_directory, run_id)
        self.failure: HWAutomationError | None = None
        self._connection: sa.Connection | None = None
        self._beat_due: datetime | None = None

    @property
    def run_id(self) -> str:
        """The id of the run that is written."""
        return self.link.run_id

    def open(self) -> None:
        """Connect, bring the schema up to date, and close what killed runs left open.

        On failure the spool is used; the reason stays in `failure`.
        """
        try:
            self._connection = open_engine(self.database).connect()
            ensure(self._connection)
            _close_interrupted(self._connection, self.run_id)
        except (sa_exc.SQLAlchemyError, HWAutomationError, OSError) as exc:
            self._fall_back(exc)

    def anchor(self) -> dict[str, str]:
        """Return the closing of the latest run in the database: a later removal of that run will show."""
        if self._connection is None:
            return {}
        ends = table("run_ends")
        query = sa.select(ends.c.run_id, ends.c.hash).order_by(ends.c.at.desc(), ends.c.run_id.desc()).limit(1)
        try:
            with self._connection.begin():
                found = self._connection.execute(query).first()
        except sa_exc.SQLAlchemyError as exc:
            self._fall_back(exc)
            return {}
        return {"anchor_run": found.run_id, "anchor_hash": found.hash} if found else {}

    def append(self, rows: Sequence[Row]) -> None:
        """Seal the rows of one event and commit them together."""
        now = utc_now()
        sealed = [(name, self.link.seal(name, row, stamp(now))) for name, row in rows]
        if self._connection is None:
            self.spool.append(sealed)
            return
        try:
            with self._connection.begin():
                for name, row in sealed:
                    self._connection.execute(table(name).insert(), row)
                self._beat(now)
        except sa_exc.SQLAlchemyError as exc:
            self._fall_back(exc)
            self.spool.append(sealed)

    def beat(self) -> None:
        """Give a sign of life when one is due: for events that leave no row."""
        now = utc_now()
        if self._connection is None or (self._beat_due and now < self._beat_due):
            return
        try:
            with self._connection.begin():
                self._beat(now)
        except sa_exc.SQLAlchemyError as exc:
            self._fall_back(exc)

    def _beat(self, now: datetime) -> None:
        if self._connection is not None and (self._beat_due is None or now >= self._beat_due):
            self._connection.execute(_HEARTBEAT, {"run_id": self.run_id, "at": stamp(now)})
            self._beat_due = now + _HEARTBEAT_EVERY

    def close(self) -> str | None:
        """Let go of the database, after a last try to bring spooled rows home; return what the user must know."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self.failure is None:
            return None
        return self._bring_home() or self._lament()

    def _bring_home(self) -> str | None:
        if self.spool.waiting or not self.spool.written:
            return None
        try:
            with open_engine(self.database).connect() as connection:
                ensure(connection)
                import_spool(connection, self.spool.path)
        except (sa_exc.SQLAlchemyError, HWAutomationError, OSError):
            return None
        self.spool.path.unlink(missing_ok=True)
        return (
            f"The audit database was away for a while ({self.failure}); the {self.spool.written} rows"
            f" spooled meanwhile have been imported into {shown(self.database)}."
        )

    def _lament(self) -> str:
        lost = len(self.spool.waiting)
        text = f"This run is NOT in the audit database: {self.failure}"
        if self.spool.written:
            text += (
                f" {self.spool.written} rows are in {self.spool.path}; bring them in with"
                f" hwautomation.baremetal.audit_import once the database answers."
            )
        if lost:
            text += f" {lost} rows are LOST: {self.spool.path.parent}: {self.spool.error}."
        return text

    def _fall_back(self, exc: Exception) -> None:
        self.failure = exc if isinstance(exc, HWAutomationError) else explain(exc, self.database)
        if self._connection is not None:
            try:
                self._connection.close()
            except sa_exc.SQLAlchemyError:
                pass  # The server is gone: there is nothing to close.
            self._connection = None
        if not _writable(self.spool.path.parent):
            self.spool.path = Path(tempfile.mkdtemp(prefix="hwautomation-audit-")) / self.spool.path.name


def _writable(directory: Path) -> bool:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            return True
    except OSError:
        return False


def _close_interrupted(connection: sa.Connection, by_run: str) -> list[str]:
    """Record the end of runs whose process is gone, each at the end of its own chain; return their ids."""
    runs, ends, beats = table("runs"), table("run_ends"), table("heartbeats")
    closed = []
    with connection.begin():
        query = (
            sa.select(runs, beats.c.at.label("heartbeat_at"))
            .outerjoin(ends, ends.c.run_id == runs.c.run_id)
            .outerjoin(beats, beats.c.run_id == runs.c.run_id)
            .where(ends.c.run_id.is_(None))
        )
        for run in connection.execute(query).mappings().all():
            judged = verdict(dict(run), run["heartbeat_at"], utc_now())
            if judged is not None and judged.certain:
                end = {"status": "interrupted", "reason": judged.reason, "closed_by": by_run, "duration_ms": None}
                link = chain_end(connection, run["run_id"])
                connection.execute(ends.insert(), link.seal("run_ends", end, stamp(utc_now())))
                closed.append(run["run_id"])
    return closed


def chain_end(connection: sa.Connection, run_id: str) -> Link:
    """Return the end of a run's chain as the database has it."""
    parts = [sa.select(table(name).c.seq, table(name).c.hash).where(table(name).c.run_id == run_id) for name in CHAINED]
    last = connection.execute(sa.union_all(*parts).order_by(sa.desc("seq")).limit(1)).first()
    return Link(run_id, last.seq, last.hash) if last else Link(run_id)
