# SPDX-License-Identifier: GPL-3.0-or-later
"""Campaigns: all servers step by step, one process that waits, and waves that stop."""

from __future__ import annotations

import fcntl
import json
import os
import select
import subprocess
import sys
import termios
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.rack.firmware.campaigns import CAMPAIGN, at_baseline, campaign, fleet, images, options, rows, taken
from tests.rack.maas.conftest import Lab
from tests.support.playbook import ROOT, environment, run_playbook
from tests.support.rack import Rack

pytestmark = pytest.mark.slow


@pytest.fixture
def rack_of_fleet(tmp_path):
    started = []

    def start(size, clock="scaled:600", maas=False):
        rack = Rack.start(tmp_path / "rack", fleet(size), clock=clock, maas=maas, images=images())
        started.append(rack)
        return rack

    yield start
    for rack in started:
        rack.stop()


def test_campaign_brings_all_to_their_baselines_and_the_next_has_nothing_to_do(rack_of_fleet):
    rack = rack_of_fleet(8)

    first = campaign(rack)

    assert first.rc == 0, first.explain()
    assert at_baseline(rack) == set(rack.servers)
    assert set(taken(rack).values()) == {2}
    assert "firmware_wait: 8 flashing" in first.stdout
    assert "wave done: 8 of 8 servers were brought to their baselines" in first.stdout

    rack.clear_journal()
    second = campaign(rack)
    assert second.rc == 0, second.explain()
    assert set(second.changed().values()) == {0}
    assert rack.journal(writes=True) == []

    report = campaign(rack, playbook="hwautomation.baremetal.firmware_report")
    assert report.rc == 0, report.explain()
    assert "8 of 8 servers are at their baselines" in report.stdout


def test_report_tells_what_is_due_and_writes_nothing(rack_of_fleet):
    rack = rack_of_fleet(4)

    report = campaign(rack, playbook="hwautomation.baremetal.firmware_report")

    assert report.rc == 0, report.explain()
    assert "bmc 6.10.80.00 -> 7.10.30.00 (update)" in report.stdout
    assert "0 of 4 servers are at their baselines" in report.stdout
    assert rack.journal(writes=True) == []


def summaries(result):
    """Return the lines of each wave that was summed up."""
    return [one.result["msg"] for one in result.results(task="Sum up the wave") if one.status != "skipped"]


def test_a_wave_with_a_failure_is_the_last_one_and_says_what_to_do(rack_of_fleet, tmp_path):
    """It ends what it has begun, and the audit keeps who is where and why it stopped."""
    rack = rack_of_fleet(4)
    rack.fault("r01", "flash_fails", component="bmc", percent=60)

    result = campaign(rack, folder=tmp_path, firmware_waves=[2, "100%"])

    assert result.rc != 0
    assert taken(rack) == {"r01": 1, "r02": 2}
    assert at_baseline(rack) == {"r02"}
    (lines,) = summaries(result)
    assert lines[0] == "wave STOPPED: 1 of 2 servers were brought to their baselines, 0 were there already"
    assert "1 of 2 servers of this wave failed, and 0 % may" in lines[1]
    assert lines[2].startswith("failed: r01: ")
    assert "flash error at 60 %" in lines[2]
    assert lines[3:5] == ["at its baseline (1): r02", "not touched (2): r03, r04"]
    assert "type the same command again" in lines[5]
    assert lines[6] == "to go on without them: add --limit 'all:!r01'"
    kept = rows(tmp_path, "SELECT message FROM results WHERE message LIKE '%STOPPED%'")
    assert len(kept) == 1
    assert "not touched (2): r03, r04" in kept[0][0]


def test_a_wave_that_stops_begins_nothing_more(rack_of_fleet):
    rack = rack_of_fleet(2)
    rack.fault("r01", "flash_fails", component="bmc", percent=60)

    result = campaign(rack, firmware_throttle=1, firmware_throttle_group="rack-a")

    assert result.rc != 0
    assert taken(rack) == {"r01": 1}
    (lines,) = summaries(result)
    assert lines[0].startswith("wave STOPPED: 0 of 2")
    assert lines[3] == "looked at and not at its baseline (1): r02"


def test_a_failure_below_the_limit_stops_nobody_else(rack_of_fleet):
    rack = rack_of_fleet(4)
    rack.fault("r01", "flash_fails", component="bmc", percent=60)

    result = campaign(rack, firmware_waves=[2, "100%"], firmware_max_fail_percentage=50)

    assert result.rc != 0
    assert at_baseline(rack) == {"r02", "r03", "r04"}
    first, second = summaries(result)
    assert first[0] == "wave done: 1 of 2 servers were brought to their baselines, 0 were there already"
    assert first[1].startswith("failed: r01: ")
    assert second == ["wave done: 2 of 2 servers were brought to their baselines, 0 were there already"]


def test_a_server_that_cannot_be_done_stops_the_wave_before_anything_is_sent(rack_of_fleet):
    rack = rack_of_fleet(2)
    rack.fault("r01", "dead", answer="refuse")

    result = campaign(rack, firmware_answer_timeout=1)

    assert result.rc != 0
    assert rack.journal(writes=True) == []
    (lines,) = summaries(result)
    assert lines[0].startswith("wave STOPPED: 0 of 2")
    assert "Connection refused" in lines[2]


def test_run_that_begins_while_a_bmc_restarts_waits_for_it(rack_of_fleet):
    """An earlier run that was killed may have left an update that restarts the BMC just now."""
    rack = rack_of_fleet(2)
    rack.fault("r01", "dead", answer="refuse")
    back = threading.Timer(12, rack.clear_faults)
    back.start()

    result = campaign(rack)
    back.join()

    assert result.rc == 0, result.explain()
    assert at_baseline(rack) == set(rack.servers)


