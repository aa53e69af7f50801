# SPDX-License-Identifier: GPL-3.0-or-later
"""The questions of operators and of security, on both databases."""

from __future__ import annotations

import csv
import io
import json
import typing as t
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.extensions.audit.database import connect
from ansible_collections.hwautomation.baremetal.extensions.audit.filters import make_filter
from ansible_collections.hwautomation.baremetal.extensions.audit.migrate import upgrade
from ansible_collections.hwautomation.baremetal.extensions.audit.queries.registry import QUESTIONS
from ansible_collections.hwautomation.baremetal.extensions.audit.report import FORMATS, render
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from tests.support.audit_runs import begin, record_run, stage, tell


def ask(database: str, query: str, **options: t.Any) -> list[dict[str, t.Any]]:
    with connect(database, read_only=True) as connection:
        return QUESTIONS[query].ask(connection, make_filter(options, datetime.now(UTC)))


def bios_run(
    database: str, spool: Path, host: str, serial: str, before: str, wanted: str, outcome: str, **facts: t.Any
) -> str:
    recorder = begin(database, spool, **facts)
    after = wanted if outcome == "applied" else before
    change = {"attribute": "BootMode", "before": before, "wanted": wanted, "after": after, "outcome": outcome}
    tell(recorder, host, {"server": {"serial": serial}, "bios_changes": [change]})
    recorder.finish()
    recorder.journal.close()
    return recorder.journal.run_id


def test_security_question_is_answered_through_a_rename(database: str, spool: Path) -> None:
    first = bios_run(database, spool, "old-name", "ABC", "Bios", "Uefi", "applied", os_user="alice")
    bios_run(database, spool, "old-name", "OTHER", "Bios", "Uefi", "applied", os_user="carol")
    second = bios_run(database, spool, "new-name", "ABC", "Uefi", "Bios", "staged", os_user="bob", awx_user="bob-awx")

    answer = ask(database, "changes", server="new-name", kinds=["bios"], since="30d")

    assert [
        (row["run_id"], row["host"], row["who"], row["before"], row["after"], row["verified"]) for row in answer
    ] == [
        (first, "old-name", "alice", "Bios", "Uefi", True),
        (second, "new-name", "bob-awx", "Uefi", "Uefi", False),
    ]
    assert {row["git_revision"] for row in answer} == {"0123abc"}
    assert {row["serial"] for row in answer} == {"ABC"}


@pytest.mark.parametrize("name", ["r01", "ABC1234", "127.1.0.11", "4y3h7n", "serial:ABC1234"])
def test_server_is_found_by_whatever_it_is_called(name: str, database: str, spool: Path) -> None:
    record_run(database, spool)

    assert len(ask(database, "changes", server=name, kinds=["bios"])) == 2


def test_machine_that_was_never_identified_is_found_by_its_name(sqlite_file: str, spool: Path) -> None:
    recorder = begin(sqlite_file, spool)
    tell(recorder, "r09", {"power_changes": [{"before": "Off", "wanted": "On", "after": "On", "outcome": "applied"}]})
    recorder.finish()
    recorder.journal.close()

    assert len(ask(sqlite_file, "changes", server="r09")) == 1


def test_unknown_server_names_near_matches(database: str, spool: Path) -> None:
    record_run(database, spool, host="rack1-node07")

    with pytest.raises(ConfigurationError, match="no server called rack1-node08.*rack1-node07"):
        ask(database, "changes", server="rack1-node08")


def test_planned_changes_are_left_out_unless_asked_for(database: str, spool: Path) -> None:
    bios_run(database, spool, "r01", "ABC", "Bios", "Uefi", "planned", check_mode=True)

    assert ask(database, "changes") == []
    assert len(ask(database, "changes", planned=True)) == 1


def test_span_of_time_limits_the_answer(database: str, spool: Path) -> None:
    record_run(database, spool)

    assert ask(database, "changes", until="2020-01-01") == []
    assert ask(database, "changes", since="2020-01-01", until="2999-01-01")


@pytest.mark.parametrize("query", ["changes", "firmware"])
def test_limit_keeps_the_newest_in_the_order_of_time_and_shows_that_there_are_more(
    query: str, database: str, spool: Path
) -> None:
    recorder = begin(database, spool)
    for version in range(5):
        change = {"component": "BIOS", "before": str(version), "wanted": str(version + 1), "outcome": "applied"}
        tell(recorder, "r01", {"firmware_changes": [change]})
    recorder.finish()
    recorder.journal.close()

    assert [row["before"] for row in ask(database, query, limit=2)] == ["2", "3", "4"]
    assert [row["before"] for row in ask(database, query)] == ["0", "1", "2", "3", "4"]


