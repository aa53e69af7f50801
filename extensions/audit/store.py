# SPDX-License-Identifier: GPL-3.0-or-later

"""The callback's way into the database: the driver alone, one connection, every batch of rows in one transaction.

See columns.py for why SQLAlchemy is not used here. The SQL is plain enough for both databases; parameters are written
`:name` and turned into the driver's form.
"""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Timer
from typing import Any, Protocol
from urllib.parse import quote

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

from .address import Address
from .columns import names

__all__ = [
    "BUSY_SECONDS",
    "CONNECT_SECONDS",
    "FileGone",
    "Sealed",
    "Statement",
    "Store",
    "check_path",
    "file_uri",
    "open_store",
    "patience",
    "write_ahead",
]

Sealed = tuple[str, dict[str, Any]]
Statement = tuple[str, Mapping[str, Any]]
# How long a writer waits for another one; a transaction here takes a fraction of a millisecond.
BUSY_SECONDS = 30
CONNECT_SECONDS = 10


class FileGone(sqlite3.OperationalError):
    """The file was removed or replaced under its open connection, which SQLite does not notice: it goes on writing into
    what nobody will find again.
    """


class Store(Protocol):
    """An open database; raises the driver's own errors, all of them subclasses of `error`."""

    @property
    def error(self) -> type[Exception]:
        """The root of the driver's errors."""

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a query."""

    def write(self, rows: Sequence[Sealed], *more: Statement) -> None:
        """Insert rows, and run further statements, in one transaction that is on disk when this returns."""

    def check(self) -> None:
        """Raise if what was written cannot be found where it was written."""

    def close(self) -> None:
        """Let go of the connection."""


@cache
def insert_statement(table: str) -> str:
    """Return the INSERT of a chained table with named parameters."""
    columns = names(table)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f':{column}' for column in columns)})"


def _complete(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column: row.get(column) for column in names(table)}


def check_path(path: Path, *, read_only: bool = False) -> None:
    """Refuse a path that cannot be a database before a driver says so in fewer words.

    :raises ConfigurationError: directory missing, a directory instead of a file, no file for a reader, or a place that
        is mounted read-only for a writer.
    """
    if not path.parent.is_dir():
        raise ConfigurationError(
            f"the directory {path.parent} for the audit database does not exist",
            hint=f"mkdir -p {path.parent}, or set [callback_audit] database to a place that exists",
        )
    if path.is_dir():
        raise ConfigurationError(f"{path} is a directory, not an audit database")
    if read_only and not path.exists():
        raise ConfigurationError(
            f"there is no audit database at {path}", hint="run a playbook with the callback enabled, or name its path"
        )
    if not read_only and _is_mounted_read_only(path):
        raise ConfigurationError(
            f"the audit database {path} cannot be written: its file system is mounted read-only",
            hint="mount it read-write, or set [callback_audit] database to another place",
        )


def _is_mounted_read_only(path: Path) -> bool:
    return bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)


def file_uri(path: Path, *, read_only: bool) -> str:
    """Return SQLite's URI of a file.

    :raises ConfigurationError: as `check_path` does.
    """
    check_path(path, read_only=read_only)
    mode = "ro" if read_only else "rwc"
    # Even a reader makes a file beside the database, unless told that nobody can write: a backup on a read-only mount.
    still = read_only and _is_mounted_read_only(path) and not Path(f"{path}-wal").exists()
    return f"file:{quote(str(path))}?mode={mode}{'&immutable=1' if still else ''}"


def write_ahead(connection: sqlite3.Connection) -> None:
    """Switch a connection, and a new file, to write-ahead logging: readers never wait for the writer.

    :raises sqlite3.OperationalError: when the file stays locked for BUSY_SECONDS.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as exc:
            # Of several that make the same file at once SQLite refuses all but one, without waiting as it does elsewhere:
            # each holds a lock that the other one needs.
            if "locked" not in str(exc) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    # A killed process loses nothing; a power cut may lose the last transactions, never the file.
    connection.execute("PRAGMA synchronous=NORMAL")


