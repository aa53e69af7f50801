# SPDX-License-Identifier: GPL-3.0-or-later
"""bmc_info on the four platforms of the demo, and when parts of a BMC are broken."""

from __future__ import annotations

import pytest

PLATFORMS = {"dell": "dell_idrac9", "hpe": "hpe_ilo6", "smc": "supermicro_x13", "std": "generic"}


@pytest.mark.parametrize("name", PLATFORMS)
def test_inventory_is_complete(four_platforms, run_door, name):
    rack = four_platforms
    rack.clear_journal()

    result = run_door(rack, name, "bmc_info")

    facts = result["facts"]
    assert result["platform"] == PLATFORMS[name]
    # iLO 6 refuses its network adapters until an operating system is up (Q-H08); MACs come from the interfaces then.
    refused = ["/redfish/v1/Chassis/1/NetworkAdapters"] if name == "hpe" else []
    assert [item["resource"] for item in result["unread"]] == refused
    assert facts["system"]["serial"] and facts["system"]["vendor"]
    assert len(facts["processors"]) == 2
    assert facts["memory"]["gib"] == facts["system"]["memory_gib"] > 0
    assert [port["mac"] for port in facts["network"]["ports"]] == rack.state(name)["macs"]
    assert facts["storage"]["drives"]
    assert result["audit"]["server"]["serial"] == facts["system"]["serial"]
    assert rack.journal(name, writes=True) == []
    read = [entry["path"] for entry in rack.journal(name) if entry["status"] == 200]
    assert [path for path in set(read) if read.count(path) > 1] == []
    assert rack.counters()["connections"][name] <= 4, "more at a time than the platform's profile allows"


def test_broken_resource_is_listed_and_the_rest_is_there(four_platforms, run_door):
    rack = four_platforms
    rack.fault("std", "status", path="*/Memory*", code=500)

    result = run_door(rack, "std", "bmc_info", subsets=["memory", "processors"], timeout=5)

    rack.clear_faults()
    assert not result.get("failed"), result
    assert len(result["facts"]["processors"]) == 2
    assert any("Memory" in item["resource"] for item in result["unread"])


def test_wrong_password_is_tried_once(four_platforms, run_door):
    rack = four_platforms
    rack.clear_journal()

    for _task in range(3):
        result = run_door(rack, "smc", "bmc_info", bmc_password="wrong-password")
        assert result["error_class"] == "AuthenticationError"
        assert "wrong-password" not in str(result)

    logins = [entry for entry in rack.journal("smc") if entry["method"] == "POST"]
    assert [entry["status"] for entry in logins] == [401]


def test_unreachable_bmc_says_what_to_check(four_platforms, run_door):
    result = run_door(four_platforms, "std", "bmc_info", bmc_port=1)

    assert result["error_class"] == "NetworkError"
    assert "TCP port 1" in result["hint"]
