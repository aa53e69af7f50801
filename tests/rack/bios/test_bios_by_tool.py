# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine whose BMC has no BIOS over Redfish, and one that lacks an attribute there, through a vendor's tool."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

FAKE = Path(__file__).resolve().parents[2] / "support" / "fake_tools" / "sum.py"
BIOSCFG = """<BiosCfg><Menu name="Advanced"><Menu name="Boot Feature">
<Setting name="Quiet Boot" checkedStatus="Checked" type="CheckBox"/>
<Setting name="Halt On Error" selectedOption="No" type="Option"><Information><AvailableOptions><Option>Yes</Option>
<Option>No</Option></AvailableOptions></Information></Setting></Menu></Menu></BiosCfg>"""


@pytest.fixture
def machine(rack_of, tmp_path, monkeypatch):
    def started(platform):
        rack = rack_of({"m": {"lab_platform": platform}}, maas=False)
        tool = tmp_path / "bin" / "sum"
        tool.parent.mkdir()
        tool.write_text(f'#!/bin/sh\nexec {sys.executable} {FAKE} "$@"\n')
        tool.chmod(0o755)
        (tmp_path / "state.xml").write_text(BIOSCFG)
        monkeypatch.setenv("PATH", f"{tool.parent}:/usr/bin:/bin")
        monkeypatch.setenv("FAKE_SUM_STATE", str(tmp_path / "state.xml"))
        monkeypatch.setenv("FAKE_SUM_PASSWORD", rack.server("m").password)
        return rack

    return started


def test_machine_without_bios_over_redfish_is_set_by_the_tool(machine, run_door, tmp_path):
    rack = machine("supermicro_x10")
    options = {
        "attributes": {"Quiet Boot": False, "Halt On Error": "Yes"},
        "tools": ["ipmicfg", "sum"],
        "allow_unverified_tools": True,
    }

    checked = run_door(rack, "m", check=True, allow_reboot=True, **options)

    assert checked.get("msg") is None
    assert [step["name"] for step in checked["plan"]["steps"]] == ["tool", "restart"]
    assert "the BMC has no BIOS settings over Redfish" in checked["plan"]["steps"][0]["text"]
    assert (tmp_path / "state.xml").read_text() == BIOSCFG

    done = run_door(rack, "m", allow_reboot=True, **options)

    assert done.get("msg") is None
    assert {item["outcome"] for item in done["attributes"]} == {"applied"}
    assert 'checkedStatus="Unchecked"' in (tmp_path / "state.xml").read_text()

    again = run_door(rack, "m", allow_reboot=True, **options)

    assert (again["changed"], again["reason"]) == (False, "already set")


def test_each_attribute_goes_the_way_the_machine_offers(machine, run_door):
    rack = machine("supermicro_x13")

    result = run_door(
        rack,
        "m",
        attributes={"QuietBoot": "Disabled", "Halt On Error": "Yes"},
        tools=["sum"],
        allow_unverified_tools=True,
        allow_reboot=True,
    )

    assert result.get("msg") is None
    steps = {step["name"]: step["text"] for step in result["plan"]["steps"]}
    assert list(steps) == ["stage", "tool", "restart"]
    assert "QuietBoot" in steps["stage"]
    assert "not among the BMC's own attributes" in steps["tool"]
    assert {item["outcome"] for item in result["attributes"]} == {"applied"}


ILOREST = FAKE.with_name("ilorest_bios.py")


@pytest.fixture(params=[False, True], ids=["nested", "flat"])
def ilorest(request, rack_of, tmp_path, monkeypatch):
    """A machine that only iLOrest can set, with its attributes in an object or, as on Gen9, beside everything else."""
    rack = rack_of({"m": {"lab_platform": "supermicro_x10"}}, maas=False)
    tool, state = tmp_path / "bin" / "ilorest", tmp_path / "state.json"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nexec {sys.executable} {ILOREST} "$@"\n')
    tool.chmod(0o755)
    values = {"ProcHyperthreading": "Enabled", "VlanId": 0, "UsbBoot": "Enabled"}
    state.write_text(json.dumps({"current": values, "pending": {}, "flat": request.param, "ignores": ["UsbBoot"]}))
    server = rack.server("m")
    monkeypatch.setenv("PATH", f"{tool.parent}:/usr/bin:/bin")
    monkeypatch.setenv("FAKE_ILOREST_STATE", str(state))
    monkeypatch.setenv("FAKE_ILOREST_URL", f"{rack.control_url}/_lab/machines/m")
    monkeypatch.setenv("FAKE_ILOREST_ACCOUNT", f"{server.username}:{server.password}")
    return rack


