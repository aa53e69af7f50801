# SPDX-License-Identifier: GPL-3.0-or-later
"""One run at a time changes a BMC; who has it is told, and nobody waits for the dead."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.lock import (
    LONGEST_NOTE,
    LONGEST_TURN,
    claimed,
)

HOST = "192.0.2.7"


class Hand:
    """A clock moved by its own pauses; ``at`` runs something when a time is reached."""

    def __init__(self):
        self.now = 1000.0
        self.at = {}

    def sleep(self, seconds):
        self.now += seconds
        for when in [when for when in self.at if when <= self.now]:
            self.at.pop(when)()


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def params(tmp_path):
    return {"bmc_host": HOST, "lock_timeout": 30, "lock_dir": str(tmp_path / "locks")}


@pytest.fixture
def run(hand):
    def context(name, door="bmc_power", **changes):
        return Context(
            cache_dir=f"/runs/{name}", door=door, clock=Clock(lambda: hand.now, lambda: hand.now, hand.sleep), **changes
        )

    return context


def left_under_way(params, context):
    with claimed(params, context, flashing=True) as claim:
        claim.under_way = True


def test_another_run_is_refused_after_its_time_and_told_who_has_it(params, run, hand):
    with claimed(params, run("one", "firmware")):
        hand.now += 95
        with pytest.raises(ConflictError) as refused, claimed(params, run("two")):
            pass

    assert "firmware of the run with process" in refused.value.message
    assert "for 2 min 5 s" in refused.value.message
    assert refused.value.facts["holder"]["pid"] == os.getpid()
    assert hand.now == pytest.approx(1125, abs=3)


def test_another_run_gets_it_when_it_is_free_in_time(params, run, hand):
    first = claimed(params, run("one"))
    first.__enter__()
    hand.at[1010.0] = lambda: first.__exit__(None, None, None)

    with claimed(params, run("two")):
        assert 1010 <= hand.now < 1013


def test_tasks_of_one_run_wait_for_each_other_whatever_lock_timeout_says(params, run, hand):
    first = claimed(params, run("one"))
    first.__enter__()
    hand.at[5000.0] = lambda: first.__exit__(None, None, None)

    with claimed({**params, "lock_timeout": 0}, run("one")):
        assert hand.now >= 5000


def test_task_of_the_same_run_that_never_ends_is_named(params, run, hand):
    with claimed(params, run("one", "firmware")), pytest.raises(ConflictError) as refused, claimed(params, run("one")):
        pass

    assert "another task of this run is working on this BMC (firmware of the run with process" in refused.value.message
    assert f"process {os.getpid()}" in refused.value.hint
    assert hand.now == pytest.approx(1000 + LONGEST_TURN, abs=3)


def test_who_has_just_got_the_lock_is_given_a_moment_to_say_who_it_is(params, run, hand):
    first = claimed(params, run("one"))
    first.__enter__()
    (lock,) = (entry for entry in os.scandir(params["lock_dir"]) if entry.name.endswith(".lock"))
    os.truncate(lock.path, 0)
    hand.at[1001.0] = lambda: first.__exit__(None, None, None)

    with claimed({**params, "lock_timeout": 0}, run("one")):
        assert 1001 <= hand.now < 1003


def test_readers_are_never_held_up(params, run):
    with claimed(params, run("one")), claimed(params, run("two", read_only=True)) as claim:
        assert claim is None


def test_other_bmcs_are_free(params, run):
    with claimed(params, run("one")), claimed({**params, "bmc_host": "192.0.2.8"}, run("two")):
        pass


def test_process_that_is_killed_holds_nothing(params, run):
    code = f"""
import sys
import tempfile
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.lock import claimed
with claimed({params!r}, Context(cache_dir="/runs/killed", door="firmware")):
    print("has it", flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"has it\n"
        with pytest.raises(ConflictError) as refused, claimed({**params, "lock_timeout": 0}, run("two")):
            pass
        assert refused.value.facts["holder"]["pid"] == holder.pid
        holder.send_signal(signal.SIGKILL)
        holder.wait()

    with claimed({**params, "lock_timeout": 0}, run("two")):
        pass


def test_update_left_under_way_keeps_other_runs_away_and_not_its_own(params, run, hand):
    left_under_way(params, run("one", "firmware"))

    with claimed(params, run("one")):
        pass
    with claimed(params, run("two", "firmware"), flashing=True):
        pass  # firmware knows itself how to go on
    with pytest.raises(ConflictError, match="has left firmware under way"), claimed(params, run("two")):
        pass


def test_update_that_ended_keeps_nobody_away(params, run):
    left_under_way(params, run("one", "firmware"))
    with claimed(params, run("one", "firmware"), flashing=True) as claim:
        claim.under_way = False

    with claimed({**params, "lock_timeout": 0}, run("two")):
        pass


@pytest.mark.parametrize("stale", ["its run has ended", "it is too old"])
def test_stale_note_counts_no_longer(params, run, hand, stale):
    left_under_way(params, run("one", "firmware"))
    (note,) = (entry for entry in os.scandir(params["lock_dir"]) if entry.name.endswith(".note"))
    if stale == "it is too old":
        hand.now += LONGEST_NOTE + 1
    else:
        ended = subprocess.Popen(["true"])
        ended.wait()
        with open(note.path, "r+", encoding="utf-8") as file:
            told = json.load(file)
            file.seek(0)
            file.write(json.dumps({**told, "owner": ended.pid}))
            file.truncate()

    with claimed({**params, "lock_timeout": 0}, run("two")):
        pass


@pytest.mark.parametrize("written", ["", "no json", "[]", '{"pid": 1}'])
def test_note_that_cannot_be_read_is_none(params, run, written):
    left_under_way(params, run("one", "firmware"))
    (note,) = (entry for entry in os.scandir(params["lock_dir"]) if entry.name.endswith(".note"))
    with open(note.path, "w", encoding="utf-8") as file:
        file.write(written)

    with claimed({**params, "lock_timeout": 0}, run("two")):
        pass


def test_the_lock_is_given_back_after_a_failure(params, run):
    with pytest.raises(ZeroDivisionError), claimed(params, run("one")):
        raise ZeroDivisionError

    with claimed({**params, "lock_timeout": 0}, run("two")):
        pass


def test_directory_is_private(params, run):
    with claimed(params, run("one")):
        assert os.stat(params["lock_dir"]).st_mode & 0o777 == 0o700


def test_directory_that_somebody_else_put_there_is_refused(params, run, tmp_path, monkeypatch):
    """Everybody may make names in the temporary directory, and what a link leads to would be emptied."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"hwautomation-{os.getuid()}").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ConfigurationError, match="not a directory of this user"), claimed({"bmc_host": HOST}, run("x")):
        raise AssertionError("not reached")
    assert not list((tmp_path / "elsewhere").iterdir())
