# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage, stage again, reboot, again: on every platform the rack can be."""

from __future__ import annotations

import json

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.support.rack import Rack

# One attribute per platform, and a value that is not the one it is delivered with.
CHANGES = {
    "dell_idrac9": {"NumLock": "Off"},
    "dell_idrac10": {"NumLock": "Off"},
    "hpe_ilo5": {"TimeFormat": "Local"},
    "hpe_ilo6": {"TimeFormat": "Local"},
    "hpe_ilo7": {"TimeFormat": "Local"},
    "supermicro_x12": {"QuietBoot": "Disabled"},
    "supermicro_x13": {"QuietBoot": "Disabled"},
    "lenovo_xcc": {"OperatingModes_ChooseOperatingMode": "MaximumPerformance"},
    "ami_megarac": {"GBT0001": "Disable"},
    "nvidia_hgx": {"ActiveCores": 143},
    "intel": {"ProcessorHyperThreadingDisable_0": 1},
    "generic": {"QuietBoot": "Disabled"},
}
# The values they are delivered with.
BACK = {
    "dell_idrac9": "On",
    "dell_idrac10": "On",
    "hpe_ilo5": "Utc",
    "hpe_ilo6": "Utc",
    "hpe_ilo7": "Utc",
    "supermicro_x12": "Enabled",
    "supermicro_x13": "Enabled",
    "lenovo_xcc": "MaximumEfficiency",
    "ami_megarac": "Enable",
    "nvidia_hgx": 144,
    "intel": 0,
    "generic": "Enabled",
}
# No BIOS settings over Redfish.
WITHOUT = ("supermicro_x10", "openbmc")


@pytest.fixture(scope="module")
def rack(tmp_path_factory):
    hosts = {platform.replace("_", "-"): {"lab_platform": platform} for platform in PLATFORMS}
    running = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:1000", maas=False)
    yield running
    running.stop()


def test_the_tables_above_name_every_platform():
    assert set(CHANGES) | set(WITHOUT) == set(PLATFORMS)


@pytest.mark.parametrize("platform", CHANGES)
def test_stage_stage_again_reboot_again(rack, run_door, platform):
    name = platform.replace("_", "-")
    runs = [
        run_door(rack, name, attributes=CHANGES[platform], **options)
        for options in ({}, {}, {"allow_reboot": True}, {"allow_reboot": True})
    ]

    assert [run.get("msg") for run in runs] == [None] * 4
    assert [run["changed"] for run in runs] == [True, False, True, False]
    assert [run["attributes"][0]["outcome"] for run in runs] == ["staged", "staged", "applied", "already_set"]
    assert runs[1]["reason"].startswith("staged, waiting for a reboot")


# Names of an administrator's password; XCC, Intel and NVIDIA publish none.
PASSWORDS = {
    "dell_idrac9": "SetupPassword",
    "dell_idrac10": "SetupPassword",
    "hpe_ilo5": "AdminPassword",
    "hpe_ilo6": "AdminPassword",
    "hpe_ilo7": "AdminPassword",
    "supermicro_x12": "AdministratorPassword_B111",
    "supermicro_x13": "AdministratorPassword_B111",
    "ami_megarac": "SETUP001",
    "generic": "AdministratorPassword",
}


@pytest.mark.parametrize("platform", PASSWORDS)
def test_password_is_set_and_stands_nowhere(rack, run_door, platform):
    name, options = platform.replace("_", "-"), {"door": "bios_password", "name": PASSWORDS[platform]}
    rack.clear_journal()

    wrong = run_door(rack, name, **{**options, "name": "Passwrd"}, new_password="Tr0ub4dor-3")
    checked = run_door(rack, name, check=True, **options, new_password="Tr0ub4dor-3")
    assert rack.journal(name, writes=True) == []
    done = run_door(rack, name, **options, new_password="Tr0ub4dor-3")

    assert "has no password Passwrd" in wrong["msg"]
    assert [(run.get("msg"), run["changed"]) for run in (checked, done)] == [(None, True)] * 2
    assert [entry["method"] for entry in rack.journal(name, writes=True)] == ["POST"]
    assert "Tr0ub4dor-3" not in json.dumps([wrong, checked, done])


@pytest.mark.parametrize("platform", CHANGES)
def test_backup_is_restored(rack, run_door, platform):
    name = platform.replace("_", "-")
    backup = run_door(rack, name, door="bios_backup")["audit"]["backups"][0]
    restore = {"door": "bios_backup", "state": "restored", "backup": backup["content"], "allow_reboot": True}
    before = rack.state(name)["bios"]
    info = run_door(rack, name, door="bios_settings_info", attributes=list(CHANGES[platform]))
    (attribute, now), choices = next(iter(info["current"].items())), CHANGES[platform]
    other = next(iter(choices.values())) if now not in choices.values() else BACK[platform]

    same = run_door(rack, name, **restore)
    changed = run_door(rack, name, attributes={attribute: other}, allow_reboot=True)
    restored = run_door(rack, name, **restore)

    assert [run.get("msg") for run in (same, changed, restored)] == [None] * 3
    assert [run["changed"] for run in (same, changed, restored)] == [False, True, True]
    assert rack.state(name)["bios"] == before


@pytest.mark.parametrize("platform", sorted({*CHANGES} - {"intel"}))
def test_boot_order_is_changed_and_left_alone_then(rack, run_door, platform):
    """Over the standard's order, or the vendor's own; Intel's boards show neither."""
    name, options = platform.replace("_", "-"), {"door": "bios_boot_order", "order": ["*pxe*"]}

    runs = [run_door(rack, name, check=check, **options) for check in (True, False, False)]

    assert [(run.get("msg"), run["changed"]) for run in runs] == [(None, True), (None, True), (None, False)]


@pytest.mark.parametrize("platform", WITHOUT)
def test_platform_without_bios_settings_says_so(rack, run_door, platform):
    result = run_door(rack, platform.replace("_", "-"), attributes={"BootMode": "Uefi"})

    assert result["error_class"] == "NotSupportedError"
    assert "not available over Redfish" in result["msg"]


def test_request_refused_as_a_whole_changes_nothing_and_names_the_attribute(rack, run_door):
    result = run_door(rack, "nvidia-hgx", attributes={"ActiveCores": 100000})

    assert (result["failed"], result["changed"]) == (True, False)
    assert [(item["attribute"], item["outcome"]) for item in result["attributes"]] == [("ActiveCores", "rejected")]
    assert "ActiveCores" in result["msg"]
