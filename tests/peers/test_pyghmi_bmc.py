# SPDX-License-Identifier: GPL-3.0-or-later
"""A BMC over IPMI that can be restarted, on pyghmi's server: ipmi_sim cannot."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.modules.bmc_reset import DOOR
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


def test_bmc_is_restarted_over_ipmi_and_seen_away_and_back(told, tmp_path):
    options = {"bmc_host": ADDRESS, "bmc_username": "admin", "bmc_password": "password", "ipmi_port": PORT}
    options |= {"protocol": "ipmi", "wait_interval": 1, "wait_timeout": 240, "lock_dir": str(tmp_path / "locks")}

    result = execute(DOOR, options, Context(cache_dir=str(tmp_path))).result

    assert result["changed"] and not result.get("failed"), str(result)
    assert "no answer over IPMI" in result["evidence"] or "does not answer" in result["evidence"]
    assert told().count("reset") == 1
