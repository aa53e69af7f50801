# SPDX-License-Identifier: GPL-3.0-or-later
"""A BMC with no room for another session (Q-G24): reads go on without one and it is said once; nothing is written."""

from __future__ import annotations

import time

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.login import FULL_TABLE_PAUSES

SERVERS = ("dell", "hpe", "smc", "std")
# What a person waits for 17 seconds is over sooner here.
CLOCK = Clock(sleep=lambda seconds: time.sleep(min(seconds, 0.05)))


@pytest.fixture
def rack(four_platforms):
    four_platforms.clear_journal()
    yield four_platforms
    four_platforms.clear_faults()


def logins(rack, name):
    return [
        entry
        for entry in rack.journal(name)
        if entry["method"] == "POST" and entry["path"].rstrip("/").endswith("Sessions")
    ]


@pytest.mark.parametrize("name", SERVERS)
def test_full_table_is_waited_for_once_a_run_and_said_once(rack, run_door, name):
    rack.fault(name, "session_table_full")

    first, second = (run_door(rack, name, "bmc_info", clock=CLOCK, subsets=["system"]) for _task in range(2))

    assert first["facts"]["system"] == second["facts"]["system"] and first["facts"]["system"]["serial"], first
    assert [("session table is full" in text) for text in first["warnings"]] == [True], first["warnings"]
    assert second["warnings"] == []
    assert len(logins(rack, name)) == len(FULL_TABLE_PAUSES) + 2, "a retry storm"


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize(
    ("door", "options"), [("bmc_boot", {"target": "pxe"}), ("bios_settings", {}), ("bmc_power", {"state": "on"})]
)
def test_nothing_is_written_without_a_session(rack, run_door, name, door, options):
    if door == "bios_settings":
        options = {"attributes": CHANGES[name], "allow_reboot": True}
    rack.fault(name, "session_table_full")
    state = rack.state(name)

    looked = run_door(rack, name, door, check=True, clock=CLOCK, **options)
    result = run_door(rack, name, door, clock=CLOCK, **options)

    assert looked["changed"] and not looked.get("failed"), looked
    assert (result["error_class"], result["changed"]) == ("ConflictError", False), result
    assert "no room for another session" in result["msg"] and rack.server(name).bmc_host in result["msg"]
    assert "close unused sessions" in result["hint"]
    assert rack.journal(name, writes=True) == []
    assert {key: rack.state(name)[key] for key in UNTOUCHED} == {key: state[key] for key in UNTOUCHED}
    assert len(logins(rack, name)) == len(FULL_TABLE_PAUSES) + 2


CHANGES = {
    "dell": {"NumLock": "Off"},
    "hpe": {"TimeFormat": "Local"},
    "smc": {"QuietBoot": "Disabled"},
    "std": {"QuietBoot": "Disabled"},
}
UNTOUCHED = ("power_state", "boot_override", "bios_pending")


def test_place_that_becomes_free_is_taken_by_the_next_task(rack, run_door):
    rack.fault("std", "session_table_full", count=len(FULL_TABLE_PAUSES) + 1)
    run_door(rack, "std", "bmc_info", clock=CLOCK, subsets=["system"])

    changed = run_door(rack, "std", "bmc_boot", clock=CLOCK, target="cd")

    assert changed["changed"] and not changed.get("failed"), changed
    run_door(rack, "std", "bmc_boot", target="none")
