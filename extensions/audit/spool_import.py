# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring spooled rows into the database, as often as one likes: a row that is there already stays as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    VerificationError,
)

from .chain import digest
from .columns import names
from .schema import table
from .spool import SUFFIX
from .store import Sealed

__all__ = ["Imported", "count_new", "import_spool", "spool_files"]


@dataclass
class Imported:
    """What an import found: rows read, rows that were new, and the runs they belong to."""

    path: str
    rows: int = 0
    new: int = 0
    runs: set[str] = field(default_factory=set)
    torn: bool = False


def spool_files(path: str) -> list[Path]:
    """Return the spool files at a path: itself, or those in the directory.

    :raises ConfigurationError: when there is no such path.
    """
    found = Path(path).expanduser()
    if found.is_dir():
        return sorted(found.glob(f"*{SUFFIX}"))
    if not found.exists():
        raise ConfigurationError(f"there is no spool at {found}", hint="name a .jsonl file, or the directory of them")
    return [found]


def read_spool(path: Path, report: Imported) -> Iterator[Sealed]:
    """Yield the rows of a spool file; a last line cut off by a kill is noted and left out.

    :raises ConfigurationError: when the file is no spool.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                entry = json.loads(line)
                name, row = entry["table"], entry["row"]
                if set(row) - set(names(name)) or not {"run_id", "seq", "hash"} <= set(row):
                    raise KeyError(name)
            except (ValueError, KeyError, TypeError) as exc:
                if not line.endswith(b"\n"):
                    report.torn = True
                    return
                raise ConfigurationError(f"{path}, line {number}: not a row of an audit spool") from exc
            report.rows += 1
            report.runs.add(row["run_id"])
            yield name, row


def count_new(connection: sa.Connection, path: Path) -> Imported:
    """Return what an import would bring, without writing.

    :raises VerificationError: as `import_spool` does.
    """
    report = Imported(str(path))
    for name, row in _checked(path, report):
        report.new += _hash_there(connection, name, row) is None
    return report


def import_spool(connection: sa.Connection, path: Path) -> Imported:
    """Put a spool's rows into the database, all or nothing.

    :raises VerificationError: when a row was altered after it was written, or its place is taken by another row.
    """
    report = Imported(str(path))
    with connection.begin():
        for name, row in _checked(path, report):
            report.new += _insert_new(connection, name, row)
    return report


def _checked(path: Path, report: Imported) -> Iterator[Sealed]:
    """Yield a spool's rows; each must follow from the one before it in the file, as far as that one is there."""
    last: dict[str, tuple[int, str]] = {}
    for name, row in read_spool(path, report):
        seq, previous = last.get(row["run_id"], (0, row["run_id"]))
        if row["seq"] == seq + 1 and digest(previous, name, row) != row["hash"]:
            raise VerificationError(
                f"{path}: row {row['seq']} of run {row['run_id']} was altered after it was written",
                hint="restore the file; nothing of it was imported",
            )
        last[row["run_id"]] = (row["seq"], row["hash"])
        yield name, row


def _hash_there(connection: sa.Connection, name: str, row: dict[str, Any]) -> str | None:
    """Return the hash of the row that has this place in the chain.

    :raises VerificationError: when it is another row.
    """
    place = table(name).c
    query = sa.select(place.hash).where(place.run_id == row["run_id"], place.seq == row["seq"])
    there = connection.execute(query).scalar()
    if there not in (None, row["hash"]):
        raise VerificationError(
            f"run {row['run_id']} has another row {row['seq']} in {name} already; nothing was imported",
            hint="audit_verify tells which of the two chains is whole",
        )
    return there


def _insert_new(connection: sa.Connection, name: str, row: dict[str, Any]) -> int:
    if _hash_there(connection, name, row) is not None:
        return 0
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    # Two imports of the same spool at once: the other one's row is the same row.
    connection.execute(insert(table(name)).on_conflict_do_nothing(), row)
    return 1
