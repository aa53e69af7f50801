# SPDX-License-Identifier: GPL-3.0-or-later
"""A database that fails in the middle of a real run: the play goes on, nothing is lost, the end says so. Needs no rack."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import typing as t
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from ansible_collections.hwautomation.baremetal.extensions.audit.migrate import upgrade
from tests.support.audited_plays import (
    ASSERT,
    CALLBACK,
    FAIL_R02,
    ask,
    audited,
    findings,
    inventory,
    launched,
    play,
    query,
    wait_for,
)
from tests.support.playbook import run_task
from tests.support.postgres import PASSWORD, Postgres
from tests.support.small_disk import fill, make_read_only, small_disk

pytestmark = pytest.mark.slow

__all__ = ["small_disk"]
HOSTS, BEFORE, AFTER = 3, 2, 6
# Two hosts do everything, r02 fails at the gate's other side and does no more.
RESULTS = HOSTS * (BEFORE + 1) + (HOSTS - 1) * AFTER + HOSTS
IMPATIENT = f"json_lines,impatient,{CALLBACK}"
NOT_WHOLE, CAME_HOME = "NOT whole in the audit database", "have been imported"


class Broken(t.NamedTuple):
    """How a run ended whose database failed half-way."""

    code: int
    output: str
    spool: Path


def broken_half_way(database: str, directory: Path, fail: Callable[[int], object], **more: str) -> Broken:
    """Run a play that waits in its middle while `fail`, which gets its process id, does something to the database."""
    directory.mkdir(exist_ok=True)
    gate, events = directory / "gate", directory / "events.jsonl"
    # In the worker itself: a module would write a file of its own, which a limit on files would stop as well.
    wait = {**ASSERT, "name": "Wait", "until": f"'{gate}' is ansible.builtin.exists", "retries": 300, "delay": 1}
    before = [{**ASSERT, "name": f"Before {number}"} for number in range(BEFORE)]
    after = [{**ASSERT, "name": f"After {number}"} for number in range(AFTER)]
    playbook, where = directory / "play.yml", directory / "hosts.yml"
    playbook.write_text(yaml.safe_dump(play(*before, wait, FAIL_R02, *after)))
    where.write_text(yaml.safe_dump(inventory(HOSTS)))
    state = directory / "state"
    process = launched(database, directory, playbook, where, "impatient", XDG_STATE_HOME=str(state), **more)
    try:
        wait_for(lambda: events.exists() and events.read_text().count("\n") >= HOSTS * BEFORE)
        fail(process.pid)
        gate.touch()
        code = process.wait(timeout=300)
    finally:
        process.kill()
    return Broken(code, (directory / "output").read_text(), state / "hwautomation" / "spool")


def assert_the_play_was_not_disturbed(run: Broken) -> None:
    assert run.code == 2, run.output
    assert "Traceback" not in run.output, run.output
    assert run.output.count("After 5") == 1 and "no power" in run.output, run.output


def assert_whole(database: str) -> None:
    assert query(database, "SELECT COUNT(*) AS n FROM results") == [{"n": RESULTS}]
    assert query(database, "SELECT status FROM run_ends") == [{"status": "failed"}]
    assert findings(database) == []


def assert_import_makes_it_whole(database: str, spool: Path) -> None:
    """Bring the spool in twice, as an operator does, and let the operator's door judge the result."""
    first, second = (run_task("audit_import", {"database": database, "path": str(spool)}) for _unused in range(2))
    assert (first["changed"], second["changed"]) == (True, False), (first, second)
    judged = run_task("audit_verify", {"database": database})
    assert not judged["failed"], judged
    assert_whole(database)


def test_disk_that_is_full_hands_over_to_a_spool_on_another_one(small_disk: Path, tmp_path: Path) -> None:
    database = str(small_disk / "audit.sqlite3")
    upgrade(database)
    # Somebody's long report keeps the write-ahead log from being folded, which would make some room.
    reader = sqlite3.connect(database, isolation_level=None)

    def fill_up(_pid: int) -> None:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM runs").fetchall()
        fill(small_disk)

    run = broken_half_way(database, tmp_path / "run", fill_up)

    reader.close()
    assert_the_play_was_not_disturbed(run)
    assert NOT_WHOLE in run.output and "disk is full" in run.output and "LOST" not in run.output, run.output
    (small_disk / "filler").unlink()
    assert_import_makes_it_whole(database, run.spool)


