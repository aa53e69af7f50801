# SPDX-License-Identifier: GPL-3.0-or-later
"""Doors of the BMC against machines that do what their platform does not; the rows (Q-...) are in docs/rack_quirks.md."""

from __future__ import annotations

import pytest

from tests.support.rack import Rack

IMAGE = "http://images.example/a.iso"
# platform and what is odd about it
ODD = {
    "all-boot": ("generic", {"oddities": {"boot_needs_all": True}}),
    "clock": ("generic", {"oddities": {"clock_strict": True}}),
    "below": ("generic", {"oddities": {"media_below_system": True}}),
    "protocol": ("generic", {"oddities": {"media_requires": ["TransferProtocolType"]}}),
    "account": ("generic", {"oddities": {"media_requires": ["UserName", "Password"]}}),
    "bodiless": ("generic", {"oddities": {"eject_body": "any"}}),
    "bodily": ("generic", {"oddities": {"eject_body": "none"}}),
    "empty": ("generic", {"oddities": {"starts_empty": True}}),
    "no-time": ("generic", {"oddities": {"zero_reset_time": True}}),
    "cold": ("ami_megarac", {"power": {"manager_types": ["IPMIColdReset"]}}),
    "no-nics": (
        "generic",
        {"oddities": {"lacks": ["ComputerSystem.EthernetInterfaces", "ComputerSystem.Links.ManagedBy"]}},
    ),
    "slashes": ("hpe_ilo5", {"oddities": {"slashed_links": True}}),
    "no-ids": ("generic", {"words": {"ids": False}, "oddities": {"media_requires": ["Shelf"]}}),
}
MEDIA = ("below", "protocol", "account", "bodiless", "bodily", "slashes")
RESETS = ("empty", "no-time", "cold", "slashes", "no-nics")


@pytest.fixture(scope="module")
def rack(tmp_path_factory):
    hosts = {name: {"lab_platform": platform, "lab_habits": habits} for name, (platform, habits) in ODD.items()}
    running = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:500", maas=False)
    yield running
    running.stop()


@pytest.mark.parametrize("name", MEDIA)
def test_medium_goes_in_and_out(rack, run_door, name):
    done = [
        run_door(rack, name, "virtual_media", **options)
        for options in ({"image": IMAGE}, {"image": IMAGE}, {"state": "ejected"}, {"state": "ejected"})
    ]
    assert [one.get("msg") for one in done] == [None] * 4
    assert [one["changed"] for one in done] == [True, False, True, False]


@pytest.mark.parametrize("name", RESETS)
def test_bmc_goes_and_comes_back(rack, run_door, name):
    done = run_door(rack, name, "bmc_reset")
    assert done.get("msg") is None and done["changed"]


@pytest.mark.parametrize("name", ["no-time", "slashes", "no-nics"])
def test_power_is_switched_and_restart_is_proved(rack, run_door, name):
    done = [
        run_door(rack, name, "bmc_power", state="on"),
        run_door(rack, name, "bmc_power", state="restarted", graceful=False, allow_reboot=True),
        run_door(rack, name, "bmc_power", state="off", graceful=False, allow_reboot=True),
    ]
    assert [one.get("msg") for one in done] == [None] * 3


def test_boot_override_that_has_to_be_whole(rack, run_door):
    done = [run_door(rack, "all-boot", "bmc_boot", target="pxe") for _unused in range(2)]
    assert [one.get("msg") for one in done] == [None] * 2
    assert [one["changed"] for one in done] == [True, False]
    off = run_door(rack, "all-boot", "bmc_boot", target="none")
    assert off.get("msg") is None and off["changed"]


def test_clock_that_takes_whole_seconds_only(rack, run_door):
    rack.fault("clock", "clock_wrong", seconds=-86400)
    done = run_door(rack, "clock", "bmc_time", set_clock=True)
    assert done.get("msg") is None and done["changed"]


@pytest.mark.parametrize("name", ["no-nics", "slashes"])
def test_ports_are_found_wherever_they_are(rack, run_door, name):
    """Q-G66: the system of one has no EthernetInterfaces, and no link to its manager (Q-G48)."""
    found = run_door(rack, name, "bmc_info")
    assert found.get("msg") is None
    assert [port["mac"] for port in found["facts"]["network"]["ports"]] == rack.state(name)["macs"]
    assert found["facts"]["bmc"]["firmware"]


def test_refusal_without_an_id_is_told_in_its_words(rack, run_door):
    refused = run_door(rack, "no-ids", "virtual_media", image=IMAGE)
    assert refused["failed"] and "requires that the parameter Shelf be present" in refused["msg"]
