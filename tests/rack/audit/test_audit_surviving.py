# SPDX-License-Identifier: GPL-3.0-or-later
"""What the callback survives: no database, a missing library, SIGKILL at any moment. Needs no rack."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import time
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.extensions.audit.migrate import upgrade
from tests.support.audited_plays import ASSERT, ask, audited, findings, inventory, kill, play, query, started, wait_for

pytestmark = pytest.mark.slow


def test_audit_required_stops_before_the_first_task(tmp_path: Path) -> None:
    missing = str(tmp_path / "no" / "audit.sqlite3")

    done = audited(missing, play(ASSERT), inventory(1), env={"HWAUTOMATION_AUDIT_REQUIRED": "true"})

    assert done.rc != 0
    assert done.tasks == ()
    assert "cannot be recorded" in done.stderr and "does not exist" in done.stderr
    assert "Traceback" not in done.stderr


def test_unusable_database_does_not_break_the_play(tmp_path: Path) -> None:
    state = tmp_path / "state"

    done = audited(
        str(tmp_path / "no" / "audit.sqlite3"), play(ASSERT), inventory(2), env={"XDG_STATE_HOME": str(state)}
    )

    assert done.rc == 0
    assert len(done.tasks) == 2
    assert "its audit rows go to" in done.stderr
    assert "NOT whole in the audit database" in done.stderr
    assert len(list((state / "hwautomation" / "spool").glob("*.jsonl"))) == 1


@pytest.mark.parametrize("library", ["sqlalchemy", "alembic"])
def test_missing_library_is_named_and_the_play_goes_on(library: str, database: str, tmp_path: Path) -> None:
    (tmp_path / "shadow").mkdir()
    (tmp_path / "shadow" / f"{library}.py").write_text(f"raise ImportError('hidden', name='{library}')")
    env = {"PYTHONPATH": str(tmp_path / "shadow"), "XDG_STATE_HOME": str(tmp_path / "state")}

    done = audited(database, play(ASSERT), inventory(1), env=env)

    assert done.rc == 0
    assert f"library {library}" in done.stderr
    assert "pip install" in done.stderr


def test_new_run_records_what_became_of_a_killed_one(database: str, tmp_path: Path) -> None:
    process, events = started(database, tmp_path, 3)
    wait_for(lambda: events.exists() and events.read_text().count("\n") >= 1)
    kill(process)

    assert [run["status"] for run in ask(database, "runs")] == ["interrupted"]
    assert query(database, "SELECT * FROM run_ends") == []
    audited(database, play(ASSERT), inventory(1))

    end = query(database, "SELECT status, reason, closed_by FROM run_ends ORDER BY at LIMIT 1")[0]
    assert end["status"] == "interrupted"
    assert "is gone" in end["reason"]
    assert findings(database) == []


# The fifty: HWAUTOMATION_AUDIT_KILLS=50.
KILLS = int(os.environ.get("HWAUTOMATION_AUDIT_KILLS", "5"))
HOSTS, TASKS = 4, 40


def test_kill_at_any_moment_loses_nothing_that_was_finished(each_database: str, tmp_path: Path) -> None:
    upgrade(each_database)
    chance = random.Random(20261123)  # noqa: S311
    for number in range(KILLS):
        process, events = started(each_database, tmp_path / str(number), HOSTS, TASKS)
        # By what has happened and not by the clock: on a slow machine the moments are the same.
        moment = chance.randrange(HOSTS * TASKS)
        wait_for(lambda events=events, moment=moment: len(seen(events)) > moment)
        time.sleep(chance.uniform(0, 0.03))
        kill(process)

        finished = seen(events)
        assert finished, "it was killed before anything happened"
        # json_lines hears of each event before this callback does: the last one may be in flight.
        assert recorded(each_database) >= set(finished[:-1])
        if "://" not in each_database:
            with sqlite3.connect(each_database) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert findings(each_database) == []
    assert {run["status"] for run in ask(each_database, "runs")} == {"interrupted"}


def seen(events: Path) -> list[tuple[str, str]]:
    """Return host and task of the results that Ansible has told so far."""
    lines = events.read_text().splitlines() if events.exists() else []
    told = [json.loads(line) for line in lines if line.endswith("}")]
    return [(line["host"], line["task"]) for line in told if "host" in line]


def recorded(database: str) -> set[tuple[str, str]]:
    """Return host and task of the results of the latest run."""
    sql = """
        SELECT r.host, t.name FROM results r JOIN tasks t ON t.run_id = r.run_id AND t.seq = r.task
        WHERE r.run_id = (SELECT MAX(run_id) FROM runs)"""
    return {(row["host"], row["name"]) for row in query(database, sql)}
