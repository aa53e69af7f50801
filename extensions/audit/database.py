# SPDX-License-Identifier: GPL-3.0-or-later

"""Open the audit database with SQLAlchemy: for questions, migrations and care, not for writing a run (see store.py)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc as sa_exc

from .address import Address, parse
from .complaints import explanation, missing_library
from .store import BUSY_SECONDS, CONNECT_SECONDS, file_uri, patience, write_ahead

__all__ = ["connect"]


@contextmanager
def connect(database: str, *, read_only: bool = False) -> Iterator[sa.Connection]:
    """Open one connection and close it again; a reader of SQLite never waits for the write lock and cannot write.

    :raises HWAutomationError: whatever is wrong with the database, in one line (see complaints.py).
    """
    address = parse(database)
    try:
        with _engine(address, read_only).connect() as connection:
            yield connection
    except sa_exc.SQLAlchemyError as exc:
        raise explanation(exc, f"the audit database {address.shown}") from exc
    except ImportError as exc:
        raise missing_library(exc) from exc


def _engine(address: Address, read_only: bool) -> sa.Engine:
    if address.path:
        return _sqlite(Path(address.path), read_only)
    engine = sa.create_engine(
        address.url.replace("postgresql://", "postgresql+psycopg://", 1),
        poolclass=sa.pool.NullPool,
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "hwautomation audit"},
    )
    if read_only:
        return engine.execution_options(postgresql_readonly=True)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(patience())
        connection.commit()

    return engine


def _sqlite(path: Path, read_only: bool) -> sa.Engine:
    engine = sa.create_engine(
        f"sqlite:///{file_uri(path, read_only=read_only)}&uri=true",
        poolclass=sa.pool.NullPool,
        connect_args={"timeout": BUSY_SECONDS},
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver's own transactions would end at every DDL statement; `begin` below replaces them.
        connection.isolation_level = None
        if not read_only:
            write_ahead(connection)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
