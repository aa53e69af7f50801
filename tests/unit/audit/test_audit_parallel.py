# SPDX-License-Identifier: GPL-3.0-or-later
"""Eight controllers at once: every row arrives, nobody hears "database is locked", and every chain holds."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from multiprocessing.synchronize import Barrier
from pathlib import Path

import sqlalchemy as sa

from ansible_collections.hwautomation.baremetal.extensions.audit.database import connect
from ansible_collections.hwautomation.baremetal.extensions.audit.store import SQLiteStore
from ansible_collections.hwautomation.baremetal.extensions.audit.verify import verify
from tests.support.audit_runs import begin, tell

WRITERS = 8
HOSTS = int(os.environ.get("HWAUTOMATION_AUDIT_HOSTS", "100"))
TASKS = 5


def write(database: str, spool: str, failures: multiprocessing.Queue[str]) -> None:
    recorder = begin(database, Path(spool))
    for _unused in range(TASKS):
        for number in range(HOSTS):
            tell(recorder, f"r{number}")
    recorder.finish()
    failures.put(str(recorder.journal.failure or recorder.journal.close() or ""))
    recorder.journal.close()


def test_eight_writers_at_once_on_a_database_that_does_not_exist_yet(database: str, spool: Path) -> None:
    context = multiprocessing.get_context("fork")
    failures: multiprocessing.Queue[str] = context.Queue()
    writers = [context.Process(target=write, args=(database, str(spool), failures)) for _unused in range(WRITERS)]
    for writer in writers:
        writer.start()
    told = [failures.get(timeout=240) for _unused in writers]
    for writer in writers:
        writer.join()

    assert told == [""] * WRITERS
    with connect(database, read_only=True) as connection:
        rows = connection.execute(sa.text("SELECT COUNT(*) FROM results")).scalar_one()
        proof = verify(connection)
    assert rows == WRITERS * HOSTS * TASKS
    assert (proof.findings, proof.open_runs, len(proof.digests)) == ([], [], WRITERS)


def make(path: str, begin_now: Barrier, failures: multiprocessing.Queue[str]) -> None:
    begin_now.wait()
    try:
        SQLiteStore(path).close()
        failures.put("")
    except sqlite3.Error as exc:
        failures.put(str(exc))


def test_eight_that_make_the_same_file_at_once(tmp_path: Path) -> None:
    """SQLite refuses a switch to WAL at once, without waiting, while another one makes it: one time in seventeen here."""
    context = multiprocessing.get_context("fork")
    told = []
    for number in range(60):
        begin_now, failures = context.Barrier(WRITERS), context.Queue()
        path = str(tmp_path / f"{number}.sqlite3")
        makers = [context.Process(target=make, args=(path, begin_now, failures)) for _unused in range(WRITERS)]
        for maker in makers:
            maker.start()
        told += [failures.get(timeout=240) for _unused in makers]
        for maker in makers:
            maker.join()

    assert set(told) == {""}
