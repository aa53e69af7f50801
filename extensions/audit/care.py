# SPDX-License-Identifier: GPL-3.0-or-later

"""Look after the database: its size and schema, vacuum, backup, export, and pruning of old runs."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

from .address import parse
from .clock import stamp, utc_now
from .columns import HEAD
from .database import connect
from .migrate import current_revision
from .schema import CHAINED, heartbeats, metadata, prunings, table

__all__ = ["Condition", "backup", "condition", "export", "prune", "vacuum"]


@dataclass(frozen=True)
class Condition:
    """How the database is: None as a revision means that there is none yet."""

    database: str
    revision: str | None
    runs: int = 0
    rows: int = 0
    bytes: int | None = None
    free_bytes: int | None = None
    prunable: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        """Return what a user wants to know."""
        return {
            "database": self.database,
            "schema": self.revision,
            "schema_latest": HEAD,
            "runs": self.runs,
            "rows": self.rows,
            "bytes": self.bytes,
        }


def condition(database: str, older_than: str = "") -> Condition:
    """Return the condition of the database; reads only.

    :param older_than: a stamp; runs that ended before it are counted as prunable.
    """
    address = parse(database)
    if address.path and not Path(address.path).exists():
        return Condition(address.shown, None)
    with connect(database, read_only=True) as connection:
        revision = current_revision(connection)
        if revision != HEAD:
            return Condition(address.shown, revision, bytes=_bytes(connection))
        rows = sum(
            connection.execute(sa.select(sa.func.count()).select_from(table(name))).scalar_one() for name in CHAINED
        )
        runs = connection.execute(sa.select(sa.func.count()).select_from(table("runs"))).scalar_one()
        ends = table("run_ends").c
        old = connection.execute(sa.select(ends.run_id).where(ends.at < older_than).order_by(ends.run_id)).scalars()
        return Condition(
            address.shown,
            revision,
            runs,
            rows,
            _bytes(connection),
            _free_bytes(connection),
            tuple(old) if older_than else (),
        )


def _bytes(connection: sa.Connection) -> int | None:
    if connection.dialect.name == "postgresql":
        return connection.execute(sa.text("SELECT pg_database_size(current_database())")).scalar()
    return _pragma(connection, "page_count") * _pragma(connection, "page_size")


def _free_bytes(connection: sa.Connection) -> int | None:
    if connection.dialect.name == "postgresql":
        return None
    return _pragma(connection, "freelist_count") * _pragma(connection, "page_size")


def _pragma(connection: sa.Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0)


def vacuum(database: str) -> None:
    """Give unused space back and refresh the planner's statistics."""
    with connect(database) as connection:
        # VACUUM refuses to run in a transaction, so the driver is asked directly.
        driver: Any = connection.connection.driver_connection
        if connection.dialect.name == "postgresql":
            driver.autocommit = True
            driver.execute("VACUUM ANALYZE")
        else:
            driver.execute("VACUUM")
            driver.execute("ANALYZE")


def backup(database: str, destination: Path) -> str:
    """Write a copy that can be used as a database (SQLite) or imported (any); return its SHA-256.

    Safe while runs are being recorded. Never overwrites.
    """
    _refuse_existing(destination)
    address = parse(database)
    partial = destination.with_name(destination.name + ".partial")
    partial.unlink(missing_ok=True)
    if address.path:
        source, copy = sqlite3.connect(address.path), sqlite3.connect(partial)
        try:
            source.backup(copy)
        finally:
            copy.close()
            source.close()
    else:
        with connect(database, read_only=True) as connection:
            every = list(connection.execute(sa.select(table("runs").c.run_id).order_by("run_id")).scalars())
            export(connection, every, partial)
    os.chmod(partial, 0o600)
    partial.rename(destination)
    return _sha256(destination)


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise ConfigurationError(f"{path} exists already", hint="name a file that does not")
    if not path.parent.is_dir():
        raise ConfigurationError(f"the directory {path.parent} does not exist")


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def export(connection: sa.Connection, run_ids: list[str], destination: Path) -> int:
    """Write runs as JSON lines that audit_import takes; return how many rows."""
    _refuse_existing(destination)
    count = 0
    with os.fdopen(os.open(destination, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        for run_id in run_ids:
            for name, row in chained_rows(connection, run_id):
                out.write(json.dumps({"table": name, "row": row}) + "\n")
                count += 1
    return count


def chained_rows(connection: sa.Connection, run_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a run's rows in the order of its chain, without empty columns."""
    rows: list[tuple[str, dict[str, Any]]] = []
    for name in CHAINED:
        found = connection.execute(sa.select(table(name)).where(table(name).c.run_id == run_id)).mappings()
        rows += [(name, {key: value for key, value in row.items() if value is not None}) for row in found]
    yield from sorted(rows, key=lambda entry: entry[1]["seq"])


def prune(database: str, run_ids: list[str], destination: Path, who: str) -> dict[str, Any]:
    """Export runs and then remove them; what proves that they were there stays in `prunings`."""
    with connect(database) as connection, connection.begin():
        rows = export(connection, run_ids, destination)
        sha256 = _sha256(destination)
        for run_id in run_ids:
            last = list(chained_rows(connection, run_id))
            note = {"run_id": run_id, "at": stamp(utc_now()), "pruned_by": who, "rows": len(last)}
            note |= {"last_hash": last[-1][1]["hash"], "export_file": str(destination), "export_sha256": sha256}
            connection.execute(prunings.delete().where(prunings.c.run_id == run_id))
            connection.execute(prunings.insert(), note)
            for name in (*CHAINED, heartbeats.name):
                removed = metadata.tables[name]
                connection.execute(removed.delete().where(removed.c.run_id == run_id))
    return {"runs": len(run_ids), "rows": rows, "export": str(destination), "sha256": sha256}
