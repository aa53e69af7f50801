# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines without an update service: the vendor's tool flashes, and everything else stays as it is."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

FAKE = Path(__file__).resolve().parents[2] / "support" / "fake_tools" / "flash.py"
NO_SERVICE = {"lab_habits": {"updates": {"service": False}}}


@pytest.fixture
def bench(bench_of, tmp_path, monkeypatch):
    """A rack of three machines without an update service, and their tools as if they were installed."""
    settings = dict.fromkeys(("hpe", "dell"), NO_SERVICE)
    bench = bench_of(settings=settings, x10="supermicro_x10", hpe="hpe_ilo5", dell="dell_idrac9")
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sum", "ilorest", "racadm"):
        path = folder / name
        path.write_text(f'#!/bin/sh\nexec {sys.executable} {FAKE} {name} "$@"\n')
        path.chmod(path.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return bench


def use(bench, monkeypatch, name):
    server = bench.rack.server(name)
    monkeypatch.setenv("FAKE_FLASH_ACCOUNT", f"{server.username}:{server.password}")
    monkeypatch.setenv("FAKE_FLASH_URL", f"{bench.rack.control_url}/_lab/machines/{name}")


@pytest.mark.parametrize(("name", "tool"), [("x10", "sum"), ("hpe", "ilorest"), ("dell", "racadm")])
def test_tool_of_the_device_type_brings_bmc_and_bios_to_their_versions(bench, monkeypatch, name, tool):
    use(bench, monkeypatch, name)
    rows = [bench.row(name, "bios"), bench.row(name, "bmc")]

    checked = bench.run(name, rows, check=True, allow_unverified_tools=True, tools=["dsu", tool])
    first = bench.run(name, rows, allow_unverified_tools=True, tools=["dsu", tool])
    second = bench.run(name, rows, allow_unverified_tools=True, tools=["dsu", tool])

    assert f"{tool} flashes" in checked["plan"]["steps"][0]["text"]
    assert checked["reboots"] == 1
    assert not first.get("failed"), first["msg"]
    assert [change["outcome"] for change in first["audit"]["firmware_changes"]] == ["applied", "applied"]
    state = bench.rack.state(name)
    assert state["firmware"]["bmc"] == rows[1]["version"]
    assert state["firmware"]["bios"] == rows[0]["version"]
    assert len(state["tasks"]) <= 2
    assert not second["changed"]


def test_in_steps_the_tool_is_called_once(bench, monkeypatch):
    """As in a campaign: begin, look, activate, look; each by a task of its own."""
    use(bench, monkeypatch, "x10")
    handles, seen = [], []
    for _round in range(6):
        result = bench.run(
            "x10", bench.row("x10", "bios"), allow_unverified_tools=True, tools=["sum"], wait=False, handles=handles
        )
        assert not result.get("failed"), result["msg"]
        if not result["changed"]:
            break
        handles = result["handles"]
        seen += [step["name"].split()[0] for step in result["plan"]["steps"]]

    assert seen[:2] == ["send", "activate"]
    assert seen.count("send") == 1
    assert not result["changed"]


def test_image_that_the_tool_refuses_is_told_in_its_words(bench, monkeypatch):
    use(bench, monkeypatch, "x10")

    refused = bench.run(
        "x10",
        bench.image_row("dell_idrac9", "bios", "1.9.1"),
        allow_unverified_tools=True,
        tools=["sum"],
        allow_downgrade=True,
    )

    assert refused["error_class"] == "VerificationError"
    assert "is for dell_idrac9 and does not fit this server" in refused["msg"]
    assert [change["outcome"] for change in refused["audit"]["firmware_changes"]] == ["failed"]


def test_tool_that_lost_the_bmc_which_restarted_with_its_new_firmware_is_not_believed(bench, monkeypatch):
    """As iLOrest does where the iLO is gone before its next look."""
    use(bench, monkeypatch, "hpe")
    monkeypatch.setenv("FAKE_FLASH_ENDS", "31 ERROR\t: Could not reach URL. Retries have been exhausted.")

    done = bench.run("hpe", bench.row("hpe", "bmc"), allow_unverified_tools=True, tools=["ilorest"])

    assert not done.get("failed"), done["msg"]
    (change,) = done["audit"]["firmware_changes"]
    assert change["outcome"] == "applied"


def test_tool_that_broke_before_it_sent_anything_failed_and_one_that_broke_later_is_unknown(bench, monkeypatch):
    use(bench, monkeypatch, "hpe")
    monkeypatch.setenv("FAKE_FLASH_URL", "")  # nothing is flashed
    row, options = bench.row("hpe", "bmc"), {"allow_unverified_tools": True, "tools": ["ilorest"], "wait_timeout": 5}

    monkeypatch.setenv("FAKE_FLASH_ENDS", "255 ERROR: ('Connection aborted.', RemoteDisconnected())")
    later = bench.run("hpe", row, **options)
    monkeypatch.setenv("FAKE_FLASH_ACCOUNT", "somebody:else")
    before = bench.run("hpe", row, **options)

    assert later["error_class"] == "OutcomeUnknown", later
    assert "Connection aborted" in later["msg"]
    assert before["error_class"] == "VerificationError", before
    assert "Invalid username or password" in before["msg"]


def test_without_a_tool_the_plan_says_why_there_is_no_way(bench, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    none = bench.run("x10", bench.row("x10", "bmc"))
    missing = bench.run("x10", bench.row("x10", "bmc"), tools=["sum"], check=True)

    assert none["error_class"] == missing["error_class"] == "NotSupportedError"
    assert "no update service that takes images, and no tool was given" in none["msg"]
    assert "sum is not installed (saa or sum is not in the PATH)" in missing["msg"]
    assert bench.rack.journal("x10", writes=True) == []


@pytest.mark.parametrize("method", ["auto", "ilorest"])
def test_tool_that_verifies_no_certificate_is_not_used_unless_that_is_accepted(bench, monkeypatch, method):
    use(bench, monkeypatch, "hpe")

    refused = bench.run("hpe", bench.row("hpe", "bios"), tools=["ilorest"], method=method)

    assert refused["error_class"] == "NotSupportedError"
    assert "without verifying the BMC's certificate" in refused["msg"]
    assert "allow_unverified_tools: true" in refused["msg"]
    assert bench.rack.journal("hpe", writes=True) == []