def test_drift_tells_changes_made_outside_from_baselines_never_applied(database: str, spool: Path) -> None:
    bios_run(database, spool, "r01", "ABC", "Bios", "Uefi", "applied", os_user="alice")
    bios_run(database, spool, "r01", "ABC", "Legacy", "Uefi", "planned", check_mode=True)
    bios_run(database, spool, "r02", "XYZ", "Bios", "Uefi", "planned", check_mode=True)

    answer = {row["serial"]: row for row in ask(database, "drift")}

    assert (answer["ABC"]["now"], answer["ABC"]["baseline"], answer["ABC"]["outside"]) == ("Legacy", "Uefi", True)
    assert answer["ABC"]["set_by"] == "alice"
    assert answer["XYZ"]["outside"] is False


def test_drift_that_was_corrected_or_no_longer_seen_is_gone(database: str, spool: Path) -> None:
    bios_run(database, spool, "r01", "ABC", "Legacy", "Uefi", "planned", check_mode=True)
    assert len(ask(database, "drift")) == 1
    bios_run(database, spool, "r01", "ABC", "Legacy", "Uefi", "applied")
    assert ask(database, "drift") == []

    bios_run(database, spool, "r02", "XYZ", "Legacy", "Uefi", "planned", check_mode=True)
    clean = begin(database, spool, check_mode=True)
    tell(clean, "r02")
    clean.finish()
    clean.journal.close()
    assert ask(database, "drift") == []


def test_fleet_has_each_machine_once_with_its_latest_name(database: str, spool: Path) -> None:
    bios_run(database, spool, "old-name", "ABC", "Bios", "Uefi", "applied")
    bios_run(database, spool, "new-name", "ABC", "Uefi", "Bios", "applied")
    record_run(database, spool, host="r01")

    fleet = {row["serial"]: row for row in ask(database, "fleet")}

    assert set(fleet) == {"ABC", "ABC1234"}
    assert fleet["ABC"]["host"] == "new-name"
    assert (fleet["ABC1234"]["stage"], fleet["ABC1234"]["outcome"]) == ("bios done", "changed")


def test_failures_with_one_cause_are_one_line(database: str, spool: Path) -> None:
    recorder = begin(database, spool)
    for number in (1, 2, 3):
        tell(
            recorder,
            f"r0{number}",
            status="failed",
            msg=f"127.1.0.{number}: no answer in 30 s",
            error_class="WaitTimeout",
        )
    tell(recorder, "r04", status="failed", msg="the image is not for this platform")
    recorder.finish()
    recorder.journal.close()

    answer = ask(database, "failures")

    assert [(row["count"], row["error_class"], row["servers"]) for row in answer] == [
        (3, "WaitTimeout", 3),
        (1, None, 1),
    ]
    assert answer[0]["hosts"] == ["r01", "r02", "r03"]


def test_one_run_is_told_as_a_whole(database: str, spool: Path) -> None:
    run_id = record_run(database, spool)

    told = ask(database, "run", run_id=run_id[:15])[0]

    assert (told["run_id"], told["status"], told["who"]) == (run_id, "completed", "alice")
    assert [(host["host"], host["state"]) for host in told["hosts"]] == [("r01", "changed")]
    assert [(row["name"], row["state"]) for row in told["stages"]] == [("bios", "done")]
    assert len(told["changes"]) == 7


def test_history_of_a_server_is_in_order_and_complete(database: str, spool: Path) -> None:
    record_run(database, spool)

    kinds = [line["kind"] for line in ask(database, "server", server="ABC1234")]

    assert set(kinds) == {"seen", "stage", "bios", "firmware", "bmc", "power", "maas", "certificate", "boarding"}


def test_people_are_counted(database: str, spool: Path) -> None:
    record_run(database, spool, os_user="alice")
    record_run(database, spool, os_user="alice", sudo_user="bob")

    assert [(row["who"], row["runs"], row["servers"]) for row in ask(database, "who")] == [
        ("alice", 1, 1),
        ("bob", 1, 1),
    ]


def test_durations_by_stage(database: str, spool: Path) -> None:
    record_run(database, spool)

    assert [(row["stage"], row["count"], row["failed"]) for row in ask(database, "durations")] == [("bios", 1, 0)]


def test_firmware_history_says_what_complied(database: str, spool: Path) -> None:
    recorder = begin(database, spool)
    for outcome, after in (("applied", "7.10"), ("failed", "7.00")):
        change = {"component": outcome, "before": "7.00", "wanted": "7.10", "after": after, "outcome": outcome}
        tell(recorder, "r01", {"firmware_changes": [change]})
    recorder.finish()
    recorder.journal.close()

    assert {row["item"]: row["compliant"] for row in ask(database, "firmware")} == {"applied": True, "failed": False}


