# SPDX-License-Identifier: GPL-3.0-or-later
"""bmc_power on the four platforms of the demo: run, run again, check, and what it does when things go wrong."""

from __future__ import annotations

import pytest

SERVERS = ("dell", "hpe", "smc", "std")


def power(run_door, rack, name, state, /, **options):
    return run_door(rack, name, "bmc_power", state=state, **options)


@pytest.mark.parametrize("name", SERVERS)
def test_on_is_a_state(four_platforms, run_door, name):
    rack = four_platforms
    power(run_door, rack, name, "off", graceful=False, allow_reboot=True)

    planned = power(run_door, rack, name, "on", check=True)
    assert planned["changed"] and planned["power"] == "On"
    assert rack.state(name)["power_state"] == "Off"

    first = power(run_door, rack, name, "on")
    assert first["changed"], first
    assert first["evidence"]
    assert rack.state(name)["power_state"] == "On"

    again = power(run_door, rack, name, "on")
    assert (again["changed"], again["reason"]) == (False, "already on")


@pytest.mark.parametrize("name", SERVERS)
def test_restart_is_proved(four_platforms, run_door, name):
    rack = four_platforms
    power(run_door, rack, name, "on")
    boots = rack.state(name)["boots"]

    result = power(run_door, rack, name, "restarted", graceful=False, allow_reboot=True)

    assert result["changed"], result
    assert rack.state(name)["boots"] == boots + 1
    assert "nothing but time" not in " ".join(result["evidence"])
    assert result["audit"]["power_changes"][0]["outcome"] == "done"


@pytest.mark.parametrize("name", SERVERS)
def test_cycle_is_seen_off(four_platforms, run_door, name):
    rack = four_platforms
    power(run_door, rack, name, "on")

    result = power(run_door, rack, name, "cycled", graceful=False, allow_reboot=True)

    assert [step["status"] for step in result["plan"]["steps"]] == ["done", "done"], result
    assert result["evidence"][0] == "it was seen off"


@pytest.mark.parametrize("name", SERVERS)
def test_running_server_is_left_alone_without_permission(four_platforms, run_door, name):
    rack = four_platforms
    power(run_door, rack, name, "on")
    rack.clear_journal()

    result = power(run_door, rack, name, "off")

    assert result["failed"] and not result["changed"]
    assert result["needs"] == ["allow_reboot"]
    assert rack.journal(name, writes=True) == []


def test_graceful_time_out_fails_or_forces_as_asked(four_platforms, run_door):
    rack, name = four_platforms, "dell"  # no operating system is there to answer
    power(run_door, rack, name, "on")

    failed = power(run_door, rack, name, "off", allow_reboot=True, graceful_timeout=1)
    assert failed["failed"] and failed["error_class"] == "WaitTimeout"
    assert "on_timeout: force" in failed["hint"]
    assert failed["audit"]["power_changes"][0]["outcome"] == "failed"

    forced = power(run_door, rack, name, "off", allow_reboot=True, graceful_timeout=1, on_timeout="force")
    assert forced["escalated"] and forced["power"] == "Off"
    assert forced["audit"]["power_changes"][0]["reset_type"] == "ForceOff"


def test_check_mode_sends_no_write(four_platforms, run_door):
    rack = four_platforms
    for name in SERVERS:
        power(run_door, rack, name, "on")
    rack.clear_journal()

    for name in SERVERS:
        planned = power(run_door, rack, name, "restarted", graceful=False, allow_reboot=True, check=True)
        assert planned["changed"]
        assert planned["diff"]

    assert rack.journal(writes=True) == []


def test_lost_answer_is_told_and_not_repeated(four_platforms, run_door):
    rack, name = four_platforms, "std"
    power(run_door, rack, name, "on")
    rack.fault(name, "lost_answer", path="*/Actions/ComputerSystem.Reset", method="POST", count=1)
    rack.clear_journal()

    result = power(run_door, rack, name, "restarted", graceful=False, allow_reboot=True)

    rack.clear_faults()
    assert result["failed"] and result["error_class"] == "OutcomeUnknown"
    assert result["changed"]
    assert len([entry for entry in rack.journal(name, writes=True) if entry["path"].endswith("Reset")]) == 1
