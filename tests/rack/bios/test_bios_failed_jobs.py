# SPDX-License-Identifier: GPL-3.0-or-later
"""A configuration job that ends badly: what came of each value, with the words of the job."""

from __future__ import annotations

import pytest

from tests.support.rack import Rack

SERVERS = ("idrac9", "idrac10")
CHANGES = {"NumLock": "Off", "OsWatchdogTimer": "Enabled"}
BACK = {"NumLock": "On", "OsWatchdogTimer": "Disabled"}
WORDS = "Unable to complete the job because some of its values could not be set."


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    hosts = {name: {"lab_platform": f"dell_{name}"} for name in SERVERS}
    rack = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:1000", maas=False)
    yield rack
    rack.stop()


@pytest.fixture(params=SERVERS)
def name(request):
    return request.param


@pytest.fixture
def rack(servers, run_door, name):
    yield servers
    servers.clear_faults()
    run_door(servers, name, attributes=BACK, allow_reboot=True, pending="overwrite")


def by_outcome(result):
    return {item["attribute"]: item["outcome"] for item in result["attributes"]}


def test_job_that_fails_has_changed_nothing_and_says_why(rack, run_door, name):
    rack.fault(name, "job_fails", job_state="Failed", count=1)

    failed = run_door(rack, name, attributes=CHANGES, allow_reboot=True)

    assert (failed["failed"], failed["changed"], failed["error_class"]) == (True, True, "VerificationError")
    assert by_outcome(failed) == dict.fromkeys(CHANGES, "rejected")
    assert WORDS in failed["msg"] and "Failed" in failed["msg"]
    assert {item["outcome"] for item in failed["audit"]["bios_changes"]} == {"rejected"}
    assert {key: rack.state(name)["bios"][key] for key in BACK} == BACK


def test_next_run_after_a_failed_job_makes_a_new_one(rack, run_door, name):
    rack.fault(name, "job_fails", job_state="Failed", count=1)
    run_door(rack, name, attributes=CHANGES, allow_reboot=True)

    result = run_door(rack, name, attributes=CHANGES, allow_reboot=True)

    assert result.get("msg") is None, result
    assert [step["name"] for step in result["plan"]["steps"]] == ["stage", "restart"]
    assert by_outcome(result) == dict.fromkeys(CHANGES, "applied")
    assert not any("ended badly" in warning for warning in result["warnings"]), "that was the job before"


def test_job_that_completed_with_errors_is_mentioned_where_all_is_as_wanted(rack, run_door, name):
    """What counts is what is read back; the job may have been about something else as well (Q-D12)."""
    rack.fault(name, "job_fails", job_state="CompletedWithErrors", count=1)

    result = run_door(rack, name, attributes=CHANGES, allow_reboot=True)
    again = run_door(rack, name, attributes=CHANGES, allow_reboot=True)

    assert result.get("msg") is None, result
    assert by_outcome(result) == dict.fromkeys(CHANGES, "applied")
    assert [WORDS in text and "CompletedWithErrors" in text for text in result["warnings"]] == [True]
    assert (again["changed"], again["warnings"]) == (False, [])


def test_job_that_completed_with_errors_tells_why_a_value_is_missing(rack, run_door, name):
    rack.fault(name, "job_fails", job_state="CompletedWithErrors", count=1)
    rack.fault(name, "ignore_attribute", attribute="NumLock")

    result = run_door(rack, name, attributes=CHANGES, allow_reboot=True)

    assert (result["failed"], result["error_class"]) == (True, "VerificationError")
    assert by_outcome(result) == {"NumLock": "rejected", "OsWatchdogTimer": "applied"}
    assert WORDS in result["msg"]
