# SPDX-License-Identifier: GPL-3.0-or-later
"""bmc_boot on the four platforms of the demo."""

from __future__ import annotations

import pytest

SERVERS = ("dell", "hpe", "smc", "std")


@pytest.mark.parametrize("name", SERVERS)
def test_override_is_set_once_and_taken_back(four_platforms, run_door, name):
    rack = four_platforms
    run_door(rack, name, "bmc_boot", target="none")
    rack.clear_journal()

    planned = run_door(rack, name, "bmc_boot", target="pxe", mode="uefi", check=True)
    assert planned["changed"] and rack.journal(name, writes=True) == []

    first = run_door(rack, name, "bmc_boot", target="pxe", mode="uefi")
    assert first["changed"], first
    assert rack.state(name)["boot_override"]["target"] == "Pxe"
    assert rack.state(name)["boot_override"]["enabled"] == "Once"

    again = run_door(rack, name, "bmc_boot", target="pxe", mode="uefi")
    assert not again["changed"] and again["reason"] == "already set"

    back = run_door(rack, name, "bmc_boot", target="none")
    assert back["changed"], back
    assert rack.state(name)["boot_override"]["enabled"] == "Disabled"


def test_target_that_is_not_offered_is_refused_before_anything_is_sent(four_platforms, run_door):
    rack = four_platforms
    rack.clear_journal()

    result = run_door(rack, "dell", "bmc_boot", target="remote_drive")

    assert result["failed"] and result["error_class"] == "NotSupportedError"
    assert "it offers" in result["msg"]
    assert rack.journal("dell", writes=True) == []


def test_every_field_is_read_back_and_what_did_not_stay_is_named(rack_of, run_door):
    hosts = {
        "forgets": {"lab_platform": "generic", "lab_habits": {"boot": {"continuous": "once"}}},
        "reverts": {"lab_platform": "generic", "lab_habits": {"boot": {"reverts": ["BootSourceOverrideMode"]}}},
        "keeps": {"lab_platform": "generic"},
        "refuses": {"lab_platform": "lenovo_xcc"},
    }
    rack = rack_of(hosts, clock="scaled:500", maas=False)

    forgets = run_door(rack, "forgets", "bmc_boot", target="pxe", enabled="continuous")
    reverts = run_door(rack, "reverts", "bmc_boot", target="pxe", mode="legacy")
    keeps = run_door(rack, "keeps", "bmc_boot", target="hdd", enabled="continuous", mode="legacy")
    refuses = run_door(rack, "refuses", "bmc_boot", target="pxe", enabled="continuous")

    assert forgets["error_class"] == "VerificationError", forgets
    assert forgets["not_persisted"] == ["BootSourceOverrideEnabled"] and "enabled: once" in forgets["hint"]
    assert reverts["not_persisted"] == ["BootSourceOverrideMode"], reverts
    assert keeps["changed"] and not keeps.get("failed"), keeps
    override = rack.state("keeps")["boot_override"]
    assert (override["enabled"], override["mode"], override["target"]) == ("Continuous", "Legacy", "Hdd")
    again = run_door(rack, "keeps", "bmc_boot", target="hdd", enabled="continuous", mode="legacy")
    assert not again["changed"] and again["reason"] == "already set"
    assert refuses["failed"] and rack.state("refuses")["boot_override"]["target"] == "None", refuses
