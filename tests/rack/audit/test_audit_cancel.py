# SPDX-License-Identifier: GPL-3.0-or-later
"""A run is asked to stop, cleans up and is taken up again, with the marks of the user's own playbook. Needs no rack."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.support.audited_plays import ask, audited, findings, inventory, launched, play, query, wait_for
from tests.support.playbook import run_playbook

CHECKPOINTS = [
    {"name": "One begins", "hwautomation.baremetal.checkpoint": {"stage": "one", "effect": True}, "register": "one"},
    {
        "name": "One",
        "when": "not one.skip",
        "block": [
            {"hwautomation.baremetal.stage": {"name": "one", "index": 1, "total": 2, "state": "started"}},
            {"hwautomation.baremetal.stage": {"name": "one", "index": 1, "total": 2, "state": "done"}},
        ],
    },
    {"name": "Wait", "ansible.builtin.wait_for": {"path": "{{ gate }}", "sleep": 1, "timeout": 60}},
    {
        "name": "Two",
        "block": [
            {
                "name": "Two begins",
                "hwautomation.baremetal.checkpoint": {"stage": "two", "effect": True},
                "register": "two",
            },
            {"hwautomation.baremetal.stage": {"name": "two", "index": 2, "total": 2, "state": "started"}},
            {"hwautomation.baremetal.stage": {"name": "two", "index": 2, "total": 2, "state": "done"}},
        ],
        "rescue": [
            {"name": "Clean up", "ansible.builtin.debug": {"msg": "cleaned"}},
            {"name": "Still a failure", "ansible.builtin.fail": {"msg": "{{ ansible_failed_result.msg }}"}},
        ],
    },
]


def test_cancelled_run_cleans_up_and_its_resumption_skips_what_was_done(database: str, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    playbook, where, events = tmp_path / "play.yml", tmp_path / "hosts.yml", tmp_path / "events.jsonl"
    playbook.write_text(yaml.safe_dump(play(*CHECKPOINTS, vars={"gate": str(gate)})))
    where.write_text(yaml.safe_dump(inventory(2)))
    process = launched(database, tmp_path, playbook, where)
    wait_for(lambda: events.exists() and events.read_text().count('"done"') >= 2)
    run_id = query(database, "SELECT run_id FROM runs")[0]["run_id"]
    assert [run["status"] for run in ask(database, "unended")] == ["running"]

    asked = audited(
        database, "hwautomation.baremetal.cancel", None, extra_vars={"run_id": run_id, "reason": "wrong rack"}
    )
    gate.touch()
    process.wait(timeout=600)
    output = (tmp_path / "output").read_text()

    assert asked.rc == 0, asked.explain()
    assert process.returncode == 2, output
    assert "wrong rack" in output and "RunCancelled" in output
    run = next(run for run in ask(database, "runs") if run["run_id"] == run_id)
    assert run["status"] == "cancelled"
    assert "wrong rack" in run["reason"]
    assert "Clean up" in events.read_text()
    assert query(database, f"SELECT 1 FROM stages WHERE run_id = '{run_id}' AND name = 'two'") == []

    resumed = audited(database, playbook, where, extra_vars={"resume_run": run_id})

    assert resumed.rc == 0, resumed.explain()
    first, second = resumed.results("r01", action="checkpoint")
    assert (first.result["skip"], first.result["finished_stage"]["run_id"]) == (True, run_id)
    assert (second.result["skip"], second.result["finished_stage"]) == (False, None)
    latest = ask(database, "runs")[0]
    assert (latest["resume_of"], latest["status"]) == (run_id, "completed")
    assert findings(database) == []


def test_checkpoint_without_a_record_lets_the_run_go_on(tmp_path: Path) -> None:
    done = run_playbook(play({"hwautomation.baremetal.checkpoint": {"stage": "one"}}), inventory(1))

    assert done.rc == 0, done.explain()
    assert done.results()[0].result["skip"] is False
    assert "cancel requests are not seen" in done.stderr
