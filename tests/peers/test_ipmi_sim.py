# SPDX-License-Identifier: GPL-3.0-or-later
"""The BMC doors against OpenIPMI's ipmi_sim, an IPMI BMC that is not ours and speaks no Redfish."""

from __future__ import annotations

import asyncio
import importlib
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.scan import Sweep, scan

MODULES = "ansible_collections.hwautomation.baremetal.plugins.modules"
SETUP = Path(__file__).resolve().parents[2].parent / "shared" / "emulator-configs" / "ipmi_sim"
ADDRESS, PORT = "127.0.63.21", 623

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def bmc(tmp_path_factory):
    """Return the folder of a running ipmi_sim; its file ``chassis`` tells what really happened."""
    if shutil.which("ipmi_sim") is None:
        pytest.skip("ipmi_sim is not installed (Debian package openipmi)")
    if not SETUP.is_dir():
        pytest.skip("its set-up is not beside the project (shared/emulator-configs/ipmi_sim)")
    folder = tmp_path_factory.mktemp("sim") / "bmc"
    folder.mkdir()
    made = subprocess.run(
        ["sh", str(SETUP / "gen.sh"), str(folder), ADDRESS, str(PORT), "admin", "password", "SN1"],
        capture_output=True,
        text=True,
        check=True,
    )
    command = made.stdout.split()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    ) as sim:
        time.sleep(1)
        if sim.poll() is not None:
            pytest.skip(f"ipmi_sim did not start at {ADDRESS}:{PORT} (port 623 needs root)")
        yield folder
        sim.terminate()


def run(door, tmp_path, *, check=False, **options):
    arguments = {"bmc_host": ADDRESS, "bmc_username": "admin", "bmc_password": "password", "protocol": "ipmi"}
    if door == "bmc_power":
        arguments |= {"wait_timeout": 4, "wait_interval": 0.5}
    context = Context(check_mode=check, diff=True, cache_dir=str(tmp_path))
    answer = execute(importlib.import_module(f"{MODULES}.{door}").DOOR, {**arguments, **options}, context)
    return {**answer.result, "warnings": list(answer.warnings)}


def chassis(folder):
    return dict(line.split("=", 1) for line in (folder / "chassis").read_text().split())


def test_power_is_a_state_over_ipmi_too(bmc, tmp_path):
    run("bmc_power", tmp_path, state="off", graceful=False, allow_reboot=True)

    planned = run("bmc_power", tmp_path, state="on", check=True)
    assert planned["changed"] and chassis(bmc)["power"] == "0"

    first = run("bmc_power", tmp_path, state="on")
    assert first["changed"] and first["protocol"] == "ipmi", first
    assert chassis(bmc)["power"] == "1"

    again = run("bmc_power", tmp_path, state="on")
    assert not again["changed"] and again["reason"] == "already on"

    off = run("bmc_power", tmp_path, state="off", graceful=False, allow_reboot=True)
    assert off["changed"] and chassis(bmc)["power"] == "0"


def test_boot_device_over_ipmi(bmc, tmp_path):
    # ipmi_sim loses the persistent bit when it is read back, and tells of every device that it is persistent.
    first = run("bmc_boot", tmp_path, target="pxe", enabled="continuous")

    assert first["changed"] and first["protocol"] == "ipmi", first
    assert chassis(bmc)["boot"] == "pxe"


def test_what_ipmi_tells_is_in_the_same_form(bmc, tmp_path):
    result = run("bmc_info", tmp_path)

    assert result["protocol"] == "ipmi" and result["platform"] == "generic"
    assert result["facts"]["bmc"]["macs"] == ["52:54:00:aa:bb:01"]
    assert result["facts"]["bmc"]["firmware"]
    assert result["facts"]["sources"]["system"]["protocol"] == "ipmi"


def test_auto_turns_to_ipmi_where_nobody_speaks_redfish(bmc, tmp_path):
    result = run("bmc_info", tmp_path, protocol="auto", subsets=["system"])

    assert result["protocol"] == "ipmi"
    assert "using IPMI" in result["warnings"][0]


def test_redfish_alone_says_that_it_cannot_be_reached(bmc, tmp_path):
    result = run("bmc_info", tmp_path, protocol="redfish")

    assert result["error_class"] == "NetworkError"


def test_wrong_password_is_tried_once(bmc, tmp_path):
    for _task in range(2):
        result = run("bmc_info", tmp_path, bmc_password="wrong")
        assert result["error_class"] == "AuthenticationError"

    assert "earlier in this run" in result["msg"]
    assert not run("bmc_info", tmp_path).get("failed")


def test_scan_sees_it_without_credentials(bmc):
    found, complete = asyncio.run(scan(Sweep((ADDRESS, "127.0.63.22"))))

    assert complete
    assert [(row["address"], row["protocol"], row["ipmi_version"]) for row in found] == [(ADDRESS, "ipmi", "2.0")]
