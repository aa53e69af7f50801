# SPDX-License-Identifier: GPL-3.0-or-later
"""From events to rows: stages, outcomes, servers, and what the terminal is told."""

from __future__ import annotations

import sqlite3
import typing as t
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.extensions.audit.events import Stage
from ansible_collections.hwautomation.baremetal.extensions.audit.recorder import Recorder
from ansible_collections.hwautomation.baremetal.extensions.audit.rows import light, message_of, result_text, server_of
from tests.support.audit_runs import begin, full_audit, record_run, stage, tell


@pytest.fixture
def recorder(sqlite_file: str, spool: Path) -> t.Iterator[Recorder]:
    opened = begin(sqlite_file, spool)
    yield opened
    opened.journal.close()


def rows(database: str, sql: str) -> list[tuple[t.Any, ...]]:
    with sqlite3.connect(database) as connection:
        return connection.execute(sql).fetchall()


def test_every_door_fact_is_filed(sqlite_file: str, spool: Path) -> None:
    record_run(sqlite_file, spool)

    assert rows(sqlite_file, "SELECT attribute, before, wanted, after, outcome FROM bios_changes") == [
        ("ProcVirtualization", "Disabled", "Enabled", "Enabled", "applied"),
        ("SetupPassword", "********", "********", None, "staged"),
    ]
    assert rows(sqlite_file, "SELECT component, before, after, task FROM firmware_changes") == [
        ("BMC", "7.00", "7.10", "JID_1")
    ]
    assert rows(sqlite_file, "SELECT wanted FROM bmc_changes") == [('["a", "b"]',)]
    assert rows(sqlite_file, "SELECT key, model, system_id FROM servers") == [("serial:ABC1234", "R660", "4y3h7n")]
    assert rows(sqlite_file, "SELECT r.status FROM bios_changes c JOIN results r ON r.seq = c.result") == [
        ("changed",),
        ("changed",),
    ]


def test_view_answers_the_security_question_in_plain_sql(sqlite_file: str, spool: Path) -> None:
    record_run(sqlite_file, spool)

    answer = rows(
        sqlite_file,
        "SELECT who, item, before, after, outcome, git_revision FROM changes"
        " WHERE serial = 'ABC1234' AND kind = 'bios'",
    )

    assert answer[0] == ("alice", "ProcVirtualization", "Disabled", "Enabled", "applied", "0123abc")


OUTCOMES = {
    "all well": ([("ok", None)], "ok"),
    "changed": ([("changed", None)], "changed"),
    "failed": ([("failed", None)], "failed"),
    "unreachable": ([("unreachable", None)], "unreachable"),
    "rescued and nothing said": ([("rescued", None)], "failed"),
    "rescued and recorded as degraded": ([("rescued", "degraded")], "degraded"),
    "rescued and recorded as failed": ([("rescued", "failed")], "failed"),
    "ignored": ([("ignored", None)], "ok"),
}


@pytest.mark.parametrize(("events", "outcome"), OUTCOMES.values(), ids=OUTCOMES)
def test_outcome_of_a_host(events: list[tuple[str, str | None]], outcome: str, recorder: Recorder) -> None:
    for status, stage_state in events:
        tell(recorder, "r01", status=status, msg="broken")
        if stage_state:
            stage(recorder, "r01", "bios", stage_state)

    recorder.finish()

    assert recorder.hosts["r01"].state == outcome


def test_failure_closes_the_open_stage_with_its_message(recorder: Recorder, sqlite_file: str) -> None:
    seen: list[tuple[str, Stage]] = []
    recorder.on_stage = lambda host, ended: seen.append((host, ended))
    stage(recorder, "r01", "firmware", "started", 4)

    tell(recorder, "r01", status="failed", msg="flash stopped at 60 %")

    assert [(host, ended.name, ended.state, ended.text) for host, ended in seen] == [
        ("r01", "firmware", "failed", "flash stopped at 60 %")
    ]
    assert rows(sqlite_file, "SELECT state, text FROM stages ORDER BY seq") == [
        ("started", None),
        ("failed", "flash stopped at 60 %"),
    ]


def test_rescued_failure_leaves_the_stage_to_the_role(recorder: Recorder) -> None:
    stage(recorder, "r01", "firmware", "started", 4)

    tell(recorder, "r01", status="rescued", msg="flash stopped at 60 %")
    assert recorder.hosts["r01"].stages["firmware"].state == "started"
    stage(recorder, "r01", "firmware", "failed", 4)

    assert recorder.hosts["r01"].stages["firmware"].text == "flash stopped at 60 %"


def test_stage_without_text_sums_up_its_changes(recorder: Recorder) -> None:
    stage(recorder, "r01", "firmware", "started", 4)
    tell(recorder, "r01", full_audit())
    stage(recorder, "r01", "firmware", "done", 4)

    text = recorder.hosts["r01"].stages["firmware"].text

    assert text == "BMC 7.00 -> 7.10, 2 BIOS attributes, ntp a b, Ready; 1 fail (memory)"


