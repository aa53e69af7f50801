# SPDX-License-Identifier: GPL-3.0-or-later
"""A flash that failed ends its run; where its BMC stays in update mode, the next one restarts it once (Q-S15)."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import time

import pytest
import requests

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.update_mode import QUIET_SECONDS
from tests.rack.firmware.campaigns import (
    REFUSED,
    RESTART,
    START,
    TAKEN,
    at_baseline,
    campaign,
    fleet,
    images,
    rows,
    what_was_sent,
)
from tests.rack.firmware.conftest import Bench, clock_of
from tests.support.playbook import ROOT
from tests.support.rack import Rack

MODE = "SMC.1.0.OemFirmwareAlreadyInUpdateMode"


@pytest.fixture
def bench(bench_of):
    bench = bench_of(clock="hand", one="supermicro_x13")
    bench.clock = clock_of(bench.rack)
    return bench


def run(bench, row, **options):
    return bench.run("one", row, **{"wait_interval": 20.0, "wait_timeout": 7200, **options})


def kept(result):
    return [(change["outcome"], change["task"]) for change in result["audit"]["firmware_changes"]]


@pytest.mark.parametrize("component", ["bmc", "bios"])
@pytest.mark.parametrize("method", ["pull", "multipart_then_start"])
def test_flash_that_failed_is_a_failure_and_the_next_run_mends_it(bench, tmp_path, method, component):
    bench.rack.fault("one", "flash_fails", component=component, percent=60, count=1)
    row = bench.row("one", component)
    row = row if method == "pull" else bench.local(row, tmp_path)

    first = run(bench, row, method=method)

    assert first["error_class"] == "VerificationError"
    assert "flash error at 60 %" in first["msg"]
    assert "run this again: the BMC may stay in update mode" in first["msg"]
    assert first["changed"] is True
    assert what_was_sent(bench.rack) == [TAKEN]
    ((outcome, task),) = kept(first)
    assert outcome == "failed"
    assert task

    second = run(bench, row, method=method)

    assert not second.get("failed"), second["msg"]
    assert what_was_sent(bench.rack) == [TAKEN, REFUSED, RESTART, TAKEN]
    (change,) = second["firmware"]["changes"]
    assert change["outcome"] == "applied"
    assert "after a restart of the BMC, which had stayed in update mode" in change["reason"]
    restarts = [one for one in second["audit"]["power_changes"] if one["reset_type"] == "GracefulRestart"]
    assert len([one for one in restarts if "update mode" in one["wanted"]]) == 1
    ((outcome, later_task),) = kept(second)
    assert outcome == "applied"
    assert later_task not in ("", task)


def test_flash_that_fails_after_the_restart_is_a_failure_as_well(bench):
    bench.rack.fault("one", "flash_fails", component="bmc", percent=60)
    row = bench.row("one", "bmc")
    run(bench, row)

    result = run(bench, row)

    assert result["error_class"] == "VerificationError"
    assert "flash error at 60 %" in result["msg"]
    assert what_was_sent(bench.rack) == [TAKEN, REFUSED, RESTART, TAKEN]
    assert [outcome for outcome, _task in kept(result)] == ["failed"]


def test_image_that_is_refused_after_the_restart_as_well_is_not_sent_a_third_time(bench):
    bench.rack.fault("one", "status", path="*SimpleUpdate", method="POST", code=400, message_id=MODE)

    result = run(bench, bench.row("one", "bmc"))

    assert result["error_class"] == "ConflictError"
    assert what_was_sent(bench.rack) == [REFUSED, RESTART, REFUSED]
    assert result["changed"] is True


def test_without_leave_it_is_told_what_to_try_and_that_helps(bench):
    bench.rack.fault("one", "flash_fails", component="bmc", percent=60, count=1)
    row = bench.row("one", "bmc")

    first = run(bench, row, allow_reboot=False)
    second = run(bench, row, allow_reboot=False)

    assert first["error_class"] == "VerificationError"
    assert "run this again with allow_reboot: true" in first["msg"]
    assert second["error_class"] == "ConflictError"
    assert "the BMC has stayed in update mode" in second["msg"]
    assert "allow_reboot: true" in second["msg"]
    assert "bmc_reset" in second["msg"]
    assert second["changed"] is False
    assert what_was_sent(bench.rack) == [TAKEN, REFUSED]

    bench.restart_bmc("one")
    third = run(bench, row, allow_reboot=False)

    assert not third.get("failed"), third["msg"]
    assert what_was_sent(bench.rack) == [TAKEN, REFUSED, RESTART, TAKEN]


def test_check_of_a_later_run_says_nothing_of_it_and_writes_nothing(bench):
    bench.rack.fault("one", "flash_fails", component="bmc", percent=60, count=1)
    row = bench.row("one", "bmc")
    run(bench, row)
    bench.rack.clear_journal()

    checked = run(bench, row, check=True)

    assert [step["name"].split()[0] for step in checked["plan"]["steps"]] == ["send", "follow", "confirm"]
    assert bench.rack.journal("one", writes=True) == []


@pytest.mark.parametrize("failed_before", [False, True], ids=["no_task", "a_task_that_failed"])
def test_bmc_is_watched_before_it_is_restarted(bench, failed_before):
    """What refuses may be an update at work that its tasks do not show, such as one of its web pages."""
    row = bench.row("one", "bmc")
    if failed_before:
        bench.rack.fault("one", "flash_fails", component="bmc", percent=60, count=1)
        run(bench, row)
        bench.rack.clear_journal()
    else:
        bench.rack.fault("one", "status", path="*SimpleUpdate", method="POST", code=400, message_id=MODE, count=1)
    restarted = []

    def meanwhile(passed):
        if not restarted and RESTART in what_was_sent(bench.rack):
            restarted.append(passed)

    bench.clock = clock_of(bench.rack, meanwhile)

    result = run(bench, row)

    assert not result.get("failed"), result["msg"]
    assert what_was_sent(bench.rack) == [REFUSED, RESTART, TAKEN]
    assert restarted[0] >= QUIET_SECONDS


def test_bmc_that_may_not_be_watched_for_long_enough_is_not_restarted_and_that_is_told(bench):
    bench.rack.fault("one", "flash_fails", component="bmc", percent=60, count=1)
    row = bench.row("one", "bmc")
    run(bench, row, allow_reboot=False)
    bench.rack.clear_journal()

    result = run(bench, row, wait_timeout=300)

    assert result["error_class"] == "ConflictError", result
    assert result["changed"] is False
    assert "set wait_timeout to more than 900" in result["msg"]
    assert what_was_sent(bench.rack) == [REFUSED]


def test_update_of_somebody_else_that_began_meanwhile_is_busy_and_nobody_is_restarted(bench_of):
    """The door waits for the host to leave POST; in that moment another client has the BIOS flashed."""
    slow = {"lab_habits": {"updates": {"habits": {"flash": 600.0}}}}
    bench = bench_of(clock="hand", settings={"one": slow}, one="supermicro_x13")
    other = bench.row("one", "bios")
    begun = []

    def meanwhile(_passed):
        if not begun:
            begun.append(api(bench, "UpdateService/Actions/UpdateService.SimpleUpdate", ImageURI=other["image"]))

    bench.clock = clock_of(bench.rack, meanwhile)
    api(bench, "Systems/1/Actions/ComputerSystem.Reset", ResetType="On")
    bench.rack.advance(5)

    result = run(bench, bench.row("one", "bmc"), wait_interval=2.0)

    assert begun
    assert result["error_class"] == "ConflictError"
    assert "the BMC is busy with another update or job" in result["msg"]
    assert "is running" in result["msg"]
    assert what_was_sent(bench.rack) == [TAKEN, REFUSED]


def api(bench, path, **body):
    """Be another client of this BMC."""
    server = bench.rack.server("one")
    login, trust = (server.username, server.password), bench.rack.ca_path
    answer = requests.post(f"{server.url}/redfish/v1/{path}", json=body, auth=login, verify=trust, timeout=60)
    assert answer.ok, answer.text
    return answer.status_code


def test_image_that_is_there_and_only_was_not_started_is_not_sent_again(bench, tmp_path):
    bench.rack.fault("one", "status", path="*StartUpdate", method="POST", code=400, message_id=MODE, count=1)

    result = run(bench, bench.local(bench.row("one", "bmc"), tmp_path), method="multipart_then_start")

    assert result["error_class"] == "ConflictError"
    assert "it is not sent a second time" in result["msg"]
    assert what_was_sent(bench.rack) == [TAKEN, f"{START} {REFUSED}"]


def test_image_whose_answer_is_lost_after_the_restart_is_unknown_and_not_sent_again(bench):
    bench.rack.fault("one", "flash_fails", component="bmc", percent=60, count=1)
    row = bench.row("one", "bmc")
    run(bench, row)
    spoiled = []

    def meanwhile(_passed):
        if not spoiled and RESTART in what_was_sent(bench.rack):
            spoiled.append(bench.rack.fault("one", "rst", path="*SimpleUpdate", method="POST", count=1))

    bench.clock = clock_of(bench.rack, meanwhile)

    result = run(bench, row)

    assert result["error_class"] == "OutcomeUnknown"
    assert what_was_sent(bench.rack)[:3] == [TAKEN, REFUSED, RESTART]
    assert what_was_sent(bench.rack).count(TAKEN) == 1
    assert [outcome for outcome, _task in kept(result)] == ["unknown"]


def test_in_steps_the_failure_ends_the_run_and_the_next_one_mends_it(bench):
    bench.rack.fault("one", "flash_fails", component="bmc", percent=60, count=1)
    row = bench.row("one", "bmc")

    begun = run(bench, row, wait=False)
    failures = [run(bench, row, wait=wait, handles=begun["handles"]) for wait in (False, True)]

    assert [one["error_class"] for one in failures] == ["VerificationError"] * 2
    assert [kept(one)[0][0] for one in failures] == ["failed"] * 2
    assert [one["changed"] for one in failures] == [True, True]
    assert what_was_sent(bench.rack) == [TAKEN]

    handles, seen = [], []
    for _round in range(12):
        result = run(bench, row, wait=False, handles=handles)
        assert not result.get("failed"), result["msg"]
        if not result["changed"]:
            break
        handles = result["handles"]
        seen += [(result["plan"]["steps"][0]["name"].split()[0], one["stage"]) for one in handles]
        bench.rack.advance(120)

    assert seen[0] == ("send", "sent")
    assert {verb for verb, _stage in seen[1:]} <= {"follow", "confirm"}
    assert not result["changed"]
    assert what_was_sent(bench.rack) == [TAKEN, REFUSED, RESTART, TAKEN]


# The rack's clock is scaled and that of this door is not, so it does not watch the BMC for a quarter of an hour.
DOOR = textwrap.dedent(
    """
    import json, sys
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import update_mode
    from ansible_collections.hwautomation.baremetal.plugins.modules.firmware import DOOR
    update_mode.QUIET_SECONDS = 0.0
    print(execute(DOOR, json.loads(sys.stdin.read()), Context()).result)
    """
)


def test_run_that_is_killed_between_the_restart_and_the_image_is_simply_run_again(bench_of):
    bench = bench_of(clock="scaled:60", one="supermicro_x13")
    bench.rack.fault("one", "flash_fails", component="bmc", percent=60, count=1)
    row = bench.row("one", "bmc")
    assert bench.run("one", row)["error_class"] == "VerificationError"
    arguments = {**bench.arguments("one"), "baseline": [row], "allow_reboot": True, "wait_interval": 0.2}
    door = subprocess.Popen(
        [sys.executable, "-c", DOOR],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / ".build" / "links"), "PATH": "/usr/bin:/bin"},
    )
    try:
        door.stdin.write(json.dumps(arguments))
        door.stdin.close()
        deadline = time.monotonic() + 120
        while RESTART not in what_was_sent(bench.rack):
            assert door.poll() is None, door.stdout.read()
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        door.kill()
        door.wait()
    assert what_was_sent(bench.rack) == [TAKEN, REFUSED, RESTART]

    result = bench.run("one", row, answer_timeout=120)

    assert not result.get("failed"), result["msg"]
    assert what_was_sent(bench.rack) == [TAKEN, REFUSED, RESTART, TAKEN]


@pytest.mark.slow
def test_campaign_counts_a_failed_flash_and_the_next_one_brings_that_server_to_its_baseline(tmp_path):
    """Of four servers the third is a Supermicro; a person restarts its BMC, else the next run would watch it for long."""
    rack = Rack.start(tmp_path / "rack", fleet(4), clock="scaled:600", maas=False, images=images())
    (name,) = (one for one in rack.servers if rack.server(one).platform == "supermicro_x13")
    rack.fault(name, "flash_fails", component="bmc", percent=60, count=1)
    try:
        first = campaign(rack, folder=tmp_path)
        after_first = what_was_sent(rack, name)
        Bench(rack, tmp_path).restart_bmc(name)
        second = campaign(rack, folder=tmp_path, resume_run="last")
    finally:
        servers, state, sent = set(rack.servers), at_baseline(rack), what_was_sent(rack, name)
        rack.stop()

    assert first.rc != 0
    assert "wave STOPPED" in first.stdout
    assert "1 of 4 servers of this wave failed" in first.stdout
    assert f"failed: {name}: " in first.stdout
    assert after_first == [TAKEN]
    assert second.rc == 0, second.explain()
    assert state == servers
    # The BMC's image went in once per run; then that of the BIOS.
    assert sent == [TAKEN, RESTART, TAKEN, TAKEN]
    kept_outcomes = rows(tmp_path, "SELECT component, outcome FROM firmware_changes WHERE outcome = 'failed'")
    assert kept_outcomes == [("bmc", "failed")]
