# SPDX-License-Identifier: GPL-3.0-or-later
"""Campaigns on racks of any size: the fleet, the options, a run that can be killed, and what the rack knows of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.support.playbook import ROOT, PlayResult, environment, run_playbook
from tests.support.processes import descendants
from tests.support.rack import Rack

PLATFORMS = ("dell_idrac9", "hpe_ilo6", "supermicro_x13", "generic")
CAMPAIGN = "hwautomation.baremetal.firmware_campaign"
AUDIT = "hwautomation.baremetal.audit"
BASELINES = {
    "dell_idrac9": ("7.10.30.00", "1.9.1"),
    "hpe_ilo6": ("1.70", "2.50"),
    "supermicro_x13": ("01.03.05", "2.1"),
    "generic": ("2.11.0", "1.3.0"),
}
# What went over to a server, see what_was_sent.
TAKEN, REFUSED, RESTART, START = "taken", "refused", "restart of the BMC", "start"
DOORS = ("upload", "simpleupdate")
# Seconds of wall time that anything may take on a machine that is busy with other things.
LONGEST = 900.0


def fleet(size: int) -> dict[str, dict[str, Any]]:
    return {
        f"r{number:02}": {"lab_platform": PLATFORMS[number % 4], "firmware_baseline": PLATFORMS[number % 4]}
        for number in range(1, size + 1)
    }


def images() -> list[dict[str, Any]]:
    """Return the images that the rack of the demo serves."""
    demo = yaml.safe_load((ROOT / "inventory" / "lab" / "rack.yml").read_text())
    found: list[dict[str, Any]] = demo["all"]["vars"]["lab"]["images"]
    return found


def options(rack: Rack, **more: Any) -> dict[str, Any]:
    waiting = {"firmware_wait_interval": 0.5, "firmware_wait_timeout": 300}
    return {"firmware_image_base_url": rack.image_url, "firmware_waves": ["100%"], **waiting, **more}


def campaign(
    rack: Rack, playbook: str = CAMPAIGN, folder: Path | None = None, timeout: float = LONGEST, **more: Any
) -> PlayResult:
    """Run it to its end; with ``folder`` it is filed in the audit database there."""
    return run_playbook(
        playbook,
        rack.inventory,
        extra_vars=options(rack, **more),
        callbacks=[AUDIT] if folder else [],
        env=surroundings(folder) if folder else {"ANSIBLE_FORKS": "8"},
        timeout=timeout,
    )


def surroundings(folder: Path) -> dict[str, str]:
    return {"ANSIBLE_FORKS": "8", "HWAUTOMATION_AUDIT_DATABASE": str(folder / "audit.sqlite")}


def taken(rack: Rack) -> Counter[str]:
    """Return how many images each server took: told to fetch one, or sent one, the lost answers among them."""
    words = ("simpleupdate", "upload", "/push")
    found = [
        entry["server"]
        for entry in rack.journal(writes=True)
        if entry["method"] == "POST"
        and 0 < entry["status"] < 300
        and any(word in entry["path"].lower() for word in words)
    ]
    return Counter(found)


def what_was_sent(rack: Rack, name: str = "one") -> list[str]:
    """Return what went over, in order: an image (or the word to fetch one) that was taken or refused, and restarts."""
    found = []
    for entry in rack.journal(name, writes=True):
        path, good = entry["path"].lower(), 0 < entry["status"] < 300
        if path.endswith("manager.reset"):
            found.append(RESTART)
        elif any(word in path for word in DOORS):
            found.append(TAKEN if good else REFUSED)
        elif path.endswith("startupdate"):
            found.append(START if good else f"{START} {REFUSED}")
    return [one for one in found if one != START]


def at_baseline(rack: Rack) -> set[str]:
    hosts = fleet(len(rack.servers))
    states = {name: rack.state(name)["firmware"] for name in rack.servers}
    return {
        name
        for name, found in states.items()
        if (found["bmc"], found["bios"]) == BASELINES[hosts[name]["lab_platform"]]
    }


class Run:
    """A campaign, or another playbook, in a process group of its own, filed in the audit database beside ``folder``, to be killed."""

    def __init__(self, rack: Rack, folder: Path, extra: Mapping[str, Any], playbook: str = CAMPAIGN) -> None:
        self.log = folder / "killed.log"
        command = [sys.executable, "-m", "ansible", "playbook", playbook, "-i", str(rack.inventory)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "-e", json.dumps(dict(extra))],
                cwd=ROOT,
                env=environment(folder / "events", [AUDIT], surroundings(folder)),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def until(self, reached: Callable[[], Any], what: str, meanwhile: Callable[[], Any] = lambda: None) -> None:
        """Wait for a moment of the campaign; ``meanwhile`` is done before each look."""
        deadline = time.monotonic() + LONGEST
        while not reached():
            assert self.process.poll() is None, f"the campaign ended before: {what}\n{self.log.read_text()[-4000:]}"
            assert time.monotonic() < deadline, (
                f"in {LONGEST:.0f} s there was not: {what}\n{self.log.read_text()[-4000:]}"
            )
            meanwhile()
            time.sleep(0.05)

    def kill(self, whole: bool = True) -> None:
        """Kill it, and its workers at once as when the machine loses its power; else they live until their task ends."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGSTOP)  # so that it makes no worker while they are counted
            workers = descendants(self.process.pid) if whole else []
            for number in (self.process.pid, *workers):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
        self.process.wait()


def rows(folder: Path, question: str) -> list[tuple[Any, ...]]:
    """Return what the audit database beside ``folder`` answers."""
    with contextlib.closing(sqlite3.connect(f"file:{folder}/audit.sqlite?mode=ro", uri=True)) as database:
        return database.execute(question).fetchall()
