# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback inside real playbook runs: what it records, what it shows, what it survives. Needs no rack."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.hwautomation.baremetal.extensions.audit.clock import utc_now
from ansible_collections.hwautomation.baremetal.extensions.audit.database import connect
from ansible_collections.hwautomation.baremetal.extensions.audit.filters import make_filter
from ansible_collections.hwautomation.baremetal.extensions.audit.migrate import upgrade
from ansible_collections.hwautomation.baremetal.extensions.audit.queries.registry import QUESTIONS
from ansible_collections.hwautomation.baremetal.extensions.audit.verify import verify
from tests.support.playbook import ROOT, PlayResult, environment, run_playbook

CALLBACK = "hwautomation.baremetal.audit"
CANARY = "Canary5ecret"


def inventory(count: int, **variables: t.Any) -> dict[str, t.Any]:
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    hosts = {f"r{number:02d}": {} for number in range(1, count + 1)}
    return {"all": {"vars": {**local, **variables}, "hosts": hosts}}


def play(*tasks: dict[str, t.Any], **more: t.Any) -> list[dict[str, t.Any]]:
    return [{"name": "Audited", "hosts": "all", "gather_facts": False, **more, "tasks": list(tasks)}]


def audited(database: str, playbook: t.Any, hosts: t.Any, *args: str, **options: t.Any) -> PlayResult:
    env = {"HWAUTOMATION_AUDIT_DATABASE": database, **options.pop("env", {})}
    return run_playbook(playbook, hosts, *args, callbacks=[CALLBACK], env=env, **options)


def query(database: str, sql: str) -> list[dict[str, t.Any]]:
    with sqlite3.connect(database) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql)]


def ask(database: str, question: str, **options: t.Any) -> list[dict[str, t.Any]]:
    with connect(database, read_only=True) as connection:
        return QUESTIONS[question].ask(connection, make_filter(options, utc_now()))


def findings(database: str) -> list[t.Any]:
    with connect(database, read_only=True) as connection:
        return list(verify(connection).findings)


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "audit.sqlite3")


ASSERT = {"name": "Holds", "ansible.builtin.assert": {"that": [True]}}
FAIL_R02 = {"name": "Breaks", "ansible.builtin.fail": {"msg": "no power"}, "when": "inventory_hostname == 'r02'"}


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


def test_audit_required_stops_before_the_first_task(tmp_path: Path) -> None:
    missing = str(tmp_path / "no" / "audit.sqlite3")

    done = audited(missing, play(ASSERT), inventory(1), env={"HWAUTOMATION_AUDIT_REQUIRED": "true"})

    assert done.rc != 0
    assert done.tasks == ()
    assert "cannot be recorded" in done.stderr and "does not exist" in done.stderr
    assert "Traceback" not in done.stderr


def test_unusable_database_does_not_break_the_play(tmp_path: Path) -> None:
    state = tmp_path / "state"

    done = audited(
        str(tmp_path / "no" / "audit.sqlite3"), play(ASSERT), inventory(2), env={"XDG_STATE_HOME": str(state)}
    )

    assert done.rc == 0
    assert len(done.tasks) == 2
    assert "its audit rows go to" in done.stderr
    assert "NOT whole in the audit database" in done.stderr
    assert len(list((state / "hwautomation" / "spool").glob("*.jsonl"))) == 1


@pytest.mark.parametrize("library", ["sqlalchemy", "alembic"])
def test_missing_library_is_named_and_the_play_goes_on(library: str, database: str, tmp_path: Path) -> None:
    (tmp_path / "shadow").mkdir()
    (tmp_path / "shadow" / f"{library}.py").write_text(f"raise ImportError('hidden', name='{library}')")
    env = {"PYTHONPATH": str(tmp_path / "shadow"), "XDG_STATE_HOME": str(tmp_path / "state")}

    done = audited(database, play(ASSERT), inventory(1), env=env)

    assert done.rc == 0
    assert f"library {library}" in done.stderr
    assert "pip install" in done.stderr