def test_file_that_may_not_grow_hands_over_to_the_spool(database: str, tmp_path: Path) -> None:
    """The way of a full disk that needs no root: a limit on the size of every file the run writes."""
    upgrade(database)

    def limit(pid: int) -> None:
        size = os.stat(f"{database}-wal").st_size
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, size))

    run = broken_half_way(database, tmp_path / "run", limit)

    assert_the_play_was_not_disturbed(run)
    assert NOT_WHOLE in run.output, run.output
    assert_import_makes_it_whole(database, Path(database).parent / "spool")


def test_file_that_is_locked_until_the_end_hands_over_to_the_spool(database: str, tmp_path: Path) -> None:
    upgrade(database)
    other = sqlite3.connect(database, isolation_level=None)

    run = broken_half_way(database, tmp_path / "run", lambda _pid: other.execute("BEGIN EXCLUSIVE"))

    assert_the_play_was_not_disturbed(run)
    assert NOT_WHOLE in run.output and "is locked by another program" in run.output, run.output
    other.execute("ROLLBACK")
    other.close()
    assert_import_makes_it_whole(database, Path(database).parent / "spool")


def test_file_that_is_locked_for_the_whole_run(database: str) -> None:
    upgrade(database)
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    done = audited(database, play(ASSERT), inventory(2), env={"ANSIBLE_CALLBACKS_ENABLED": IMPATIENT})

    assert (done.rc, len(done.tasks)) == (0, 2), done.explain()
    assert NOT_WHOLE in done.stderr and "is locked by another program" in done.stderr, done.stderr
    other.execute("ROLLBACK")
    other.close()
    assert len(list((Path(database).parent / "spool").iterdir())) == 1


@pytest.mark.parametrize("replaced", [False, True], ids=["removed", "replaced"])
def test_file_that_is_taken_away_is_made_anew_with_the_whole_run(replaced: bool, database: str, tmp_path: Path) -> None:
    def take_away(_pid: int) -> None:
        for path in Path(database).parent.glob("audit.sqlite3*"):
            path.rename(tmp_path / f"old-{path.name}") if replaced else path.unlink()
        if replaced:
            upgrade(database)

    run = broken_half_way(database, tmp_path / "run", take_away)

    assert_the_play_was_not_disturbed(run)
    assert CAME_HOME in run.output and "was removed or replaced while the run went on" in run.output, run.output
    assert_whole(database)


def test_directory_that_is_taken_away_leaves_the_whole_run_in_the_spool(tmp_path: Path) -> None:
    folder = tmp_path / "audit"
    folder.mkdir()
    database = str(folder / "audit.sqlite3")

    run = broken_half_way(database, tmp_path / "run", lambda _pid: shutil.rmtree(folder))

    assert_the_play_was_not_disturbed(run)
    assert NOT_WHOLE in run.output and "LOST" not in run.output, run.output
    folder.mkdir()
    assert_import_makes_it_whole(database, run.spool)


def test_file_whose_mode_is_changed_is_written_to_the_end(database: str, tmp_path: Path) -> None:
    run = broken_half_way(database, tmp_path / "run", lambda _pid: os.chmod(database, 0o400))

    assert_the_play_was_not_disturbed(run)
    assert NOT_WHOLE not in run.output and CAME_HOME not in run.output, run.output
    assert_whole(database)


def test_server_that_is_stopped_and_started_again_gets_the_whole_run_at_its_end(
    postgres: Postgres, tmp_path: Path
) -> None:
    database = postgres.database("restarted")
    upgrade(database)

    def restart(_pid: int) -> None:
        postgres.stop()
        postgres.start()

    run = broken_half_way(database, tmp_path / "run", restart)

    assert_the_play_was_not_disturbed(run)
    assert CAME_HOME in run.output and NOT_WHOLE not in run.output, run.output
    assert_whole(database)
    assert not run.spool.exists() or not list(run.spool.iterdir())


def test_server_that_is_stopped_for_good_hands_over_to_the_spool(postgres: Postgres, tmp_path: Path) -> None:
    database = postgres.database("stopped")
    upgrade(database)

    try:
        run = broken_half_way(database, tmp_path / "run", lambda _pid: postgres.stop())
    finally:
        postgres.start()

    assert_the_play_was_not_disturbed(run)
    assert NOT_WHOLE in run.output and PASSWORD not in run.output, run.output
    assert_import_makes_it_whole(database, run.spool)


