# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server is in its life: from stages and from MAAS, through several runs."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.extensions.audit.recorder import Recorder
from ansible_collections.hwautomation.baremetal.extensions.audit.server_states import LifeState, after_stage
from tests.support.audit_runs import begin, tell
from tests.support.audited_plays import ask, query

SERVER = {"serial": "ABC1234"}
# How it was, the last state without failure, how a stage ended, what the stage makes of a server, what it is now.
CASES: dict[str, tuple[str | None, str | None, str, str | None, str | None]] = {
    "the first thing known": (None, None, "done", "discovered", "discovered"),
    "one further": ("discovered", "discovered", "done", "classified", "classified"),
    "an early stage once more": ("configured", "configured", "done", "discovered", "configured"),
    "MAAS has the last word": ("deployed", "deployed", "done", "configured", "deployed"),
    "a released one begins anew": ("released", "released", "done", "discovered", "discovered"),
    "a deleted one begins anew": ("deleted", "deleted", "done", "discovered", "discovered"),
    "a word of somebody's own": ("deployed", "deployed", "done", "burnt in", "burnt in"),
    "a stage that says nothing": ("ready", "ready", "done", None, "ready"),
    "a failure": ("ready", "ready", "failed", None, "failed in bios"),
    "a failure tells not what would have been": (None, None, "failed", "discovered", "failed in bios"),
    "the same stage passed": ("failed in bios", "ready", "done", None, "ready"),
    "the same stage passed, and further": ("failed in bios", "classified", "done", "configured", "configured"),
    "the same stage is left out": ("failed in bios", "ready", "skipped", None, "ready"),
    "another stage passed": ("failed in deploy", "ready", "done", "discovered", "failed in deploy"),
    "MAAS's own failure stays": ("failed deployment", "failed deployment", "done", "discovered", "failed deployment"),
    "degraded is through": ("discovered", "discovered", "degraded", "classified", "classified"),
    "a stage that goes on": ("discovered", "discovered", "started", "classified", "discovered"),
}


@pytest.mark.parametrize(("word", "sound", "ended", "reached", "now"), CASES.values(), ids=CASES)
def test_state_after_a_stage(
    word: str | None, sound: str | None, ended: str, reached: str | None, now: str | None
) -> None:
    assert after_stage(LifeState(word, sound), "bios", ended, reached).word == now


def mark(recorder: Recorder, name: str | None, state: str = "started", host: str = "r01", **told: t.Any) -> None:
    tell(recorder, host, {"stage": {"name": name, "state": state, **told}}, status="ok")


def end(recorder: Recorder) -> None:
    recorder.finish()
    recorder.journal.close()


def provisioned(database: str, spool: Path, host: str = "r01", **facts: t.Any) -> None:
    """Record a run through discovery, BIOS and MAAS."""
    recorder = begin(database, spool, **facts)
    mark(recorder, "discover", host=host, server_state="discovered")
    tell(recorder, host, {"server": SERVER}, status="ok")
    mark(recorder, "bios", host=host, server_state="configured")
    mark(recorder, "deploy", host=host)
    tell(recorder, host, {"server": {"system_id": "4y3h7n", "state": "deployed"}})
    mark(recorder, None, "done", host=host)
    end(recorder)


def states(database: str) -> list[str | None]:
    return [row["state"] for row in query(database, "SELECT state FROM servers ORDER BY run_id, seq")]


def state_in_fleet(database: str) -> list[tuple[str, str | None]]:
    return [(row["host"], row["state"]) for row in ask(database, "fleet")]


def test_history_follows_a_server_from_discovery_to_deployment(database: str, spool: Path) -> None:
    provisioned(database, spool)

    assert states(database) == [None, "discovered", "configured", "deployed"]
    assert state_in_fleet(database) == [("r01", "deployed")]
    lines = [line for line in ask(database, "server", server="ABC1234") if line["kind"] == "state"]
    assert [line["what"] for line in lines] == [
        "unknown -> discovered",
        "discovered -> configured",
        "configured -> deployed",
    ]


def test_next_run_takes_nothing_back_and_follows_the_machine_through_a_rename(database: str, spool: Path) -> None:
    provisioned(database, spool)

    provisioned(database, spool, host="renamed")

    assert set(states(database)[4:]) == {"deployed"}
    assert state_in_fleet(database) == [("renamed", "deployed")]


def test_failed_stage_shows_until_it_has_passed(database: str, spool: Path) -> None:
    provisioned(database, spool)
    recorder = begin(database, spool)
    tell(recorder, "r01", {"server": SERVER}, status="ok")
    mark(recorder, "firmware")
    tell(recorder, "r01", status="failed", msg="flash stopped at 60 %")
    end(recorder)

    assert state_in_fleet(database) == [("r01", "failed in firmware")]

    again = begin(database, spool)
    tell(again, "r01", {"server": SERVER}, status="ok")
    mark(again, "firmware")
    mark(again, None, "done")
    end(again)
    assert state_in_fleet(database) == [("r01", "deployed")]


def test_check_run_makes_nothing_of_a_server(sqlite_file: str, spool: Path) -> None:
    recorder = begin(sqlite_file, spool, check_mode=True)
    tell(recorder, "r01", {"server": SERVER}, status="ok")
    mark(recorder, "discover", server_state="discovered")
    mark(recorder, "bios")
    tell(recorder, "r01", status="failed", msg="would not work")
    end(recorder)

    assert states(sqlite_file) == [None]


def test_server_nobody_looked_at_is_not_guessed_by_its_name(sqlite_file: str, spool: Path) -> None:
    provisioned(sqlite_file, spool)
    recorder = begin(sqlite_file, spool)
    mark(recorder, "preflight")
    tell(recorder, "r01", status="failed", msg="no answer")
    end(recorder)

    assert state_in_fleet(sqlite_file) == [("r01", "deployed")]


def test_without_a_record_nothing_is_taken_back_and_a_failure_is_told(tmp_path: Path, spool: Path) -> None:
    recorder = begin(str(tmp_path / "missing" / "audit.sqlite3"), spool)
    tell(recorder, "r01", {"server": SERVER}, status="ok")
    mark(recorder, "discover", server_state="discovered")
    mark(recorder, "bios")
    tell(recorder, "r01", status="failed", msg="it broke")
    end(recorder)

    spooled = recorder.journal.spool.path.read_text()
    assert '"state": "discovered"' not in spooled
    assert '"state": "failed in bios"' in spooled
