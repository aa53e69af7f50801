# SPDX-License-Identifier: GPL-3.0-or-later
"""The doors as their action plugins run them: check mode, second run, what is refused."""

from __future__ import annotations

import json
import sqlite3
import typing as t
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from ansible_collections.hwautomation.baremetal.extensions.audit.columns import HEAD, REVISIONS, TABLES
from ansible_collections.hwautomation.baremetal.extensions.audit.current import CurrentRun, set_current_run
from ansible_collections.hwautomation.baremetal.extensions.audit.database import connect
from ansible_collections.hwautomation.baremetal.extensions.audit.doors import (
    audit_db,
    audit_import,
    audit_info,
    audit_verify,
    checkpoint,
    stage,
)
from ansible_collections.hwautomation.baremetal.extensions.audit.migrate import migrate
from ansible_collections.hwautomation.baremetal.extensions.audit.queries.registry import QUESTIONS
from ansible_collections.hwautomation.baremetal.extensions.audit.verify import verify
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Door, Query, execute
from tests.support.audit_runs import begin, record_run, tell
from tests.support.audit_runs import stage as mark
from tests.support.postgres import Postgres


def do(door: Door | Query, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
    return execute(door, options, Context(check_mode=check, diff=True)).result


def test_stage_hands_its_options_to_the_callback() -> None:
    answer = do(stage.DOOR, name="firmware", index=4, total=10, state="done")

    assert answer["audit"] == {"stage": {"name": "firmware", "index": 4, "total": 10, "state": "done"}}
    assert (answer["changed"], answer["skip"]) == (False, False)


def test_stage_hands_on_what_the_server_turned_out_to_be() -> None:
    answer = do(stage.DOOR, state="done", text="d1.c2.large", device_type="d1.c2.large")

    assert answer["audit"] == {
        "stage": {"state": "done", "text": "d1.c2.large"},
        "server": {"device_type": "d1.c2.large"},
    }


def test_stage_that_begins_needs_a_name() -> None:
    assert "name" in do(stage.DOOR, state="started")["msg"]


def test_database_is_created_once(database: str) -> None:
    assert do(audit_db.DOOR, check=True, database=database)["changed"] is True
    first, second = do(audit_db.DOOR, database=database), do(audit_db.DOOR, database=database)

    assert (first["changed"], second["changed"]) == (True, False)
    assert first["migrations"] == list(REVISIONS)
    assert second["condition"]["schema"] == HEAD
    assert "already" in second["reason"]


def test_check_mode_creates_nothing(sqlite_file: str) -> None:
    do(audit_db.DOOR, check=True, database=sqlite_file)

    assert not Path(sqlite_file).exists()


def test_downgrade_needs_its_own_word(database: str, spool: Path) -> None:
    record_run(database, spool)

    refused = do(audit_db.DOOR, database=database, state="downgraded", target="0001")
    assert refused["failed"] and refused["needs"] == ["allow_downgrade"]
    base = do(audit_db.DOOR, database=database, state="downgraded", target="base", allow_downgrade=True)
    assert base["failed"] and base["needs"] == ["allow_data_loss"]

    done = do(audit_db.DOOR, database=database, state="downgraded", target="0001", allow_downgrade=True)
    assert (done["changed"], done["condition"]["schema"]) == (True, "0001")
    assert do(audit_db.DOOR, database=database)["changed"] is True


def test_unknown_schema_and_age_are_refused(sqlite_file: str) -> None:
    assert "no schema '7'" in do(audit_db.DOOR, database=sqlite_file, state="downgraded", target="7")["msg"]
    pruned = do(audit_db.DOOR, database=sqlite_file, state="pruned", older_than="long", dest="x")
    assert "older_than: 'long' is not a date" in pruned["msg"]


def test_newer_schema_is_refused(database: str) -> None:
    with connect(database) as connection:
        migrate(connection, HEAD)
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0099'"))
        connection.commit()

    assert "knows up to" in do(audit_db.DOOR, database=database)["msg"]


def test_pruned_runs_are_exported_first_and_can_come_back(database: str, spool: Path, tmp_path: Path) -> None:
    old = record_run(database, spool)
    export = tmp_path / "old.jsonl"
    options = {"database": database, "state": "pruned", "older_than": "2999-01-01", "dest": str(export)}
    assert do(audit_db.DOOR, **options)["needs"] == ["allow_prune"]
    assert not export.exists()

    done = do(audit_db.DOOR, **options, allow_prune=True)
    assert (done["changed"], done["runs"]) == (True, 1)
    record_run(database, spool)
    assert do(audit_verify.DOOR, database=database)["findings"] == []

    back = do(audit_import.DOOR, database=database, path=str(export))
    assert (back["changed"], back["runs"]) == (True, [old])
    assert do(audit_import.DOOR, database=database, path=str(export))["changed"] is False
    proof = do(audit_verify.DOOR, database=database)
    assert (proof["runs"], proof["findings"]) == (2, [])


def test_run_anchored_to_a_pruned_one_still_verifies(database: str, spool: Path, tmp_path: Path) -> None:
    record_run(database, spool)
    second = record_run(database, spool)
    with connect(database, read_only=True) as connection:
        ended = connection.execute(sa.text("SELECT at FROM run_ends WHERE run_id = :r"), {"r": second}).scalar_one()
    export = str(tmp_path / "old.jsonl")

    done = do(audit_db.DOOR, database=database, state="pruned", older_than=ended[:-1], dest=export, allow_prune=True)

    assert done["runs"] == 1
    assert do(audit_verify.DOOR, database=database)["findings"] == []


def test_backup_is_a_database_or_an_import(database: str, spool: Path, tmp_path: Path) -> None:
    record_run(database, spool)
    copy = tmp_path / "copy"

    done = do(audit_db.DOOR, database=database, state="backed_up", dest=str(copy))

    assert done["changed"] and copy.stat().st_mode & 0o077 == 0
    again = str(tmp_path / "again.sqlite3")
    if "://" in database:
        do(audit_import.DOOR, database=again, path=str(copy))
    else:
        again = str(copy)
    assert do(audit_verify.DOOR, database=again)["rows"] == do(audit_verify.DOOR, database=database)["rows"]
    assert "exists already" in do(audit_db.DOOR, database=database, state="backed_up", dest=str(copy))["msg"]


def test_vacuum_gives_space_back(database: str, spool: Path, tmp_path: Path) -> None:
    record_run(database, spool)

    assert do(audit_db.DOOR, database=database, state="vacuumed").get("failed") is None


def test_import_in_check_mode_counts_and_writes_nothing(sqlite_file: str, tmp_path: Path) -> None:
    spool = tmp_path / "away"
    record_run(str(tmp_path / "no" / "audit.sqlite3"), spool)
    do(audit_db.DOOR, database=sqlite_file)

    counted = do(audit_import.DOOR, check=True, database=sqlite_file, path=str(spool))

    assert counted["changed"] and counted["rows_new"] > 15
    assert do(audit_verify.DOOR, database=sqlite_file)["rows"] == 0
    done = do(audit_import.DOOR, database=sqlite_file, path=str(spool), remove=True)
    assert done["rows_new"] == counted["rows_new"]
    assert list(spool.iterdir()) == []


def test_import_of_nothing_says_so(sqlite_file: str, tmp_path: Path) -> None:
    assert "there is no spool at" in do(audit_import.DOOR, database=sqlite_file, path=str(tmp_path / "no"))["msg"]


def test_verify_fails_with_what_it_found(sqlite_file: str, spool: Path) -> None:
    run_id = record_run(sqlite_file, spool)
    with sqlite3.connect(sqlite_file) as connection:
        connection.execute("UPDATE bios_changes SET after = 'Forged'")

    answer = do(audit_verify.DOOR, database=sqlite_file)

    assert answer["failed"] and answer["error_class"] == "VerificationError"
    assert f"run {run_id}" in answer["msg"] and "bios_changes" in answer["msg"]
    assert {finding["table"] for finding in answer["findings"]} == {"bios_changes"}


def test_info_answers_with_rows_and_a_report(database: str, spool: Path) -> None:
    record_run(database, spool)

    answer = do(audit_info.DOOR, database=database, query="changes", server="r01", format="csv")

    assert answer["count"] == 7 and answer["changed"] is False
    assert answer["report"].startswith("at,host,serial,kind,item,before,after,outcome")
    json.dumps(answer)


def test_info_says_in_its_report_that_there_is_more(database: str, spool: Path) -> None:
    record_run(database, spool)
    whole = do(audit_info.DOOR, database=database, query="changes", format="text")
    assert (whole["count"], whole["truncated"]) == (7, False) and "limit=0" not in whole["report"]

    for form in ("text", "json", "html"):
        cut = do(audit_info.DOOR, database=database, query="changes", limit=2, format=form)
        assert cut["rows"] == whole["rows"][-2:] and cut["truncated"]
        assert ('"truncated": true' if form == "json" else "limit=0 shows all") in cut["report"]


def test_question_that_nothing_narrows_tells_the_newest(
    sqlite_file: str, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_run(sqlite_file, spool)
    monkeypatch.setitem(QUESTIONS, "changes", replace(QUESTIONS["changes"], most=3))

    def counted(**options: t.Any) -> int:
        return int(do(audit_info.DOOR, database=sqlite_file, query="changes", **options)["count"])

    assert counted() == counted(until="2999-01-01") == 3
    assert counted(since="1d") == counted(server="r01") == counted(run_id="last") == counted(limit=0) == 7


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"query": "server"}, "needs server"),
        ({"query": "changes", "server": "nobody"}, "no server called nobody"),
        ({"query": "changes", "since": "soon"}, "since: 'soon' is not a date"),
        ({"query": "chagnes"}, "chagnes"),
        ({"query": "runs", "sinec": "1d"}, "did you mean since"),
    ],
)
def test_info_refuses_what_makes_no_sense(options: dict[str, str], words: str, sqlite_file: str, spool: Path) -> None:
    record_run(sqlite_file, spool)

    answer = do(audit_info.DOOR, database=sqlite_file, **options)

    assert answer["failed"] and words in answer["msg"]


