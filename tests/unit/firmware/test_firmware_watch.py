# SPDX-License-Identifier: GPL-3.0-or-later
"""How often machines that flash together are looked at."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.watch import longest_pause


@pytest.mark.parametrize(
    ("interval", "stage", "waiting", "seconds"),
    [
        (10.0, "flashing", 1, 10.0),
        (10.0, "silent for now", 1, 2.5),
        (10.0, "restarting", 3, 2.5),
        (10.0, "being read back", 125, 2.5),
        (10.0, "being read back", 250, 5.0),
        (10.0, "flashing", 500, 10.0),
        (10.0, "flashing", 2000, 40.0),
    ],
)
def test_many_share_fifty_looks_a_second_and_those_about_to_arrive_come_first(interval, stage, waiting, seconds):
    assert longest_pause(interval, stage, waiting) == seconds
