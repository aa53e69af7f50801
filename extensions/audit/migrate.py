# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring the database to a schema revision, up or down, all steps in one transaction."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from .columns import REVISIONS
from .database import connect
from .revision import refuse_unknown

__all__ = ["current_revision", "migrate", "upgrade"]

# An arbitrary number that all controllers sharing a PostgreSQL database agree on.
_ADVISORY_LOCK = 0x68774175


def current_revision(connection: sa.Connection) -> str | None:
    """Return the revision the database is at; None for a database without our tables."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def migrate(connection: sa.Connection, target: str) -> list[str]:
    """Move the schema to `target` (a revision, or `base`); return the revisions passed, in order.

    Runs under a lock, so that of several controllers that start at once one migrates and the others find it done.

    :raises ConfigurationError: when the database was made by a newer collection.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        before = current_revision(connection)
        refuse_unknown(before)
        path = ("base", *REVISIONS)
        start, end = path.index(before or "base"), path.index(target)
        if end > start:
            command.upgrade(config, target)
        elif end < start:
            command.downgrade(config, target)
        return list(path[start + 1 : end + 1]) or list(reversed(path[end + 1 : start + 1]))


def upgrade(database: str) -> list[str]:
    """Bring a database, new or old, to this collection's schema; return the revisions passed."""
    with connect(database) as connection:
        return migrate(connection, REVISIONS[-1])
