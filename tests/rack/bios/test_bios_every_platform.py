# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage, stage again, reboot, again: on every platform the rack can be."""

from __future__ import annotations

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
