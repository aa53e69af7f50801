# SPDX-License-Identifier: GPL-3.0-or-later

"""The callback's way into the database: the driver alone, one connection, every batch of rows in one transaction.

See columns.py for why SQLAlchemy is not used here. The SQL is plain enough for both databases; parameters are written
`:name` and turned into the driver's form.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

from .address import Address
from .columns import names

__all__ = ["BUSY_SECONDS", "CONNECT_SECONDS", "Sealed", "Statement", "Store", "check_path", "open_store", "write_ahead"]

Sealed = tuple[str, dict[str, Any]]
Statement = tuple[str, Mapping[str, Any]]
# How long a writer waits for another one; a transaction here takes a fraction of a millisecond.
BUSY_SECONDS = 30
CONNECT_SECONDS = 10


class Store(Protocol):
    """An open database; raises the driver's own errors, all of them subclasses of `error`."""

    @property
    def error(self) -> type[Exception]:
        """The root of the driver's errors."""

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a query."""

    def write(self, rows: Sequence[Sealed], *more: Statement) -> None:
        """Insert rows, and run further statements, in one transaction that is on disk when this returns."""

    def close(self) -> None:
        """Let go of the connection."""


@cache
def insert_statement(table: str) -> str:
    """Return the INSERT of a chained table with named parameters."""
    columns = names(table)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f':{column}' for column in columns)})"


def _complete(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column: row.get(column) for column in names(table)}


def check_path(path: Path, *, must_exist: bool = False) -> None:
    """Refuse a path that cannot be a database before a driver says so in fewer words.

    :raises ConfigurationError: directory missing, a directory instead of a file, or no file where one is needed.
    """
    if not path.parent.is_dir():
        raise ConfigurationError(
            f"the directory {path.parent} for the audit database does not exist",
            hint=f"mkdir -p {path.parent}, or set [callback_audit] database to a place that exists",
        )
    if path.is_dir():
        raise ConfigurationError(f"{path} is a directory, not an audit database")
    if must_exist and not path.exists():
        raise ConfigurationError(
            f"there is no audit database at {path}", hint="run a playbook with the callback enabled, or name its path"
        )


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
        check_path(Path(path), must_exist=read_only)
        # Ansible reports starts and retries of tasks from its results thread and all else from the main one, one at a
        # time (TaskQueueManager.send_callback holds a lock), so the connection may serve both.
        where = f"file:{quote(path)}?mode={'ro' if read_only else 'rwc'}"
        self._connection = sqlite3.connect(
            where, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        if read_only:
            return
        write_ahead(self._connection)

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        return [dict(row) for row in self._connection.execute(sql, parameters or {})]

    def write(self, rows: Sequence[Sealed], *more: Statement) -> None:
        """Insert rows and run further statements in one transaction."""
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

    def close(self) -> None:
        """Let go of the file; the last writer folds the log into it."""
        self._connection.close()


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
            application_name="hwautomation audit",
        )
        self._connection.read_only = read_only

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        return list(self._connection.execute(_for_psycopg(sql), parameters or {}))

    def write(self, rows: Sequence[Sealed], *more: Statement) -> None:
        """Insert rows and run further statements in one transaction."""
        statements = [(insert_statement(name), _complete(name, row)) for name, row in rows]
        with self._connection.transaction(), self._connection.cursor() as cursor:
            for sql, parameters in (*statements, *more):
                cursor.execute(_for_psycopg(sql), parameters)

    def close(self) -> None:
        """Say good-bye to the server."""
        self._connection.close()


def open_store(address: Address, *, read_only: bool = False) -> Store:
    """Connect for writing, or for reading only.

    :raises ConfigurationError: when the path cannot be a database or the driver is missing; else the driver's errors.
    """
    return PostgresStore(address.url, read_only) if address.url else SQLiteStore(address.path, read_only)
