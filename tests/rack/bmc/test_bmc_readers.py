# SPDX-License-Identifier: GPL-3.0-or-later
"""bmc_log_info and bmc_sensor_info on the four platforms of the demo."""

from __future__ import annotations

import pytest

SERVERS = ("dell", "hpe", "smc", "std")


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("door", ["bmc_log_info", "bmc_sensor_info"])
def test_reader_reads_and_writes_nothing(four_platforms, run_door, name, door):
    rack = four_platforms
    rack.clear_journal()

    result = run_door(rack, name, door)

    assert not result.get("failed"), result
    assert not result["changed"] and result["unread"] == []
    assert result["logs"] if door == "bmc_log_info" else result["sensors"]
    assert rack.journal(name, writes=True) == []
