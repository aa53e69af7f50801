# SPDX-License-Identifier: GPL-3.0-or-later
"""One BMC: the machine behind it, its services' state, and what power, POST and restarts do to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from .accounts import AccountTable
from .bios import Bios, Outcome, Registry
from .faults import FaultTable
from .firmware import Firmware
from .machine import HARDWARE_READY, OFF, POWERING_OFF, Machine
from .personality import BiosHabits, Personality
from .secure_boot import SecureBoot
from .sessions import SessionTable
from .tasks import PENDING, RUNNING, Task, TaskTable
from .tree.build import build
from .tree.layout import Layout, discover
from .tree.store import Doc, Tree
from .world import World

TreeBuilder = Callable[[Machine, Personality], Tree]


class Bmc:
    """The state of one BMC. HTTP handlers read and change it; it never sees a request."""

    def __init__(
        self,
        world: World,
        machine: Machine,
        personality: Personality,
        faults: FaultTable,
        build_tree: TreeBuilder = build,
        registry: Callable[[], Registry] | None = None,
        attributes: dict[str, Any] | None = None,
        captured: bool = False,
    ) -> None:
        self.world, self.machine, self.p, self.faults = world, machine, personality, faults
        self.clock = world.clock
        self._build_tree = build_tree
        self._registry = registry or personality.registry
        self._attributes = attributes
        self.captured = captured
        habits = personality.tasks
        self.tasks = TaskTable(self.clock, habits.jid, habits.keep_seconds)
        self.sessions = SessionTable(self.clock, personality.sessions.timeout, personality.sessions.limit)
        self.accounts = AccountTable(self.clock, personality.accounts)
        self.accounts.seed(machine.username, machine.password, bool(machine.settings.get("must_change_password")))
        self.firmware = Firmware(
            self.clock,
            self.tasks,
            personality.updates.components,
            personality.updates.habits,
            machine.platform,
            faults,
            machine.name,
            self.restart,
        )
        self.overlay: dict[str, Doc] = {}
        self.stored: dict[str, bytes] = {}
        self.log: list[dict[str, Any]] = []
        self.settings_time: datetime | None = None
        self.settings_messages: list[dict[str, Any]] = []
        self.committed = False
        self.up = True
        self.warm_until = 0.0
        self.warm_half = 0.0
        self.clock_offset = timedelta()
        self.last_reset: datetime = self.clock.epoch()
        self.bmc_started: datetime = self.clock.epoch()
        self.certificate = b""
        """The certificate (PEM) that the BMC shows to clients."""
        self.csr_key: Any = None
        """The private key of the last certificate request; it never leaves the BMC."""
        self.on_certificate: list[Callable[[bytes, bytes], object]] = []
        """Called with certificate and private key (PEM) when a client has replaced the certificate."""
        self.on_up: list[Callable[[bool], object]] = []
        self.on_move: list[Callable[[], object]] = []
        """Called when the BMC has got another address."""
        self.at_restart: list[Callable[[], object]] = []
        """Settings that come into force with the next restart of the BMC."""
        self.lease = machine.bmc_host
        """The address that DHCP gives the BMC."""
        self.secure_boot = SecureBoot()
        self._reverting: set[str] = set()
        machine.on_reset.append(self._post_starts)
        machine.on_change.append(self._phase_changed)
        self.note("System", "OK", "The management controller has started.", "ResourceEvent.1.0.ResourceCreated")

    # -- made when first needed -----------------------------------------------------------------------------------
    @cached_property
    def tree(self) -> Tree:
        return self._build_tree(self.machine, self.p)

    @cached_property
    def layout(self) -> Layout:
        return discover(self.tree)

    @cached_property
    def bios(self) -> Bios | None:
        if self.p.bios is None or self._registry is None:
            return None
        over = self.machine.settings.get("bios") or {}
        bios = Bios(self._registry(), self._attributes, self.p.bios.displays_values)
        bios.current.update(over)
        return bios

    @property
    def habits(self) -> BiosHabits:
        return self.p.bios or BiosHabits(settings="")

    # -- time and power -------------------------------------------------------------------------------------------
    def now(self) -> datetime:
        """Return what the BMC's own clock shows."""
        fault = self.faults.find(self.machine.name, "clock_wrong")
        wrong = timedelta(seconds=fault.options.get("seconds", -86_400)) if fault else timedelta()
        return self.clock.epoch() + self.clock_offset + wrong

    def power_state(self) -> str:
        """Return PowerState as this platform tells it."""
        if self.p.power.shows_transition:
            return self.machine.power_state
        return "On" if self.machine.power_state in ("On", POWERING_OFF) else "Off"

    def restart(self, outage: float, warm_up: float = 0.0) -> None:
        """Take the BMC away for `outage` lab seconds; then it answers 503 for `warm_up` more."""
        if not self.up:
            return
        self.up = False
        self.sessions.clear()
        if self.p.tasks.lost_on_restart:
            self.tasks.vanish()
        self._tell()
        self.clock.later(outage, lambda: self._back(warm_up))

    def web_restart(self, outage: float) -> None:
        """Restart only the web server, a moment later: the machine is there, its sessions stay, nothing answers."""
        if outage and self.up:
            self.clock.later(1.0, lambda: self._web(False))
            self.clock.later(1.0 + outage, lambda: self._web(True))

    def _web(self, up: bool) -> None:
        self.up = up
        self._tell()

    def move(self, address: str) -> None:
        """Give the BMC another address."""
        if address != self.machine.bmc_host:
            self.machine.bmc_host = address
            for callback in list(self.on_move):
                callback()

    def _back(self, warm_up: float) -> None:
        for change in self.at_restart:
            change()
        self.at_restart.clear()
        self.firmware.bmc_reset()
        self.up = True
        self.bmc_started = self.clock.epoch()
        self.warm_until = self.clock.now() + warm_up
        self.warm_half = self.clock.now() + warm_up / 2
        self.note("Manager", "OK", "The management controller has restarted.", "ResourceEvent.1.0.ResourceChanged")
        self._tell()

    def ac_cycle(self) -> None:
        """Cut and restore standby power: host and BMC go, and the host comes back as PowerRestorePolicy says."""
        was_on = self.machine.lose_power()
        habits = self.p.updates.habits
        self.restart(habits.outage, habits.warm_up)
        self.firmware.power_lost()
        policy = (self.tree.get(self.layout.host) or {}).get("PowerRestorePolicy", "LastState")
        if policy == "AlwaysOn" or (policy == "LastState" and was_on):
            self.clock.later(habits.outage, self.machine.regain_power)

    def _tell(self) -> None:
        for callback in list(self.on_up):
            callback(self.up)

    def note(self, source: str, severity: str, text: str, message_id: str) -> None:
        """Write an entry to the BMC's log."""
        number = len(self.log) + 1
        self.log.append(
            {
                "id": str(number),
                "created": self.clock.epoch(),
                "severity": severity,
                "text": text,
                "message_id": message_id,
                "source": source,
            }
        )
        del self.log[:-1000]

    # -- POST -----------------------------------------------------------------------------------------------------
    def _post_starts(self, machine: Machine) -> float:
        self.last_reset = self.clock.epoch()
        fault = self.faults.find(machine.name, "stuck_in_post")
        machine.stuck_in_post = fault is not None
        if fault:
            self.faults.hit(fault, machine.name)
        extra = self.firmware.host_reset()
        if self._may_apply() and self.bios is not None and self.bios.latch():
            extra += self.habits.extra_post * (2 if self._stuck_values() else 1)
            for job in self.tasks.active("bios_config"):
                self.tasks.update(job, state=RUNNING, job_state="Running", percent=1, message="Job in progress.")
        self.note("System", "OK", "The system was reset.", "ResourceEvent.1.0.ResourceStateChanged")
        return extra

    def _may_apply(self) -> bool:
        """Say whether staged values may be applied at this reset: some platforms want a job for it (Q-D01)."""
        if not self.habits.apply_time_needed:
            return True
        stuck = self.faults.find(self.machine.name, "job_stuck", task_kind="bios_config")
        if stuck:
            self.faults.hit(stuck, self.machine.name)
            return False
        return any(job.state == PENDING for job in self.tasks.active("bios_config"))

    def _stuck_values(self) -> bool:
        return self.habits.locked == "stuck" and bool(self.bios and self.bios.check(dict(self.bios.pending)))

    def _phase_changed(self, machine: Machine) -> None:
        if machine.power_state in (OFF, POWERING_OFF) and self.bios is not None:
            self.bios.unlatch()
        if machine.phase == HARDWARE_READY:
            self.firmware.post_done()
            self._apply_bios()
            self.secure_boot.start()
            for job in self.tasks.active("secure_boot"):
                self.tasks.finish(job, "Job completed successfully.", "IDRAC.2.8.PR19")

    def _apply_bios(self) -> None:
        bios = self.bios
        if bios is None:
            return
        for name in self._reverting:
            bios.force(name, bios.previous(name))
        self._reverting = set()
        if bios._latched is None:
            return
        ignored = self._faulty("ignore_attribute", bios.pending)
        outcomes = bios.apply(ignored, check=self.habits.validation == "late" or self.habits.locked == "stuck")
        applied = {outcome.name for outcome in outcomes if outcome.result == "applied"}
        self._reverting = self._faulty("revert_after_reboot", applied)
        self.committed = False
        self._report(outcomes)

    def _faulty(self, kind: str, names: Any) -> set[str]:
        struck = set()
        for fault in self.faults.all(self.machine.name, kind):
            wanted = fault.options.get("attribute")
            hit = {name for name in names if wanted in (None, name)}
            if hit:
                self.faults.hit(fault, self.machine.name)
            struck |= hit
        return struck

    def _report(self, outcomes: list[Outcome]) -> None:
        """Write what happened where this platform writes it: Settings.Messages, the job, or nowhere."""
        prefix = self.habits.messages
        self.settings_time = self.clock.epoch()
        if prefix:
            words = {
                "unknown": "PropertyUnknown",
                "read_only": "PropertyNotWritable",
                "locked": "PropertyNotWritable",
                "type": "PropertyValueTypeError",
                "out_of_range": "PropertyValueNotInList",
            }
            bad = [outcome for outcome in outcomes if outcome.result not in ("applied", "ignored")]
            self.settings_messages = [{"MessageId": f"{prefix}.Success"}] + [
                {
                    "MessageId": f"{prefix}.{words.get(outcome.result, 'PropertyValueNotInList')}",
                    "MessageArgs": [str(outcome.value), outcome.name]
                    if outcome.result not in ("unknown", "read_only", "locked")
                    else [outcome.name],
                    "RelatedProperties": [f"#/Attributes/{outcome.name}"],
                }
                for outcome in bad
            ]
        for job in self.tasks.active("bios_config"):
            self.tasks.finish(job, "Job completed successfully.", "IDRAC.2.8.PR19")

    # -- BIOS jobs ------------------------------------------------------------------------------------------------
    def commit_bios(self) -> Task:
        """Make the job that applies what is staged: New now, Scheduled a few seconds later (Q-D33)."""
        job = self.tasks.create("Configure: BIOS.Setup.1-1", "bios_config", self.layout.bios_settings)
        self.committed = True
        self.tasks.update(job, job_state="New", message="The job is being created.")
        self.clock.later(3.0, lambda: self._scheduled(job))
        return job

    def _scheduled(self, job: Task) -> None:
        if job.done or job.state == RUNNING:
            return
        stuck = self.faults.find(self.machine.name, "job_stuck", task_kind="bios_config")
        text = "Job processing initialization failure." if stuck else "Task successfully scheduled."
        self.tasks.update(job, state=PENDING, job_state="Scheduled", message=text)
        gone = self.faults.find(self.machine.name, "task_vanished", task_kind="bios_config")
        if gone:
            self.faults.hit(gone, self.machine.name)
            self.tasks.vanish(job.id)

    def cancel_bios(self) -> None:
        """Delete the BIOS jobs that wait, and what they would have applied (Q-D03)."""
        for job in self.tasks.active("bios_config"):
            self.tasks.vanish(job.id)
        self.committed = False
        if self.bios is not None:
            self.bios.clear()

    # -- ground truth ---------------------------------------------------------------------------------------------
    def state(self) -> dict[str, Any]:
        """Return the truth about the machine, as tests and `lab status` see it. No secrets."""
        machine, bios = self.machine, self.bios
        return {
            "name": machine.name,
            "platform": machine.platform,
            "bmc_host": machine.bmc_host,
            "bmc_port": machine.bmc_port,
            "power_state": machine.power_state,
            "phase": machine.phase,
            "os": machine.os,
            "installed_os": machine.installed_os,
            "boots": machine.boots,
            "resets": machine.resets,
            "last_boot_target": machine.last_boot_target,
            "boot_override": vars(machine.override) | {},
            "bios": dict(bios.current) if bios else {},
            "bios_pending": dict(bios.pending) if bios else {},
            "bios_defaults_pending": bool(bios and bios.defaults_pending),
            "firmware": {kind: one.active for kind, one in self.firmware.states.items()},
            "firmware_staged": {kind: one.staged for kind, one in self.firmware.states.items() if one.staged},
            "sessions": len(self.sessions.sessions),
            "accounts": {one.username: one.role for one in self.accounts.accounts.values() if one.username},
            "tasks": {one.id: {"name": one.name, "state": one.state} for one in self.tasks.tasks.values()},
            "bmc_up": self.up,
            "secure_boot": self.secure_boot.shown(),
            "serial": machine.hardware.get("serial"),
            "macs": machine.macs,
            "last_fault": self.faults.last.get(machine.name, ""),
        }
