# SPDX-License-Identifier: GPL-3.0-or-later

"""Open the audit database: SQLite by path, PostgreSQL by URL; every way that can fail becomes one clear line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc as sa_exc

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    HWAutomationError,
)

from .complaints import explanation

__all__ = ["connect", "explain", "open_engine", "shown", "to_url"]

# How long a writer waits for another one; a transaction here takes a fraction of a millisecond.
BUSY_SECONDS = 30
CONNECT_SECONDS = 10


def to_url(database: str) -> sa.URL:
    """Return the URL for a path or a URL.

    :raises ConfigurationError: for a URL that cannot be read or whose database nobody here speaks.
    """
    if "://" not in database:
        return sa.URL.create("sqlite", database=os.path.abspath(os.path.expanduser(database)))
    try:
        url = sa.make_url(database)
    except (sa_exc.ArgumentError, ValueError) as exc:
        raise ConfigurationError(
            "the audit database's URL cannot be read", hint="postgresql://user@host/name, or a path"
        ) from exc
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise ConfigurationError(
            f"the audit database's URL names {url.drivername!r}, which is neither sqlite nor postgresql",
            hint="postgresql://user@host/name, or a path for SQLite",
        )
    return url


def shown(database: str) -> str:
    """Return the database's address as it may be printed: a path, or a URL without its password."""
    url = to_url(database)
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def open_engine(database: str, *, read_only: bool = False) -> sa.Engine:
    """Return an engine that holds at most one connection and is not connected yet.

    A reader of SQLite never waits for the write lock and cannot write. Raises ConfigurationError as `to_url` does, and
    for a directory that is missing or a driver that is not installed.
    """
    url = to_url(database)
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite(url, read_only)
        return sa.create_engine(
            url,
            poolclass=sa.pool.NullPool,
            connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "hwautomation audit"},
        )
    except sa_exc.NoSuchModuleError as exc:
        raise ConfigurationError(f"the audit database's URL names an unknown driver: {url.drivername}") from exc
    except ImportError as exc:
        raise ConfigurationError(
            f"the Python library {exc.name or 'psycopg'} for the audit database is missing",
            hint="pip install 'psycopg[binary]'",
        ) from exc


def _sqlite(url: sa.URL, read_only: bool) -> sa.Engine:
    path = Path(url.database or "")
    if not path.parent.is_dir():
        raise ConfigurationError(
            f"the directory {path.parent} for the audit database does not exist",
            hint=f"mkdir -p {path.parent}, or set [callback_audit] database to a place that exists",
        )
    if read_only and not path.exists():
        raise ConfigurationError(
            f"there is no audit database at {path}", hint="run a playbook with the callback enabled, or name its path"
        )
    if path.is_dir():
        raise ConfigurationError(f"{path} is a directory, not an audit database")
    engine = sa.create_engine(
        f"sqlite:///file:{path}?mode={'ro' if read_only else 'rwc'}&uri=true",
        poolclass=sa.pool.NullPool,
        connect_args={"timeout": BUSY_SECONDS},
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver's own transactions would end at every DDL statement; SQLAlchemy's `begin` below replaces them.
        connection.isolation_level = None
        if not read_only:
            connection.execute("PRAGMA journal_mode=WAL")
            # A killed process loses nothing; a power cut may lose the last transactions, never the file.
            connection.execute("PRAGMA synchronous=NORMAL")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # Taking the write lock at once: a transaction that reads first and then writes could not wait for it.
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def connect(database: str, *, read_only: bool = False) -> Iterator[sa.Connection]:
    """Open one connection and close it again; failures are explained.

    :raises HWAutomationError: see `explain`.
    """
    try:
        engine = open_engine(database, read_only=read_only)
        with engine.connect() as connection:
            yield connection
    except sa_exc.SQLAlchemyError as exc:
        raise explain(exc, database) from exc


def explain(exc: Exception, database: str) -> HWAutomationError:
    """Return the error that says in one line what is wrong with the database; never holds the URL's password."""
    return explanation(exc, f"the audit database {shown(database)}")
