# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables for SQLAlchemy: queries, migrations, import and verification.

Every table of a run is append-only: a change of state is one more row. Times are UTC in ISO 8601 text, so that they
sort and read the same in SQLite and PostgreSQL; a run id begins with its start time, so it sorts by time as well.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Table, Text, text

from .columns import OF_HOST, TABLES

__all__ = ["CHAINED", "metadata", "table"]

metadata = MetaData()
_TYPES = {"": Text, "int": Integer, "bool": Boolean}
CHAINED: tuple[str, ...] = tuple(TABLES)


def _column(word: str) -> Column[Any]:
    name, _unused, kind = word.rstrip("!").partition(":")
    return Column(name, _TYPES[kind](), nullable=not word.endswith("!"))


for _name, _words in TABLES.items():
    _table = Table(
        _name,
        metadata,
        Column("run_id", Text, primary_key=True),
        Column("seq", Integer, primary_key=True, autoincrement=False),
        Column("at", Text, nullable=False),
        *(_column(word) for word in _words.split()),
        Column("hash", Text, nullable=False),
    )
    if _name in OF_HOST:
        # Of boarding checks the index alone says which judgement of a server is its last one.
        more = (_table.c.result,) if _name == "boarding_checks" else ()
        Index(f"ix_{_name}_host", _table.c.host, _table.c.run_id, *more)


def table(name: str) -> Table:
    """Return the table of that name; a KeyError is a defect of the caller."""
    return metadata.tables[name]


Index("ix_host_runs_host", table("host_runs").c.host, table("host_runs").c.run_id)
Index("ix_runs_job", table("runs").c.job)
Index("ix_servers_key", table("servers").c.key)
Index("ix_bmcs_address", table("bmcs").c.address)
Index("ix_certificates_subject", table("certificates").c.subject)
Index("ix_cancel_requests_target", table("cancel_requests").c.target)
# Successes are never looked for across runs; failures are.
_BAD = text("status IN ('failed', 'unreachable')")
Index(
    "ix_results_failures",
    table("results").c.run_id,
    table("results").c.host,
    sqlite_where=_BAD,
    postgresql_where=_BAD,
)

heartbeats = Table("heartbeats", metadata, Column("run_id", Text, primary_key=True), Column("at", Text, nullable=False))

# What is left of a pruned run, so that a later run that was anchored to it still verifies.
prunings = Table(
    "prunings",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("pruned_by", Text),
    Column("rows", Integer),
    Column("last_hash", Text),
    Column("export_file", Text),
    Column("export_sha256", Text),
)
