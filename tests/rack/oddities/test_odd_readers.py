# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reader says of an odd machine is what it says of the same machine without its oddity, at a bounded price."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.rack.oddities.machines import ODD

READERS = {
    "bmc_info": lambda result: (result["facts"], result["unread"]),
    "bios_settings_info": lambda result: (result["current"], result["pending"], result["registry_id"]),
    "firmware_info": lambda result: result["firmware"],
    "bmc_sensor_info": lambda result: (result["sensors"], result["unread"]),
}
# What two machines have of their own: the address of the BMC and the time of day.
OWN = re.compile(r"127\.\d+\.\d+\.\d+|\d{4}-\d\d-\d\dT[\d:.+Z-]+")


def plain(told: Any) -> Any:
    """Return what was told without what is a machine's own."""
    if isinstance(told, dict):
        return {key: plain(value) for key, value in told.items() if key != "clock_offset"}
    if isinstance(told, list | tuple):
        return [plain(item) for item in told]
    return OWN.sub("", told) if isinstance(told, str) else told


@pytest.mark.parametrize("door", READERS)
@pytest.mark.parametrize("name", ODD)
def test_reader_says_the_same_as_without_the_oddity(odd_rack, plain_rack, run_door, name, door):
    results, costs = [], []
    for rack in (plain_rack, odd_rack):
        rack.clear_journal()
        results.append(run_door(rack, name, door))
        costs.append(len(rack.journal(name)))
        assert rack.journal(name, writes=True) == []

    without, within = results
    assert without.get("msg") is None, without
    assert within.get("msg") is None, within
    assert plain(READERS[door](within)) == plain(READERS[door](without))
    assert plain(within["warnings"]) == plain(without["warnings"])
    assert costs[1] <= costs[0] * ODD[name].dearer + 3, "the oddity causes a storm of requests"
