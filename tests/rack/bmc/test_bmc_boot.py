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
