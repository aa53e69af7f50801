# SPDX-License-Identifier: GPL-3.0-or-later
"""A BMC that stays in update mode after a flash that failed: restarted once, and the update tried once more (Q-S15)."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import time

import pytest
import requests

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.update_mode import QUIET_SECONDS
from ansible_collections.hwautomation.baremetal.plugins.modules import bmc_reset
from tests.rack.firmware.campaigns import (
    REFUSED,
    RESTART,
    START,
    TAKEN,
    Run,
    at_baseline,
    campaign,
    fleet,
    images,
    options,
    rows,
    what_was_sent,
)
from tests.rack.firmware.conftest import clock_of
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
def test_flash_that_failed_is_tried_once_more_after_one_restart_of_the_bmc(bench, tmp_path, method, component):
    bench.rack.fault("one", "flash_fails", component=component, percent=60, count=1)
    row = bench.row("one", component)

    result = run(bench, row if method == "pull" else bench.local(row, tmp_path), method=method)

    assert not result.get("failed"), result["msg"]
    (change,) = result["firmware"]["changes"]
    assert change["outcome"] == "applied"
    assert "after a restart of the BMC, which had stayed in update mode" in change["reason"]
    assert what_was_sent(bench.rack) == [TAKEN, REFUSED, RESTART, TAKEN]
    (first, first_task), (second, second_task) = kept(result)
    assert (first, second) == ("failed", "applied")
    assert first_task and second_task
    assert "flash error at 60 %" in result["audit"]["firmware_changes"][0]["reason"]
    restarts = [one for one in result["audit"]["power_changes"] if one["reset_type"] == "GracefulRestart"]
    assert len([one for one in restarts if "update mode" in one["wanted"]]) == 1


def test_second_try_that_fails_as_well_is_the_last(bench):
    bench.rack.fault("one", "flash_fails", component="bmc", percent=60)

    result = run(bench, bench.row("one", "bmc"))

    assert result["error_class"] == "VerificationError"
    assert "flash error at 60 %" in result["msg"]
    assert what_was_sent(bench.rack) == [TAKEN, REFUSED, RESTART, TAKEN]
    assert [outcome for outcome, _task in kept(result)] == ["failed", "failed"]
    assert all(task for _outcome, task in kept(result))


def test_without_leave_it_is_told_what_to_try_and_that_helps(bench):
    bench.rack.fault("one", "flash_fails", component="bmc", percent=60, count=1)
    row = bench.row("one", "bmc")

    first = run(bench, row, allow_reboot=False)
    second = run(bench, row, allow_reboot=False)

    assert first["error_class"] == "VerificationError"
    assert second["error_class"] == "ConflictError"
    assert "the BMC has stayed in update mode" in second["msg"]
    assert "allow_reboot: true" in second["msg"]
    assert "bmc_reset" in second["msg"]
    assert second["changed"] is False
    assert what_was_sent(bench.rack) == [TAKEN, REFUSED]

    execute(bmc_reset.DOOR, bench.arguments("one"), Context(cache_dir=str(bench.cache), clock=bench.clock))
    third = run(bench, row, allow_reboot=False)

    assert not third.get("failed"), third["msg"]
    assert what_was_sent(bench.rack) == [TAKEN, REFUSED, RESTART, TAKEN]


def test_later_run_restarts_it_where_that_is_allowed_and_its_check_says_nothing_of_it(bench):
    bench.rack.fault("one", "flash_fails", component="bmc", percent=60, count=1)
    row = bench.row("one", "bmc")
    run(bench, row, allow_reboot=False)
    bench.rack.clear_journal()

    checked = run(bench, row, check=True)

    assert [step["name"].split()[0] for step in checked["plan"]["steps"]] == ["send", "follow", "confirm"]
    assert bench.rack.journal("one", writes=True) == []

    done = run(bench, row)

    assert not done.get("failed"), done["msg"]
    assert what_was_sent(bench.rack) == [REFUSED, RESTART, TAKEN]
    assert [outcome for outcome, _task in kept(done)] == ["applied"]


@pytest.mark.parametrize("failed_before", [False, True], ids=["no_task", "a_task_that_failed_some_time_ago"])
def test_bmc_whose_failure_nobody_saw_is_watched_before_it_is_restarted(bench, failed_before):
    """What refuses may be an update at work that its tasks do not show, such as one of its web pages."""
    row = bench.row("one", "bmc")
    if failed_before:
        bench.rack.fault("one", "flash_fails", component="bmc", percent=60, count=1)
        run(bench, row, allow_reboot=False)
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


def test_second_try_whose_answer_is_lost_is_unknown_and_not_repeated(bench):
    spoiled = []

    def meanwhile(_passed):
        if not spoiled and RESTART in what_was_sent(bench.rack):
            spoiled.append(bench.rack.fault("one", "rst", path="*SimpleUpdate", method="POST", count=1))

    bench.clock = clock_of(bench.rack, meanwhile)
    bench.rack.fault("one", "flash_fails", component="bmc", percent=60, count=1)

    result = run(bench, bench.row("one", "bmc"))

    assert result["error_class"] == "OutcomeUnknown"
    assert what_was_sent(bench.rack)[:3] == [TAKEN, REFUSED, RESTART]
    assert what_was_sent(bench.rack).count(TAKEN) == 1
    assert [outcome for outcome, _task in kept(result)] == ["failed", "unknown"]


def test_in_steps_the_failure_is_filed_before_the_second_try(bench):
    """As in a campaign: a controller that is killed in between finds in the audit what it has to do."""
    bench.rack.fault("one", "flash_fails", component="bmc", percent=60, count=1)
    row, handles, seen = bench.row("one", "bmc"), [], []
    for _round in range(12):
        result = run(bench, row, wait=False, handles=handles)
        assert not result.get("failed"), result["msg"]
        if not result["changed"]:
            break
        handles = result["handles"]
        seen += [(result["plan"]["steps"][0]["name"].split()[0], one["stage"], one["again"]) for one in handles]
        bench.rack.advance(120)

    assert seen == [("send", "sent", False), ("follow", "failed", False), ("send", "sent", True)]
    assert not result["changed"]
    assert what_was_sent(bench.rack) == [TAKEN, REFUSED, RESTART, TAKEN]


DOOR = textwrap.dedent(
    """
    import json, sys
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
    from ansible_collections.hwautomation.baremetal.plugins.modules.firmware import DOOR
    print(execute(DOOR, json.loads(sys.stdin.read()), Context()).result)
    """
)


def test_run_that_is_killed_between_the_restart_and_the_second_try_is_simply_run_again(bench_of):
    bench = bench_of(clock="scaled:60", one="supermicro_x13")
    bench.rack.fault("one", "flash_fails", component="bmc", percent=60, count=1)
    row = bench.row("one", "bmc")
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


def test_campaign_that_is_killed_between_the_restart_and_the_second_try_is_resumed(tmp_path):
    """Of four servers the third is a Supermicro: its flash fails once, in the first run."""
    rack = Rack.start(tmp_path / "rack", fleet(4), clock="scaled:60", maas=False, images=images())
    (name,) = (one for one in rack.servers if rack.server(one).platform == "supermicro_x13")
    rack.fault(name, "flash_fails", component="bmc", percent=60, count=1)
    try:
        first = Run(rack, tmp_path, options(rack))
        first.until(lambda: RESTART in what_was_sent(rack, name), "a BMC that is restarted")
        first.kill()
        before = what_was_sent(rack, name)
        second = campaign(rack, folder=tmp_path, resume_run="last")
    finally:
        servers, state, sent = set(rack.servers), at_baseline(rack), what_was_sent(rack, name)
        rack.stop()

    assert second.rc == 0, second.explain()
    assert state == servers
    assert before == [TAKEN, REFUSED, RESTART]
    # The BMC's image failed once and went in once more; then that of the BIOS.
    assert sent == [TAKEN, REFUSED, RESTART, TAKEN, TAKEN]
    question = "SELECT reason FROM firmware_changes WHERE outcome = 'started' ORDER BY rowid"
    reasons = [reason for (reason,) in rows(tmp_path, question)]
    assert any(reason.startswith("it failed and is to be tried once more") for reason in reasons)
    assert any(reason.endswith("for the second time") for reason in reasons)
