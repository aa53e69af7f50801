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
import math
import typing as t
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
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
# Of all machines together: at some 4 ms of processor time each, a fleet of any size leaves most of a core free.
LOOKS_PER_SECOND = 50.0
# What a machine that is waited for is at, in the order of an update.
STAGES = ("flashing", "silent for now", "restarting", "being read back")
# One that is past the flashing is about to arrive: it is looked at this much more often.
NEARLY_THERE = 4.0
# A host that is through with POST and still shows the old version is given this many looks more.
SETTLED_LOOKS = 6


@dataclass(frozen=True)
class Machine:
    """One machine to wait for: how to open it, the row that is on its way, and the handle of its update."""

    name: str
    open: t.Callable[[], t.ContextManager[Site]]
    row: Row
    handle: Handle


@dataclass(eq=False)
class Watch:
    """What is known of one machine; ``state`` is waiting until somebody has to do something about it.

    ``settled`` means that the next step can be taken, whatever that is; ``silent`` that the BMC stays away.
    """

    machine: Machine
    deadline: float
    due: float
    pause: float
    state: str = "waiting"
    stage: str = "flashing"
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
    machines: t.Sequence[Machine],
    *,
    timeout: float,
    interval: float,
    clock: t.Any,
    tell: t.Callable[[str], None] = lambda text: None,
) -> t.Dict[str, t.Dict[str, t.Any]]:
    """Look at all machines until each is settled or its time is over; return one result per machine.

    :param timeout: seconds for each machine.
    :param interval: longest pause between two looks at one machine in seconds; many that wait are looked at less often.
    :param tell: is given a line with the counts per stage whenever these have changed, at most once per ``interval``.
    """
    now = clock.monotonic()
    first = max(interval, len(machines) / LOOKS_PER_SECOND) * FIRST_PAUSE
    watches = [
        # Spread over the first pause, so that five hundred machines are not asked in one moment.
        Watch(one, now + timeout, now + first * number / max(1, len(machines)), first)
        for number, one in enumerate(machines)
    ]
    try:
        with ThreadPoolExecutor(max_workers=min(THREADS, max(1, len(watches)))) as pool:
            _Rounds(watches, pool, interval, clock, tell).run()
    finally:
        for watch in watches:
            watch.stack.close()
    return {watch.machine.name: watch.as_result() for watch in watches}


def longest_pause(interval: float, stage: str, waiting: int) -> float:
    """Return the seconds between two looks at a machine of that stage while so many wait; pure."""
    return max(interval if stage == STAGES[0] else interval / NEARLY_THERE, waiting / LOOKS_PER_SECOND)


class _Rounds:
    """Look at each machine when it is due; one that does not answer holds nobody else up."""

    def __init__(
        self,
        watches: t.Sequence[Watch],
        pool: ThreadPoolExecutor,
        interval: float,
        clock: t.Any,
        tell: t.Callable[[str], None],
    ) -> None:
        self.watches, self.pool, self.interval, self.clock = watches, pool, interval, clock
        self.flying: t.Dict[Future[None], Watch] = {}
        self.tell, self.told, self.told_at = tell, "", -math.inf

    def run(self) -> None:
        """Return when no machine is waiting any more."""
        while True:
            idle = [one for one in self.watches if one.state == "waiting" and one not in self.flying.values()]
            now = self.clock.monotonic()
            for watch in idle:
                if watch.due <= now:
                    self.flying[self.pool.submit(_look, watch)] = watch
            self._say()
            later = [watch.due - now for watch in idle if watch.due > now]
            if self.flying:
                done, _flying = wait(self.flying, timeout=min(later, default=None), return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                    self._plan_next(self.flying.pop(future))
            elif later:
                self.clock.sleep(min(later))
            else:
                return

    def _plan_next(self, watch: Watch) -> None:
        now = self.clock.monotonic()
        waiting = sum(one.state == "waiting" for one in self.watches)
        watch.pause = min(longest_pause(self.interval, watch.stage, waiting), watch.pause * GROWTH)
        watch.due = now + watch.pause
        if watch.state == "waiting" and now > watch.deadline:
            watch.state = "late"

    def _say(self) -> None:
        now = self.clock.monotonic()
        if now - self.told_at < self.interval:
            return
        counts = Counter(watch.stage if watch.state == "waiting" else watch.state for watch in self.watches)
        text = ", ".join(
            f"{counts[stage]} {stage}" for stage in (*STAGES, *sorted(set(counts) - set(STAGES))) if counts[stage]
        )
        if text != self.told:
            self.tell(text)
            self.told, self.told_at = text, now


def _look(watch: Watch) -> None:
    """Look once at one machine; an error here is that machine's alone."""
    try:
        if watch.site is None:
            watch.site = watch.stack.enter_context(watch.machine.open())
            watch.blind = Blindness(watch.site, 900.0)
        blind, site = watch.blind, watch.site
        if blind is not None and blind.look(lambda: _observe(watch, site)) is None:
            watch.stage = "silent for now"
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
        watch.stage, watch.text = "flashing", f"{seen.raw_state or seen.state}{percent}"
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
    watch.stage = "restarting" if watch.machine.handle.stage == "activating" else "being read back"
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