@pytest.mark.parametrize("query", QUESTIONS)
def test_every_question_has_an_answer_on_an_empty_and_on_a_filled_database(
    query: str, database: str, spool: Path
) -> None:
    upgrade(database)
    if query not in ("server", "run"):
        assert ask(database, query) == []
    record_run(database, spool)
    recorder = begin(database, spool)
    stage(recorder, "r02", "bios", "started")

    rows = ask(database, query, server="r01" if query == "server" else None)

    for form in FORMATS:
        assert render(form, QUESTIONS[query], rows)
    recorder.journal.close()


def test_reports_escape_what_their_readers_would_run() -> None:
    rows = [{"who": "=HYPERLINK(1)", "runs": -5, "last_run": "<script>alert(1)</script>"}]

    table = list(csv.reader(io.StringIO(render("csv", QUESTIONS["who"], rows))))

    assert table[1][:2] == ["'=HYPERLINK(1)", "-5"]
    assert "<script>alert" not in render("html", QUESTIONS["who"], rows)
    assert json.loads(render("json", QUESTIONS["who"], rows))["rows"] == rows


HOSTILE = "<script>alert(1)</script>\"'&\x1b[2J\u202e"


@pytest.mark.parametrize("query", QUESTIONS)
def test_page_shows_hostile_text_and_runs_none_of_it(query: str) -> None:
    question = QUESTIONS[query]
    row: dict[str, t.Any] = dict.fromkeys(question.columns, HOSTILE)
    row |= {part.column: [dict.fromkeys(part.columns, HOSTILE)] for part in question.parts}

    page = render("html", question, [row], note=HOSTILE)

    cells = len(question.columns) + sum(len(part.columns) for part in question.parts)
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= cells + 1
    for command in ("<script", "\x1b", "\u202e", "src=", "href="):
        assert command not in page
    assert "default-src 'none'" in page
    assert "\x1b" not in render("text", question, [row])


def test_page_reads_times_spans_and_words_as_a_person_does() -> None:
    runs = {"run_id": "20261123T062908-1", "status": "failed", "started_at": "2026-11-23T06:29:08.595Z"}
    rows = [{**runs, "duration_ms": 185_000}, {**runs, "status": "completed", "duration_ms": None}]

    page = render("html", QUESTIONS["runs"], rows, note="asked 2026-11-23 07:00 of audit.sqlite3")

    assert '<time datetime="2026-11-23T06:29:08.595Z">2026-11-23 06:29:08</time>' in page
    assert '<td class="number whole">3 m 05 s' in page
    assert '<span class="badge bad">failed</span>' in page
    assert '<span class="badge good">completed</span>' in page
    assert "2 rows; asked 2026-11-23 07:00 of audit.sqlite3; times are UTC" in page
    # Nobody reads a column in which nothing stands.
    assert ">reason" not in page


def test_text_has_of_ids_what_identifies_and_the_other_forms_have_it_all() -> None:
    run_id, revision = "20261123T093551-4454d1ae7", "0123456789abcdef0123456789abcdef01234567"
    rows = [{"host": "r01", "run_id": run_id, "git_revision": revision}]

    text = render("text", QUESTIONS["changes"], rows)

    assert "r01   01234567      20261123T093551-445\n" in text
    for form in ("json", "csv", "html"):
        assert run_id in render(form, QUESTIONS["changes"], rows)
        assert revision in render(form, QUESTIONS["changes"], rows)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"since": "yesterday"}, "since: 'yesterday' is not a date"),
        ({"since": "2026-13-01"}, "since: '2026-13-01' is not a date"),
        ({"since": "999999999d"}, "since: '999999999d' is not a date"),
        ({"limit": -1}, "limit: -1 is less than nothing"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "is not before until"),
        ({"since": "x", "until": "y"}, "since: 'x'.*until: 'y'"),
    ],
)
def test_malformed_dates_are_told_all_at_once(options: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        make_filter(options, datetime.now(UTC))


@pytest.mark.parametrize("run_id", ["19990101", "x"])
def test_unknown_run(run_id: str, sqlite_file: str, spool: Path) -> None:
    record_run(sqlite_file, spool)

    with pytest.raises(ConfigurationError, match=f"no run {run_id}"):
        ask(sqlite_file, "run", run_id=run_id)


def test_beginning_of_several_run_ids_is_ambiguous(sqlite_file: str, spool: Path) -> None:
    record_run(sqlite_file, spool)
    record_run(sqlite_file, spool)

    with pytest.raises(ConfigurationError, match="20 means 2 runs"):
        ask(sqlite_file, "run", run_id="20")
