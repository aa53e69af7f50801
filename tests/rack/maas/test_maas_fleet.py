# SPDX-License-Identifier: GPL-3.0-or-later
"""Many machines at once; `python -m tests.benchmarks maas_fleet` leads a hundred through the same life."""

from __future__ import annotations

import pytest

from tests.support.maas_fleet import LIFE, live


@pytest.fixture(autouse=True)
def calm():
    """This rack is its own."""


def test_the_life_of_many_machines(rack_of):
    machines = 8
    rack = rack_of({f"n{number}": {"lab_platform": "generic"} for number in range(machines)}, clock="scaled:200")
    life = live(rack, forks=8)
    assert life.problems() == []
    assert len(life.played.results()) == machines * len(LIFE) * 3
    # Neither check mode nor a second run writes: these are the writes of the first runs alone.
    assert life.writes == machines * sum(writes for _wanted, _status, writes in LIFE)
    # Nobody lists all machines: each is found by a filter, or read by its id.
    assert not [path for method, path in life.asked if method == "GET" and path.endswith("/machines/")]
