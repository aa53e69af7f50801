# SPDX-License-Identifier: GPL-3.0-or-later
"""Under AWX and ansible-runner. Needs no rack."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.audited_plays import ASSERT, CALLBACK, FAIL_R02, audited, inventory, play, query
from tests.support.playbook import environment


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
