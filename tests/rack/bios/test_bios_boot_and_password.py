# SPDX-License-Identifier: GPL-3.0-or-later
"""The boot order by patterns, and BIOS passwords that nobody gets to see."""

from __future__ import annotations

import json

import pytest

PASSWORDS = {"dell": "SetupPassword", "hpe": "AdminPassword", "smc": "AdministratorPassword_B111"}


def writes(rack, name):
    return [(entry["method"], entry["path"]) for entry in rack.journal(name, writes=True)]


@pytest.mark.parametrize("name", ["dell", "std"])
def test_boot_order_from_check_to_unchanged(four_platforms, run_door, name):
    four_platforms.clear_journal()
    options = {"door": "bios_boot_order", "order": ["pxe*", "Hdd"]}

    checked = run_door(four_platforms, name, check=True, **options)
    assert (checked.get("msg"), checked["changed"], writes(four_platforms, name)) == (None, True, [])

    done = run_door(four_platforms, name, **options)
    again = run_door(four_platforms, name, **options)
    back = run_door(four_platforms, name, door="bios_boot_order", order=["Boot from disk"])

    assert (done.get("msg"), back.get("msg")) == (None, None)
    assert (done["changed"], again["changed"], again["reason"]) == (True, False, "already in that order")
    assert done["boot_order"] == checked["boot_order"] == ["Boot0002", "Boot0003", "Boot0001"]
    assert back["boot_order"] == ["Boot0001", "Boot0002", "Boot0003"]
    assert done["audit"]["bmc_changes"][0]["outcome"] == "applied"


def test_boot_order_pattern_that_fits_nothing_names_what_there_is(four_platforms, run_door):
    result = run_door(four_platforms, "std", door="bios_boot_order", order=["Boot from dsk", "CD*"])

    assert result["failed"] is True
    assert "did you mean Boot from disk" in result["msg"]
    assert "'CD*' fits none" in result["msg"]


def test_boot_order_of_a_machine_without_one_is_refused(rack_of, run_door):
    rack = rack_of({"o": {"lab_platform": "openbmc"}}, maas=False)

    result = run_door(rack, "o", door="bios_boot_order", order=["pxe*"])

    assert result["error_class"] == "NotSupportedError"


@pytest.mark.parametrize("name", PASSWORDS)
def test_password_is_changed_and_stands_nowhere(four_platforms, run_door, name):
    four_platforms.clear_journal()
    options = {"door": "bios_password", "name": PASSWORDS[name], "new_password": "Tr0ub4dor-3"}

    checked = run_door(four_platforms, name, check=True, **options)
    assert (checked.get("msg"), checked["changed"], writes(four_platforms, name)) == (None, True, [])

    done = run_door(four_platforms, name, **options)

    assert done.get("msg") is None
    assert [method for method, _path in writes(four_platforms, name)] == ["POST"]
    assert done["audit"]["bios_changes"][0]["outcome"] == "staged"
    assert "Tr0ub4dor-3" not in json.dumps([checked, done])


def test_password_name_and_length_are_checked_before_anything_is_sent(four_platforms, run_door):
    four_platforms.clear_journal()

    name = run_door(four_platforms, "dell", door="bios_password", name="SetupPasword", new_password="x")
    length = run_door(four_platforms, "dell", door="bios_password", name="SetupPassword", new_password="y" * 99)

    assert "SetupPassword" in name["hint"]
    assert "99 characters given" in length["msg"]
    assert "y" * 99 not in json.dumps(length)
    assert writes(four_platforms, "dell") == []