class SQLiteStore:
    """A file in WAL mode: readers never wait, writers take turns."""

    error: type[Exception] = sqlite3.Error

    def __init__(self, path: str, read_only: bool = False) -> None:
        where = file_uri(Path(path), read_only=read_only)
        # Ansible reports starts and retries of tasks from its results thread and all else from the main one, one at a
        # time (TaskQueueManager.send_callback holds a lock), so the connection may serve both.
        self._connection = sqlite3.connect(
            where, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        self._path = path
        self._file = _file(path)
        if read_only:
            return
        write_ahead(self._connection)

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        return [dict(row) for row in self._connection.execute(sql, parameters or {})]

    def write(self, rows: Sequence[Sealed], *more: Statement) -> None:
        """Insert rows and run further statements in one transaction.

        :raises FileGone: what was written so far can still be read through this connection, and through no other.
        """
        self.check()
        execute = self._connection.execute
        # Taking the write lock at once: a transaction that reads first and then writes could not wait for it.
        execute("BEGIN IMMEDIATE")
        try:
            for name, row in rows:
                execute(insert_statement(name), _complete(name, row))
            for sql, parameters in more:
                execute(sql, parameters)
            execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                execute("ROLLBACK")
            raise

    def check(self) -> None:
        """Raise FileGone if the path means another file by now, or none."""
        if _file(self._path) != self._file:
            raise FileGone("the file was removed or replaced while it was in use")

    def close(self) -> None:
        """Let go of the file; the last writer folds the log into it."""
        self._connection.close()


def _file(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def patience() -> str:
    """Return the SQL that makes PostgreSQL give up as SQLite does: left alone, it waits for a lock for ever, and the play
    with it.
    """
    return (
        f"SELECT set_config('lock_timeout', '{BUSY_SECONDS * 1000:.0f}', false),"
        f" set_config('statement_timeout', '{BUSY_SECONDS * 2000:.0f}', false)"
    )


@cache
def _for_psycopg(sql: str) -> str:
    return re.sub(r"(?<!:):(\w+)", r"%(\1)s", sql)


class PostgresStore:
    """A server shared by several controllers."""

    def __init__(self, url: str, read_only: bool = False) -> None:
        # Not at the top: only those who have a PostgreSQL need its library.
        import psycopg
        from psycopg.rows import dict_row

        self.error: type[Exception] = psycopg.Error
        self._connection: Any = psycopg.connect(
            url,
            autocommit=True,
            row_factory=dict_row,
            connect_timeout=CONNECT_SECONDS,
            # Of a network that has gone without a word the kernel tells after a quarter of an hour.
            tcp_user_timeout=BUSY_SECONDS * 1000,
            application_name="hwautomation audit",
        )
        self._connection.read_only = read_only
        with self._in_time():
            self._connection.execute(patience())

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        with self._in_time():
            return list(self._connection.execute(_for_psycopg(sql), parameters or {}))

    def write(self, rows: Sequence[Sealed], *more: Statement) -> None:
        """Insert rows and run further statements in one transaction."""
        statements = [(insert_statement(name), _complete(name, row)) for name, row in rows]
        with self._in_time(), self._connection.transaction(), self._connection.cursor() as cursor:
            for sql, parameters in (*statements, *more):
                cursor.execute(_for_psycopg(sql), parameters)

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """Cut the connection of a server that says nothing for longer than it may wait for a lock.

        One that is frozen, or swaps, is alive to the kernels on both sides, and its own time limits do not run.
        """
        watch = Timer(BUSY_SECONDS * 3, self._cut)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _cut(self) -> None:
        with suppress(OSError, self.error), socket.socket(fileno=os.dup(self._connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)

    def check(self) -> None:
        """Nothing to look at: a server says so itself when its tables are gone."""

    def close(self) -> None:
        """Say good-bye to the server."""
        self._connection.close()


def open_store(address: Address, *, read_only: bool = False) -> Store:
    """Connect for writing, or for reading only.

    :raises ConfigurationError: when the path cannot be a database or the driver is missing; else the driver's errors.
    """
    return PostgresStore(address.url, read_only) if address.url else SQLiteStore(address.path, read_only)
