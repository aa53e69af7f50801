# SPDX-License-Identifier: GPL-3.0-or-later
"""bmc_power, bmc_boot, bmc_user and virtual_media on odd machines: look, do, again."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.sessions import close_all
from tests.rack.oddities.machines import doing

IMAGE, OTHER = "http://images.example/one.iso", "http://images.example/two.iso"


@pytest.fixture
def thrice(rack, run_door):
    """Return a function that looks only, does it, and does it again; it returns what doing it answered."""

    def run(name, door, /, **options):
        rack.clear_journal()
        planned = run_door(rack, name, door, check=True, **options)
        assert planned["changed"] and not planned.get("failed"), planned
        assert rack.journal(name, writes=True) == []
        done = run_door(rack, name, door, **options)
        assert done["changed"] and not done.get("failed"), done
        rack.clear_journal()
        again = run_door(rack, name, door, **options)
        assert not again["changed"] and again["reason"], again
        assert rack.journal(name, writes=True) == []
        return done

    return run


@pytest.mark.parametrize("name", doing("boot"))
def test_boot_override_is_set_once_and_taken_back(rack, run_door, thrice, name):
    run_door(rack, name, "bmc_boot", target="none")

    thrice(name, "bmc_boot", target="pxe", mode="uefi")
    assert rack.state(name)["boot_override"] | {"uefi_target": ""} == ONCE | {"uefi_target": ""}

    thrice(name, "bmc_boot", target="none")
    assert rack.state(name)["boot_override"]["enabled"] == "Disabled"


ONCE = {"enabled": "Once", "target": "Pxe", "mode": "UEFI", "http_uri": ""}


@pytest.mark.parametrize("name", ["target-alone", "target-alone-hpe"])
def test_target_of_uefi_that_goes_alone_is_enabled_all_the_same(rack, run_door, thrice, name):
    run_door(rack, name, "bmc_boot", target="none")

    thrice(name, "bmc_boot", target="uefi_target", uefi_target="PciRoot(0x0)/Pci(0x1,0x0)")

    override = rack.state(name)["boot_override"]
    assert (override["target"], override["enabled"]) == ("UefiTarget", "Once")
    run_door(rack, name, "bmc_boot", target="none")


@pytest.mark.parametrize("name", ["same-refused", "same-refused-smc"])
def test_part_of_an_override_that_is_there_already_is_left_out_where_it_is_refused(rack, run_door, thrice, name):
    run_door(rack, name, "bmc_boot", target="pxe")
    rack.clear_journal()

    thrice(name, "bmc_boot", target="hdd")

    assert rack.state(name)["boot_override"]["target"] == "Hdd"
    run_door(rack, name, "bmc_boot", target="none")


@pytest.mark.parametrize("name", [name for name in doing("boot") if name.startswith(("session", "login"))])
def test_session_is_closed_wherever_the_bmc_said_that_it_is(rack, run_door, tmp_path, name):
    before = rack.state(name)["sessions"]

    result = run_door(rack, name, "bmc_info", subsets=["system"])

    assert not result.get("failed"), result
    assert rack.state(name)["sessions"] == before + 1
    close_all(str(tmp_path / "run"))
    assert rack.state(name)["sessions"] == before


@pytest.mark.parametrize("name", [name for name in doing("boot") if name.startswith("etag")])
def test_form_of_the_etag_is_found_in_a_few_tries(rack, run_door, name):
    run_door(rack, name, "bmc_boot", target="none")
    rack.clear_journal()

    result = run_door(rack, name, "bmc_boot", target="pxe")

    assert not result.get("failed"), result
    statuses = [entry["status"] for entry in rack.journal(name, writes=True)]
    assert statuses[0] == 428 and statuses[-1] < 300 and len(statuses) <= 5, statuses


@pytest.mark.parametrize("name", doing("power"))
def test_power_state_in_between_is_waited_out(rack, run_door, name):
    run_door(rack, name, "bmc_power", state="off", graceful=False, allow_reboot=True)
    run_door(rack, name, "bmc_power", state="on", wait=False)
    assert rack.state(name)["power_state"] == "PoweringOn"

    again = run_door(rack, name, "bmc_power", state="on")
    off = run_door(rack, name, "bmc_power", state="off", graceful=False, allow_reboot=True)
    still = run_door(rack, name, "bmc_power", state="off", graceful=False, allow_reboot=True)

    assert (again["changed"], again.get("reason")) == (False, "already on"), again
    assert off["changed"] and not off.get("failed") and rack.state(name)["power_state"] == "Off", off
    assert (still["changed"], still.get("reason")) == (False, "already off"), still


def test_connection_that_was_cut_while_it_idled_is_made_anew(rack, run_door):
    """Nothing is lost by it, also no write: the other side is seen to be gone before anything is sent."""
    rack.clear_journal()

    done = run_door(rack, "idle-cut", "bmc_power", state="restarted", graceful=False, allow_reboot=True)

    assert done["changed"] and not done.get("failed"), done
    assert rack.counters()["connections"]["idle-cut"] > 1, "nothing was cut"
    assert len(rack.journal("idle-cut", writes=True)) == 1


# What changes settings of a BMC, and how.
SETTINGS = {
    "bmc_time": {"ntp_servers": ["a.example", "b.example"]},
    "bmc_network": {"hostname": "odd-one"},
    "bmc_security": {"protocols": {"ssh": False}},
    "bios_boot_order": {"order": ["*pxe*"]},
    "secure_boot": {"state": "enabled", "allow_reset_keys": True, "keys": "default"},
}


@pytest.mark.parametrize("door", SETTINGS)
@pytest.mark.parametrize("name", doing("settings"))
def test_settings_of_a_bmc_are_set_once(thrice, name, door):
    thrice(name, door, **SETTINGS[door])


@pytest.mark.parametrize("name", doing("user"))
def test_life_of_a_user(rack, run_door, thrice, name):
    thrice(name, "bmc_user", name="alice", password="First-secret-1", role="Operator")
    assert rack.state(name)["accounts"]["alice"] == "Operator"

    thrice(name, "bmc_user", name="alice", state="absent")
    assert "alice" not in rack.state(name)["accounts"]


@pytest.mark.parametrize("name", doing("media"))
def test_media_are_inserted_exchanged_and_ejected(rack, run_door, thrice, name):
    done = thrice(name, "virtual_media", image=IMAGE)
    thrice(name, "virtual_media", image=OTHER, drive=done["drive"])
    out = thrice(name, "virtual_media", state="ejected", drive=done["drive"])

    assert out["after"] == {"inserted": False, "image": ""}
    thrice(name, "virtual_media", image=IMAGE, drive=done["drive"])
    run_door(rack, name, "virtual_media", state="ejected", drive=done["drive"])
