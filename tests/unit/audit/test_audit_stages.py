# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks of stages: one that begins ends the one before it, in the database and on the terminal."""

from __future__ import annotations

import sqlite3
import typing as t
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.extensions.audit.recorder import Recorder
from ansible_collections.hwautomation.baremetal.extensions.audit.requests import finished_stage, resumed_run
from ansible_collections.hwautomation.baremetal.extensions.audit.store import SQLiteStore
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from tests.support.audit_runs import begin, full_audit, record_run, tell


@pytest.fixture
def recorder(sqlite_file: str, spool: Path) -> t.Iterator[Recorder]:
    opened = begin(sqlite_file, spool)
    yield opened
    opened.journal.close()


def mark(recorder: Recorder, state: str = "started", **told: t.Any) -> None:
    tell(recorder, "r01", {"stage": {"state": state, **told}}, status="ok")


def kept(database: str) -> list[tuple[str, str, str | None]]:
    with sqlite3.connect(database) as connection:
        return connection.execute("SELECT name, state, text FROM stages ORDER BY seq").fetchall()


def shown(recorder: Recorder) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    recorder.on_stage = lambda host, stage: lines.append((stage.name, stage.state))
    return lines


def test_stage_that_begins_ends_the_one_before_it(recorder: Recorder, sqlite_file: str) -> None:
    lines = shown(recorder)
    mark(recorder, name="firmware", index=4, total=10)
    tell(recorder, "r01", full_audit())
    mark(recorder, name="bios", index=5, total=10)
    mark(recorder, "done")

    assert kept(sqlite_file) == [
        ("firmware", "started", None),
        ("firmware", "done", "BMC 7.00 -> 7.10, 2 BIOS attributes, ntp a b, Ready; 1 fail (memory)"),
        ("bios", "started", None),
        ("bios", "done", None),
    ]
    assert lines == [("firmware", "done"), ("bios", "done")]


def test_skipped_stage_ends_the_one_before_it_as_well(recorder: Recorder) -> None:
    lines = shown(recorder)
    mark(recorder, name="classify")
    mark(recorder, "skipped", name="firmware", text="done by run 1")
    mark(recorder, "skipped", name="bios")
    mark(recorder, "done")

    assert lines == [("classify", "done"), ("firmware", "skipped"), ("bios", "skipped")]


def test_mark_without_a_name_and_without_an_open_stage_is_nothing(recorder: Recorder, sqlite_file: str) -> None:
    mark(recorder, "done")

    assert kept(sqlite_file) == []


def test_progress_of_the_open_stage_does_not_end_it(recorder: Recorder, sqlite_file: str) -> None:
    mark(recorder, name="firmware", index=4)
    mark(recorder, name="firmware", percent=40, text="uploading")
    mark(recorder, "done")

    assert [state for _name, state, _text in kept(sqlite_file)] == ["started", "started", "done"]


def test_failure_that_was_rescued_without_a_word_fails_its_stage(recorder: Recorder, sqlite_file: str) -> None:
    mark(recorder, name="firmware")
    tell(recorder, "r01", status="rescued", msg="flash stopped at 60 %")
    mark(recorder, name="bios")

    assert kept(sqlite_file)[1] == ("firmware", "failed", "flash stopped at 60 %")
    assert recorder.hosts["r01"].state == "failed"


def test_degraded_stage_stays_degraded_when_the_next_begins(recorder: Recorder, sqlite_file: str) -> None:
    mark(recorder, name="firmware")
    tell(recorder, "r01", status="rescued", msg="no NTP")
    mark(recorder, "degraded", text="time server left alone")
    mark(recorder, name="bios")

    assert kept(sqlite_file)[1] == ("firmware", "degraded", "time server left alone")
    assert len(kept(sqlite_file)) == 3
    assert recorder.hosts["r01"].state == "degraded"


def test_cancelled_host_is_no_failure_and_leaves_no_stage_open(recorder: Recorder, sqlite_file: str) -> None:
    lines = shown(recorder)
    mark(recorder, name="firmware")
    audit = {"cancelled": "cancelled by bob: wrong rack", "stage": {"state": "done"}}
    tell(recorder, "r01", audit, status="failed", msg="the run was cancelled by bob: wrong rack")

    assert recorder.finish() == "cancelled"
    assert lines == [("firmware", "done")]
    assert recorder.hosts["r01"].state == "cancelled"
    with sqlite3.connect(sqlite_file) as connection:
        assert connection.execute("SELECT state, message FROM host_states").fetchall() == [
            ("cancelled", "the run was cancelled by bob: wrong rack")
        ]


@pytest.fixture
def store(sqlite_file: str, spool: Path) -> t.Iterator[SQLiteStore]:
    for number in (1, 2):
        record_run(sqlite_file, spool, job="100", awx_job_id=str(100 + number), awx_workflow_job_id="100")
    opened = SQLiteStore(sqlite_file, read_only=True)
    yield opened
    opened.close()


def test_run_to_resume_is_found_by_its_beginning_by_job_and_as_the_last_one(store: SQLiteStore) -> None:
    first, second = (row["run_id"] for row in store.query("SELECT run_id FROM runs ORDER BY run_id"))

    assert resumed_run(store, first) == resumed_run(store, first[:-1]) == resumed_run(store, "101") == first
    assert resumed_run(store, "last") == second
    assert resumed_run(store, "100") == "100", "all slices of the job"
    assert finished_stage(store, "100", "r01", "bios") is not None


@pytest.mark.parametrize(("name", "words"), [("19990101", "no run 19990101"), ("20", "20 means 2 runs")])
def test_run_to_resume_that_is_none_or_several_is_refused(name: str, words: str, store: SQLiteStore) -> None:
    with pytest.raises(ConfigurationError, match=words):
        resumed_run(store, name)