def test_cancelled_run_is_recorded_as_cancelled(recorder: Recorder) -> None:
    tell(recorder, "r01", {"cancelled": "cancelled by bob"}, status="failed", msg="stopped")

    assert recorder.finish() == "cancelled"


@pytest.mark.parametrize("serial", ["", " ", "To be filled by O.E.M.", "Default string", "0123456789", None])
def test_serial_that_says_nothing_is_no_identity(serial: str | None) -> None:
    assert server_of({}, {"serial": serial, "uuid": "ABCD-EF"}, "r01")["key"] == "uuid:abcd-ef"
    assert server_of({}, {"serial": serial}, "r01")["key"] == "host:r01"


def test_server_keeps_what_was_known_and_is_filed_again_only_when_something_is_new(
    recorder: Recorder, sqlite_file: str
) -> None:
    tell(recorder, "r01", {"server": {"bmc_host": "127.1.0.11"}}, status="ok")
    tell(recorder, "r01", {"server": {"serial": "ABC"}}, status="ok")
    tell(recorder, "r01", {"server": {"serial": "ABC"}}, status="ok")

    assert rows(sqlite_file, "SELECT key, bmc_host FROM servers ORDER BY seq") == [
        ("host:r01", "127.1.0.11"),
        ("serial:ABC", "127.1.0.11"),
    ]


def test_long_result_is_replaced_by_its_keys() -> None:
    assert result_text({"stdout": "x" * 9000}) == '{"too_long": 9014, "keys": ["stdout"]}'


def test_what_is_large_and_not_kept_is_left_out_before_it_is_looked_through() -> None:
    item = {"item": "a", "invocation": {"module_args": {}}, "stdout_lines": ["x"], "msg": "fine"}
    result = {"ansible_facts": {"x": 1}, "results": [item, "odd"], "audit": {}, "exception": "Traceback"}

    assert light(result) == {"results": [{"item": "a", "msg": "fine"}, "odd"], "audit": {}}


def test_message_that_yaml_takes_for_a_truth_value_is_a_message() -> None:
    assert message_of({"msg": False}) == "false"
    assert message_of({"msg": "", "reason": "no answer"}) == "no answer"


def test_items_of_a_loop_are_filed_as_they_come(recorder: Recorder, sqlite_file: str) -> None:
    recorder.host_task("r01", "uuid-1")
    recorder.item("r01", {}, {"audit": full_audit()})

    assert rows(sqlite_file, "SELECT COUNT(*), MAX(result) FROM bios_changes") == [(2, None)]


def item(name: object, msg: str = "", **told: object) -> dict[str, object]:
    return {"item": name, "ansible_loop_var": "item", "failed": bool(msg), "msg": msg or "fine", **told}


LOOPS: dict[str, tuple[list[dict[str, object]], str]] = {
    "one item failed": ([item("a"), item("b", "disk b is broken")], "disk b is broken"),
    "several failed": ([item("a", "no"), item({"name": "b"}, "never"), item("c")], "a: no; b: never"),
    "many failed": (
        [item(number, "no") for number in range(8)],
        "0: no; 1: no; 2: no; 3: no; 4: no; and 3 more items",
    ),
    "failed without a word": ([{"failed": True}], "One or more items failed"),
    "another loop variable": (
        [item("x", "no", ansible_loop_var="disk", disk="sda"), item("y", "no", ansible_loop_var="disk", disk="sdb")],
        "sda: no; sdb: no",
    ),
}


@pytest.mark.parametrize(("items", "message"), LOOPS.values(), ids=LOOPS)
def test_failed_loop_is_told_by_its_failed_items(items: list[dict[str, object]], message: str) -> None:
    assert message_of({"msg": "One or more items failed", "failed": True, "results": items}) == message


def test_failed_loop_has_the_class_and_resource_of_its_failed_item(recorder: Recorder, sqlite_file: str) -> None:
    told = item("b", "no answer", error_class="NetworkError", resource="/redfish/v1")
    tell(recorder, "r01", status="failed", msg="One or more items failed", results=[item("a"), told])

    assert rows(sqlite_file, "SELECT message, error_class, resource FROM results") == [
        ("no answer", "NetworkError", "/redfish/v1")
    ]


def test_malformed_audit_of_a_foreign_module_does_no_harm(recorder: Recorder) -> None:
    for audit in ("text", 5, [], {"bios_changes": "x"}, {"bios_changes": [1]}, {"server": 3}, {"stage": []}):
        tell(recorder, "r01", t.cast("dict[str, t.Any]", audit), status="ok")

    assert recorder.finish() == "completed"
    assert recorder.journal.failure is None
