# SPDX-License-Identifier: GPL-3.0-or-later

"""The way out when the database cannot be reached: sealed rows as JSON lines, imported later, as often as one likes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
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
from .schema import CHAINED, table

__all__ = ["Imported", "Spool", "import_spool", "insert_new", "spool_files"]

Sealed = tuple[str, dict[str, Any]]
SUFFIX = ".jsonl"
_BATCH = 500


class Spool:
    """Appends sealed rows to the run's spool file; rows that cannot be written wait in memory for the next try."""

    def __init__(self, directory: str, run_id: str) -> None:
        self.path = Path(directory) / f"{run_id}{SUFFIX}"
        self.waiting: list[bytes] = []
        self.written = 0
        self.error: OSError | None = None

    def append(self, rows: Sequence[Sealed]) -> None:
        """Write the rows, each as one line; never raises, since nothing is left to fall back to."""
        self.waiting += [json.dumps({"table": name, "row": row}).encode() + b"\n" for name, row in rows]
        try:
            self._write()
        except OSError as exc:
            self.error = exc

    def _write(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            while self.waiting:
                end = os.fstat(handle).st_size
                if os.write(handle, self.waiting[0]) < len(self.waiting[0]):
                    # A full disk takes half a line: take it back, so that the next try does not follow a fragment.
                    os.ftruncate(handle, end)
                    raise OSError("the disk is full")
                self.waiting.pop(0)
                self.written += 1
        finally:
            os.close(handle)


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
    with path.open(encoding="utf-8", errors="strict") as lines:
        for number, line in enumerate(lines, 1):
            try:
                entry = json.loads(line)
                name, row = entry["table"], entry["row"]
                if (
                    name not in CHAINED
                    or set(row) - set(table(name).c.keys())
                    or not {"run_id", "seq", "hash"} <= set(row)
                ):
                    raise KeyError(name)
            except (ValueError, KeyError, TypeError) as exc:
                if not line.endswith("\n"):
                    report.torn = True
                    return
                raise ConfigurationError(f"{path}, line {number}: not a row of an audit spool") from exc
            report.rows += 1
            report.runs.add(row["run_id"])
            yield name, row


def import_spool(connection: sa.Connection, path: Path, *, write: bool = True) -> Imported:
    """Put a spool's rows into the database; rows that are there already stay as they are.

    All or nothing per file. The chain inside the file is checked, so that an edited spool is refused.

    :param write: false only counts (check mode).
    :raises VerificationError: when a row was altered after it was written.
    """
    report = Imported(str(path))
    with connection.begin() as transaction:
        batch: list[Sealed] = []
        before: dict[str, dict[str, Any]] = {}
        for name, row in read_spool(path, report):
            _check_link(path, before.get(row["run_id"]), name, row)
            before[row["run_id"]] = row
            batch.append((name, row))
            if len(batch) >= _BATCH:
                report.new += insert_new(connection, batch)
                batch = []
        report.new += insert_new(connection, batch)
        if not write:
            transaction.rollback()
    return report


def _check_link(path: Path, before: dict[str, Any] | None, name: str, row: dict[str, Any]) -> None:
    if row["seq"] == 1:
        previous = str(row["run_id"])
    elif before is None:
        return  # The rows before this one are in the database; audit_verify looks at the whole chain.
    else:
        previous = before["hash"]
    if digest(previous, name, row) != row["hash"]:
        raise VerificationError(
            f"{path}: row {row['seq']} of run {row['run_id']} was altered after it was written; nothing was imported"
        )


def insert_new(connection: sa.Connection, rows: Sequence[Sealed]) -> int:
    """Insert the rows whose place in the chain is still free; return how many were.

    :raises VerificationError: when a place is taken by another row.
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    new = 0
    for name, row in rows:
        if connection.execute(insert(table(name)).on_conflict_do_nothing(), row).rowcount:
            new += 1
            continue
        place = table(name).c
        query = sa.select(place.hash).where(place.run_id == row["run_id"], place.seq == row["seq"])
        if connection.execute(query).scalar() != row["hash"]:
            raise VerificationError(
                f"run {row['run_id']} has another row {row['seq']} in {name} already; nothing was imported",
                hint="audit_verify tells which of the two chains is whole",
            )
    return new
