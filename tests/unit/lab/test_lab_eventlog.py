# SPDX-License-Identifier: GPL-3.0-or-later
"""What BMCs write down, in which of their logs it stands, and clearing one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.eventlog import LIMIT, EventLog
from ansible_collections.hwautomation.baremetal.extensions.lab.images import Image, build
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.unit.lab.bench import Bench, captured

TREES = Path(__file__).resolve().parents[3].parent / "shared" / "mockups"


def entries(bench: Bench, log: str) -> list[dict[str, Any]]:
    path = next(one for one in bench.layout.logs if one.endswith(log))
    found: list[dict[str, Any]] = bench.get(bench.get(path)["Entries"]["@odata.id"])["Members"]
    return found


def texts(bench: Bench, log: str) -> str:
    return " ".join(one["Message"] for one in entries(bench, log))


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_every_entry_of_every_log_can_be_read_and_logs_can_be_cleared(platform: str) -> None:
    bench = Bench(platform)
    bench.boot()
    assert bench.layout.logs
    for path in bench.layout.logs:
        service = bench.get(path)
        collection = service["Entries"]["@odata.id"]
        before = bench.get(collection)
        assert before["Members@odata.count"] == len(before["Members"])
        for one in before["Members"]:
            assert bench.get(one["@odata.id"])["Id"] == one["Id"]
        assert bench.call("POST", service["Actions"]["#LogService.ClearLog"]["target"], {}).status < 300
        assert bench.get(collection)["Members"] == []
    bench.machine.force_off()
    bench.clock.advance(60)
    assert any(bench.get(bench.get(path)["Entries"]["@odata.id"])["Members"] for path in bench.layout.logs)


def test_power_settings_firmware_and_logins_are_written_down() -> None:
    bench = Bench("hpe_ilo6")
    bench.set_bios({"ProcHyperthreading": "Disabled", "NoSuchAttribute": "x"})
    bench.boot()
    firmware = bench.bmc.firmware
    firmware.received(firmware.begin("Update"), build(Image("x", "hpe_ilo6", "bios", "9.9"), 512))
    bench.clock.advance(600)
    firmware.received(firmware.begin("Update"), b"no image at all")
    bench.clock.advance(600)
    bench.boot()
    bench.call("POST", bench.layout.sessions, {"UserName": "Administrator", "Password": "wrong"}, login=None)
    bench.call("POST", bench.layout.sessions, {"UserName": "Administrator", "Password": "password"}, login=None)

    told = texts(bench, "/IML")
    for text in (
        "switched on",
        "was reset",
        "BIOS settings: 1 applied, 1 not",
        "bios runs version 9.9",
        "cannot be used",
    ):
        assert text in told
    assert "logged in" in texts(bench, "/SL") and "was refused" in texts(bench, "/SL")
    assert "logged in" not in told
    assert "password" not in texts(bench, "/SL")


def test_a_sel_has_entries_of_its_own_type() -> None:
    bench = Bench("dell_idrac9")
    bench.boot()
    assert {one["EntryType"] for one in entries(bench, "/Sel")} == {"SEL"}
    assert {one["EntryType"] for one in entries(bench, "/Lclog")} == {"Event"}
    assert len(entries(bench, "/Lclog")) > len(entries(bench, "/Sel"))


def test_clearing_one_log_leaves_the_other() -> None:
    bench = Bench("dell_idrac9")
    bench.boot()
    path = next(one for one in bench.layout.logs if one.endswith("/Sel"))
    bench.call("POST", f"{path}/Actions/LogService.ClearLog", {})
    assert entries(bench, "/Sel") == []
    assert "switched on" in texts(bench, "/Lclog")


def test_a_full_log_wraps_and_numbers_stay_unique() -> None:
    bench = Bench("generic")
    log = EventLog(bench.bmc.now)
    for number in range(LIMIT + 5):
        log.write("System", "OK", str(number), "X.1.0.Y")
    shown = [entry.id for entry in log.shown("any")]
    assert shown == list(range(6, LIMIT + 6))


@pytest.mark.skipif(not TREES.is_dir(), reason="the captured trees (../shared/mockups) are not here")
def test_a_captured_log_goes_on_after_its_entries() -> None:
    bench = captured(TREES / "dell-idrac9-r750")
    old = len(entries(bench, "/Sel"))
    assert old > 0
    numbers = [int(one["@odata.id"].rpartition("/")[2]) for one in entries(bench, "/Sel")]
    bench.boot()
    new = entries(bench, "/Sel")[old:]
    assert "was reset" in " ".join(one["Message"] for one in new)
    assert len(set(numbers) | {int(one["Id"]) for one in new}) == len(numbers) + len(new)
