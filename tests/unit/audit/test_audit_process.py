# SPDX-License-Identifier: GPL-3.0-or-later
"""Alive, gone, or not to be known from here: judged from real processes."""

from __future__ import annotations

import os
import subprocess
import sys
import typing as t
from datetime import timedelta

import pytest

from ansible_collections.hwautomation.baremetal.extensions.audit.clock import stamp, utc_now
from ansible_collections.hwautomation.baremetal.extensions.audit.origin import (
    awx_facts,
    command_line,
    git_facts,
    launcher,
)
from ansible_collections.hwautomation.baremetal.extensions.audit.process import STALE_AFTER, identity, verdict
from ansible_collections.hwautomation.baremetal.extensions.audit.redact import Redactor

NOW = utc_now()


def run(**changed: t.Any) -> dict[str, t.Any]:
    return {"at": stamp(NOW), **identity(), **changed}


def test_this_process_lives() -> None:
    assert verdict(run(), None, NOW) is None


def test_process_that_ended_is_gone_for_certain() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])  # noqa: S603
    process.wait()

    judged = verdict(run(pid=process.pid), None, NOW)

    assert judged is not None and judged.certain
    assert f"process {process.pid}" in judged.reason


def test_another_process_with_the_same_pid_is_not_the_run() -> None:
    judged = verdict(run(process_started="1"), None, NOW)

    assert judged is not None and judged.certain


def test_zombie_is_gone() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    try:
        judged = verdict(run(pid=child, process_started="1"), None, NOW)
        assert judged is not None and judged.certain
    finally:
        os.waitpid(child, 0)


def test_controller_that_was_restarted() -> None:
    judged = verdict(run(boot_id="another"), None, NOW)

    assert judged is not None and judged.certain
    assert "was restarted" in judged.reason


@pytest.mark.parametrize("elsewhere", [{"controller": "other-host"}, {"pid_namespace": "pid:[1]"}])
def test_run_out_of_sight_is_judged_by_its_heartbeat_and_never_for_certain(elsewhere: dict[str, str]) -> None:
    fresh, stale = stamp(NOW - timedelta(minutes=5)), stamp(NOW - STALE_AFTER - timedelta(minutes=5))

    assert verdict(run(**elsewhere), fresh, NOW) is None
    judged = verdict(run(**elsewhere), stale, NOW)

    assert judged is not None and not judged.certain
    assert "no sign of life" in judged.reason


def test_awx_facts_by_both_prefixes_and_from_the_environment() -> None:
    assert awx_facts({"tower_user_name": "carol", "awx_job_id": 7}, {"JOB_ID": "9"}) == {
        "awx_user": "carol",
        "awx_job_id": "7",
        "awx_workflow_job_id": None,
        "awx_job_template": None,
        "awx_launch_type": None,
        "job": "7",
    }
    assert awx_facts({}, {"JOB_ID": "9"})["job"] == "9"
    assert launcher({}, awx_facts({}, {})) == "cli"
    assert launcher({"ANSIBLE_STDOUT_CALLBACK": "awx_display"}, awx_facts({}, {})) == "runner"


def test_command_line_keeps_everything_but_secrets() -> None:
    words = [
        "ansible-playbook",
        "site.yml",
        "-e",
        "bmc_password=canary",
        "-e",
        '{"api_key": "canary"}',
        "--limit",
        "r*",
    ]

    told = command_line(words, Redactor())

    assert "canary" not in told
    assert told.startswith("ansible-playbook site.yml -e ")
    assert told.endswith("--limit 'r*'")


def test_directory_outside_a_repository_falls_back_to_what_awx_checked_out() -> None:
    assert git_facts("/", "feedbeef") == {"git_revision": "feedbeef", "git_dirty": None}