def test_info_of_a_database_that_is_not_there(sqlite_file: str) -> None:
    assert "there is no audit database at" in do(audit_info.DOOR, database=sqlite_file, query="runs")["msg"]


@pytest.fixture
def current(database: str, spool: Path) -> t.Iterator[tuple[str, str]]:
    """A run in progress, and the run it resumes."""
    before = begin(database, spool)
    mark(before, "r01", "firmware", "done")
    mark(before, "r01", "bios", "failed")
    before.finish()
    before.journal.close()
    now = begin(database, spool, resume_of=before.journal.run_id)
    set_current_run(CurrentRun(now.journal.run_id, database, None, before.journal.run_id))
    yield now.journal.run_id, before.journal.run_id
    set_current_run(None)
    now.journal.close()


@pytest.mark.parametrize(
    ("name", "effect", "skip"),
    [("firmware", True, True), ("firmware", False, False), ("firmware", None, False), ("bios", True, False),
     ("deploy", True, False)],
)  # fmt: skip
def test_resumed_run_skips_what_was_done_and_still_shows(
    name: str, effect: bool | None, skip: bool, current: tuple[str, str]
) -> None:
    options = {"host": "r01"} | ({} if effect is None else {"effect": effect})

    passed, begun = do(checkpoint.DOOR, stage=name, **options), do(stage.DOOR, name=name, index=4, **options)

    for answer in (passed, begun):
        assert answer["skip"] is skip
        assert bool(answer["finished_stage"]) is (name == "firmware")
    text = {"state": "skipped", "text": f"done by run {current[1]}"} if skip else {"state": "started"}
    assert begun["audit"]["stage"] == {"name": name, "index": 4, **text}


