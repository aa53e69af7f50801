# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for the updates of many machines together, in one process, with one light read per machine and look.

A worker of ansible-playbook is a process of its own that forks no further, so a few threads in it harm nobody; the
controller process itself never has any. Each machine's connection is used by one thread at a time.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConflictError,
    HWAutomationError,
    NetworkError,
    NotSupportedError,
    OutcomeUnknown,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import assess, read
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import Row
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.follow import Blindness
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.site import Site
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Handle
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.version import EQUAL
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish import power, tasks

__all__ = ["Machine", "Watch", "row_on_its_way", "watch_all"]

# Machines asked at the same time: enough to hide the ones that do not answer, few enough for one processor.
THREADS = 16
FIRST_PAUSE = 0.1
GROWTH = 1.5
# A host that is through with POST and still shows the old version is given this many looks more.
SETTLED_LOOKS = 6


@dataclass(frozen=True)
class Machine:
    """One machine to wait for: how to open it, the row that is on its way, and the handle of its update."""

    name: str
    open: t.Callable[[], t.ContextManager[Site]]
    row: Row
    handle: Handle


@dataclass
class Watch:
    """What is known of one machine; ``state`` is waiting until somebody has to do something about it.

    ``settled`` means that the next step can be taken, whatever that is; ``silent`` that the BMC stays away.
    """

    machine: Machine
    deadline: float
    due: float
    pause: float
    state: str = "waiting"
    text: str = ""
    site: Site | None = None
    blind: Blindness | None = None
    looks: int = 0
    ended: bool = False
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def as_result(self) -> t.Dict[str, t.Any]:
        """Return the form of the result."""
        return {"state": self.state, "text": self.text, "component": self.machine.row.label}


def watch_all(
    machines: t.Sequence[Machine], *, timeout: float, interval: float, clock: t.Any
) -> t.Dict[str, t.Dict[str, t.Any]]:
    """Look at all machines until each is settled or its time is over; return one result per machine.

    :param timeout: seconds for each machine.
    :param interval: longest pause between two looks at one machine in seconds.
    """
    now = clock.monotonic()
    watches = [
        # Spread over the first pause, so that five hundred machines are not asked in one moment.
        Watch(one, now + timeout, now + interval * FIRST_PAUSE * number / max(1, len(machines)), interval * FIRST_PAUSE)
        for number, one in enumerate(machines)
    ]
    try:
        with ThreadPoolExecutor(max_workers=min(THREADS, max(1, len(watches)))) as pool:
            _rounds(watches, pool, interval, clock)
    finally:
        for watch in watches:
            watch.stack.close()
    return {watch.machine.name: watch.as_result() for watch in watches}


def _rounds(watches: t.Sequence[Watch], pool: ThreadPoolExecutor, interval: float, clock: t.Any) -> None:
    while True:
        waiting = [watch for watch in watches if watch.state == "waiting"]
        if not waiting:
            return
        now = clock.monotonic()
        due = [watch for watch in waiting if watch.due <= now]
        list(pool.map(_look, due))
        now = clock.monotonic()
        for watch in due:
            watch.pause = min(interval, watch.pause * GROWTH)
            watch.due = now + watch.pause
            if watch.state == "waiting" and now > watch.deadline:
                watch.state = "late"
        left = [watch.due for watch in waiting if watch.state == "waiting"]
        if left:
            clock.sleep(max(0.0, min(left) - clock.monotonic()))


def _look(watch: Watch) -> None:
    """Look once at one machine; an error here is that machine's alone."""
    try:
        if watch.site is None:
            watch.site = watch.stack.enter_context(watch.machine.open())
            watch.blind = Blindness(watch.site, 900.0)
        blind, site = watch.blind, watch.site
        if blind is not None:
            blind.look(lambda: _observe(watch, site))
    except OutcomeUnknown as exc:
        watch.state, watch.text = "silent", exc.message
    except (NetworkError, ConflictError) as exc:
        watch.text = str(exc)
    except HWAutomationError as exc:
        # The next step on this machine meets the same and tells it in full.
        watch.state, watch.text = "settled", str(exc)


def _observe(watch: Watch, site: Site) -> bool:
    handle = watch.machine.handle
    if handle.stage == "sent" and handle.task and not watch.ended:
        seen = _task(site, handle.task)
        percent = "" if seen.percent is None else f" {seen.percent} %"
        watch.text = f"{seen.raw_state or seen.state}{percent}"
        held = seen.state == tasks.WAITING and read.HELD_STATES.search(seen.raw_state) is not None
        if seen.state == tasks.FAILED or held:
            watch.state = "settled"
            return True
        watch.ended = seen.finished
        if not watch.ended:
            return True
    return _arrived(watch, site)


def _task(site: Site, uri: str) -> tasks.Task:
    try:
        return tasks.read_task(site.service, uri)
    except NotSupportedError:
        return tasks.Task(uri, tasks.VANISHED)


def _arrived(watch: Watch, site: Site) -> bool:
    """See whether the version is there, or will not come by itself any more."""
    row = watch.machine.row
    entries, _missing = assess.devices_of(row, read.inventory(site.service))
    watch.text = f"{row.label} is at {assess.shown(entries)}"
    if assess.standing(row, entries, site.service.profile.firmware) == EQUAL:
        watch.state = "settled"
        return True
    activated = watch.machine.handle.stage == "activating"
    activates_itself = row.component == "bmc" and not activated
    answers = site.service.profile.power
    host = power.look(site.service)
    through = host.power == "On" and power.start_over(host, answers) is not False
    watch.looks = watch.looks + 1 if through or not activated else 0
    patience = SETTLED_LOOKS * (10 if activates_itself else 1)
    if watch.looks >= (patience if activated or activates_itself else 1):
        watch.state = "settled"
    return True


def row_on_its_way(rows: t.Iterable[Row], handles: t.Iterable[Handle]) -> t.Tuple[Row, Handle] | None:
    """Return the row whose update was begun last, with its handle; intermediate versions count as rows."""
    every = [step for row in rows for step in (*row.via, row)]
    begun = sorted(handles, key=lambda handle: max(handle.sent_at, handle.activated_at))
    for handle in reversed(begun):
        for row in every:
            if handle.fits(row):
                return row, handle
    return None
