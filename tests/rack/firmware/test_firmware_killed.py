# SPDX-License-Identifier: GPL-3.0-or-later
"""Campaigns whose controller is killed at every stage, and that are started again."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import urllib.request

import pytest

from tests.rack.firmware.campaigns import (
    AUDIT,
    CAMPAIGN,
    LONGEST,
    Run,
    at_baseline,
    campaign,
    fleet,
    images,
    options,
    rows,
    surroundings,
    taken,
)
from tests.support.playbook import run_playbook
from tests.support.rack import Rack

MEGABYTE = 1024 * 1024
# More than the buffers between two sockets hold, so that a BMC that stops to read leaves the sender in the middle of it.
LARGE = 12 * MEGABYTE
UPDATES = "*/UpdateService*"


class Fleet:
    """Twenty servers on a clock that is turned by hand, so that each stage lasts until it was seen and ended.

    Four servers, one of each platform, are sent their images, the next four fetch them, and so on.
    """

    def __init__(self, folder, size=20):
        self.folder = folder
        self.store = folder / "images"
        self.store.mkdir()
        hosts = fleet(size)
        plans = [{**plan, "size": LARGE if plan["name"] == "generic-bmc-2.11.0.bin" else 4096} for plan in images()]
        self.pushed = [name for number, name in enumerate(hosts) if number // 4 % 2 == 0]
        for name in hosts:
            url = str(self.store) if name in self.pushed else "{{ rack_image_url }}"
            hosts[name]["firmware_image_base_url"] = url
        self.rack = Rack.start(folder / "rack", hosts, clock="hand", maas=False, images=plans)
        self.images = self._images(plans)
        self.runs = 0

    def _images(self, plans):
        """Put the images in the store of the controller, and return their catalogue."""
        with urllib.request.urlopen(f"{self.rack.image_url}/", timeout=60) as answer:
            listed = json.load(answer)
        for plan in plans:
            with urllib.request.urlopen(self.rack.image(plan["name"]), timeout=60) as answer:
                (self.store / plan["name"]).write_bytes(answer.read())
        keys = ("platform", "component", "version", "sha256")
        return [{**{key: item[key] for key in keys}, "file": item["name"]} for item in listed]

    def options(self, **more):
        given = options(self.rack, firmware_images=self.images, rack_image_url=self.rack.image_url, **more)
        del given["firmware_image_base_url"]  # each server has its own
        # Only what is counted may end a wait here: how fast this machine is must not matter.
        given |= {"firmware_wait_timeout": int(LONGEST), "firmware_answer_timeout": int(LONGEST)}
        return given | ({"resume_run": "last"} if self.runs else {})

    @contextlib.contextmanager
    def run(self, **more):
        """Start the campaign (again), and kill it at the end of the block; what was wrong on the wire ends with it."""
        run = Run(self.rack, self.folder, self.options(**more))
        self.runs += 1
        try:
            yield run
        finally:
            run.kill()
            self.rack.clear_faults()

    def pass_time(self):
        self.rack.advance(2.0)

    def hits(self):
        return sum(fault["hits"] for fault in self.rack.control("GET", "/_lab/faults"))

    def dripping(self):
        """Return the servers that took a request and are still at their answers to it."""
        return {entry["server"] for entry in self.rack.journal(writes=True) if entry["fault"] == "drip"}

    def states(self):
        return [self.rack.state(name) for name in self.rack.servers]

    def writes(self, *words):
        return [
            entry for entry in self.rack.journal(writes=True) if all(word in entry["path"].lower() for word in words)
        ]


@pytest.fixture
def twenty(tmp_path):
    found = Fleet(tmp_path)
    yield found
    found.rack.stop()


@pytest.mark.slow
def test_campaign_of_twenty_that_is_killed_at_every_stage_sends_each_image_once(twenty):
    """One campaign, killed eight times, each time further on; the ninth run brings all to their baselines."""
    before_anything_is_sent(twenty)
    between_two_waves(twenty)
    in_the_middle_of_an_upload(twenty)
    after_the_bmc_took_it_and_before_it_has_answered(twenty)
    while_all_flash(twenty)
    while_bmcs_restart(twenty)
    while_hosts_restart(twenty)
    while_versions_are_read_back(twenty)

    last = to_the_end(twenty)

    assert last.rc == 0, last.explain()
    assert at_baseline(twenty.rack) == set(twenty.rack.servers)
    assert dict(taken(twenty.rack)) == dict.fromkeys(twenty.rack.servers, 2)
    runs = rows(twenty.folder, "SELECT run_id, resume_of FROM runs ORDER BY run_id")
    assert [resumed for _run, resumed in runs] == [None, *(run for run, _resumed in runs[:-1])]
    assert len(runs) == 9


def before_anything_is_sent(twenty):
    twenty.rack.fault("r20", "slow_first_byte", method="GET", count=1, seconds=LONGEST)
    with twenty.run() as run:
        run.until(twenty.hits, "a server that is being asked")
    assert twenty.writes() == []


def between_two_waves(twenty):
    twenty.rack.fault("r20", "slow_first_byte", method="GET", count=1, seconds=LONGEST)
    with twenty.run(firmware_waves=[2, "100%"]) as run:
        run.until(twenty.hits, "the second wave", meanwhile=twenty.pass_time)
    assert at_baseline(twenty.rack) == {"r01", "r02"}
    assert set(taken(twenty.rack)) == {"r01", "r02"}


def in_the_middle_of_an_upload(twenty):
    stalled = [name for name in twenty.pushed if twenty.rack.server(name).platform == "generic"]
    for name in stalled:
        twenty.rack.fault(name, "stalled_upload", path=UPDATES, method="POST", seconds=LONGEST)
    with twenty.run() as run:
        run.until(lambda: twenty.hits() == len(stalled), "uploads that stand still", meanwhile=twenty.pass_time)
    assert not set(stalled) & set(taken(twenty.rack))


def after_the_bmc_took_it_and_before_it_has_answered(twenty):
    waiting = [name for name in twenty.rack.servers if not taken(twenty.rack)[name]]
    for name in waiting:
        twenty.rack.fault(name, "drip", path=UPDATES, method="POST", seconds=LONGEST)
    with twenty.run() as run:
        run.until(
            lambda: twenty.dripping() & set(waiting), "servers that took their images", meanwhile=twenty.pass_time
        )


def while_all_flash(twenty):
    with twenty.run() as run:
        run.until(lambda: len(taken(twenty.rack)) == 20, "every server with an image", meanwhile=twenty.pass_time)
    assert any(
        task["state"] not in ("Completed", "Exception") for one in twenty.states() for task in one["tasks"].values()
    )


def while_bmcs_restart(twenty):
    with twenty.run() as run:
        run.until(
            lambda: any(not one["bmc_up"] for one in twenty.states()),
            "a BMC that restarts",
            meanwhile=twenty.pass_time,
        )


def while_hosts_restart(twenty):
    resets = len(twenty.writes("computersystem.reset"))
    with twenty.run() as run:
        run.until(
            lambda: len(twenty.writes("computersystem.reset")) > resets + 2,
            "hosts that restart",
            meanwhile=twenty.pass_time,
        )
    assert len(at_baseline(twenty.rack)) < 20


def while_versions_are_read_back(twenty):
    there = len(at_baseline(twenty.rack))
    with twenty.run() as run:
        run.until(lambda: len(at_baseline(twenty.rack)) > there, "a version that arrives", meanwhile=twenty.pass_time)


def to_the_end(twenty):
    """Run it once more and let time pass until it is through."""
    ended = threading.Event()

    def turn():
        while not ended.wait(0.05):
            twenty.pass_time()

    turning = threading.Thread(target=turn)
    turning.start()
    try:
        return run_playbook(
            CAMPAIGN,
            twenty.rack.inventory,
            extra_vars=twenty.options(),
            callbacks=[AUDIT],
            env=surroundings(twenty.folder),
            timeout=LONGEST,
        )
    finally:
        ended.set()
        turning.join()


# Writes per server after which the run is killed: while the first is told, while all flash their BMC, while BMCs
# restart and BIOS images go out, and while hosts restart. There are three per server: two images and a reset.
@pytest.mark.parametrize("moment", [0.0, 0.75, 1.25, 1.75])
def test_killed_campaign_is_continued_by_what_the_machines_show_alone(tmp_path, moment):
    """Without the audit of the run before, and with workers that outlive their controller until their task ends."""
    rack = Rack.start(tmp_path / "rack", fleet(4), clock="scaled:120", maas=False, images=images())
    try:
        run = Run(rack, tmp_path, options(rack))
        run.until(lambda: len(rack.journal(writes=True)) >= max(1, int(4 * moment)), "so many writes")
        run.kill(whole=False)
        second = campaign(rack)

        assert second.rc == 0, second.explain()
        assert at_baseline(rack) == set(rack.servers)
        assert set(taken(rack).values()) == {2}, taken(rack)
    finally:
        rack.stop()


def test_run_that_resumes_another_gets_its_handles_and_both_are_linked_in_the_audit(tmp_path):
    rack = Rack.start(tmp_path / "rack", fleet(2), clock="scaled:60", maas=False, images=images())
    try:
        run = Run(rack, tmp_path, options(rack))
        run.until(lambda: len(begun(tmp_path)) == 2, "updates that are filed while they run")
        filed = begun(tmp_path)
        run.kill()
        second = campaign(rack, folder=tmp_path, resume_run="last")
    finally:
        servers, state, sent = set(rack.servers), at_baseline(rack), taken(rack)
        rack.stop()

    assert second.rc == 0, second.explain()
    assert state == servers
    assert set(sent.values()) == {2}, sent
    for component, wanted, image, task, reason in filed:
        assert component == "bmc"
        assert wanted
        assert image.startswith("http://")
        assert "/TaskService/" in task
        assert "BMC clock" in reason
    looks = [look["result"] for look in second.results(task="Show what would be done")]
    # By now an update is still on its way, or its version has arrived: either way its task is known from the audit.
    on_their_way = {handle["task"] for look in looks for handle in look["handles"]}
    arrived = {one["task"] for look in looks for one in look["firmware"]["changes"] if "earlier task" in one["reason"]}
    assert on_their_way | arrived == {task for _component, _wanted, _image, task, _reason in filed}
    (first_run, no_run), (_second_run, resumed) = rows(tmp_path, "SELECT run_id, resume_of FROM runs ORDER BY run_id")
    assert (no_run, resumed) == (None, first_run)


def begun(folder):
    """Return what is in the database of updates that still run; a later run must know it."""
    question = "SELECT component, wanted, image, task, reason FROM firmware_changes WHERE outcome = 'started'"
    with contextlib.suppress(sqlite3.OperationalError):
        return rows(folder, question)
    return []
