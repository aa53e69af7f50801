# SPDX-License-Identifier: GPL-3.0-or-later
"""One session per BMC and run, none left at its end, however it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest
import yaml

from tests.support.playbook import environment, run_playbook

INFO = {"name": "Look", "hwautomation.baremetal.bmc_info": {"subsets": ["system"]}}
BOOT = {"name": "Boot", "hwautomation.baremetal.bmc_boot": {"target": "pxe"}}


def play(rack, *tasks, **keywords):
    login = {
        "bmc_host": "{{ bmc_host }}",
        "bmc_port": 8443,
        "bmc_username": "{{ bmc_username }}",
        "bmc_password": "{{ bmc_password }}",
        "ca_path": rack.ca_path,
    }
    defaults = {"group/hwautomation.baremetal.bmc": login}
    return [{"hosts": "servers", "gather_facts": False, "module_defaults": defaults, "tasks": list(tasks), **keywords}]


def logins(rack):
    counted = {}
    for entry in rack.journal():
        if entry["method"] == "POST" and entry["path"].rstrip("/").endswith("Sessions"):
            counted.setdefault(entry["server"], []).append(entry["status"])
    return counted


def left(rack):
    return {name: rack.state(name)["sessions"] for name in rack.servers}


@pytest.fixture
def quiet(four_platforms):
    four_platforms.clear_journal()
    return four_platforms


def test_one_session_per_bmc_for_all_tasks(quiet):
    done = run_playbook(play(quiet, INFO, BOOT, INFO, BOOT), quiet.inventory)

    assert done.rc == 0, done.explain()
    assert logins(quiet) == {name: [201] for name in quiet.servers}
    assert left(quiet) == dict.fromkeys(quiet.servers, 0)


def test_no_session_is_left_after_a_failed_play(quiet):
    fail = {"name": "Fail", "ansible.builtin.fail": {"msg": "on purpose"}}

    done = run_playbook(play(quiet, INFO, fail), quiet.inventory)

    assert done.rc != 0
    assert left(quiet) == dict.fromkeys(quiet.servers, 0)


def test_real_module_has_a_session_of_its_own_and_closes_it(quiet):
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    as_module = {**INFO, "environment": {"ANY": "1"}}

    done = run_playbook(play(quiet, as_module, vars=local), quiet.inventory, "--limit", "std")

    assert done.rc == 0, done.explain()
    assert logins(quiet) == {"std": [201]}
    assert left(quiet)["std"] == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["interrupted", "terminated"])
def test_no_session_is_left_after_a_signal(quiet, tmp_path, number):
    pause = {"name": "Wait", "ansible.builtin.command": "sleep 60", "delegate_to": "localhost"}
    path = tmp_path / "play.yml"
    path.write_text(yaml.safe_dump(play(quiet, INFO, pause)))
    command = [sys.executable, "-m", "ansible", "playbook", str(path), "-i", str(quiet.inventory)]
    env = {**environment(tmp_path / "events", (), {}), "ANSIBLE_LOCAL_TEMP": str(tmp_path / "tmp")}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as run:
        for name in quiet.servers:
            quiet.wait(name, lambda state: state["sessions"] == 1)
        time.sleep(0.5)
        run.send_signal(number)
        run.communicate(timeout=240)

    assert run.returncode != 0
    assert left(quiet) == dict.fromkeys(quiet.servers, 0)


def test_killed_run_is_tidied_up_by_the_next_one(quiet, tmp_path):
    pause = {"name": "Wait", "ansible.builtin.command": "sleep 60", "delegate_to": "localhost"}
    path = tmp_path / "play.yml"
    path.write_text(yaml.safe_dump(play(quiet, INFO, pause)))
    command = [sys.executable, "-m", "ansible", "playbook", str(path), "-i", str(quiet.inventory)]
    env = {**environment(tmp_path / "events", (), {}), "ANSIBLE_LOCAL_TEMP": str(tmp_path / "tmp")}
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        for name in quiet.servers:
            quiet.wait(name, lambda state: state["sessions"] == 1)
        run.kill()
    assert left(quiet) == dict.fromkeys(quiet.servers, 1)

    done = run_playbook(play(quiet, INFO), quiet.inventory, env={"ANSIBLE_LOCAL_TEMP": str(tmp_path / "tmp")})

    assert done.rc == 0, done.explain()
    assert left(quiet) == dict.fromkeys(quiet.servers, 0)


def test_session_that_dies_with_the_bmc_is_replaced_once(quiet):
    reset = {"name": "Reset", "hwautomation.baremetal.bmc_reset": {"wait_interval": 0.5}}

    done = run_playbook(play(quiet, INFO, reset, INFO), quiet.inventory, "--limit", "std,dell")

    assert done.rc == 0, done.explain()
    opened = {name: statuses.count(201) for name, statuses in logins(quiet).items()}
    assert opened == {"std": 2, "dell": 2}
    assert left(quiet) == dict.fromkeys(quiet.servers, 0)


def test_files_of_a_session_are_private(quiet, tmp_path):
    seen = tmp_path / "seen"
    look = {
        "name": "List",
        "ansible.builtin.shell": (
            f"find {tmp_path}/tmp -path '*bmc_sessions*' -name '*.json' -printf '%m\\n' > {seen};"
            f" grep -rl rack-test-1 {tmp_path}/tmp/*/bmc_sessions || true"
        ),
        "delegate_to": "localhost",
        "run_once": True,
    }
    done = run_playbook(play(quiet, INFO, look), quiet.inventory, env={"ANSIBLE_LOCAL_TEMP": str(tmp_path / "tmp")})

    assert done.rc == 0, done.explain()
    assert seen.read_text().split() == ["600"] * len(quiet.servers)
    assert done.results(task="List")[0].result["stdout"] == ""
