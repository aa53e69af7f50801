# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Follow an update to its end, through restarts of the BMC, lost sessions and tasks that vanish.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import math
import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConflictError,
    HWAutomationError,
    NetworkError,
    NotSupportedError,
    OutcomeUnknown,
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import read, update_mode
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.site import Site
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Current, Unit
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish import tasks
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service

__all__ = ["Blindness", "follow", "own_task", "read_when_back", "task_facts"]

# A job may answer 404 for some seconds after it was made (Q-D08).
BIRTH_SECONDS = 30.0


@dataclass
class Blindness:
    """How long a BMC has not answered, against how long it may not while it restarts."""

    site: Site
    limit: float
    since: float | None = None
    last_error: str = ""
    seen: t.List[str] = field(default_factory=list)

    def look(self, ask: t.Callable[[], t.Any]) -> t.Any:
        """Return the answer, or None when there was none.

        :raises OutcomeUnknown: when the BMC has been silent for too long.
        """
        try:
            with self.site.impatient():
                answer = ask()
        except (NetworkError, ConflictError) as exc:  # 503 with a reason is a conflict, also for a read
            if exc.facts.get("untrusted"):
                raise
            self._count(exc)
            return None
        self.since = None
        return answer

    def _count(self, exc: HWAutomationError) -> None:
        now = self.site.clock.monotonic()
        self.since = now if self.since is None else self.since
        self.last_error = str(exc)
        if now - self.since > self.limit:
            raise OutcomeUnknown(
                f"the BMC has not answered for {now - self.since:.0f} s during the update",
                machine=self.site.client.machine,
                hint="look at the machine; when the BMC answers again, run this again: it reads first",
                last_error=self.last_error,
                seen=self.seen[-5:],
            ) from exc


def blindness(site: Site, unit: Unit) -> Blindness:
    """Return the blind timer for an update of this component."""
    known = site.service.profile.firmware.blind
    return Blindness(site, float(known.get(unit.row.component, known["*"])))


def read_when_back(site: Site, seconds: float, look: t.Callable[[], Current]) -> Current:
    """Read a machine that may be restarting just now: an update may be at work that this run knows nothing of.

    :param seconds: how long it may stay away.
    :param look: reads it. It begins anew when the machine goes away in the middle.
    :raises WaitTimeout: when it does not come back; names the last error.
    :raises OutcomeUnknown: the same for a machine that was sent something.
    """
    blind = Blindness(site, seconds if site.wanted.handles else math.inf)
    found = wait_until(
        lambda: blind.look(look),
        lambda current: current is not None,
        site.patience(seconds),
        what="the BMC to answer again",
        describe=lambda current: None if current else f"no answer ({blind.last_error})",
        machine=site.client.machine,
    )
    return t.cast(Current, found)


def follow(site: Site, unit: Unit, task: str) -> t.Dict[str, t.Any]:
    """Wait until the task of an update is over, or held until the host restarts; return how it ended.

    The end of a task proves nothing about what is active; that is read afterwards.

    :raises VerificationError: when the BMC says that it failed, in its own words.
    :raises OutcomeUnknown: when the BMC stays silent.
    :raises WaitTimeout: at the deadline.
    """
    if not task:
        return _until_idle(site, unit)
    blind = blindness(site, unit)
    born = site.clock.monotonic()

    def look() -> tasks.Task | None:
        seen: tasks.Task | None = blind.look(lambda: _read(site, task))
        if seen is not None:
            blind.seen.append(
                f"{seen.raw_state or seen.state} {seen.percent if seen.percent is not None else ''}".strip()
            )
        return seen

    def over(seen: tasks.Task | None) -> bool:
        if seen is None:
            return False
        if seen.state == tasks.VANISHED and not _was_seen(blind) and unit.row.component != "bmc":
            return site.clock.monotonic() - born > BIRTH_SECONDS
        return seen.finished or _is_held(seen)

    ended = wait_until(
        look,
        over,
        site.patience(),
        what=f"the update of {unit.row.label} to end",
        describe=lambda seen: seen.as_result() if seen else f"no answer ({blind.last_error})",
        machine=site.client.machine,
        resource=task,
    )
    site.under_way.discard(unit.row.label)
    if ended is None or ended.state == tasks.FAILED:
        _refuse_failure(site, unit, ended, blind)
    return {"task": task, "ended": True, "text": ended.says if ended else ""}


def _read(site: Site, task: str) -> tasks.Task:
    try:
        return tasks.read_task(site.service, task)
    except NotSupportedError:
        # However a BMC says that there is nothing to read: what counts is what runs afterwards.
        return tasks.Task(task, tasks.VANISHED)


def _was_seen(blind: Blindness) -> bool:
    return any(not text.startswith(tasks.VANISHED) for text in blind.seen)


def _is_held(seen: tasks.Task) -> bool:
    return seen.state == tasks.WAITING and read.HELD_STATES.search(seen.raw_state) is not None


def _refuse_failure(site: Site, unit: Unit, ended: tasks.Task | None, blind: Blindness) -> None:
    known = site.service.profile.firmware.already_current
    if ended is None or any(message.name in known for message in ended.messages):
        return
    at = f" at {ended.percent} %" if ended.percent else ""
    raise VerificationError(
        f"the update of {unit.row.label} from {unit.current} to {unit.row.version} failed{at}",
        machine=site.client.machine,
        resource=ended.uri,
        answer=ended.says,
        hint=f"the old version is still there on most machines; check the image, then {update_mode.next_run(site)}",
        task=ended.as_result(),
        messages=[message.as_result() for message in ended.messages],
        seen=blind.seen[-5:],
    )


def _until_idle(site: Site, unit: Unit) -> t.Dict[str, t.Any]:
    """Wait without a task to ask: until the update service says that it is not busy."""
    blind = blindness(site, unit)

    def obstacles() -> t.List[str] | None:
        found: t.List[str] | None = blind.look(
            lambda: read.obstacles(read.update_service(site.service), site.service.profile.firmware)
        )
        return found

    wait_until(
        obstacles,
        lambda found: found == [],
        site.patience(),
        what=f"the update service to be done with {unit.row.label}",
        machine=site.client.machine,
    )
    site.under_way.discard(unit.row.label)
    return {"task": "", "ended": True, "text": "the BMC showed no task for it"}


def own_task(service: Service, task: str) -> str:
    """Return the URI of the task resource behind a monitor: looking at a monitor may end it (Q-G29, Q-L05)."""
    parts = [part for part in task.split("/") if part and part.lower() != "monitor"]
    identity = parts[-1] if parts else ""
    for known in read.update_tasks(service):
        if identity and known.uri.rstrip("/").rsplit("/", 1)[-1] == identity:
            return known.uri
    return task


def task_facts(site: Site, task: str, sent_at: float) -> t.Dict[str, t.Any]:
    """Return what must be known of a started update to take it up again later."""
    return {"task": task, "sent_at": sent_at, "clock_offset": round(site.client.clock_offset or 0.0, 1)}
