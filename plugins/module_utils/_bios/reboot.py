# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restart a machine and watch until its staged BIOS settings have been taken, by evidence.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.compare import Change
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.outcomes import (
    FAILED,
    Outcome,
    judge,
    refusals,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import same
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    NetworkError,
    NotSupportedError,
    WaitTimeout,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience, wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.power import (
    Sight,
    allowed_resets,
    choose_reset,
    look,
    reset,
    restart_seen,
    start_over,
    wait_for_power,
)

__all__ = ["Restarted", "restart_and_watch"]


# A platform that shows its progress has left POST in these states (DSP0268, BootProgress.LastState); a machine without
# anything to boot stays in the first of them.
AFTER_POST = ("SystemHardwareInitializationComplete", "SetupEntered", "OSBootStarted", "OSRunning")
# How long, in longest pauses, to believe that a bad result may still change: after POST the BMC needs a moment to show
# the new values; what is still pending may wait for a second restart of the platform's own (XCC, Q-L20); a machine that
# shows no sign of its restart is given time for it (Q-G44).
BAD_PAUSES, PENDING_PAUSES, BLIND_PAUSES = 3.0, 30.0, 30.0


@dataclass(frozen=True)
class Restarted:
    """What a restart did: the reset type, what proved it, and what became of each attribute."""

    kind: str
    proof: str
    state: BiosState
    outcomes: t.List[Outcome]


def restart_and_watch(
    machine: Machine,
    change: Change,
    before: BiosState,
    *,
    how: str,
    patience: Patience,
    graceful_timeout: float,
    wait: bool,
    settings_time: str | None,
) -> Restarted:
    """Restart (or power on) the machine; with ``wait``, until the settings were taken or can no longer be.

    :param settings_time: @Redfish.Settings.Time before; messages count only when it has changed since.
    :raises WaitTimeout: when the machine does not come back; values that stay pending are told by the outcomes instead.
    """
    service = machine.service
    first = look(service)
    kind, proof = _reset(machine, first, how, graceful_timeout, patience.interval)
    if not wait:
        return Restarted(kind, "", before, judge(change, before, before, restarted=False, refused={}))
    watch = _Watch(machine, change, before, settings_time, first, patience)
    watch.proof = "it was off" if first.power == "Off" else proof
    try:
        wait_until(
            watch.look,
            watch.is_over,
            patience,
            what="the BIOS settings to be taken",
            describe=watch.describe,
            tolerate=(NetworkError,),
            machine=service.machine,
            resource=before.resource,
        )
    except WaitTimeout:
        if watch.state is None or watch.post_is_over() is False:
            raise
    _leave_on(machine, first, patience)
    return Restarted(kind, watch.proof, t.cast(BiosState, watch.state), watch.outcomes)


def _leave_on(machine: Machine, first: Sight, patience: Patience) -> None:
    """Switch a host on again that was on before and went off by itself once its settings were applied (Q-F04)."""
    service = machine.service
    try:
        if first.power == "Off" or look(service).power != "Off":
            return
    except NetworkError:
        return  # a BMC that goes away now takes nothing from what was proved
    machine.context.warn(
        f"{service.machine}: the host was off after its settings were applied; it was switched on again"
    )
    reset(service, choose_reset(allowed_resets(service), service.profile.power.on, service.machine))
    wait_for_power(service, "On", patience)


class _Watch:
    """Looks at machine and settings again and again and remembers what was seen in between."""

    def __init__(
        self,
        machine: Machine,
        change: Change,
        before: BiosState,
        settings_time: str | None,
        first: Sight,
        patience: Patience,
    ) -> None:
        self._machine = machine
        self._change = change
        self._before = before
        self._settings_time = settings_time
        self._first = first
        self._patience = patience
        self._begun = patience.clock.monotonic()
        self._bad_since: float | None = None
        self._seen: set[str] = set()
        self.sight = first
        self.proof = ""
        self.state: BiosState | None = None
        self.outcomes: list[Outcome] = []

    def look(self) -> list[Outcome]:
        """Look once."""
        answers = self._machine.service.profile.power
        self.sight = look(self._machine.service)
        self.proof = self.proof or restart_seen(self._first, self.sight, answers)
        if self._before.by_tool and self.post_is_over() is not False:
            self._machine.read_tool_again()
        state = self._machine.observe_with_job()
        values = {name: self._change.goals[name].value for name in self._change.differing}
        in_force = (name for name in values if name not in state.pending)
        self._seen |= {name for name in in_force if same(state.current.get(name), values[name])}
        self.state = state
        self.outcomes = judge(
            self._change, self._before, state, restarted=True, refused=self._refused(), seen=self._seen
        )
        return self.outcomes

    def is_over(self, outcomes: list[Outcome]) -> bool:
        """Say whether everything is as wanted, or bad for so long after POST that it will stay so."""
        if not any(item.outcome in FAILED for item in outcomes):
            return True
        now, pause = self._patience.clock.monotonic(), self._patience.interval
        came_back = bool(self.proof) or now - self._begun >= BLIND_PAUSES * pause
        job = self.state.job if self.state else None
        if not came_back or self.post_is_over() is False or (job is not None and job.state == "running"):
            self._bad_since = None
            return False
        self._bad_since = now if self._bad_since is None else self._bad_since
        waiting = any(item.outcome == "still_pending" for item in outcomes)
        return now - self._bad_since >= (PENDING_PAUSES if waiting else BAD_PAUSES) * pause

    def post_is_over(self) -> bool | None:
        """Say whether POST has ended; None where the platform shows nothing of it."""
        if self.sight.power == "On" and self.sight.progress in AFTER_POST and not self.sight.post_state:
            return True
        return start_over(self.sight, self._machine.service.profile.power)

    def describe(self, outcomes: list[Outcome]) -> dict[str, t.Any]:
        """Return what was seen, for the error."""
        return {**self.sight.as_result(), "attributes": {item.attribute: item.outcome for item in outcomes}}

    def _refused(self) -> dict[str, str]:
        bios = self._machine.bios
        if bios is None or bios.time == self._settings_time:
            return {}  # told of an earlier change, or from the factory (Q-A04)
        return refusals(bios.messages, self._change.differing)


def _reset(machine: Machine, first: Sight, how: str, graceful_timeout: float, interval: float) -> tuple[str, str]:
    """Send the reset; return its type, and the evidence if the restart was seen already."""
    service, answers = machine.service, machine.service.profile.power
    allowed = allowed_resets(service)
    if first.power == "Off":
        kind = choose_reset(allowed, answers.on, service.machine)
        reset(service, kind)
        return kind, ""
    if how != "now":
        found = _ask_gracefully(machine, first, allowed, how, graceful_timeout, interval)
        if found:
            return found
    kind = choose_reset(allowed, answers.restart, service.machine)
    reset(service, kind)
    return kind, ""


def _ask_gracefully(
    machine: Machine,
    first: Sight,
    allowed: t.Sequence[str],
    how: str,
    timeout: float,
    interval: float,
) -> tuple[str, str] | None:
    """Ask the operating system; return None when the restart is to be forced now."""
    service, answers = machine.service, machine.service.profile.power
    if how == "on_timeout" and start_over(first, answers) is False:
        return None  # nothing is running that could answer
    try:
        kind = choose_reset(allowed, answers.graceful_restart, service.machine)
    except NotSupportedError:
        if how == "graceful":
            raise
        return None
    reset(service, kind)
    evidence: list[str] = []

    def restarted() -> str:
        found = restart_seen(first, look(service), answers)
        if found:
            evidence.append(found)
        return found

    try:
        wait_until(
            restarted,
            bool,
            Patience(timeout, interval, machine.context.clock),
            what="the operating system to restart the machine",
            tolerate=(NetworkError,),
            machine=service.machine,
            resource=service.system_uri,
        )
    except WaitTimeout:
        if how == "graceful":
            raise
        machine.context.warn(
            f"{service.machine}: the operating system did not restart within {timeout:g} s; the restart was forced"
        )
        return None
    return kind, evidence[0]
