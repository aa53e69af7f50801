# SPDX-License-Identifier: GPL-3.0-or-later
"""One emulated server as a state machine of power, POST and operating system. No HTTP in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from .clock import Clock, Timer

OFF, POWERING_ON, ON, POWERING_OFF = "Off", "PoweringOn", "On", "PoweringOff"

# What the host is doing while it has power; every platform words its PostState and BootProgress from these.
IDLE, EARLY_POST, MEMORY_INIT, PCI_INIT, HARDWARE_READY, OS_BOOT, OS_RUNNING, NO_BOOT_DEVICE = (
    "idle",
    "early_post",
    "memory_init",
    "pci_init",
    "hardware_ready",
    "os_boot",
    "os_running",
    "no_boot_device",
)
POST_PHASES = (EARLY_POST, MEMORY_INIT, PCI_INIT)


class PowerRefused(Exception):
    """The machine is not in a state in which it can do that; `reason` is same_state, conflict or in_transition."""

    def __init__(self, reason: str, state: str) -> None:
        super().__init__(f"{reason} while {state}")
        self.reason = reason
        self.state = state


@dataclass(frozen=True)
class Timing:
    """Lab seconds that the machine takes for its transitions."""

    power_on: float = 2.0
    power_off: float = 2.0
    post: float = 90.0
    os_boot: float = 30.0
    graceful: float = 15.0
    power_cycle_gap: float = 5.0
    on_refused_after_off: float = 0.0


@dataclass(frozen=True)
class BootOverride:
    """The one-time or lasting boot source as ComputerSystem.Boot has it (DSP2046 ComputerSystem)."""

    enabled: str = "Disabled"
    target: str = "None"
    mode: str = "UEFI"
    uefi_target: str = ""
    http_uri: str = ""

    @property
    def active(self) -> bool:
        return self.enabled != "Disabled" and self.target != "None"


@dataclass(eq=False)
class BootEvent:
    """POST is done and `target` is being booted with `mode` (UEFI or Legacy).

    A network boot that nobody answers falls through to the next device, as firmware does.
    """

    machine: Machine
    target: str
    mode: str
    answered: bool = False

    def boot(self, os_name: str) -> None:
        """Answer a network boot: load `os_name` into memory (for example `ephemeral`)."""
        self.answered = True
        self.machine._load_os(os_name)

    def boot_local(self) -> None:
        """Answer a network boot with "boot from the local disk"; nothing bootable there halts the machine."""
        self.answered = True
        self.machine._boot_disk()


@dataclass(eq=False)
class Machine:
    """A server in the rack.

    `hardware` keys: vendor, product, serial, uuid, sku, cpus, cores, memory_mib, bios_version, bmc_version,
    nics [{name, mac, speed_mbps, link, vendor, product}], disks [{name, size_bytes, model, serial, rotational,
    vendor}], psus, fans, gpus.
    """

    name: str
    platform: str
    clock: Clock
    hardware: dict[str, Any] = field(default_factory=dict)
    bmc_host: str = ""
    bmc_port: int = 443
    username: str = "admin"
    password: str = "password"
    timing: Timing = field(default_factory=Timing)
    settings: dict[str, Any] = field(default_factory=dict)
    boot_order: list[str] = field(default_factory=lambda: ["Hdd", "Pxe"])
    override: BootOverride = field(default_factory=BootOverride)

    power_state: str = OFF
    phase: str = IDLE
    os: str | None = None
    installed_os: str | None = None
    last_boot_target: str = ""
    boots: int = 0
    resets: int = 0
    phase_since: float = 0.0
    last_off: float = float("-inf")
    stuck_in_post: bool = False
    media: Callable[[str], str] = field(default=lambda _target: "", repr=False)
    """What is in a virtual drive that a boot target starts from; an empty string: nothing."""

    on_reset: list[Callable[[Machine], float]] = field(default_factory=list)
    """Called when POST starts; each returns the extra POST seconds it needs (settings, flashing)."""
    on_boot: list[Callable[[BootEvent], object]] = field(default_factory=list)
    """Called with the boot target really used, in order of registration."""
    on_change: list[Callable[[Machine], object]] = field(default_factory=list)
    """Called after each change of power state or phase."""
    _timers: list[Timer] = field(default_factory=list, repr=False)
    _after_off: Callable[[], object] | None = field(default=None, repr=False)

    # -- what others ask ------------------------------------------------------------------------------------------
    @property
    def macs(self) -> list[str]:
        return [nic["mac"] for nic in self.hardware.get("nics", [])]

    @property
    def os_running(self) -> bool:
        return self.phase == OS_RUNNING

    @property
    def in_post(self) -> bool:
        return self.power_state == POWERING_ON or self.phase in POST_PHASES

    @property
    def is_on(self) -> bool:
        return self.power_state in (ON, POWERING_ON)

    # -- power ----------------------------------------------------------------------------------------------------
    def reset(self, reset_type: str) -> None:
        """Do what a Redfish ResetType says; raise PowerRefused where the state forbids it, KeyError if unknown."""
        RESETS[reset_type](self)

    def power_on(self) -> None:
        if self.is_on:
            raise PowerRefused("same_state", self.power_state)
        self._refuse_on_the_way_off()
        if self.clock.now() - self.last_off < self.timing.on_refused_after_off:
            raise PowerRefused("conflict", self.power_state)
        self._start()

    def force_off(self) -> None:
        if self.power_state == OFF:
            raise PowerRefused("same_state", self.power_state)
        self._cut(then=None)

    def force_restart(self) -> None:
        self._need_power()
        self._begin_post()

    def power_cycle(self) -> None:
        self._need_power()
        self._cut(then=lambda: self._after(self.timing.power_cycle_gap, self._start))

    def graceful_shutdown(self) -> None:
        """Ask the operating system to stop. Without one the request is taken and nothing happens (Q-G43)."""
        self._need_power()
        if self.os_running:
            self._ask(self.timing.graceful, lambda: self._cut(then=None))

    def graceful_restart(self) -> None:
        self._need_power()
        if self.os_running:
            self._ask(self.timing.graceful, self._begin_post)

    def lose_power(self) -> bool:
        """Cut standby power at once; return whether the machine was on."""
        was_on = self.is_on
        self._forget_timers()
        if self.power_state != OFF:
            self.os = None
            self._after_off = None
            self._off()
        return was_on

    def regain_power(self) -> None:
        """Switch on because power came back; nothing refuses it."""
        if self.power_state == OFF:
            self._start()

    def push_power_button(self) -> None:
        if self.power_state == OFF:
            self._start()
        elif self.os_running:
            self._ask(self.timing.graceful, lambda: self._cut(then=None))
        else:
            self._cut(then=None)

    def nmi(self) -> None:
        if self.power_state != ON:
            raise PowerRefused("same_state", self.power_state)

    def hold_in_post(self) -> None:
        """Let the POST that runs never end; a reset starts another one."""
        if self.phase in POST_PHASES:
            self._forget_timers()

    # -- the operating system -------------------------------------------------------------------------------------
    def power_off_from_os(self) -> None:
        """Shut down from inside the running system; a machine without one stays as it is."""
        if self.os_running:
            self._ask(self.timing.power_off, lambda: self._cut(then=None))

    def reboot_from_os(self) -> None:
        if self.os_running:
            self._ask(self.timing.power_off, self._begin_post)

    def _ask(self, delay: float, callback: Callable[[], object]) -> None:
        """Ask the running system to stop. One that is stopping goes on with it, and the last word says what follows."""
        now = self.clock.now()
        stopping = [timer.due - now for timer in self._timers if not timer.cancelled and timer.due > now]
        self._forget_timers()
        self._after(min([delay, *stopping]), callback)

    def install_os(self, name: str) -> None:
        """Write an operating system to the disk, so that the next boot from disk starts it."""
        self.installed_os = name

    def wipe_disk(self) -> None:
        self.installed_os = None

    # -- refusals -------------------------------------------------------------------------------------------------
    def _need_power(self) -> None:
        self._refuse_on_the_way_off()
        if not self.is_on:
            raise PowerRefused("same_state", self.power_state)

    def _refuse_on_the_way_off(self) -> None:
        """Refuse what needs the power that is just going: a chassis takes the next order when it is off."""
        if self.power_state == POWERING_OFF:
            raise PowerRefused("in_transition", self.power_state)

    # -- transitions ----------------------------------------------------------------------------------------------
    def _start(self) -> None:
        self._forget_timers()
        self._become(POWERING_ON, IDLE)
        self._after(self.timing.power_on, self._begin_post)

    def _begin_post(self) -> None:
        self._forget_timers()
        self.os = None
        self.resets += 1
        self._become(ON, EARLY_POST)
        extra = sum(callback(self) for callback in list(self.on_reset))
        if self.stuck_in_post:
            return
        third = self.timing.post / 3
        self._after(third + extra, lambda: self._become(ON, MEMORY_INIT))
        self._after(2 * third + extra, lambda: self._become(ON, PCI_INIT))
        self._after(3 * third + extra, self._end_post)

    def _end_post(self) -> None:
        self.boots += 1
        self._become(ON, HARDWARE_READY)
        override = self.override
        if override.enabled == "Once":
            self.override = replace(override, enabled="Disabled", target="None", uefi_target="", http_uri="")
        for target in [override.target] * override.active + self.boot_order:
            if self._try_boot(target, override.mode):
                return
        self._become(ON, NO_BOOT_DEVICE)

    def _try_boot(self, target: str, mode: str) -> bool:
        if target in ("BiosSetup", "UefiShell"):
            self.last_boot_target = target
            self._tell(BootEvent(self, target, mode))
            return True
        if target in NETWORK_TARGETS:
            self.last_boot_target = target
            event = BootEvent(self, target, mode)
            self._tell(event)
            return event.answered
        found = self.installed_os if target in DISK_TARGETS else self.media(target)
        if found:
            self.last_boot_target = target
            self._tell(BootEvent(self, target, mode))
            self._load_os(found)
        return bool(found)

    def _tell(self, event: BootEvent) -> None:
        for callback in list(self.on_boot):
            callback(event)

    def _boot_disk(self) -> None:
        if self.installed_os:
            self._load_os(self.installed_os)
        else:
            self._become(ON, NO_BOOT_DEVICE)

    def _load_os(self, name: str) -> None:
        self._become(ON, OS_BOOT)
        self._after(self.timing.os_boot, lambda: self._run(name))

    def _run(self, name: str) -> None:
        self.os = name
        self._become(ON, OS_RUNNING)

    def _cut(self, then: Callable[[], object] | None) -> None:
        """Switch off and do what then follows; a machine that is on its way does not begin again."""
        self._after_off = then
        if self.power_state == POWERING_OFF:
            return
        self._forget_timers()
        self.os = None
        self._become(POWERING_OFF, IDLE)
        self._after(self.timing.power_off, self._off)

    def _off(self) -> None:
        self.last_off = self.clock.now()
        self._become(OFF, IDLE)
        if self._after_off is not None:
            self._after_off()

    def _become(self, power_state: str, phase: str) -> None:
        self.power_state, self.phase = power_state, phase
        self.phase_since = self.clock.now()
        for callback in list(self.on_change):
            callback(self)

    def _after(self, delay: float, callback: Callable[[], object]) -> None:
        self._timers = [timer for timer in self._timers if not timer.cancelled and timer.due >= self.clock.now()]
        self._timers.append(self.clock.later(delay, callback))

    def _forget_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()


NETWORK_TARGETS = ("Pxe", "UefiHttp")
DISK_TARGETS = ("Hdd",)

RESETS: dict[str, Callable[[Machine], None]] = {
    "On": Machine.power_on,
    "ForceOn": Machine.power_on,
    "ForceOff": Machine.force_off,
    "ForceRestart": Machine.force_restart,
    "PowerCycle": Machine.power_cycle,
    "GracefulShutdown": Machine.graceful_shutdown,
    "GracefulRestart": Machine.graceful_restart,
    "PushPowerButton": Machine.push_power_button,
    "Nmi": Machine.nmi,
}
