# SPDX-License-Identifier: GPL-3.0-or-later
"""What staged BIOS settings go through: a job where the platform has jobs, POST, and the report of what came of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from .bios import Bios, Outcome
from .eventlog import SYSTEM
from .tasks import PENDING, RUNNING, WITH_ERRORS, Task
from .windows import Window

if TYPE_CHECKING:
    from .bmc import Bmc
    from .faults import Fault

JOB = "bios_config"
DONE = "Job completed successfully.", "IDRAC.2.8.PR19"
BROKEN = "Unable to complete the job because some of its values could not be set.", "IDRAC.2.8.PR21"
MISSED = "The maintenance window has closed before the host was reset."
WORDS = {
    "unknown": "PropertyUnknown",
    "read_only": "PropertyNotWritable",
    "locked": "PropertyNotWritable",
    "type": "PropertyValueTypeError",
    "out_of_range": "PropertyValueNotInList",
}
"""Outcome -> message of @Redfish.Settings.Messages; everything else is PropertyValueNotInList."""
WITHOUT_VALUE = ("unknown", "read_only", "locked")


class Staging:
    """Carry the staged settings of one BMC through reset and POST. Asks the BMC's habits, tasks and faults."""

    def __init__(self, bmc: Bmc) -> None:
        self._bmc = bmc
        self.applied_at: datetime | None = None
        self.messages: list[dict[str, Any]] = []
        """@Redfish.Settings.Messages of the last time something was applied."""
        self._reverting: set[str] = set()

    @property
    def _bios(self) -> Bios | None:
        return self._bmc.bios

    # -- jobs -----------------------------------------------------------------------------------------------------
    def commit(self, window: Window | None = None) -> Task:
        """Make the job that applies what is staged: New now, Scheduled a few seconds later (Q-D33)."""
        bmc = self._bmc
        job = bmc.tasks.create("Configure: BIOS.Setup.1-1", JOB, bmc.layout.bios_settings)
        bmc.tasks.update(job, job_state="New", message="The job is being created.", window=window)
        bmc.clock.later(3.0, lambda: self._scheduled(job))
        if window is not None:
            bmc.clock.later(window.opens - bmc.clock.now(), lambda: self._opened(job))
            bmc.clock.later(window.closes - bmc.clock.now(), lambda: self._closed(job))
        return job

    def cancel(self) -> None:
        """Delete the BIOS jobs that wait, and what they would have applied (Q-D03)."""
        for job in self._bmc.tasks.active(JOB):
            self._bmc.tasks.vanish(job.id)
        if self._bios is not None:
            self._bios.clear()

    def _scheduled(self, job: Task) -> None:
        if job.done or job.state == RUNNING:
            return
        stuck = self._fault("job_stuck")
        text = "Job processing initialization failure." if stuck else "Task successfully scheduled."
        word = "IDRAC.2.8.PR30" if stuck else job.message_id
        self._bmc.tasks.update(job, state=PENDING, job_state="Scheduled", message=text, message_id=word)
        gone = self._fault("task_vanished")
        if gone:
            self._bmc.faults.hit(gone, self._bmc.machine.name)
            self._bmc.tasks.vanish(job.id)

    def _opened(self, job: Task) -> None:
        """The window opens: restart a host that runs, where that was asked for; one that is off waits for its start."""
        machine = self._bmc.machine
        if job.state == PENDING and job.window and job.window.restarts and machine.is_on:
            machine.force_restart()

    def _closed(self, job: Task) -> None:
        """A job that has not begun when its window closes fails, and what it held is dropped."""
        if job.done or job.state == RUNNING or job.id not in self._bmc.tasks.tasks:
            return
        self._bmc.tasks.fail(job, MISSED)
        if self._bios is not None:
            self._bios.clear()

    # -- POST -----------------------------------------------------------------------------------------------------
    def post_starts(self) -> float:
        """Latch what this POST applies; return the seconds that it adds."""
        if not self._may_apply() or self._bios is None or not self._bios.latch():
            return 0.0
        for job in self._bmc.tasks.active(JOB):
            self._bmc.tasks.update(job, state=RUNNING, job_state="Running", percent=1, message="Job in progress.")
        return self._bmc.habits.extra_post * (2 if self._stuck_values() else 1)

    def power_went(self) -> None:
        """POST was cut short: nothing of it applies."""
        if self._bios is not None:
            self._bios.unlatch()

    def post_done(self) -> None:
        """Make current what was latched, and tell of it."""
        bios, habits = self._bios, self._bmc.habits
        if bios is None:
            return
        for name in self._reverting:
            bios.force(name, bios.previous(name))
        self._reverting = set()
        if not bios.latched:
            return
        ignored = self._struck("ignore_attribute", bios.pending)
        failed = self._fault("job_fails") if self._bmc.tasks.active(JOB) else None
        if failed:
            self._bmc.faults.hit(failed, self._bmc.machine.name)
            if failed.options.get("job_state") != WITH_ERRORS:
                ignored = set(bios.pending)
        outcomes = bios.apply(ignored, check=habits.validation == "late" or habits.locked == "stuck")
        applied = {outcome.name for outcome in outcomes if outcome.result == "applied"}
        self._reverting = self._struck("revert_after_reboot", applied)
        self._report(outcomes, failed)
        if outcomes and self._bmc.p.oddities.bios_ends_off:
            self._bmc.clock.later(0.0, self._switch_off)

    def _switch_off(self) -> None:
        """Some machines are off after their settings were applied (Q-F04)."""
        if self._bmc.machine.is_on:
            self._bmc.machine.force_off()

    def _may_apply(self) -> bool:
        """Say whether staged values may be applied at this reset: some platforms want a job for it (Q-D01)."""
        if not self._bmc.habits.apply_time_needed:
            return True
        stuck = self._fault("job_stuck")
        if stuck:
            self._bmc.faults.hit(stuck, self._bmc.machine.name)
            return False
        now = self._bmc.clock.now()
        waiting = [job for job in self._bmc.tasks.active(JOB) if job.state == PENDING]
        return any(job.window is None or job.window.is_open(now) for job in waiting)

    def _stuck_values(self) -> bool:
        return self._bmc.habits.locked == "stuck" and bool(self._bios and self._bios.check(dict(self._bios.pending)))

    def _fault(self, kind: str) -> Any:
        return self._bmc.faults.find(self._bmc.machine.name, kind, task_kind=JOB)

    def _struck(self, kind: str, names: Any) -> set[str]:
        struck = set()
        for fault in self._bmc.faults.all(self._bmc.machine.name, kind):
            wanted = fault.options.get("attribute")
            hit = {name for name in names if wanted in (None, name)}
            if hit:
                self._bmc.faults.hit(fault, self._bmc.machine.name)
            struck |= hit
        return struck

    # -- the report -----------------------------------------------------------------------------------------------
    def _report(self, outcomes: list[Outcome], failed: Fault | None) -> None:
        """Write what happened where this platform writes it: Settings.Messages, the job, and the log."""
        self.applied_at = self._bmc.clock.epoch()
        bad = [outcome for outcome in outcomes if outcome.result not in ("applied", "ignored")]
        prefix = self._bmc.habits.messages
        if prefix:
            self.messages = [{"MessageId": f"{prefix}.Success"}, *(_told(prefix, outcome) for outcome in bad)]
        for job in self._bmc.tasks.active(JOB):
            if job.state == RUNNING and failed:
                text = failed.options.get("message") or BROKEN[0]
                self._bmc.tasks.fail(job, text, BROKEN[1], failed.options.get("job_state", "Failed"))
            elif job.state == RUNNING:
                self._bmc.tasks.finish(job, *DONE)
        good = len(outcomes) - len(bad)
        if outcomes:
            text = f"BIOS settings: {good} applied, {len(bad)} not."
            severity = "Warning" if bad else "OK"
            self._bmc.log.write(SYSTEM, severity, text, "ResourceEvent.1.0.ResourceChanged")


def _told(prefix: str, outcome: Outcome) -> dict[str, Any]:
    name = WORDS.get(outcome.result, "PropertyValueNotInList")
    args = [outcome.name] if outcome.result in WITHOUT_VALUE else [str(outcome.value), outcome.name]
    related = [f"#/Attributes/{outcome.name}"]
    return {"MessageId": f"{prefix}.{name}", "MessageArgs": args, "RelatedProperties": related}
