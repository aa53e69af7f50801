# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job on the demo's rack of twelve: looked at first, then done, then found done."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.playbook import ROOT, PlayResult, run_playbook
from tests.support.provisioning import STAGES, Site, site_of
from tests.support.rack import Rack

pytestmark = pytest.mark.slow

REPORT = "hwautomation.baremetal.audit_report"
RELEASE = "hwautomation.baremetal.release_machine"


@dataclass(frozen=True)
class Sessions:
    """Of one run and by server: sessions opened, and sessions left at its end."""

    opened: dict[str, int]
    left: dict[str, int]

    @classmethod
    def of(cls, rack: Rack) -> Sessions:
        logins = [row["server"] for row in rack.journal() if row["session"] and row["method"] == "POST"]
        return cls(
            {name: logins.count(name) for name in rack.servers},
            {name: rack.state(name)["sessions"] for name in rack.servers},
        )


@dataclass(frozen=True)
class Story:
    """Three runs one after the other, and the writes and sessions that the rack saw during each."""

    site: Site
    looked: PlayResult
    done: PlayResult
    again: PlayResult
    writes: dict[str, list[dict[str, Any]]]
    sessions: dict[str, Sessions]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    rack = Rack.start(folder / "rack", rack_yml=ROOT / "inventory" / "lab" / "rack.yml", clock="scaled:1000")
    try:
        site = site_of(rack, folder)
        runs: dict[str, PlayResult] = {}
        writes: dict[str, list[dict[str, Any]]] = {}
        sessions: dict[str, Sessions] = {}
        for name, options in {"looked": {"check": True, "diff": True}, "done": {}, "again": {}}.items():
            rack.clear_journal()
            runs[name] = site.run(**options)
            writes[name] = rack.journal(writes=True)
            sessions[name] = Sessions.of(rack)
        yield Story(site, **runs, writes=writes, sessions=sessions)
    finally:
        rack.stop()


def test_check_on_a_fresh_rack_writes_nothing_and_succeeds(story: Story) -> None:
    assert story.looked.rc == 0, story.looked.explain()
    assert story.writes["looked"] == []


def test_check_on_a_fresh_rack_shows_every_change_of_every_server(story: Story) -> None:
    for server in story.site.rack.servers:
        changes: dict[str, list[dict[str, Any]]] = {}
        for item in story.looked.results(server):
            for kind, rows in (item.result.get("audit") or {}).items():
                if isinstance(rows, list):
                    changes.setdefault(kind, []).extend(rows)
        steps = [
            step["text"]
            for item in story.looked.results(server, action="maas_machine")
            for step in item.result.get("plan", {}).get("steps", [])
        ]

        assert all(row["before"] and row["wanted"] for row in changes["firmware_changes"]), server
        assert all(row["outcome"] == "planned" for row in changes["bios_changes"]), server
        assert any(text.startswith("create ") for text in steps), (server, steps)
        assert any("deploy" in text for text in steps), (server, steps)


def test_check_on_a_fresh_rack_prints_old_and_new(story: Story) -> None:
    text = story.looked.stdout

    assert '-    "bios": "1.8.2",' in text
    assert '+    "bios": "1.9.1",' in text
    assert "restart the host so that bios 1.9.1 becomes active" in text


def test_run_deploys_every_server(story: Story) -> None:
    assert story.done.rc == 0, story.done.explain()
    states = {name: story.site.rack.state(name)["os"] for name in story.site.rack.servers}
    assert len(states) == 12
    assert all(state and "ubuntu" in state for state in states.values()), states
    finals = {item.host: item.result["machine"]["status_name"] for item in story.done.results(action="maas_machine")}
    assert set(finals.values()) == {"Deployed"}


def test_run_records_every_stage_of_every_server(story: Story) -> None:
    run = story.site.ask("SELECT run_id FROM runs WHERE check_mode = 0 ORDER BY run_id")[0][0]
    rows = story.site.ask("SELECT host, name, state FROM stage_states WHERE run_id = ?", run)

    assert {(host, name) for host, name, _state in rows} == {
        (host, name) for host in story.site.rack.servers for name in STAGES
    }
    assert {state for _host, _name, state in rows} == {"done"}


def test_run_leaves_an_answer_to_which_attributes_changed_when_by_whom_from_what_to_what(story: Story) -> None:
    rows = story.site.ask(
        "SELECT item, before, wanted, after, outcome, at, who FROM changes"
        " WHERE host = 'r01' AND kind = 'bios' AND outcome = 'applied'"
    )

    assert rows
    assert all(after == wanted != before and at and who for _item, before, wanted, after, _outcome, at, who in rows)


def test_second_run_reads_firmware_and_bios_once_and_the_first_again_after_its_changes(story: Story) -> None:
    for run, readings in ((story.done, 3), (story.again, 1)):
        for action in ("bios_settings", "firmware_info"):
            read = [item.host for item in run.results(action=action) if item.status != "skipped"]
            assert {host: read.count(host) for host in story.site.rack.servers} == dict.fromkeys(
                story.site.rack.servers, readings
            ), action


def test_second_run_still_judges_what_it_read(story: Story) -> None:
    verdicts = [item.result["verdicts"] for item in story.again.results(action="boarding_verdict")]

    assert len(verdicts) == 12
    assert {row["outcome"] for rows in verdicts for row in rows if row["name"].endswith(("baseline", "template"))} == {
        "pass"
    }


def test_second_run_changes_nothing_and_writes_nothing(story: Story) -> None:
    assert story.again.rc == 0, story.again.explain()
    assert story.again.changed() == dict.fromkeys(story.site.rack.servers, 0)
    assert story.writes["again"] == []


@pytest.mark.parametrize(("run", "most"), [("looked", 1), ("done", 2), ("again", 1)])
def test_run_has_one_session_per_bmc_and_leaves_none(story: Story, run: str, most: int) -> None:
    """All tasks of a run share it. One that changes the BMC's firmware has another after the BMC's restart."""
    opened, left = story.sessions[run].opened, story.sessions[run].left

    assert left == dict.fromkeys(story.site.rack.servers, 0)
    assert set(opened.values()) == {most}, opened


def test_report_of_changes_is_written_as_a_file(story: Story, tmp_path: Path) -> None:
    wanted = {"report": "changes", "server": "r01", "form": "csv", "dest": str(tmp_path / "changes.csv")}

    play = run_playbook(REPORT, extra_vars={**wanted, "database": str(story.site.database)})

    assert play.rc == 0, play.explain()
    with (tmp_path / "changes.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["kind"] for row in rows} >= {"bios", "firmware", "maas"}


def test_machine_is_released_only_when_allowed(story: Story) -> None:
    rack = story.site.rack
    rack.clear_journal()

    refused = story.site.run(RELEASE, "--limit", "r01")
    seen = rack.journal(writes=True)
    released = story.site.run(RELEASE, "--limit", "r01", extra_vars={"maas_release_allow_release": True})

    assert refused.rc == 2 and refused.failures()[0].result["needs"] == ["allow_release"], refused.explain()
    assert seen == []
    assert released.rc == 0, released.explain()
    assert released.results("r01", action="maas_machine")[0].result["machine"]["status_name"] == "Ready"
    assert [name for name in rack.servers if rack.state(name)["power_state"] == "Off"] == ["r01"]
