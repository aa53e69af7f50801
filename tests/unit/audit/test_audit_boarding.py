# SPDX-License-Identifier: GPL-3.0-or-later
"""Boarding verdicts: kept check by check, asked per rack and per server, and told in a few words."""

from __future__ import annotations

import typing as t
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.extensions.audit.boarding import counted, rack_table, take_verdicts
from ansible_collections.hwautomation.baremetal.extensions.audit.database import connect
from ansible_collections.hwautomation.baremetal.extensions.audit.events import HostTally
from ansible_collections.hwautomation.baremetal.extensions.audit.filters import make_filter
from ansible_collections.hwautomation.baremetal.extensions.audit.queries.registry import QUESTIONS
from ansible_collections.hwautomation.baremetal.extensions.audit.words import Seen
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from tests.support.audit_runs import begin, tell

MORNING = datetime(2026, 11, 23, 6, tzinfo=UTC)


def ask(database: str, query: str, **options: t.Any) -> list[dict[str, t.Any]]:
    with connect(database, read_only=True) as connection:
        return QUESTIONS[query].ask(connection, make_filter(options, datetime.now(UTC)))


def verdicts(rack: str, **outcomes: str) -> dict[str, t.Any]:
    rows = [{"rack": rack, "name": name, "text": name, "outcome": found} for name, found in outcomes.items()]
    return {"boarding_checks": rows}


def board(database: str, spool: Path, hosts: dict[str, dict[str, t.Any]], after: int = 0, **facts: t.Any) -> str:
    """Record a run that judges these hosts, so many minutes after the morning; return its id."""
    recorder = begin(database, spool, started=MORNING + timedelta(minutes=after), **facts)
    for host, audit in hosts.items():
        tell(recorder, host, audit, status="ok")
    recorder.finish()
    recorder.journal.close()
    return recorder.journal.run_id


def test_racks_are_summed_up_with_the_failing_by_name(database: str, spool: Path) -> None:
    board(
        database,
        spool,
        {
            "r01": verdicts("A1", memory="pass", clock="warn"),
            "r02": verdicts("A1", memory="fail", clock="pass"),
            "r03": verdicts("B7", memory="skipped"),
            "r04": verdicts("", memory="pass"),
        },
    )

    rows = ask(database, "boarding")

    assert [(row["rack"], row["servers"], row["pass"], row["warn"], row["fail"], row["skipped"]) for row in rows] == [
        ("(no rack)", 1, 1, 0, 0, 0),
        ("A1", 2, 2, 1, 1, 0),
        ("B7", 1, 0, 0, 0, 1),
    ]
    assert (rows[1]["failing"], rows[1]["warned"]) == (["r02: memory"], ["r01: clock"])


def test_only_the_latest_judgement_of_a_machine_counts_through_renames(database: str, spool: Path) -> None:
    board(database, spool, {"old": {"server": {"serial": "ABC"}, **verdicts("A1", memory="fail", gone="fail")}})
    board(database, spool, {"new": {"server": {"serial": "ABC"}, **verdicts("B2", memory="pass")}}, after=5)

    assert [(row["rack"], row["servers"], row["fail"]) for row in ask(database, "boarding")] == [("B2", 1, 0)]
    assert [(row["host"], row["name"], row["outcome"]) for row in ask(database, "boarding_checks", server="old")] == [
        ("new", "memory", "pass")
    ]
    before = ask(database, "boarding", until=(MORNING + timedelta(days=-1)).isoformat())
    assert before == []


def test_check_run_counts_only_where_it_is_asked_for(database: str, spool: Path) -> None:
    board(database, spool, {"r01": verdicts("A1", memory="pass")})
    checked = board(database, spool, {"r01": verdicts("A1", memory="fail")}, after=5, check_mode=True)

    assert [row["fail"] for row in ask(database, "boarding")] == [0]
    assert [row["fail"] for row in ask(database, "boarding", planned=True)] == [1]
    assert [row["fail"] for row in ask(database, "boarding", run_id=checked)] == [1]


def test_checks_of_one_server_and_of_one_name(database: str, spool: Path) -> None:
    board(
        database,
        spool,
        {"r01": verdicts("A1", memory="pass", clock="warn"), "r02": verdicts("A1", memory="fail", clock="pass")},
    )

    assert [(row["host"], row["name"]) for row in ask(database, "boarding_checks", server="r02")] == [
        ("r02", "memory"),
        ("r02", "clock"),
    ]
    assert [(row["host"], row["outcome"]) for row in ask(database, "boarding_checks", item="memory")] == [
        ("r01", "pass"),
        ("r02", "fail"),
    ]
    with pytest.raises(ConfigurationError, match="no server called r03"):
        ask(database, "boarding_checks", server="r03")


def test_server_judged_twice_in_one_run_has_its_last_verdicts(database: str, spool: Path) -> None:
    recorder = begin(database, spool)
    tell(recorder, "r01", verdicts("A1", memory="fail", clock="fail"), status="ok")
    tell(recorder, "r01", verdicts("A1", memory="pass"), status="ok")
    recorder.finish()
    recorder.journal.close()

    rows = ask(database, "boarding")

    assert [(row["pass"], row["fail"], row["failing"]) for row in rows] == [(1, 0, [])]
    assert [(row["name"], row["outcome"]) for row in ask(database, "boarding_checks")] == [("memory", "pass")]


def test_history_of_a_server_has_a_line_for_each_judgement(database: str, spool: Path) -> None:
    for minutes, outcome in ((0, "fail"), (5, "pass")):
        audit = {"server": {"serial": "ABC"}, **verdicts("A1", memory=outcome, clock="skipped")}
        board(database, spool, {"r01": audit}, after=minutes)

    lines = [line["what"] for line in ask(database, "server", server="ABC") if line["kind"] == "boarding"]

    assert lines == ["1 fail (memory), 1 skipped", "1 pass, 1 skipped"]


def test_words_name_what_needs_a_look() -> None:
    assert counted({"a": "pass", "b": "pass", "c": "fail", "d": "warn", "e": "skipped"}) == (
        "2 pass, 1 warn (d), 1 fail (c), 1 skipped"
    )
    assert counted({}) == ""


def test_stage_tells_its_verdicts_and_is_no_change() -> None:
    seen = Seen()
    seen.add(verdicts("A1", memory="fail", clock="pass"))
    seen.add(verdicts("A1", memory="pass", clock="pass"))

    assert seen.tell() == "2 pass"
    assert seen.rows == []


def test_terminal_sums_up_per_rack_and_names_a_few() -> None:
    hosts: dict[str, HostTally] = {}
    for number in range(8):
        hosts[f"r{number}"] = HostTally()
        take_verdicts(hosts[f"r{number}"], verdicts("A1", memory="fail", clock="pass"))
    hosts["x"] = HostTally()
    take_verdicts(hosts["x"], verdicts("", memory="pass"))
    hosts["never"] = HostTally()

    lines = rack_table(hosts)

    assert lines[0].split() == ["RACK", "SERVERS", "PASS", "WARN", "FAIL", "SKIPPED"]
    assert lines[1].split() == ["(no", "rack)", "1", "1", "0", "0", "0"]
    assert lines[2].split() == ["A1", "8", "8", "0", "8", "0"]
    assert lines[3] == "  r0: 1 fail (memory)"
    assert lines[-1].startswith("  and 3 more servers")
    assert rack_table({"never": HostTally()}) == []
