# SPDX-License-Identifier: GPL-3.0-or-later
"""The schema goes up and down without losing a row, each way in one transaction, and never past what it knows."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from ansible_collections.hwautomation.baremetal.extensions.audit import migrate as migrations
from ansible_collections.hwautomation.baremetal.extensions.audit.columns import HEAD, REVISIONS, TABLES
from ansible_collections.hwautomation.baremetal.extensions.audit.database import connect
from ansible_collections.hwautomation.baremetal.extensions.audit.journal import Journal
from ansible_collections.hwautomation.baremetal.extensions.audit.migrate import current_revision, migrate, upgrade
from ansible_collections.hwautomation.baremetal.extensions.audit.schema import metadata
from ansible_collections.hwautomation.baremetal.extensions.audit.verify import verify
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from tests.support.audit_runs import record_run


def counts(connection: sa.Connection) -> dict[str, int]:
    return {name: connection.execute(sa.text(f"SELECT COUNT(*) FROM {name}")).scalar_one() for name in TABLES}


def test_migrated_database_has_the_tables_the_code_knows(database: str) -> None:
    upgrade(database)

    with connect(database) as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    assert differences == []


def test_migration_files_are_the_known_revisions_in_order() -> None:
    files = Path(migrations.__file__).parent.joinpath("migrations", "versions").glob("*.py")

    assert tuple(sorted(path.name[:4] for path in files)) == REVISIONS


def test_up_down_up_on_a_filled_database_keeps_every_row(database: str, spool: Path) -> None:
    record_run(database, spool)
    with connect(database) as connection:
        before = counts(connection)
        connection.rollback()

        assert migrate(connection, "0001") == ["0004", "0003", "0002"]
        assert current_revision(connection) == "0001"
        connection.rollback()
        assert migrate(connection, HEAD) == ["0002", "0003", "0004"]

        assert counts(connection) == before
        assert min(before.values()) > 0, "a table without a row would prove nothing"
        assert verify(connection).findings == []


def test_down_to_base_leaves_nothing_and_up_starts_afresh(database: str, spool: Path) -> None:
    record_run(database, spool)
    with connect(database) as connection:
        assert migrate(connection, "base") == list(reversed(REVISIONS))
        assert migrate(connection, HEAD) == list(REVISIONS)
        assert set(counts(connection).values()) == {0}


def test_migration_that_fails_leaves_the_database_as_it_was(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with connect(database) as connection:
        migrate(connection, "0001")
        # Something else has the name of a view of 0002, which is made after its tables.
        connection.execute(sa.text("CREATE TABLE changes (x INTEGER)"))
        connection.commit()

        with pytest.raises(sa.exc.SQLAlchemyError):
            migrate(connection, HEAD)

        assert current_revision(connection) == "0001"
        assert not sa.inspect(connection).has_table("plans")
        connection.execute(sa.text("DROP TABLE changes"))
        connection.commit()
        assert migrate(connection, HEAD) == ["0002", "0003", "0004"]


def test_newer_database_is_refused_with_the_command_to_upgrade(database: str, spool: Path) -> None:
    upgrade(database)
    with connect(database) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0099'"))
        connection.commit()
    journal = Journal(database, [spool], "20260101T000000-00000000")

    journal.open()

    assert isinstance(journal.failure, ConfigurationError)
    assert "0099" in str(journal.failure)
    assert "ansible-galaxy collection install --upgrade" in str(journal.failure)


def test_older_database_is_upgraded_by_the_next_run(database: str, spool: Path) -> None:
    with connect(database) as connection:
        migrate(connection, "0001")

    record_run(database, spool)

    with connect(database) as connection:
        assert current_revision(connection) == HEAD
