# SPDX-License-Identifier: GPL-3.0-or-later
"""Campaigns: all servers step by step, one process that waits, waves that stop, and runs that are killed."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.support.playbook import ROOT, environment, run_playbook
from tests.support.rack import Rack

PLATFORMS = ("dell_idrac9", "hpe_ilo6", "supermicro_x13", "generic")
CAMPAIGN = "hwautomation.baremetal.firmware_campaign"


def fleet(size):
    return {
        f"r{number:02}": {"lab_platform": PLATFORMS[number % 4], "firmware_baseline": PLATFORMS[number % 4]}
        for number in range(1, size + 1)
    }


@pytest.fixture
def rack_of_fleet(tmp_path):
    started = []
    images = yaml.safe_load((ROOT / "inventory" / "lab" / "rack.yml").read_text())["all"]["vars"]["lab"]["images"]

    def start(size, clock="scaled:600"):
        rack = Rack.start(tmp_path / "rack", fleet(size), clock=clock, maas=False, images=images)
        started.append(rack)
        return rack

    yield start
    for rack in started:
        rack.stop()


def options(rack, **more):
    waiting = {"firmware_wait_interval": 0.5, "firmware_wait_timeout": 300}
    return {"firmware_image_base_url": rack.image_url, "firmware_waves": ["100%"], **waiting, **more}


def campaign(rack, playbook=CAMPAIGN, **more):
    env = {"ANSIBLE_FORKS": "8"}
    return run_playbook(playbook, rack.inventory, extra_vars=options(rack, **more), env=env)


def pulls(rack):
    """Return how often each server was told to fetch an image, by server; two components make two."""
    found = [
        entry for entry in rack.journal(writes=True) if entry["method"] == "POST" and "SimpleUpdate" in entry["path"]
    ]
    return Counter(entry["server"] for entry in found if entry["status"] < 300)


def at_baseline(rack):
    state = {name: rack.state(name)["firmware"] for name in rack.servers}
    versions = {"dell_idrac9": ("7.10.30.00", "1.9.1"), "hpe_ilo6": ("1.70", "2.50")}
    versions |= {"supermicro_x13": ("01.03.05", "2.1"), "generic": ("2.11.0", "1.3.0")}
    platforms = {name: host["lab_platform"] for name, host in fleet(len(state)).items()}
    return {name for name, found in state.items() if (found["bmc"], found["bios"]) == versions[platforms[name]]}


def test_campaign_brings_all_to_their_baselines_and_the_next_has_nothing_to_do(rack_of_fleet):
    rack = rack_of_fleet(8)

    first = campaign(rack)

    assert first.rc == 0, first.explain()
    assert at_baseline(rack) == set(rack.servers)
    assert set(pulls(rack).values()) == {2}
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


def test_a_wave_with_a_failure_is_the_last_one(rack_of_fleet):
    rack = rack_of_fleet(4)
    rack.fault("r01", "flash_fails", component="bmc", percent=60)

    result = campaign(rack, firmware_waves=[1, "100%"])

    assert result.rc != 0
    assert set(pulls(rack)) == {"r01"}
    assert "flash error at 60 %" in result.stdout


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


# Servers of the campaigns that are killed: FIRMWARE_KILL_SIZE=20 takes some ten minutes.
KILLED = int(os.environ.get("FIRMWARE_KILL_SIZE", "4"))
# Writes per server after which the run is killed: while the first is told, while all flash their BMC, while BMCs
# restart and BIOS images go out, and while hosts restart. There are three per server: two images and a reset.
MOMENTS = (0.0, 0.75, 1.25, 1.75) if KILLED == 4 else (0.0, 0.5, 0.95, 1.3, 1.95, 2.4, 2.9)


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_campaign_is_continued_and_no_image_is_sent_twice(rack_of_fleet, tmp_path, moment):
    """SIGKILL of the whole process group while servers are being told, flashing, restarting, and starting again."""
    rack = rack_of_fleet(KILLED, clock="scaled:120")
    process = _start(rack, tmp_path)
    _wait_for_writes(process, rack, max(1, int(KILLED * moment)))

    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    second = campaign(rack)

    assert second.rc == 0, second.explain()
    assert at_baseline(rack) == set(rack.servers)
    assert set(pulls(rack).values()) == {2}, pulls(rack)


def test_run_that_resumes_another_gets_its_handles_and_both_are_linked_in_the_audit(rack_of_fleet, tmp_path):
    rack = rack_of_fleet(2, clock="scaled:60")
    process = _start(rack, tmp_path)
    begun = _wait_for_audit(process, tmp_path, 2)

    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    database = {"HWAUTOMATION_AUDIT_DATABASE": str(tmp_path / "audit.sqlite")}
    second = run_playbook(
        CAMPAIGN,
        rack.inventory,
        extra_vars=options(rack, resume_run="last"),
        callbacks=["hwautomation.baremetal.audit"],
        env={"ANSIBLE_FORKS": "8", **database},
    )

    assert second.rc == 0, second.explain()
    assert at_baseline(rack) == set(rack.servers)
    assert set(pulls(rack).values()) == {2}, pulls(rack)
    looks = [look["result"] for look in second.results(task="Show what would be done")]
    # By now an update is still on its way, or its version has arrived: either way its task is known from the audit.
    on_their_way = {handle["task"] for look in looks for handle in look["handles"]}
    arrived = {one["task"] for look in looks for one in look["firmware"]["changes"] if "earlier task" in one["reason"]}
    assert on_their_way | arrived == {task for _component, _wanted, _image, task, _reason in begun}
    (first_run, no_run), (_second_run, resumed) = _rows(tmp_path, "SELECT run_id, resume_of FROM runs ORDER BY run_id")
    assert (no_run, resumed) == (None, first_run)


def _start(rack, tmp_path):
    command = [sys.executable, "-m", "ansible", "playbook", CAMPAIGN, "-i", str(rack.inventory)]
    for key, value in options(rack).items():
        command += ["-e", yaml.safe_dump({key: value}, default_flow_style=True, width=1000).strip()]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(
            Path(tmp_path, "events"),
            ["hwautomation.baremetal.audit"],
            {"ANSIBLE_FORKS": "8", "HWAUTOMATION_AUDIT_DATABASE": str(tmp_path / "audit.sqlite")},
        ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _wait_for_writes(process, rack, count):
    deadline = time.monotonic() + 300
    while len(rack.journal(writes=True)) < count:
        assert process.poll() is None, "the campaign ended before it could be killed"
        assert time.monotonic() < deadline, "the campaign sent nothing"
        time.sleep(0.05)


def _wait_for_audit(process, tmp_path, count):
    """Return what is in the database while updates are still running; a later run must know it."""
    question = "SELECT component, wanted, image, task, reason FROM firmware_changes WHERE outcome = 'started'"
    deadline = time.monotonic() + 300
    rows = []
    while len(rows) < count:
        assert process.poll() is None, "the campaign ended before it could be killed"
        assert time.monotonic() < deadline, "no started update was filed"
        with contextlib.suppress(sqlite3.OperationalError):
            rows = _rows(tmp_path, question)
        time.sleep(0.1)
    for component, wanted, image, task, reason in rows:
        assert component == "bmc"
        assert wanted
        assert image.startswith("http://")
        assert "/TaskService/" in task
        assert "BMC clock" in reason
    return rows


def _rows(tmp_path, question):
    with contextlib.closing(sqlite3.connect(f"file:{tmp_path}/audit.sqlite?mode=ro", uri=True)) as database:
        return database.execute(question).fetchall()
