# SPDX-License-Identifier: GPL-3.0-or-later
"""One BMC: the machine behind it, its services' state, and what power, POST and restarts do to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import bios_versions
from .accounts import AccountTable
from .bios import Bios, Registry
from .eventlog import FIRMWARE, MANAGER, SYSTEM, EventLog
from .faults import FaultTable
from .firmware import Firmware
from .machine import HARDWARE_READY, OFF, POWERING_OFF, POWERING_ON, Machine
from .personality import BiosHabits, Personality
from .secure_boot import SecureBoot
from .sessions import SessionTable
from .staging import Staging
from .tasks import EXCEPTION, PENDING, Task, TaskTable
from .tree.build import build
from .tree.layout import Layout, discover
from .tree.store import Doc, Tree
from .world import World

if TYPE_CHECKING:
    from .ilo.depot import Depot
    from .logviews import LogView

POWER_EVENTS = {
    POWERING_ON: ("The server is switched on.", "ResourceEvent.1.1.ResourcePoweredOn"),
    OFF: ("The server is off.", "ResourceEvent.1.1.ResourcePoweredOff"),
}
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
        self.depot: Depot | None = None
        """Firmware store and update queue, where a BMC has them."""
        self.log = EventLog(self.now)
        self.log_views: dict[str, LogView] = {}
        self.staging = Staging(self)
        self.subscriptions: dict[str, Doc] = {}
        """Event subscriptions that clients have made, by path."""
        self.up = True
        self.warm_until = 0.0
        self.warm_half = 0.0
        self.ready_at = 0.0
        self.next_mode = ""
        """The boot mode that a job brings at the next start."""
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
        self.registry_id = ""
        """Id of the attribute registry where it is another than at the start."""
        machine.on_reset.append(self._post_starts)
        machine.on_change.append(self._phase_changed)
        self.firmware.on_active.append(self._version_changed)
        self.tasks.on_change.append(self._task_changed)
        self.log.write(MANAGER, "OK", "The management controller has started.", "ResourceEvent.1.0.ResourceCreated")

    # -- made when first needed -----------------------------------------------------------------------------------
    @cached_property
    def tree(self) -> Tree:
        return self._build_tree(self.machine, self.p)

    @cached_property
    def layout(self) -> Layout:
        return discover(self.tree)

    @cached_property
    def bios(self) -> Bios | None:
        bios = self.delivered()
        if bios:
            bios.current.update(self.machine.settings.get("bios") or {})
        return bios

    def delivered(self) -> Bios | None:
        """Return the BIOS settings of a machine of this kind when nobody has touched it."""
        if self.p.bios is None or self._registry is None:
            return None
        return Bios(self._registry(), self._attributes, self.p.bios.displays_values)

    @property
    def habits(self) -> BiosHabits:
        return self.p.bios or BiosHabits(settings="")

    # -- time and power -------------------------------------------------------------------------------------------
    def now(self) -> datetime:
        """Return what the BMC's own clock shows."""
        fault = self.faults.find(self.machine.name, "clock_wrong")
        wrong = timedelta(seconds=fault.options.get("seconds", -86_400)) if fault else timedelta()
        return self.clock.epoch() + self.clock_offset + wrong

    def power_state(self) -> str | None:
        """Return PowerState as this platform tells it; None where it has no word for what goes on."""
        odd = self.p.oddities.transition
        if odd and self.machine.power_state in (POWERING_ON, POWERING_OFF):
            return None if odd == "null" else odd
        if self.p.power.shows_transition:
            return self.machine.power_state
        return "On" if self.machine.power_state in ("On", POWERING_OFF) else "Off"

    @property
    def ready(self) -> bool:
        """Say whether settings and updates are taken yet (Q-D07)."""
        return self.clock.now() >= self.ready_at

    def _started(self) -> None:
        self.ready_at = self.clock.now() + self.p.oddities.not_ready

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
        self.firmware.turns += self.p.oddities.inventory_turns
        self.up = True
        self.bmc_started = self.clock.epoch()
        self.warm_until = self.clock.now() + warm_up
        self.warm_half = self.clock.now() + warm_up / 2
        self._started()
        self.log.write(MANAGER, "OK", "The management controller has restarted.", "ResourceEvent.1.0.ResourceChanged")
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

    # -- POST -----------------------------------------------------------------------------------------------------
    def _post_starts(self, machine: Machine) -> float:
        self.last_reset = self.clock.epoch()
        self._started()
        fault = self.faults.find(machine.name, "stuck_in_post")
        machine.stuck_in_post = fault is not None
        if fault:
            self.faults.hit(fault, machine.name)
        extra = self.firmware.host_reset()
        self.log.write(SYSTEM, "OK", "The system was reset.", "ResourceEvent.1.0.ResourceStateChanged")
        return extra + self.staging.post_starts()

    def _phase_changed(self, machine: Machine) -> None:
        if machine.power_state in (OFF, POWERING_OFF):
            self.staging.power_went()
        if machine.power_state == OFF:
            self.firmware.cold = True
        if machine.power_state in POWER_EVENTS:
            self.log.write(SYSTEM, "OK", *POWER_EVENTS[machine.power_state])
        if machine.phase == HARDWARE_READY:
            self.firmware.post_done()
            self.staging.post_done()
            self.secure_boot.start()
            for job in self.tasks.active("secure_boot"):
                self.tasks.finish(job, "Job completed successfully.", "IDRAC.2.8.PR19")
            for job in self.tasks.active("boot_mode"):
                machine.override = replace(machine.override, mode=self.next_mode)
                self.tasks.finish(job, "Job completed successfully.", "IDRAC.2.8.PR19")

    def mode_at_start(self, mode: str) -> Task:
        """Make the job by which the next start of the host changes the boot mode; there is one at a time."""
        for job in self.tasks.active("boot_mode"):
            self.tasks.vanish(job.id)
        self.next_mode = mode
        job = self.tasks.create("Configure: BootMode", "boot_mode", self.layout.host)
        self.tasks.update(job, state=PENDING, job_state="Scheduled", message="Task successfully scheduled.")
        return job

    # -- the log --------------------------------------------------------------------------------------------------
    def _version_changed(self, kind: str, version: str) -> None:
        self.log.write(FIRMWARE, "OK", f"Firmware {kind} runs version {version}.", "Update.1.0.UpdateSuccessful")
        if kind == "bios":
            bios_versions.follow(self, version)

    def _task_changed(self, task: Task) -> None:
        if task.kind == "firmware" and task.state == EXCEPTION:
            self.log.write(FIRMWARE, "Warning", f"{task.name}: {task.message}", task.message_id)

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
            "bmc_started": self.bmc_started.isoformat(),
            "secure_boot": self.secure_boot.shown(),
            "serial": machine.hardware.get("serial"),
            "macs": machine.macs,
            "last_fault": self.faults.last.get(machine.name, ""),
        }
