# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A BMC that stays in update mode after an update that failed, and refuses every other until it restarts (Q-S15).

The same words mean that an update runs, also one that has no task (of its web pages, say). A BMC that is restarted in the
middle of one is a BMC to replace. So it is first looked at for longer than any flash takes. An image that it took is never
sent again in the same run: this begins with one that it refused, in a run after the one whose flash failed.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConflictError,
    NetworkError,
    WaitTimeout,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import read
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.activate import reset_bmc
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.arrival import arrived
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.offers import START_UPDATE, action_target
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.site import Site
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Unit, UpdateTask
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.manager import wait_for_manager

__all__ = ["ASK", "BUSY", "RESTART", "WATCH", "Standing", "judge", "leave", "next_run"]

Facts = t.Dict[str, t.Any]

# Somebody works on it; it may not be restarted; look on; restart it. THERE: what was to be sent is there after all.
BUSY, ASK, WATCH, RESTART, THERE = "busy", "ask", "watch", "restart", "there"
# Seconds in which an update that its tasks do not show would show itself: flashing takes less, and ends with a restart.
QUIET_SECONDS = 900.0
BACK_SECONDS = 900.0
MENDS = (
    "set allow_reboot: true, which lets the BMC be restarted once for this, or restart it with bmc_reset; then run this"
    " again"
)


class Standing(t.NamedTuple):
    """What a refusal with the words "in update mode" means, and why."""

    state: str
    why: str


def next_run(site: Site) -> str:
    """Say how to go on after an update that failed, since its BMC may stay in update mode."""
    if not site.service.profile.firmware.update_mode:
        return "run this again"
    minutes = f"{QUIET_SECONDS / 60:.0f} minutes"
    if site.wanted.allow_reboot:
        return (
            f"run this again: the BMC may stay in update mode, then it is watched for {minutes}, restarted once"
            " (allow_reboot: true), and the image is sent again"
        )
    return (
        f"run this again with allow_reboot: true: the BMC may stay in update mode, then it is watched for {minutes},"
        " restarted once, and the image is sent again; or restart it with bmc_reset before you run this again"
    )


def judge(tasks: t.Sequence[UpdateTask], *, allowed: bool, watched: bool) -> Standing:
    """Say what is to be done about a BMC that refused an image since it is in update mode.

    :param tasks: the updates it remembers, newest first.
    :param allowed: whether it may be restarted.
    :param watched: whether it was looked at for long enough to know that nothing is at work that it does not show.
    """
    active = next((task for task in tasks if task.active), None)
    if active is not None:
        return Standing(BUSY, f"{_named(active)} is {active.state}")
    newest = tasks[0] if tasks else None
    if newest is not None and newest.verified and newest.state == "ok":
        return Standing(BUSY, f"an image that was uploaded before waits for StartUpdate ({_named(newest)})")
    failed = newest is not None and newest.state == "failed"
    why = f"{_named(newest)} failed" if newest is not None and failed else "no task of it tells of an update"
    if not allowed:
        return Standing(ASK, why)
    return Standing(RESTART if watched else WATCH, why)


def _named(task: UpdateTask) -> str:
    return task.name or task.uri


def leave(site: Site, unit: Unit, refusal: ConflictError) -> Facts:
    """Restart the BMC once and wait until it is back, or say why that cannot be; return what was done.

    Fact ``ended`` says that the wanted version is there or staged, and nothing is to be sent any more.

    :param refusal: of the image, or of the request to fetch it: so it was not taken.
    :raises ConflictError: when somebody works on it, or it may not be restarted.
    """
    if refusal.resource == action_target(read.update_service(site.service), START_UPDATE):
        raise _refused(refusal, "its image is on the BMC and was not started; it is not sent a second time")
    begun = site.clock.monotonic()
    try:
        seen = wait_until(
            lambda: _stand(site, unit, begun),
            lambda standing: standing.state != WATCH,
            site.patience(2 * QUIET_SECONDS),
            what="an update to show itself on a BMC that is in update mode",
            describe=lambda standing: standing.why,
            tolerate=(NetworkError, ConflictError),  # 503 with a reason is a conflict, also for a read
            machine=site.client.machine,
        )
    except WaitTimeout as exc:
        text = f"the BMC is in update mode, and {exc.message}; it would be restarted after {QUIET_SECONDS:.0f} s"
        raise _refused(
            refusal, text, f"set wait_timeout to more than {QUIET_SECONDS:.0f}, or restart it with bmc_reset"
        ) from exc
    if seen.state == BUSY:
        raise _refused(refusal, f"{refusal.message}: {seen.why}", str(refusal.hint))
    if seen.state == ASK:
        raise _refused(
            refusal, f"the BMC has stayed in update mode ({seen.why}), and takes no image before it restarts"
        )
    if seen.state == THERE:
        return {"ended": True, "text": seen.why}
    before = site.service.manager
    done = reset_bmc(site)
    wait_for_manager(site.service, before, site.patience(BACK_SECONDS))
    return {**done, "restarted": f"after a restart of the BMC, which had stayed in update mode: {seen.why}"}


def _stand(site: Site, unit: Unit, begun: float) -> Standing:
    standing = judge(
        read.update_tasks(site.service),
        allowed=site.wanted.allow_reboot,
        watched=site.clock.monotonic() - begun >= QUIET_SECONDS,
    )
    there = "" if standing.state == BUSY else arrived(site, unit)
    return Standing(THERE, there) if there else standing


def _refused(refusal: ConflictError, text: str, hint: str = MENDS) -> ConflictError:
    facts = {"machine": refusal.machine, "resource": refusal.resource, "answer": refusal.answer}
    error = ConflictError(text, hint=hint, **facts, **refusal.facts)
    error.refused = refusal.refused
    return error
