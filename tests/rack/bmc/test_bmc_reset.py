# SPDX-License-Identifier: GPL-3.0-or-later
"""bmc_reset: the BMC goes and comes back, the host runs on, and the run's session is replaced once."""

from __future__ import annotations

import pytest

SERVERS = ("dell", "hpe", "smc", "std")


@pytest.mark.parametrize("name", SERVERS)
def test_bmc_is_away_and_back(four_platforms, run_door, name):
    rack = four_platforms
    run_door(rack, name, "bmc_power", state="on")
    boots = rack.state(name)["boots"]
    rack.clear_journal()

    result = run_door(rack, name, "bmc_reset")

    assert result["changed"], result
    assert "none" not in result["evidence"]
    assert rack.state(name)["bmc_up"]
    assert rack.state(name)["boots"] == boots
    info = run_door(rack, name, "bmc_info", subsets=["system"])
    assert not info.get("failed"), info
    assert rack.state(name)["sessions"] == 1


def test_check_mode_restarts_nothing(four_platforms, run_door):
    rack = four_platforms
    rack.clear_journal()

    result = run_door(rack, "std", "bmc_reset", check=True)

    assert result["changed"]
    assert rack.journal("std", writes=True) == []
