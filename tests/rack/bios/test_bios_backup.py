# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups, and getting back to them."""

from __future__ import annotations

import json

import pytest

CHANGES = {
    "dell": {"NumLock": "Off", "SysProfile": "PerfOptimized"},
    "hpe": {"WorkloadProfile": "LowLatency", "TimeFormat": "Local"},
    "smc": {"ARISupport": "Disabled", "PowerTechnology": "Energy Efficient"},
    # Going back locks SriovSupport: it has to be written before IommuSupport.
    "std": {"PowerProfile": "MaximumPerformance", "IommuSupport": "Enabled", "SriovSupport": "Enabled"},
}


def take(rack, run_door, name):
    result = run_door(rack, name, door="bios_backup")
    assert (result["changed"], result["reason"]) == (False, "backup taken")
    return result["backup"]


@pytest.mark.parametrize("name", CHANGES)
def test_restore_brings_everything_back_and_again_changes_nothing(four_platforms, run_door, name):
    rack = four_platforms
    before = rack.state(name)["bios"]
    backup = take(rack, run_door, name)
    changed = run_door(rack, name, attributes=CHANGES[name], allow_reboot=True)
    assert changed.get("msg") is None
    assert rack.state(name)["bios"] != before
    options = {"state": "restored", "backup": backup["content"], "sha256": backup["sha256"], "allow_reboot": True}

    restored = run_door(rack, name, door="bios_backup", **options)

    assert restored.get("msg") is None
    assert rack.state(name)["bios"] == before
    settled = run_door(rack, name, door="bios_backup", **options)
    assert (settled["changed"], settled["reason"]) == (False, "already as in the backup")


def test_backup_holds_no_secret(four_platforms, run_door):
    content = take(four_platforms, run_door, "dell")["content"]

    assert "SetupPassword" not in json.loads(content)["attributes"]
    assert four_platforms.server("dell").password not in content


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        (lambda content: content.replace("Uefi", "Bios"), "does not match"),
        (lambda content: content[:-1], "does not match"),
    ],
    ids=["changed", "cut off"],
)
def test_damaged_backup_is_refused_before_the_machine_is_asked(four_platforms, run_door, damage, text):
    backup = take(four_platforms, run_door, "dell")
    four_platforms.clear_journal()

    result = run_door(
        four_platforms,
        "dell",
        door="bios_backup",
        state="restored",
        backup=damage(backup["content"]),
        sha256=backup["sha256"],
    )

    assert result["failed"] is True
    assert text in result["msg"]
    assert four_platforms.journal("dell") == []


def test_backup_of_another_machine_is_refused_unless_told(rack_of, run_door):
    rack = rack_of({"one": {"lab_platform": "generic"}, "two": {"lab_platform": "generic"}}, maas=False)
    backup = take(rack, run_door, "one")
    options = {"door": "bios_backup", "state": "restored", "backup": backup["content"]}

    refused = run_door(rack, "two", **options)
    allowed = run_door(rack, "two", allow_other_machine=True, **options)

    assert "the backup is of the machine" in refused["msg"]
    assert allowed.get("msg") is None


def test_backup_of_another_platform_is_always_refused(four_platforms, run_door):
    backup = take(four_platforms, run_door, "dell")

    result = run_door(
        four_platforms,
        "hpe",
        door="bios_backup",
        state="restored",
        backup=backup["content"],
        allow_other_machine=True,
    )

    assert "platform dell_idrac9, this one is hpe_ilo6" in result["msg"]


@pytest.mark.parametrize("name", CHANGES)
def test_captured_template_applied_to_the_same_machine_changes_nothing(four_platforms, run_door, library, name):
    info = run_door(four_platforms, name, door="bios_settings_info", template=True, intent_maps=library.intent_maps)
    template = info["template"]

    result = run_door(
        four_platforms,
        name,
        attributes=template["attributes"],
        intents=template["intents"],
        intent_maps=library.intent_maps,
    )

    assert result.get("msg") is None
    assert (result["changed"], result["reason"]) == (False, "already set")