def test_window_that_is_not_open_or_too_short_is_an_error_before_anything_is_sent(rack_of_fleet):
    rack = rack_of_fleet(1)
    soon = (datetime.now(UTC) + timedelta(minutes=7)).strftime("%Y-%m-%dT%H:%M:%SZ")

    for window, says, asked in (
        ({"firmware_window_ends": "2020-01-01T00:00:00Z"}, "is from any time to 2020-01-01T00:00:00Z", False),
        ({"firmware_window_begins": "2099-01-01T00:00:00Z"}, "is from 2099-01-01T00:00:00Z to any time", False),
        ({"firmware_window_ends": "tomorrow"}, "tomorrow", False),
        ({"firmware_window_ends": soon}, f"the maintenance window ends {soon}", True),
    ):
        rack.clear_journal()
        result = campaign(rack, **window)

        assert result.rc != 0
        assert says in " ".join(result.stdout.split()), result.explain()
        assert rack.journal(writes=True) == []
        assert bool(rack.journal()) is asked


def test_wave_that_nobody_approved_is_not_begun(rack_of_fleet):
    """Without a terminal Ansible's own question answers itself; that must not count as a yes."""
    rack = rack_of_fleet(2)

    result = campaign(rack, firmware_approval=True, firmware_waves=[1, 1])

    assert result.rc != 0
    assert "this wave was not approved" in result.stdout
    assert rack.journal() == []


def test_throttle_lets_one_server_of_a_group_work_at_a_time(rack_of_fleet):
    rack = rack_of_fleet(2)

    result = campaign(rack, firmware_throttle=1, firmware_throttle_group="rack-a")

    assert result.rc == 0, result.explain()
    order = [entry["server"] for entry in rack.journal(writes=True) if "SimpleUpdate" in entry["path"]]
    assert order == ["r01", "r01", "r02", "r02"]


def test_groups_work_side_by_side_and_each_one_server_at_a_time(rack_of_fleet):
    """Two racks of two servers: the throttle of one holds the other up as little as its own first server."""
    rack = rack_of_fleet(4)
    group = "{{ 'rack-a' if inventory_hostname in ['r01', 'r02'] else 'rack-b' }}"

    result = campaign(rack, firmware_throttle=1, firmware_throttle_group=group)

    assert result.rc == 0, result.explain()
    assert at_baseline(rack) == set(rack.servers)
    order = [entry["server"] for entry in rack.journal(writes=True) if "SimpleUpdate" in entry["path"]]
    for first, second in (("r01", "r02"), ("r03", "r04")):
        own = [name for name in order if name in (first, second)]
        assert own == [first, first, second, second]
    assert set(order[:2]) == {"r01", "r03"}


def test_waves_that_nobody_chose_grow_and_leave_a_server_in_service_alone(rack_of_fleet):
    """Of eight servers one, one (5 %), two (25 %) and four; MAAS has deployed the sixth."""
    rack = rack_of_fleet(8, maas=True)
    deployed = Lab(rack).machine("r06", state="deployed", deploy={"distro_series": "noble"})
    assert not deployed.get("failed"), deployed["msg"]
    before = rack.state("r06")["firmware"]
    rack.clear_journal()
    region = {"maas_url": rack.maas_url, "maas_api_key": rack.maas_api_key, "maas_allow_http": True}
    given = options(rack, **region)
    del given["firmware_waves"]

    result = run_playbook(CAMPAIGN, rack.inventory, extra_vars=given, env={"ANSIBLE_FORKS": "8"})

    assert result.rc == 0, result.explain()
    assert at_baseline(rack) == set(rack.servers) - {"r06"}
    assert rack.state("r06")["firmware"] == before
    assert rack.journal("r06", writes=True) == []
    lines = summaries(result)
    assert [one[0].split(":")[1].split(" were")[0].strip() for one in lines] == [
        "1 of 1 servers",
        "1 of 1 servers",
        "2 of 2 servers",
        "3 of 3 servers",
    ]
    assert "in service and left alone (1): r06" in lines[3]


@pytest.mark.parametrize(("typed", "goes_on"), [("yes", True), ("no", False)])
def test_wave_is_begun_when_a_person_at_a_terminal_types_yes(rack_of_fleet, tmp_path, typed, goes_on):
    rack = rack_of_fleet(1)
    given = json.dumps(options(rack, firmware_approval=True))
    command = [sys.executable, "-m", "ansible", "playbook", CAMPAIGN, "-i", str(rack.inventory), "-e", given]
    terminal, far_end = os.openpty()
    process = subprocess.Popen(
        command,
        stdin=far_end,
        stdout=far_end,
        stderr=far_end,
        cwd=ROOT,
        env=environment(tmp_path / "events", [], {}),
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(far_end)
    try:
        seen = typed_when_asked(terminal, typed)
        code = process.wait(60)
    finally:
        process.kill()
        os.close(terminal)

    assert (code == 0) is goes_on, seen
    assert at_baseline(rack) == ({"r01"} if goes_on else set())
    assert bool(rack.journal()) is goes_on


def typed_when_asked(terminal, typed, seconds=240.0):
    """Be the person: read what is shown, answer the question, and read on to the end.

    What is typed before Ansible listens is thrown away by it, so the answer is typed again where nothing follows it.
    """
    shown = ""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        ready, _writable, _broken = select.select([terminal], [], [], 1.0)
        if ready:
            try:
                shown += os.read(terminal, 4096).decode(errors="replace")
            except OSError:  # the other end has closed it
                break
        elif "Type yes to go on" in shown and "This wave is approved" not in shown:
            os.write(terminal, f"{typed}\r".encode())
    return shown