def by_ilorest(**attributes):
    return {"attributes": attributes, "tools": ["ilorest"], "allow_unverified_tools": True}


def test_tool_that_shows_pending_values_is_staged_once_and_proved_after_the_restart(ilorest, run_door):
    wanted = by_ilorest(ProcHyperthreading="Disabled", VlanId=5)

    staged = run_door(ilorest, "m", **wanted)
    again = run_door(ilorest, "m", **wanted)
    done = run_door(ilorest, "m", allow_reboot=True, **wanted)
    settled = run_door(ilorest, "m", allow_reboot=True, **wanted)

    assert (staged["changed"], again["changed"]) == (True, False), (staged, again)
    assert {item["outcome"] for item in staged["attributes"]} == {"staged"}
    assert again["reason"].startswith("staged, waiting for a reboot")
    assert [step["name"] for step in done["plan"]["steps"]] == ["restart"]
    assert {item["outcome"] for item in done["attributes"]} == {"applied"}
    assert (settled["changed"], settled["reason"]) == (False, "already set")


def test_what_such_a_tool_takes_and_the_machine_drops_is_told(ilorest, run_door):
    result = run_door(ilorest, "m", **by_ilorest(UsbBoot="Disabled", VlanId=5))

    assert result["failed"] is True
    assert {item["attribute"]: item["outcome"] for item in result["attributes"]} == {
        "UsbBoot": "ignored_by_bmc",
        "VlanId": "staged",
    }


def test_tool_that_verifies_no_certificate_is_not_used_unless_that_is_accepted(ilorest, run_door):
    result = run_door(ilorest, "m", attributes={"VlanId": 5}, tools=["ilorest"])

    assert result["failed"] is True
    assert "without verifying the BMC's certificate" in result["msg"]
    assert "allow_unverified_tools: true" in result["msg"]


RACADM = """#!/bin/sh
read user; read password
case "$*" in
*" -S get "*) cp "$FAKE_RACADM_STATE" "$9" ;;
*" -S set "*) cp "$9" "$FAKE_RACADM_STATE" ;;
esac
"""
PROFILE = """<SystemConfiguration><Component FQDD="BIOS.Setup.1-1"><Attribute Name="{}">{}</Attribute>
<Attribute Name="NumLock">On</Attribute></Component></SystemConfiguration>"""


def test_what_is_read_only_over_redfish_goes_by_the_tool(rack_of, run_door, monkeypatch, tmp_path):
    rack = rack_of({"d": {"lab_platform": "dell_idrac9"}}, maas=False)
    described = run_door(rack, "d", door="bios_settings_info", registry=True)["registry"]
    name = next(key for key, row in described.items() if row["lock"] == "read-only" and row["type"] == "String")
    tool, state = tmp_path / "bin" / "racadm", tmp_path / "state.xml"
    tool.parent.mkdir()
    tool.write_text(RACADM)
    tool.chmod(0o755)
    state.write_text(PROFILE.format(name, "as delivered"))
    monkeypatch.setenv("PATH", f"{tool.parent}:/usr/bin:/bin")
    monkeypatch.setenv("FAKE_RACADM_STATE", str(state))
    wanted = {name: "by hand", "NumLock": "Off"}

    refused = run_door(rack, "d", attributes=wanted)
    result = run_door(rack, "d", attributes=wanted, tools=["racadm"], allow_reboot=True)

    assert "is read-only" in refused["msg"]
    assert result.get("msg") is None
    steps = {step["name"]: step["text"] for step in result["plan"]["steps"]}
    assert list(steps) == ["stage", "tool", "restart"]
    assert "NumLock" in steps["stage"]
    assert "read-only over Redfish" in steps["tool"]
    assert {item["outcome"] for item in result["attributes"]} == {"applied"}


def test_without_the_tool_the_reason_is_told(rack_of, run_door, monkeypatch, tmp_path):
    rack = rack_of({"m": {"lab_platform": "supermicro_x10"}}, maas=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    result = run_door(rack, "m", attributes={"Quiet Boot": False}, tools=["sum"])

    assert result["failed"] is True
    assert "sum is not installed" in result["msg"]
