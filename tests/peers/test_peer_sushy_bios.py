# SPDX-License-Identifier: GPL-3.0-or-later
"""BIOS settings against sushy-emulator, which is not ours: OpenStack's Redfish emulator over libvirt's test driver.

It applies a change at once and shows a full copy as pending. Needs sushy-tools (pip) and python3-libvirt (apt).
"""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.modules import bios_settings, bios_settings_info

pytestmark = pytest.mark.peer


@pytest.fixture
def run_door(sushy, tmp_path):
    def run(door, check=False, **options):
        arguments = {**sushy, "bmc_username": "admin", "bmc_password": "not-checked-1", **options}
        context = Context(check_mode=check, diff=True, cache_dir=str(tmp_path))
        return execute(door, arguments, context).result

    return run


def test_sushy_settings_from_check_to_unchanged(run_door):
    before = run_door(bios_settings_info.DOOR, registry=True)
    assert before.get("msg") is None
    assert before["registry_id"] == "BiosAttributeRegistryP89.v1_0_0"
    wanted = {"ProcTurboMode": "Disabled", "BootMode": "UEFI", "NicBoot1": "Network Boot"}

    checked = run_door(bios_settings.DOOR, check=True, attributes=wanted)
    done = run_door(bios_settings.DOOR, attributes=wanted)
    again = run_door(bios_settings.DOOR, attributes=wanted)
    after = run_door(bios_settings_info.DOOR)

    assert (checked.get("msg"), done.get("msg"), again.get("msg")) == (None, None, None)
    assert (checked["changed"], done["changed"], again["changed"]) == (True, True, False)
    assert {item["outcome"] for item in done["attributes"]} <= {"applied", "already_set"}
    assert after["current"]["ProcTurboMode"] == "Disabled"
    assert after["current"]["BootMode"] == "Uefi"


def test_sushy_mistakes_are_told_before_a_write(run_door):
    before = run_door(bios_settings_info.DOOR)["current"]

    result = run_door(
        bios_settings.DOOR,
        attributes={"NumCores": 12, "QuietBoot": "perhaps", "ProcTurboMod": "Disabled", "SysPassword": "x"},
    )

    assert {problem["reason"] for problem in result["problems"]} == {"read_only", "type", "unknown", "password"}
    assert run_door(bios_settings_info.DOOR)["current"] == before
