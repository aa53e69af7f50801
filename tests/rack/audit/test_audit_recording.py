# SPDX-License-Identifier: GPL-3.0-or-later
"""What the callback records of real playbook runs. Needs no rack."""

from __future__ import annotations

import subprocess
from pathlib import Path

import yaml

from tests.support.audited_plays import ASSERT, FAIL_R02, ask, audited, findings, inventory, play, query
from tests.support.playbook import ROOT


def test_run_hosts_tasks_and_results_are_recorded(database: str) -> None:
    done = audited(database, play(ASSERT, FAIL_R02), inventory(3), "--limit", "r01,r02", "--diff", check=True)

    assert done.rc == 2, done.explain()
    run = ask(database, "runs")[0]
    assert (run["status"], run["reason"]) == ("failed", "1 of 2 hosts failed")
    assert (run["check_mode"], run["diff_mode"], run["host_limit"]) == (True, True, "r01,r02")
    assert run["command_line"].startswith("ansible playbook ") or run["command_line"].startswith("__main__.py")
    assert run["collection_version"] == yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    assert query(database, "SELECT host, state, ok, failed, message FROM host_states ORDER BY host") == [
        {"host": "r01", "state": "ok", "ok": 1, "failed": 0, "message": None},
        {"host": "r02", "state": "failed", "ok": 1, "failed": 1, "message": "no power"},
    ]
    assert query(
        database, "SELECT t.name, r.host, r.status FROM results r JOIN tasks t ON t.seq = r.task ORDER BY 1, 2"
    ) == [
        {"name": "Breaks", "host": "r01", "status": "skipped"},
        {"name": "Breaks", "host": "r02", "status": "failed"},
        {"name": "Holds", "host": "r01", "status": "ok"},
        {"name": "Holds", "host": "r02", "status": "ok"},
    ]
    assert findings(database) == []


def test_git_revision_of_the_project_is_recorded(database: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    playbook = project / "site.yml"
    playbook.write_text(yaml.safe_dump(play(ASSERT)))
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(project)]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *command], check=True)  # noqa: S603
    revision = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603

    audited(database, playbook, inventory(1))
    playbook.write_text(playbook.read_text() + "\n# changed\n")
    audited(database, playbook, inventory(1))

    runs = query(database, "SELECT git_revision, git_dirty FROM runs ORDER BY run_id")
    assert runs == [{"git_revision": revision, "git_dirty": 0}, {"git_revision": revision, "git_dirty": 1}]


def test_rescued_failure_without_a_word_is_a_failure(database: str) -> None:
    block = {"name": "Try", "block": [FAIL_R02], "rescue": [{"name": "Hide it", **ASSERT}]}

    done = audited(database, play(block), inventory(2))

    assert done.rc == 0, "Ansible calls it a success"
    assert [run["status"] for run in ask(database, "runs")] == ["failed"]
    assert query(database, "SELECT status FROM results WHERE host = 'r02' AND status = 'rescued'")


def test_digest_of_each_run_is_kept_where_it_was_asked_for(database: str, tmp_path: Path) -> None:
    log = tmp_path / "digests"

    audited(database, play(ASSERT), inventory(1), env={"HWAUTOMATION_AUDIT_DIGEST_LOG": str(log)})

    run_id, status, digest = log.read_text().split()
    assert status == "completed"
    assert query(database, "SELECT run_id, hash FROM run_ends") == [{"run_id": run_id, "hash": digest}]


def test_attempts_of_a_polled_task_report_progress_and_changes_only_once(database: str, tmp_path: Path) -> None:
    plugins = tmp_path / "action_plugins"
    plugins.mkdir()
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "polled.py").write_text("")
    (plugins / "polled.py").write_text(
        "from ansible.plugins.action import ActionBase\n"
        "class ActionModule(ActionBase):\n"
        "    def run(self, tmp=None, task_vars=None):\n"
        "        result = super().run(tmp, task_vars)\n"
        "        change = {'component': 'BMC', 'before': '1', 'wanted': '2', 'after': '2', 'outcome': 'applied'}\n"
        "        stage = {'name': 'firmware', 'state': 'started', 'percent': 40}\n"
        "        result.update(changed=True, audit={'firmware_changes': [change], 'stage': stage})\n"
        "        return result\n"
    )
    task = {"name": "Poll", "polled": {}, "register": "poll", "until": "poll.attempts == 3", "retries": 3, "delay": 0}
    playbook = tmp_path / "play.yml"
    playbook.write_text(yaml.safe_dump(play(task)))

    done = audited(database, playbook, inventory(1))

    assert done.rc == 0, done.explain()
    assert query(database, "SELECT COUNT(*) AS n FROM firmware_changes") == [{"n": 1}]
    assert query(database, "SELECT percent FROM stages") == [{"percent": 40}] * 3
