# SPDX-License-Identifier: GPL-3.0-or-later
"""From the words of the audit to the handle of an update that an interrupted run has begun."""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.handles import (
    activation_words,
    handles_of,
    sent_words,
)

SENT = {
    "component": "bios",
    "before": "1.2",
    "wanted": "1.3",
    "image": "http://images/bios-1.3.bin?x=1",
    "sha256": "a" * 64,
    "task": "/redfish/v1/TaskService/Tasks/7",
    "outcome": "started",
    "reason": sent_words(1790000000.4, -3.25),
}


def test_update_that_was_sent_comes_back_with_its_task_and_clock():
    (handle,) = handles_of([SENT])

    assert handle["stage"] == "sent"
    assert handle["task"] == SENT["task"]
    assert handle["image"] == "bios-1.3.bin"
    assert (handle["version"], handle["before"], handle["sent_at"]) == ("1.3", "1.2", 1790000000.0)
    assert abs(handle["clock_offset"] + 3.25) < 0.06


def test_update_that_was_being_activated_is_known_as_such():
    (handle,) = handles_of([SENT, {**SENT, "reason": activation_words("ForceRestart"), "task": ""}])

    assert handle["stage"] == "activating"
    assert (handle["task"], handle["sent_at"]) == (SENT["task"], 1790000000.0)


def test_update_whose_end_is_known_has_no_handle():
    for outcome in ("applied", "failed", "unknown", "staged"):
        assert handles_of([SENT, {**SENT, "outcome": outcome, "reason": ""}]) == []


def test_each_component_has_its_own_and_the_last_version_counts():
    handles = handles_of([SENT, {**SENT, "wanted": "1.4", "reason": "", "task": ""}, {**SENT, "component": "bmc"}])

    assert [(one["component"], one["version"], one["task"]) for one in handles] == [
        ("bios", "1.4", ""),
        ("bmc", "1.3", SENT["task"]),
    ]


def test_update_that_failed_and_was_sent_by_a_later_run_has_the_handle_of_that_one():
    later = {**SENT, "task": "/redfish/v1/TaskService/Tasks/9", "reason": sent_words(1790000600.0, -3.25)}

    (handle,) = handles_of([SENT, {**SENT, "outcome": "failed", "reason": "flash error at 50 %"}, later])

    assert (handle["stage"], handle["task"], handle["sent_at"]) == ("sent", later["task"], 1790000600.0)
