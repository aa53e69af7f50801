# SPDX-License-Identifier: GPL-3.0-or-later
"""A BMC over IPMI that can be restarted and has a power restore policy, on pyghmi's server: ipmi_sim has neither."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.modules import bmc_power_policy, bmc_reset
from tests.support.playbook import ROOT

ADDRESS, PORT = "127.0.63.31", 6232

pytestmark = pytest.mark.peer


@pytest.fixture
def told(tmp_path):
    """Start it; return a function that gives the lines it has written."""
    log = tmp_path / "log"
    command = [sys.executable, "-m", "tests.support.ipmi_bmc", ADDRESS, str(PORT), "admin", "password", "settable"]
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=file)
    deadline = time.monotonic() + 60
    while "ready" not in log.read_text() and time.monotonic() < deadline:
        time.sleep(0.1)
    yield lambda: log.read_text().split()
    process.terminate()
    process.wait(10)


def run(door, tmp_path, *, check=False, **options):
    login = {"bmc_host": ADDRESS, "bmc_username": "admin", "bmc_password": "password"}
    login |= {"protocol": "ipmi", "ipmi_port": PORT, "lock_dir": str(tmp_path / "locks")}
    return execute(door, {**login, **options}, Context(check_mode=check, cache_dir=str(tmp_path))).result


def by_ipmitool():
    """Return the policy as ipmitool reads it."""
    command = ["ipmitool", "-I", "lanplus", "-C", "3", "-H", ADDRESS, "-p", str(PORT), "-U", "admin", "-E"]
    environment = {"IPMI_PASSWORD": "password", "PATH": os.environ["PATH"]}
    answer = subprocess.run(
        [*command, "chassis", "status"], env=environment, check=True, timeout=60, capture_output=True, text=True
    )
    (line,) = (line for line in answer.stdout.splitlines() if "Restore Policy" in line)
    return line.rpartition(" ")[2]


def test_power_policy_is_set_over_ipmi_once_and_read_back(told, tmp_path):
    door = bmc_power_policy.DOOR

    planned = run(door, tmp_path, policy="last_state", check=True)
    assert planned["changed"] and planned["protocol"] == "ipmi" and "policy" not in told(), planned

    done = run(door, tmp_path, policy="last_state")
    again = run(door, tmp_path, policy="last_state")
    lacking = run(door, tmp_path, policy="always_on")

    assert done["changed"] and done["policy"] == "last_state" and not done.get("failed"), done
    assert not again["changed"] and again["reason"] == "already set", again
    assert lacking["error_class"] == "NotSupportedError", lacking
    assert "it takes always_off, last_state" in lacking["msg"]
    assert told().count("policy") == 1
    if shutil.which("ipmitool"):
        assert by_ipmitool() == "previous"


def test_bmc_is_restarted_over_ipmi_and_seen_away_and_back(told, tmp_path):
    result = run(bmc_reset.DOOR, tmp_path, wait_interval=1, wait_timeout=240)

    assert result["changed"] and not result.get("failed"), str(result)
    assert "no answer over IPMI" in result["evidence"] or "does not answer" in result["evidence"]
    assert told().count("reset") == 1
