# SPDX-License-Identifier: GPL-3.0-or-later
"""bmc_network on the four platforms of the demo."""

from __future__ import annotations

import pytest

SERVERS = ("dell", "hpe", "smc", "std")


@pytest.mark.parametrize("name", SERVERS)
def test_settings_are_set_once_and_read_back(four_platforms, run_door, name):
    rack = four_platforms
    options = {"hostname": f"new-{name}", "dns_servers": ["10.0.0.53"], "protocols": {"ipmi": False, "ssh": True}}
    rack.clear_journal()

    planned = run_door(rack, name, "bmc_network", check=True, **options)
    assert planned["changed"] and rack.journal(name, writes=True) == []

    first = run_door(rack, name, "bmc_network", **options)
    assert first["changed"], first
    assert first["after"] == {"hostname": f"new-{name}", "dns_servers": ["10.0.0.53"], "ipmi": False, "ssh": True}
    assert {change["setting"] for change in first["audit"]["bmc_changes"]} == {"hostname", "dns_servers", "ipmi"}
    assert len(rack.journal(name, writes=True)) == 2

    again = run_door(rack, name, "bmc_network", **options)
    assert not again["changed"] and again["reason"] == "already set"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"protocols": {"https": False}}, "cannot be switched off"),
        ({"protocols": {"shh": True}}, "did you mean ssh"),
        ({"protocols": {"ssh": "maybe"}}, "must be true or false"),
        ({"hostname": "x", "interface": "eth7"}, "has no interface eth7"),
        ({}, "one of the following is required"),
    ],
)
def test_bad_input_is_refused_before_the_first_write(four_platforms, run_door, options, words):
    rack = four_platforms
    rack.clear_journal()

    result = run_door(rack, "std", "bmc_network", **options)

    assert result["failed"] and words in result["msg"], result
    assert rack.journal("std", writes=True) == []