def test_stage_of_another_host_is_not_skipped(current: tuple[str, str]) -> None:
    assert do(stage.DOOR, name="firmware", host="r02", effect=True)["skip"] is False


def test_run_to_resume_that_is_not_known_is_refused_at_the_first_stage(database: str, spool: Path) -> None:
    recorder = begin(database, spool)
    resume_of, problem = recorder.journal.resumes("19990101")
    set_current_run(CurrentRun(recorder.journal.run_id, database, None, resume_of, resume_problem=problem))

    answer = do(stage.DOOR, name="preflight", host="r01")

    set_current_run(None)
    recorder.journal.close()
    assert answer["failed"] and "resume_run: no run 19990101 in the audit database" in answer["msg"]


def test_cancel_request_stops_at_the_next_checkpoint(current: tuple[str, str], database: str, spool: Path) -> None:
    run_id, _unused = current
    assert do(checkpoint.DOOR)["skip"] is False
    asked = do(checkpoint.DOOR, state="cancel_requested", run_id=run_id, reason="wrong rack")
    other = begin(database, spool)
    tell(other, "localhost", asked["audit"])  # the callback of the run that asks files it
    other.journal.close()

    passed, begun = do(checkpoint.DOOR), do(stage.DOOR, name="bios", host="r01")

    for answer in (passed, begun):
        assert answer["failed"] and answer["error_class"] == "RunCancelled"
        assert "wrong rack" in answer["msg"] and f"resume_run={run_id}" in answer["msg"]
        assert "wrong rack" in answer["audit"]["cancelled"]
    assert begun["audit"]["stage"] == {"state": "done"}, "the stage before is through"
    assert "skip" in do(stage.DOOR, name="bios", percent=40), "a sign of progress is no place to stop"