def test_new_run_records_what_became_of_a_killed_one(database: str, tmp_path: Path) -> None:
    process, events = started(database, tmp_path, 3)
    wait_for(lambda: events.exists() and events.read_text().count("\n") >= 1)
    kill(process)

    assert [run["status"] for run in ask(database, "runs")] == ["interrupted"]
    assert query(database, "SELECT * FROM run_ends") == []
    audited(database, play(ASSERT), inventory(1))

    end = query(database, "SELECT status, reason, closed_by FROM run_ends ORDER BY at LIMIT 1")[0]
    assert end["status"] == "interrupted"
    assert "is gone" in end["reason"]
    assert findings(database) == []


KILLS = int(os.environ.get("HWAUTOMATION_AUDIT_KILLS", "6"))


def test_kill_at_any_moment_loses_nothing_that_was_finished(database: str, tmp_path: Path) -> None:
    upgrade(database)
    chance = random.Random(20261123)  # noqa: S311
    for number in range(KILLS):
        directory = tmp_path / str(number)
        directory.mkdir()
        process, events = started(database, directory, 4)
        wait_for(lambda events=events: events.exists())
        time.sleep(chance.uniform(0, 1.2))
        kill(process)

        finished = [line for line in events.read_text().splitlines() if line.endswith("}")]
        run_id = query(database, "SELECT MAX(run_id) AS run_id FROM runs")[0]["run_id"]
        recorded = query(database, f"SELECT COUNT(*) AS n FROM results WHERE run_id = '{run_id}'")[0]["n"]
        # json_lines hears of each event before this callback does: one may be in flight.
        assert recorded >= len(finished) - 1
        assert query(database, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert findings(database) == []


def started(database: str, directory: Path, hosts: int) -> tuple[subprocess.Popen[bytes], Path]:
    """Start a run of many small tasks in a process group of its own."""
    playbook, where, events = directory / "play.yml", directory / "hosts.yml", directory / "events.jsonl"
    playbook.write_text(yaml.safe_dump(play(*[{**ASSERT, "name": f"Task {number}"} for number in range(60)])))
    where.write_text(yaml.safe_dump(inventory(hosts)))
    env = environment(events, [CALLBACK], {"HWAUTOMATION_AUDIT_DATABASE": database})
    command = [sys.executable, "-m", "ansible", "playbook", str(playbook), "-i", str(where)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env=env, start_new_session=True, stdout=quiet, stderr=quiet)  # noqa: S603
    return process, events


def kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(condition: t.Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen")
        time.sleep(0.02)


def test_several_runs_at_once_share_one_file(database: str, tmp_path: Path) -> None:
    running = []
    for number in range(4):
        directory = tmp_path / str(number)
        directory.mkdir()
        running.append(started(database, directory, 3)[0])

    assert [process.wait(timeout=240) for process in running] == [0] * 4

    assert query(database, "SELECT COUNT(*) AS n FROM results") == [{"n": 4 * 3 * 60}]
    assert [run["status"] for run in ask(database, "runs")] == ["completed"] * 4
    assert not (tmp_path / "spool").exists()
    assert findings(database) == []


SECRETS = {
    "bmc_password": f"{CANARY}1",
    "maas_api_key": f"{CANARY}2:{CANARY}:{CANARY}",
    "snmp_community_string": f"{CANARY}3",
}


def test_no_canary_reaches_the_database_or_the_spool(tmp_path: Path) -> None:
    tasks = [
        {"name": "Hidden", "ansible.builtin.debug": {"msg": f"{CANARY}4"}, "no_log": True},
        {"name": "Seen elsewhere", "ansible.builtin.debug": {"msg": "login root/{{ bmc_password }} refused"}},
        {"name": "URL", "ansible.builtin.debug": {"msg": f"https://root:{CANARY}5@127.1.0.11/redfish/v1"}},
        {"name": "Bearer", "ansible.builtin.debug": {"msg": f"Authorization: Bearer {CANARY}6{CANARY}"}},
        {"name": "Key", "ansible.builtin.set_fact": {"reply": {"Password": f"{CANARY}7", "ok": True}}},
        {"name": "Command", "ansible.builtin.command": f"echo --password {CANARY}8", "changed_when": True},
        {"name": "Loop", "ansible.builtin.debug": {"msg": "{{ item }}"}, "loop": [f"token={CANARY}9"]},
        {"name": "Breaks", "ansible.builtin.fail": {"msg": "refused: {{ maas_api_key }}"}, "ignore_errors": True},
        {"name": f"Name with token={CANARY}10", "ansible.builtin.debug": {"msg": "x"}},
        {
            "name": "User data",
            "ansible.builtin.debug": {"msg": f"#cloud-config\nusers:\n- passwd: {CANARY}11\n"},
        },
    ]
    for database in (tmp_path / "audit.sqlite3", tmp_path / "missing" / "audit.sqlite3"):
        audited(
            str(database),
            play(*tasks),
            inventory(2, **SECRETS),
            "-vvvv",
            "-e",
            f"secret_token={CANARY}12",
            "-e",
            json.dumps({"admin_passphrase": f"{CANARY}13"}),
            env={"XDG_STATE_HOME": str(tmp_path / "state")},
        )

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".sqlite3", ".jsonl"}
    leaks = [line[:300] for path in files for line in path.read_bytes().split(b"\n") if CANARY.encode() in line]
    assert leaks == []
    assert len(query(str(tmp_path / "audit.sqlite3"), "SELECT * FROM results")) == 2 * len(tasks)


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
    env = environment(events, [CALLBACK], {"HWAUTOMATION_AUDIT_DATABASE": database})
    command = [sys.executable, "-m", "ansible", "playbook", str(playbook), "-i", str(where)]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # noqa: S603
    wait_for(lambda: events.exists() and events.read_text().count('"done"') >= 2)
    run_id = query(database, "SELECT run_id FROM runs")[0]["run_id"]
    assert [run["status"] for run in ask(database, "unended")] == ["running"]

    asked = audited(
        database, "hwautomation.baremetal.cancel", None, extra_vars={"run_id": run_id, "reason": "wrong rack"}
    )
    gate.touch()
    output, _unused = process.communicate(timeout=120)

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


def test_awx_variables_say_who_and_join_the_slices_of_a_job(database: str) -> None:
    names = {"awx_user_name": "carol", "awx_job_template_name": "provision", "awx_job_launch_type": "manual"}
    for number in (1, 2):
        job = {**names, "awx_job_id": 100 + number, "awx_workflow_job_id": 100}
        audited(database, play(ASSERT), inventory(1), extra_vars=job, env={"JOB_ID": str(100 + number)})

    runs = query(database, "SELECT awx_user, awx_job_id, job, awx_job_template, launcher FROM runs ORDER BY run_id")

    assert runs == [
        {"awx_user": "carol", "awx_job_id": job, "job": "100", "awx_job_template": "provision", "launcher": "awx"}
        for job in ("101", "102")
    ]
    asked = audited(database, "hwautomation.baremetal.cancel", None, extra_vars={"run_id": "100"})
    assert asked.rc == 0, asked.explain()
    assert query(database, "SELECT target FROM cancel_requests") == [{"target": "100"}]


def test_recorded_under_ansible_runner_as_awx_lays_it_out(tmp_path: Path) -> None:
    runner = pytest.importorskip("ansible_runner", reason="ansible-runner is not installed: AWX's way is not tested")
    for name in ("project", "inventory", "env"):
        (tmp_path / name).mkdir()
    (tmp_path / "project" / "site.yml").write_text(yaml.safe_dump(play(ASSERT, FAIL_R02)))
    (tmp_path / "inventory" / "hosts.json").write_text(json.dumps(inventory(3)))
    database = str(tmp_path / "audit.sqlite3")
    env = environment(tmp_path / "events.jsonl", [CALLBACK], {"HWAUTOMATION_AUDIT_DATABASE": database})
    settings = {name: value for name, value in env.items() if name.startswith(("ANSIBLE_", "HWAUTOMATION_"))}
    (tmp_path / "env" / "envvars").write_text(yaml.safe_dump(settings))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    done = runner.run(private_data_dir=str(tmp_path), playbook="site.yml", quiet=True, envvars={"PATH": path})

    assert (done.status, done.rc) == ("failed", 2)
    assert query(database, "SELECT launcher FROM runs") == [{"launcher": "runner"}]
    assert query(database, "SELECT COUNT(*) AS n FROM results") == [{"n": 6}]
    assert "audit: run" in (tmp_path / "artifacts" / str(done.config.ident) / "stdout").read_text()


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
