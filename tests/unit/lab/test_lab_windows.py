# SPDX-License-Identifier: GPL-3.0-or-later
"""Apply times with a maintenance window: what is refused, and when the job may begin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.http.call import Answer
from tests.unit.lab.bench import Bench

AT_START, ON_RESET = "AtMaintenanceWindowStart", "InMaintenanceWindowOnReset"
START, DURATION = "MaintenanceWindowStartTime", "MaintenanceWindowDurationInSeconds"


def stage(bench: Bench, apply_time: dict[str, Any]) -> Answer:
    body = {"Attributes": {"LogicalProc": "Disabled"}, "@Redfish.SettingsApplyTime": apply_time}
    return bench.call("PATCH", bench.layout.bios_settings, body)


def window(bench: Bench, kind: str, away: int = 7200, seconds: int = 1800) -> dict[str, Any]:
    start = bench.bmc.now() + timedelta(seconds=away)
    return {"ApplyTime": kind, START: start.isoformat(timespec="seconds"), DURATION: seconds}


def running(kind: str, **options: int) -> Bench:
    """Return a Dell that runs its system, with a value staged for a window two hours away."""
    bench = Bench("dell_idrac9")
    bench.boot()
    assert stage(bench, window(bench, kind, **options)).status == 202
    bench.clock.advance(60)
    return bench


def job(bench: Bench) -> dict[str, Any]:
    return bench.get(f"{bench.layout.jobs[0]}/{next(iter(bench.bmc.tasks.tasks))}")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({START: None}, "PropertyMissing"),
    ({DURATION: None}, "PropertyMissing"),
    ({START: "soon"}, "PropertyValueFormatError"),
    ({START: 7}, "PropertyValueTypeError"),
    ({START: "2001-01-01T00:00:00Z"}, "PropertyValueOutOfRange"),
    ({DURATION: "600"}, "PropertyValueTypeError"),
    ({DURATION: 0}, "PropertyValueOutOfRange"),
]


@pytest.mark.parametrize("kind", [AT_START, ON_RESET])
@pytest.mark.parametrize(("change", "message"), WRONG)
def test_a_window_that_cannot_be_kept_is_refused_and_nothing_is_staged(
    kind: str, change: dict[str, Any], message: str
) -> None:
    bench = Bench("dell_idrac9")
    answer = stage(bench, {**window(bench, kind), **change})
    assert answer.status == 400 and answer.doc
    assert answer.doc["error"]["@Message.ExtendedInfo"][0]["MessageId"].endswith(message)
    assert bench.bmc.bios and not bench.bmc.bios.pending and not bench.bmc.tasks.tasks


def test_at_its_start_the_host_is_restarted_and_the_job_runs() -> None:
    bench = running(AT_START)
    assert job(bench)["JobState"] == "Scheduled"
    bench.clock.advance(7000)
    assert (bench.machine.resets, bench.bios()["LogicalProc"]) == (1, "Enabled")
    bench.clock.advance(1200)
    assert (bench.machine.resets, bench.bios()["LogicalProc"]) == (2, "Disabled")
    assert job(bench)["JobState"] == "Completed"


@pytest.mark.parametrize("kind", [AT_START, ON_RESET])
def test_a_reset_before_the_window_applies_nothing(kind: str) -> None:
    bench = running(kind)
    bench.boot()
    assert bench.bios()["LogicalProc"] == "Enabled"
    assert job(bench)["JobState"] == "Scheduled"


def test_in_the_window_the_next_reset_applies_it() -> None:
    bench = running(ON_RESET)
    bench.clock.advance(7300)
    assert bench.machine.resets == 1, "nobody restarts the host"
    bench.boot()
    assert bench.bios()["LogicalProc"] == "Disabled"
    assert job(bench)["JobState"] == "Completed"


def test_without_a_reset_the_job_fails_when_the_window_closes() -> None:
    bench = running(ON_RESET)
    bench.clock.advance(7300 + 1800)
    assert (job(bench)["JobState"], job(bench)["Message"]) == (
        "Failed",
        "The maintenance window has closed before the host was reset.",
    )
    assert bench.bmc.bios and not bench.bmc.bios.pending
    bench.boot()
    assert bench.bios()["LogicalProc"] == "Enabled"
    assert bench.set_bios({"LogicalProc": "Disabled"}, "OnReset").status == 202


def test_the_job_tells_its_window() -> None:
    bench = running(ON_RESET)
    assert bench.bmc.tasks.tasks
    told = next(iter(bench.bmc.tasks.tasks.values())).window
    assert told is not None
    assert job(bench)["StartTime"][:19] == told.shown[0].isoformat()[:19]
    assert told.shown[1] - told.shown[0] == timedelta(seconds=1800)


def test_a_window_that_has_begun_is_open() -> None:
    bench = running(ON_RESET, away=-60)
    bench.boot()
    assert bench.bios()["LogicalProc"] == "Disabled"
