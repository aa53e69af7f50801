# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits over written answers: what counts as arrived, as failed, and as not begun yet."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConflictError, WaitTimeout
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock, Patience
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lifecycle import GOALS, route
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.waits import wait_for_hop
from tests.support.maas_replay import answer, load, recorded

IDS = ("current_commissioning_result_id", "current_testing_result_id", "current_installation_result_id")


def seen(status, attempt=1, **more):
    """Return what MAAS answers for a machine; ``attempt`` is the number of its last commissioning."""
    body = {"system_id": "abc123", "hostname": "node01", "status_name": status, IDS[0]: attempt, **more}
    return answer(200, body)


class HandClock:
    """Time that passes only by sleeping."""

    def __init__(self):
        self.now = 0.0

    def sleep(self, seconds):
        self.now += max(seconds, 0.001)

    def patience(self, timeout=100):
        return Patience(timeout, 10, Clock(monotonic=lambda: self.now, sleep=self.sleep))


def hop_of(start, state, *allowed):
    return route(start, GOALS[state], "Ready", allowed)[0]


def wait(talk, start, state, *answers, timeout=100, allowed=()):
    before = Machine("abc123", "node01", status_name=start, attempts=(1, None, None))
    with talk(*answers) as (client, _replay):
        return wait_for_hop(client, hop_of(start, state, *allowed), before, HandClock().patience(timeout))


@pytest.mark.parametrize(
    ("start", "state", "statuses"),
    [
        ("New", "ready", ["New", "Commissioning", "Testing", "Ready"]),
        ("Failed commissioning", "ready", ["Failed commissioning", "Commissioning", "Ready"]),
        ("Ready", "deployed", ["Ready", "Deploying", "Deployed"]),
        ("Allocated", "released", ["Releasing", "Disk erasing", "Ready"]),
        ("Commissioning", "ready", ["Commissioning", "Testing", "Ready"]),
        ("Rescue mode", "ready", ["Rescue mode", "Exiting rescue mode", "Ready"]),
        ("Failed testing", "ready", ["Failed testing", "Testing", "Ready"]),
    ],
)
def test_the_way_to_the_target(talk, start, state, statuses):
    assert wait(talk, start, state, *[seen(status) for status in statuses]).status_name == statuses[-1]


@pytest.mark.parametrize(
    ("start", "state", "end"),
    [
        ("Commissioning", "ready", "New"),
        ("Deploying", "ready", "Allocated"),
        ("Disk erasing", "ready", "Failed disk erasing"),
        ("Testing", "ready", "Ready"),
    ],
)
def test_an_abort_is_over_when_the_machine_is_off(talk, start, state, end):
    found = wait(talk, start, state, seen(start), seen(start), seen(end), allowed=["allow_abort"])
    assert found.status_name == end


def test_a_test_that_is_aborted_may_go_back_to_the_failure_before_it(talk):
    with pytest.raises(ConflictError, match="went back to Failed testing"):
        wait(talk, "Testing", "ready", seen("Testing"), seen("Failed testing"), allowed=["allow_abort"])


@pytest.mark.parametrize(
    ("start", "state", "answers"),
    [
        ("New", "ready", [seen("Commissioning"), seen("Broken")]),
        ("New", "ready", [seen("Commissioning"), seen("New")]),
        # It failed between two looks: only the number of the attempt tells that it was another one.
        ("Failed commissioning", "ready", [seen("Failed commissioning"), seen("Failed commissioning", attempt=2)]),
        ("Ready", "deployed", [seen("Deploying"), seen("Ready")]),
        ("Allocated", "released", [seen("Releasing failed")]),
    ],
)
def test_leaving_the_way_ends_the_wait_at_once(talk, start, state, answers):
    no_results = [answer(404, "No ScriptSet matches the given query.", "text/plain")] * 2
    with pytest.raises(WaitTimeout, match="gave up waiting"):
        wait(talk, start, state, *answers, *no_results)


def test_the_failed_script_is_named_with_exit_code_and_output(talk):
    summary, details = recorded(load("366")), recorded(load("366"))
    results = [summary, details, answer(404, "No ScriptSet matches the given query.", "text/plain")]
    with pytest.raises(WaitTimeout) as caught:
        wait(talk, "New", "ready", seen("Failed commissioning", attempt=2), *results)
    assert "script 50-maas-01-commissioning failed (exit code 1): lab: injected failure" in str(caught.value)


def test_results_that_cannot_be_read_do_not_hide_the_failure(talk):
    with pytest.raises(WaitTimeout, match="it is Failed commissioning"):
        wait(talk, "New", "ready", seen("Failed commissioning", attempt=2), *[answer(500, "oops", "text/plain")] * 2)


def test_the_deadline_tells_what_was_seen_last(talk):
    stuck = seen("Commissioning", status_message="Gathering data", power_state="on")
    with pytest.raises(WaitTimeout) as caught:
        wait(talk, "New", "ready", *[stuck] * 50, timeout=60)
    assert caught.value.facts["last_observation"] == "Commissioning: Gathering data (power on)"


def test_a_status_nobody_could_know_is_told(talk):
    with pytest.raises(ConflictError, match="went back to Allocated"):
        wait(talk, "Rescue mode", "ready", seen("Exiting rescue mode"), seen("Allocated"))


def test_a_machine_that_is_deleted_meanwhile_ends_the_wait(talk):
    gone = answer(404, "No Machine matches the given query.", "text/plain")
    with pytest.raises(ConflictError, match="was deleted"):
        wait(talk, "New", "ready", seen("Commissioning"), gone)
