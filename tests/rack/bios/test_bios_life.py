# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole life of a change on each platform: check, stage, stage again, reboot, again."""

from __future__ import annotations

import hashlib
import json

import pytest

PROFILES = {
    "dell": ("dell_compute", "dell_idrac9"),
    "hpe": ("hpe_compute", "hpe_ilo6"),
    "smc": ("supermicro_compute", "supermicro_x13"),
    "std": ("generic_compute", "generic"),
}


def outcomes(result):
    return {item["outcome"] for item in result["attributes"]}


def writes(rack, name):
    return [(entry["method"], entry["path"]) for entry in rack.journal(name, writes=True)]


@pytest.mark.parametrize("name", PROFILES)
def test_template_from_check_to_unchanged(four_platforms, run_door, profile, name):
    rack, (template, platform) = four_platforms, PROFILES[name]
    options = {"profile": profile(template, platform)}
    before = rack.state(name)["bios"]
    rack.clear_journal()

    checked = run_door(rack, name, check=True, allow_reboot=True, **options)

    assert (checked["changed"], writes(rack, name)) == (True, [])
    assert checked["diff"][0]["before"] != checked["diff"][0]["after"]
    assert "restart" in checked["diff"][1]["prepared"] or "power the machine on" in checked["diff"][1]["prepared"]
    assert outcomes(checked) == {"planned", "already_set"}

    staged = run_door(rack, name, **options)

    assert staged.get("msg") is None
    assert staged["changed"] is True
    assert staged["reboot_required"] is True
    assert [method for method, _path in writes(rack, name)] == ["PATCH"]
    assert rack.state(name)["bios"] == before
    assert outcomes(staged) == {"staged", "already_set"}

    rack.clear_journal()
    again = run_door(rack, name, **options)

    assert (again["changed"], writes(rack, name)) == (False, [])
    assert again["reason"].startswith("staged, waiting for a reboot")

    applied = run_door(rack, name, allow_reboot=True, **options)

    assert applied.get("msg") is None
    assert applied["changed"] is True
    assert outcomes(applied) == {"applied", "already_set"}
    truth = rack.state(name)
    assert truth["bios_pending"] == {}
    assert truth["power_state"] == "Off"  # as it was found
    for item in applied["attributes"]:
        assert truth["bios"][item["attribute"]] == item["wanted"]
    assert all(item["before"] is not None for item in applied["audit"]["bios_changes"])
    assert applied["audit"]["power_changes"][0]["outcome"] == "done"

    rack.clear_journal()
    settled = run_door(rack, name, allow_reboot=True, **options)

    assert (settled["changed"], settled["reason"]) == (False, "already set")
    assert len(rack.journal(name)) <= 4
    assert writes(rack, name) == []


@pytest.mark.parametrize("name", PROFILES)
def test_check_mode_predicts_what_then_happens(four_platforms, run_door, library, name):
    intents = {"dell": "iommu", "hpe": "hyper_threading", "smc": "sriov", "std": "turbo"}[name]
    options = {"intents": {intents: "disabled"}, "intent_maps": library.intent_maps, "allow_reboot": True}

    checked = run_door(four_platforms, name, check=True, **options)
    done = run_door(four_platforms, name, **options)

    assert done.get("msg") is None
    assert checked["plan"]["steps"][0]["text"] == done["plan"]["steps"][0]["text"]
    assert checked["after"] == done["after"]


def test_backup_before_the_first_write_holds_everything_but_secrets(four_platforms, run_door):
    before = four_platforms.state("std")["bios"]

    result = run_door(four_platforms, "std", attributes={"BootTimeout": before["BootTimeout"] + 1})

    backup = result["audit"]["backups"][0]
    content = json.loads(backup["content"])
    assert content["attributes"] == {key: value for key, value in before.items() if value is not None}
    assert backup["sha256"] == hashlib.sha256(backup["content"].encode()).hexdigest()


def test_bad_wishes_are_told_together_and_nothing_is_sent(four_platforms, run_door, library):
    four_platforms.clear_journal()

    result = run_door(
        four_platforms,
        "std",
        attributes={"BootMod": "Uefi", "BootTimeout": "soon", "SystemModel": "X", "QuietBoot": True},
        intents={"boot_mode": "csm", "quantum": "on"},
        intent_maps=library.intent_maps,
    )

    assert result["failed"] is True
    assert result["error_class"] == "ConfigurationError"
    assert {item["attribute"].split(" (")[0] for item in result["problems"]} == {
        "BootMod",
        "BootTimeout",
        "SystemModel",
        "QuietBoot",
        "boot_mode",
        "quantum",
    }
    assert writes(four_platforms, "std") == []


def test_info_explains_a_lock(four_platforms, run_door, library):
    result = run_door(
        four_platforms,
        "dell",
        door="bios_settings_info",
        attributes=["*turbo*"],
        registry=True,
        intent_maps=library.intent_maps,
    )

    assert result["display_names"]["ProcTurboMode"] == "Turbo Boost"
    assert result["registry"]["ProcTurboMode"]["lock"] == "read-only while SysProfile != Custom"
    assert result["intents"]["boot_mode"] == "uefi"
    assert set(result["current"]) == {"ProcTurboMode", "ControlledTurbo"}
