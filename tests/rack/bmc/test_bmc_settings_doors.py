# SPDX-License-Identifier: GPL-3.0-or-later
"""bmc_time and bmc_power_policy on the rack: run, run again, look only, and a BMC that does not keep what it took."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest

from tests.support.playbook import run_task
from tests.support.rack import Rack

pytestmark = pytest.mark.slow

SERVERS = ["a.example", "b.example"]


def door(rack: Rack, name: str, module: str, options: dict[str, Any], **how: Any) -> dict[str, Any]:
    return run_task(module, {**rack.connection(name), **options}, **how)


@pytest.mark.parametrize("name", ["dell", "hpe", "smc", "std"])
def test_bmc_time_on_each_platform_changes_once(four_platforms: Rack, name: str) -> None:
    four_platforms.clear_journal()
    looked = door(four_platforms, name, "bmc_time", {"ntp_servers": SERVERS}, check=True, diff=True)
    seen = four_platforms.journal(name, writes=True)
    first = door(four_platforms, name, "bmc_time", {"ntp_servers": SERVERS})
    again = door(four_platforms, name, "bmc_time", {"ntp_servers": SERVERS})

    assert (looked["changed"], first["changed"], again["changed"]) == (True, True, False), (looked, first, again)
    assert seen == []
    assert looked["diff"][0]["after"]["ntp_servers"] == SERVERS
    assert first["ntp_servers"] == again["ntp_servers"] == SERVERS
    assert {row["outcome"] for row in first["audit"]["bmc_changes"]} == {"applied"}
    assert again["reason"] == "already set"


@pytest.mark.parametrize("module_path", ["in_process", "module"])
def test_bmc_power_policy_both_runners_answer_alike(
    rack_of: Callable[..., Rack], module_path: Literal["in_process", "module"]
) -> None:
    rack = rack_of({"std": {"lab_platform": "generic"}}, maas=False)

    first = door(rack, "std", "bmc_power_policy", {"policy": "last_state"}, module_path=module_path)
    again = door(rack, "std", "bmc_power_policy", {"policy": "last_state"}, module_path=module_path)

    assert (first["changed"], again["changed"]) == (True, False), (first, again)
    assert first["audit"]["bmc_changes"][0] == {
        "setting": "power_policy",
        "before": "always_off",
        "wanted": "last_state",
        "after": "last_state",
        "outcome": "applied",
    }


def test_bmc_power_policy_where_the_standard_property_is_missing_says_so(four_platforms: Rack) -> None:
    result = door(four_platforms, "dell", "bmc_power_policy", {"policy": "last_state"})

    assert result["error_class"] == "NotSupportedError"
    assert "PowerRestorePolicy" in result["msg"]


def test_bmc_time_wrong_clock_is_set_when_asked(rack_of: Callable[..., Rack]) -> None:
    rack = rack_of({"std": {"lab_platform": "generic"}}, maas=False, clock="hand")
    rack.fault("std", "clock_wrong", seconds=-7200)

    left = door(rack, "std", "bmc_time", {"set_clock": True, "clock_tolerance": 10**9})
    planned = door(rack, "std", "bmc_time", {"set_clock": True}, check=True)
    done = door(rack, "std", "bmc_time", {"set_clock": True})
    again = door(rack, "std", "bmc_time", {"set_clock": True, "clock_tolerance": 600})

    assert left["changed"] is False
    assert planned["plan"]["steps"][0]["text"].startswith("set the clock of the BMC, ")
    assert (done["changed"], again["changed"]) == (True, False), (done, again)
