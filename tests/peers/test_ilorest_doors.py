# SPDX-License-Identifier: GPL-3.0-or-later
"""The doors with HPE's own iLOrest: what they make it do at the rack's iLOs, and what it says against what was recorded."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.registry import install
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NetworkError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.registry import TOOLS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.tool import FAILED, TAKEN, UNKNOWN
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.command import Command
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target
from ansible_collections.hwautomation.baremetal.plugins.modules import firmware
from tests.support.ilorest import ILOREST, ILOS, NEEDS_ILOREST, PORT, SETTINGS, package
from tests.support.rack import Rack

RECORDED = Path(__file__).resolve().parents[1] / "support" / "recorded" / "ilorest"
TPM = "tpm"
UPLOAD = "/cgi-bin/uploadFile"

pytestmark = NEEDS_ILOREST


@pytest.fixture(scope="module")
def rack(tmp_path_factory):
    hosts = {name: {"lab_platform": name, "bmc_port": PORT, **SETTINGS} for name in ILOS}
    hosts[TPM] = {"lab_platform": "hpe_ilo6", "bmc_port": PORT}
    hosts[TPM]["lab_habits"] = {**SETTINGS["lab_habits"], "oddities": {"tpm_override": True}}
    rack = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:100", maas=False)
    yield rack
    rack.stop()


@pytest.fixture(autouse=True)
def found(monkeypatch, rack):
    """Have the tool found, and begin and end without faults and sessions."""
    monkeypatch.setenv("PATH", f"{ILOREST.parent}:{os.environ['PATH']}")
    yield
    rack.clear_faults()


def target(rack, name, password=""):
    server = rack.server(name)
    return Target(server.bmc_host, server.bmc_port, server.username, password or server.password)


def image(rack, folder, name, component, version="9.9"):
    platform = rack.server(name).platform
    path = package(folder / f"{platform}-{component}.fwpkg", platform, component, version)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"component": component, "version": version, "image": str(path), "sha256": digest}


def uploads(rack, name):
    return [entry for entry in rack.journal(name, writes=True) if entry["path"] == UPLOAD]


def door(rack, folder, name, row, check=False, **options):
    arguments = {
        **rack.connection(name),
        "baseline": [row],
        "tools": ["ilorest"],
        "method": "ilorest",
        "allow_unverified_tools": True,
        "allow_reboot": True,
        "wait_interval": 0.5,
        "wait_timeout": 600,
        **options,
    }
    return execute(firmware.DOOR, arguments, Context(check_mode=check, cache_dir=str(folder))).result


@pytest.mark.parametrize(("name", "component"), [("hpe_ilo5", "bmc"), ("hpe_ilo6", "bios"), ("hpe_ilo7", "bios")])
def test_image_goes_in_by_ilorest_and_the_version_is_read_back(rack, tmp_path, name, component):
    row = image(rack, tmp_path, name, component)

    checked = door(rack, tmp_path, name, row, check=True)
    before = uploads(rack, name)
    first = door(rack, tmp_path, name, row)
    second = door(rack, tmp_path, name, row)

    assert "ilorest flashes" in checked["plan"]["steps"][0]["text"]
    assert before == []
    assert not first.get("failed"), first["msg"]
    assert [change["outcome"] for change in first["audit"]["firmware_changes"]] == ["applied"]
    assert rack.state(name)["firmware"][component] == "9.9"
    assert not second["changed"], second
    assert len(uploads(rack, name)) == 1


def test_flash_that_fails_is_told_and_a_lost_answer_is_settled_by_reading(rack, tmp_path):
    row = image(rack, tmp_path, "hpe_ilo6", "bmc")
    rack.fault("hpe_ilo6", "flash_fails", component="bmc", percent=60, count=1)

    failed = door(rack, tmp_path, "hpe_ilo6", row)

    assert failed["error_class"] == "VerificationError"
    assert "Error occurred while updating the firmware" in failed["msg"]

    sent = len(uploads(rack, "hpe_ilo6"))
    rack.fault("hpe_ilo6", "lost_answer", path=UPLOAD, method="POST", count=1)
    lost = door(rack, tmp_path, "hpe_ilo6", row)

    assert not lost.get("failed"), lost["msg"]
    (change,) = lost["audit"]["firmware_changes"]
    assert change["outcome"] == "applied"
    assert len(uploads(rack, "hpe_ilo6")) == sent + 1


def test_tpm_is_overridden_only_where_that_is_allowed(rack, tmp_path):
    row = image(rack, tmp_path, TPM, "bios")

    refused = door(rack, tmp_path, TPM, row)
    allowed = door(rack, tmp_path, TPM, row, allow_tpm_override=True)

    assert refused["error_class"] == "VerificationError", refused
    assert "TPMOverride" in refused["msg"]
    assert not allowed.get("failed"), allowed["msg"]


def test_values_are_read_set_and_seen_as_pending(rack):
    tool, reason = install(["ilorest"], target(rack, "hpe_ilo7"), verify=False)
    assert reason == ""
    rack.clear_journal()

    before = tool.read()
    tool.write({"VlanId": 5, "UsbBoot": "Disabled"}, before)
    after = tool.read()

    assert after.values == before.values
    assert {name: value for name, value in after.pending.items() if value != after.values[name]} == {
        "VlanId": 5,
        "UsbBoot": "Disabled",
    }
    sessions = [entry for entry in rack.journal("hpe_ilo7") if "/sessions" in entry["path"].lower()]
    opened = [entry for entry in sessions if (entry["method"], entry["status"]) == ("POST", 201)]
    closed = [entry for entry in sessions if entry["method"] == "DELETE" and entry["status"] < 300]
    assert len(opened) == len(closed) >= 3


def test_wrong_value_is_refused_in_its_words(rack):
    tool, _reason = install(["ilorest"], target(rack, "hpe_ilo5"), verify=False)

    with pytest.raises(NetworkError, match="'Perhaps' is not a valid setting for 'UsbBoot'"):
        tool.write({"UsbBoot": "Perhaps"}, tool.read())


def test_nothing_is_left_behind(rack, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    tool, _reason = install(["ilorest"], target(rack, "hpe_ilo6"), verify=False)

    tool.read()

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


ENDED = ("Completed", "Exception", "Cancelled")
WORDS = [
    ("flash_not_a_package", FAILED),
    ("wrong_password", FAILED),
    ("flash_bios", TAKEN),
    ("flash_refused_503", FAILED),
    ("flash_answer_lost", UNKNOWN),
    ("flash_failed", FAILED),
]


@pytest.mark.parametrize(("recording", "state"), WORDS)
def test_words_are_those_that_were_recorded(rack, tmp_path, recording, state):
    name, tool = "hpe_ilo6", TOOLS["ilorest"]
    rack.wait(name, lambda seen: all(task["state"] in ENDED for task in seen["tasks"].values()))
    path = tmp_path / "bios.fwpkg"
    package(path, name, "bios", f"9.{WORDS.index((recording, state))}")
    if recording == "flash_not_a_package":
        path.write_bytes(path.read_bytes()[:3000])
    if recording == "flash_failed":
        rack.fault(name, "flash_fails", component="bios", percent=60, count=1)
    if recording == "flash_refused_503":
        rack.fault(name, "status", code=503, path=UPLOAD, method="POST", count=1)
    if recording == "flash_answer_lost":
        rack.fault(name, "lost_answer", path=UPLOAD, method="POST", count=1)
    password = "wrong" if recording == "wrong_password" else ""

    ran = Command(tool.program, str(ILOREST), target(rack, name, password), 300.0).call(
        tool.command("bios"), image=str(path)
    )

    said = tool.read_failure(ran.said, ran.exit_code) if ran.exit_code else tool.read(ran.printed)
    assert said.state == state, ran
    assert plain(ran.said) == plain((RECORDED / f"{recording}.txt").read_text())


def plain(text):
    """Return the words without how long the discovery took, and without how often it looked."""
    lines = [re.sub(r"^Discovering data\.+", "Discovering data", line).strip() for line in text.splitlines()]
    return list(dict.fromkeys(line for line in lines if line and not line.startswith("Updating:")))