def test_server_whose_table_is_locked_does_not_hold_the_play(postgres: Postgres, tmp_path: Path) -> None:
    import psycopg

    database = postgres.database("locked")
    upgrade(database)

    with psycopg.connect(database) as other:
        run = broken_half_way(
            database, tmp_path / "run", lambda _pid: other.execute("LOCK TABLE results IN ACCESS EXCLUSIVE MODE")
        )

    assert_the_play_was_not_disturbed(run)
    assert NOT_WHOLE in run.output and "is locked by another session" in run.output, run.output
    assert_import_makes_it_whole(database, run.spool)


def test_server_that_is_frozen_does_not_hold_the_play(postgres: Postgres, tmp_path: Path) -> None:
    database = postgres.database("frozen")
    upgrade(database)

    with postgres.frozen() as freeze:
        run = broken_half_way(database, tmp_path / "run", lambda _pid: freeze())

    assert_the_play_was_not_disturbed(run)
    assert NOT_WHOLE in run.output and PASSWORD not in run.output, run.output
    assert_import_makes_it_whole(database, run.spool)


def test_server_that_was_never_there(postgres: Postgres, tmp_path: Path) -> None:
    state = tmp_path / "state"

    done = audited(
        "postgresql://audit@127.0.0.1:1/audit", play(ASSERT), inventory(2), env={"XDG_STATE_HOME": str(state)}
    )

    assert (done.rc, len(done.tasks)) == (0, 2), done.explain()
    assert "connection refused" in done.stderr and NOT_WHOLE in done.stderr, done.stderr
    database = postgres.database("arrived_later")
    for expected in (True, False):
        taken = run_task("audit_import", {"database": database, "path": str(state / "hwautomation" / "spool")})
        assert taken["changed"] is expected, taken
    assert not run_task("audit_verify", {"database": database})["failed"]
    assert query(database, "SELECT COUNT(*) AS n FROM results") == [{"n": 2}]


def read_only_disk(disk: Path) -> str:
    upgrade(str(disk / "audit.sqlite3"))
    make_read_only(disk)
    return str(disk / "audit.sqlite3")


def test_backup_on_a_read_only_disk_can_be_asked(small_disk: Path) -> None:
    database = read_only_disk(small_disk)

    assert ask(database, "runs") == []


def text_file(disk: Path) -> str:
    (disk / "notes.txt").write_text("hello " * 1000)
    return str(disk / "notes.txt")


def newer_schema(disk: Path) -> str:
    database = str(disk / "audit.sqlite3")
    upgrade(database)
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    return database


REFUSED: dict[str, tuple[Callable[[Path], str], str]] = {
    "directory missing": (lambda disk: str(disk / "no" / "audit.sqlite3"), "does not exist"),
    "read-only file system": (read_only_disk, "its file system is mounted read-only"),
    "not a database": (text_file, "is not an SQLite database"),
    "a directory": (str, "is a directory, not an audit database"),
    "newer schema": (newer_schema, "ansible-galaxy collection install --upgrade"),
    "unknown driver": (lambda disk: "mysql://u:canary@h/d", "begins with mysql://, which nobody here speaks"),
    "server not there": (lambda disk: "postgresql://audit:canary@127.0.0.1:1/audit", "connection refused"),
}


@pytest.mark.parametrize("required", [False, True], ids=["goes on", "required"])
@pytest.mark.parametrize("kind", REFUSED)
def test_database_that_cannot_be_used_from_the_start(
    kind: str, required: bool, small_disk: Path, tmp_path: Path
) -> None:
    make, words = REFUSED[kind]
    env = {"HWAUTOMATION_AUDIT_REQUIRED": str(required), "XDG_STATE_HOME": str(tmp_path / "state")}

    done = audited(make(small_disk), play(ASSERT), inventory(2), env=env)

    said = " ".join(done.stderr.split())
    assert words in said and "Traceback" not in said and "canary" not in said, done.stderr
    if required:
        assert (done.rc != 0, done.tasks) == (True, ()), done.explain()
        assert "cannot be recorded" in said
    else:
        assert (done.rc, len(done.tasks)) == (0, 2), done.explain()
        assert "its audit rows go to" in said and NOT_WHOLE in said
        assert len(list((tmp_path / "state" / "hwautomation" / "spool").glob("*.jsonl"))) <= 1
