# SPDX-License-Identifier: GPL-3.0-or-later
"""Any row that is edited, deleted, inserted or moved is found, in every table."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from ansible_collections.hwautomation.baremetal.extensions.audit.columns import TABLES
from ansible_collections.hwautomation.baremetal.extensions.audit.database import connect
from ansible_collections.hwautomation.baremetal.extensions.audit.schema import table
from ansible_collections.hwautomation.baremetal.extensions.audit.verify import Proof, verify
from tests.support.audit_runs import begin, record_run, tell

EDITED = {"results": "message", "stages": "text", "runs": "os_user", "run_ends": "reason", "tasks": "name"}
EDITED |= {"host_runs": "message", "cancel_requests": "reason", "servers": "model", "backups": "content"}
EDITED |= {"plans": "reason", "discoveries": "facts", "locks": "holder", "certificates": "issuer", "bmcs": "vendor"}
EDITED |= {"boarding_checks": "outcome"}


def edit(connection: sa.Connection, name: str, run_id: str) -> None:
    column = EDITED.get(name, "after")
    target = table(name)
    seq = connection.execute(sa.select(sa.func.max(target.c.seq)).where(target.c.run_id == run_id)).scalar()
    connection.execute(target.update().where(target.c.run_id == run_id, target.c.seq == seq).values({column: "forged"}))


def delete(connection: sa.Connection, name: str, run_id: str) -> None:
    target = table(name)
    seq = connection.execute(sa.select(sa.func.min(target.c.seq)).where(target.c.run_id == run_id)).scalar()
    connection.execute(target.delete().where(target.c.run_id == run_id, target.c.seq == seq))


def insert(connection: sa.Connection, name: str, run_id: str) -> None:
    target = table(name)
    row = dict(connection.execute(sa.select(target).where(target.c.run_id == run_id)).mappings().first() or {})
    connection.execute(target.insert(), {**row, "seq": 9999})


def reorder(connection: sa.Connection, name: str, run_id: str) -> None:
    """Let a row change places with the one before it, whatever table that is in."""
    target = table(name)
    seq = connection.execute(sa.select(sa.func.max(target.c.seq)).where(target.c.run_id == run_id)).scalar()
    other = seq - 1 if seq > 1 else seq + 1
    for moved in (item for item in map(table, TABLES) if item is not None):
        connection.execute(moved.update().where(moved.c.run_id == run_id, moved.c.seq == seq).values(seq=-1))
        connection.execute(moved.update().where(moved.c.run_id == run_id, moved.c.seq == other).values(seq=seq))
        connection.execute(moved.update().where(moved.c.run_id == run_id, moved.c.seq == -1).values(seq=other))


def proof(database: str) -> Proof:
    with connect(database, read_only=True) as connection:
        return verify(connection)


@pytest.mark.parametrize("name", TABLES)
def test_tampering_with_one_row_is_found_in_every_table(name: str, database: str, spool: Path) -> None:
    run_id = record_run(database, spool)
    assert proof(database).findings == []

    for forge in (edit, delete, insert, reorder):
        with connect(database) as connection, connection.begin() as transaction:
            forge(connection, name, run_id)
            findings = verify(connection).findings
            transaction.rollback()

        assert findings, f"{forge.__name__} in {name} was not found"
        assert findings[0].run_id == run_id


def test_run_removed_as_a_whole_is_found_by_the_next_one(database: str, spool: Path) -> None:
    gone = record_run(database, spool)
    record_run(database, spool)

    with connect(database) as connection:
        for name in TABLES:
            connection.execute(table(name).delete().where(table(name).c.run_id == gone))
        connection.commit()

    assert [finding.run_id for finding in proof(database).findings] == [gone]


def test_run_rewritten_with_a_new_chain_is_found_by_the_digest_kept_elsewhere(sqlite_file: str, spool: Path) -> None:
    run_id = record_run(sqlite_file, spool)
    kept = proof(sqlite_file).digests[run_id]

    with connect(sqlite_file, read_only=True) as connection:
        assert verify(connection, None, {run_id: kept}).findings == []
        assert verify(connection, None, {run_id: "0" * 64}).findings[0].run_id == run_id
        assert verify(connection, None, {"20000101T000000-00000000": kept}).findings, "a run that is not there at all"


def test_end_removed_from_the_latest_run_is_found(database: str, spool: Path) -> None:
    run_id = record_run(database, spool)

    with connect(database) as connection:
        connection.execute(table("run_ends").delete())
        connection.commit()

    assert "the end of the run was removed" in [finding.problem for finding in proof(database).findings]
    assert proof(database).open_runs == [run_id]


def test_open_run_verifies(database: str, spool: Path) -> None:
    recorder = begin(database, spool)
    tell(recorder, "r01")

    found = proof(database)

    assert found.findings == []
    assert found.open_runs == [recorder.journal.run_id]
    recorder.journal.close()


def test_proof_counts_every_row(database: str, spool: Path) -> None:
    record_run(database, spool)

    with connect(database, read_only=True) as connection:
        rows = sum(connection.execute(sa.text(f"SELECT COUNT(*) FROM {name}")).scalar_one() for name in TABLES)

    assert proof(database).rows == rows
