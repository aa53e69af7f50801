# SPDX-License-Identifier: GPL-3.0-or-later
"""A database that fails loses nothing: the spool takes over, says so, and comes home as often as one likes."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.extensions.audit.database import connect
from ansible_collections.hwautomation.baremetal.extensions.audit.migrate import upgrade
from ansible_collections.hwautomation.baremetal.extensions.audit.spool import Spool
from ansible_collections.hwautomation.baremetal.extensions.audit.spool_import import (
    count_new,
    import_spool,
    spool_files,
)
from ansible_collections.hwautomation.baremetal.extensions.audit.store import SQLiteStore
from ansible_collections.hwautomation.baremetal.extensions.audit.verify import verify
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    VerificationError,
)
from tests.support.audit_runs import begin, full_audit, record_run, tell
from tests.support.postgres import Postgres


def spooled(tmp_path: Path) -> Path:
    """Record a run that never reaches a database; return its spool file."""
    spool = tmp_path / "spool"
    record_run(str(tmp_path / "missing" / "audit.sqlite3"), spool)
    return spool_files(str(spool))[0]


def test_spool_comes_home_once_and_only_once(tmp_path: Path, database: str) -> None:
    path = spooled(tmp_path)
    upgrade(database)

    with connect(database) as connection:
        assert count_new(connection, path).new == count_new(connection, path).rows > 15
        connection.rollback()
        first = import_spool(connection, path)
        second = import_spool(connection, path)

        assert (first.new, second.new) == (first.rows, 0)
        assert verify(connection).findings == []


def test_run_that_loses_its_database_half_way_is_whole_in_the_end(sqlite_file: str, spool: Path) -> None:
    recorder = begin(sqlite_file, spool)
    tell(recorder, "r01", full_audit())
    os.rename(sqlite_file, f"{sqlite_file}.away")
    assert recorder.journal._store is not None
    recorder.journal._store.close()  # what a lost server or an unmounted disk looks like to the next write
    tell(recorder, "r02", full_audit("XYZ"))
    os.rename(f"{sqlite_file}.away", sqlite_file)
    recorder.finish()

    told = recorder.journal.close()

    assert told is not None and "have been imported" in told
    assert not recorder.journal.spool.path.exists()
    with connect(sqlite_file, read_only=True) as connection:
        assert verify(connection).findings == []
        assert verify(connection).open_runs == []


def test_run_that_cannot_come_home_says_where_its_rows_are(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    recorder = begin(str(tmp_path / "missing" / "audit.sqlite3"), spool)
    recorder.finish()

    told = recorder.journal.close()

    assert told is not None
    assert "NOT whole in the audit database" in told
    assert str(recorder.journal.spool.path) in told
    assert "audit_import" in told


def test_server_that_goes_away_hands_over_to_the_spool(postgres: Postgres, spool: Path) -> None:
    url = postgres.database("goes_away")
    recorder = begin(url, spool)
    postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'goes_away'")

    tell(recorder, "r01", full_audit())
    recorder.finish()

    assert recorder.journal.failure is not None
    assert "have been imported" in (recorder.journal.close() or "")
    with connect(url, read_only=True) as connection:
        assert verify(connection).findings == []


def test_full_disk_keeps_the_rows_for_the_next_try(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool([tmp_path], "20260101T000000-00000000")
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:7]))
    spool.append([("tasks", {"seq": 1})])
    assert (spool.written, len(spool.waiting), str(spool.error)) == (0, 1, "the disk is full")

    monkeypatch.setattr(os, "write", real)
    spool.append([("tasks", {"seq": 2})])

    lines = [json.loads(line)["row"]["seq"] for line in spool.path.read_text().splitlines()]
    assert (lines, spool.waiting) == ([1, 2], [])


def test_spool_that_takes_no_more_is_followed_by_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, full = os.write, tmp_path / "full"
    spool = Spool([full, tmp_path / "roomy"], "20260101T000000-00000000")
    spool.append([("tasks", {"seq": 1})])

    def write(handle: int, data: bytes) -> int:
        return real(handle, data[:7] if Path(os.readlink(f"/proc/self/fd/{handle}")).parent == full else data)

    monkeypatch.setattr(os, "write", write)
    spool.append([("tasks", {"seq": 2})])

    kept = [[json.loads(line)["row"]["seq"] for line in path.read_text().splitlines()] for path in spool.files]
    assert ([path.parent for path in spool.files], kept, spool.waiting) == ([full, tmp_path / "roomy"], [[1], [2]], [])


def test_full_database_disk_hands_over_to_the_spool(sqlite_file: str, spool: Path) -> None:
    recorder = begin(sqlite_file, spool)
    store = recorder.journal._store
    assert isinstance(store, SQLiteStore)
    pages = store.query("PRAGMA page_count")[0]["page_count"]
    store.query(f"PRAGMA max_page_count = {pages}")  # SQLite's own way of saying that there is no more room

    for number in range(200):
        tell(recorder, f"r{number}", full_audit(f"S{number}"))

    assert "the disk is full" in str(recorder.journal.failure)
    assert recorder.journal.spool.written > 0
    recorder.journal.close()


def test_locked_database_hands_over_to_the_spool(
    sqlite_file: str, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(sqlite_file)
    monkeypatch.setattr("ansible_collections.hwautomation.baremetal.extensions.audit.store.BUSY_SECONDS", 0.2)
    recorder = begin(sqlite_file, spool)
    other = sqlite3.connect(sqlite_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    tell(recorder, "r01")

    assert "locked by another program" in str(recorder.journal.failure)
    other.execute("ROLLBACK")
    other.close()
    assert "have been imported" in (recorder.journal.close() or "")


def test_line_cut_off_by_a_kill_is_left_out(tmp_path: Path, sqlite_file: str) -> None:
    path = spooled(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    upgrade(sqlite_file)

    with connect(sqlite_file) as connection:
        report = import_spool(connection, path)

    assert report.torn
    assert report.new == whole.count(b"\n") - 1


def test_edited_spool_is_refused_as_a_whole(tmp_path: Path, sqlite_file: str) -> None:
    path = spooled(tmp_path)
    path.write_text(path.read_text().replace("ProcVirtualization", "ProcTurboMode"))
    upgrade(sqlite_file)

    with connect(sqlite_file) as connection:
        with pytest.raises(VerificationError, match="altered after it was written"):
            import_spool(connection, path)
        connection.rollback()
        assert verify(connection).rows == 0


def test_another_row_in_the_same_place_is_refused(tmp_path: Path, sqlite_file: str) -> None:
    path = spooled(tmp_path)
    upgrade(sqlite_file)
    with connect(sqlite_file) as connection:
        import_spool(connection, path)
        entries = [json.loads(line) for line in path.read_text().splitlines()]
        last = next(entry for entry in reversed(entries) if entry["table"] == "results")
        last["row"] |= {"message": "forged", "hash": "0" * 64}
        forged = tmp_path / "forged.jsonl"
        forged.write_text(json.dumps(last) + "\n")

        with pytest.raises(VerificationError, match="has another row"):
            import_spool(connection, forged)


@pytest.mark.parametrize("content", ["hello\n", '{"table": "nonsense", "row": {}}\n', "\xff\xfe\n", "[]\n"])
def test_file_that_is_no_spool_is_refused_with_its_line(content: str, tmp_path: Path, sqlite_file: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(content.encode("latin-1"))
    upgrade(sqlite_file)

    with connect(sqlite_file) as connection, pytest.raises(ConfigurationError, match="x.jsonl, line 1: not a row"):
        import_spool(connection, path)


def test_spool_directory_of_a_missing_mount_is_not_made_up(tmp_path: Path) -> None:
    spool = Spool([tmp_path / "mnt" / "audit" / "spool", tmp_path / "state"], "20260101T000000-00000000")
    spool.append([("tasks", {})])

    assert spool.path.parent == tmp_path / "state"
    assert not (tmp_path / "mnt").exists()


def test_spool_that_can_go_nowhere_else_goes_to_a_private_temporary_directory(tmp_path: Path) -> None:
    spool = Spool([tmp_path / "a" / "b"], "20260101T000000-00000000")
    spool.append([("tasks", {})])

    assert spool.path.parent.stat().st_mode & 0o077 == 0
    shutil.rmtree(spool.path.parent)


def test_rows_are_committed_before_append_returns(sqlite_file: str, spool: Path) -> None:
    recorder = begin(sqlite_file, spool)
    tell(recorder, "r01", full_audit())

    with sqlite3.connect(sqlite_file) as other:
        seen = other.execute("SELECT COUNT(*) FROM bios_changes").fetchone()[0]

    assert seen == 2
    recorder.journal.close()