def test_cancel_without_the_callback_is_refused(sqlite_file: str, spool: Path) -> None:
    run_id = record_run(sqlite_file, spool)

    answer = do(checkpoint.DOOR, state="cancel_requested", run_id=run_id, database=sqlite_file)

    assert answer["failed"] and "callback is not enabled" in answer["msg"]


def test_cancel_of_a_run_that_has_ended_is_refused(current: tuple[str, str]) -> None:
    answer = do(checkpoint.DOOR, state="cancel_requested", run_id=current[1])

    assert answer["failed"] and f"run {current[1]} has ended, failed at 2" in answer["msg"]


def test_cancel_in_a_database_that_is_not_written_to_is_refused(current: tuple[str, str], tmp_path: Path) -> None:
    other = str(tmp_path / "other.sqlite3")

    answer = do(checkpoint.DOOR, state="cancel_requested", run_id=current[0], database=other)

    assert answer["failed"] and "cannot be recorded in that database" in answer["msg"]


GRANTS = Path(__file__).resolve().parents[3] / "docs" / "audit.md"


def test_documented_grants_make_the_writer_append_only(postgres: Postgres, spool: Path) -> None:
    """The SQL is taken from the documentation, so that what is documented is what is tested."""
    postgres.execute("CREATE ROLE audit_writer LOGIN PASSWORD 'writer-password'")
    owner = postgres.database("granted")
    with connect(owner) as connection:
        migrate(connection, REVISIONS[-2])
    documented = GRANTS.read_text().split("```sql\n-- grants\n", 1)[1].split("```", 1)[0]
    for statement in filter(None, map(str.strip, documented.split(";"))):
        postgres.execute(statement, "granted")
    do(audit_db.DOOR, database=owner)  # a later release: its new tables are granted as well
    writer = postgres.url("granted", "audit_writer", "writer-password")

    run_id = record_run(writer, spool)

    with connect(owner, read_only=True) as connection:
        assert verify(connection).digests.keys() == {run_id}
    assert not spool.exists(), "the writer could not write everything"
    for name in TABLES:
        for forbidden in (f"UPDATE {name} SET at = 'x'", f"DELETE FROM {name}", f"TRUNCATE {name}"):
            with connect(writer) as connection, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                connection.execute(sa.text(forbidden))
