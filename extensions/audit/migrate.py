# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring the database to a schema revision, up or down, each step in one transaction.

Alembic is imported only when there is something to do: asking for the revision is one SELECT.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

from .schema import HEAD, REVISIONS

__all__ = ["current_revision", "ensure", "migrate"]

# An arbitrary number that all controllers sharing a PostgreSQL database agree on.
_ADVISORY_LOCK = 0x68774175


def current_revision(connection: sa.Connection) -> str | None:
    """Return the revision the database is at; None for a database without our tables."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def ensure(connection: sa.Connection) -> bool:
    """Create or upgrade the schema if needed; return whether anything was done.

    :raises ConfigurationError: when the database is newer than this collection, or is somebody else's.
    """
    revision = current_revision(connection)
    connection.rollback()
    if revision == HEAD:
        return False
    refuse_unknown(revision)
    migrate(connection, HEAD)
    return True


def refuse_unknown(revision: str | None) -> None:
    """Raise when the revision is none of ours: then the database was made by a newer collection."""
    if revision is not None and revision not in REVISIONS:
        raise ConfigurationError(
            f"the audit database has schema {revision}, and this collection knows up to {HEAD}",
            hint="ansible-galaxy collection install --upgrade hwautomation.baremetal",
        )


def migrate(connection: sa.Connection, target: str) -> list[str]:
    """Move the schema to `target` (a revision, or `base`); return the revisions passed, in order.

    Runs under a lock, so that of several controllers that start at once one migrates and the others find it done.
    """
    from alembic import command
    from alembic.config import Config

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
        if end >= start:
            command.upgrade(config, target) if end > start else None
            return list(path[start + 1 : end + 1])
        command.downgrade(config, target)
        return list(reversed(path[end + 1 : start + 1]))
