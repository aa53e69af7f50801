# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab import machine as m
from ansible_collections.hwautomation.baremetal.extensions.lab.clock import Clock

HOUR = 3600.0


def build(**options: object) -> m.Machine:
    return m.Machine("r01", "generic", Clock("hand"), **options)  # type: ignore[arg-type]


def booted(**options: object) -> m.Machine:
    machine = build(installed_os="ubuntu", **options)
    machine.power_on()
    machine.clock.advance(HOUR)
    return machine


def test_power_on_runs_through_post_to_the_installed_system() -> None:
    machine, seen = build(installed_os="ubuntu"), []
    machine.on_change.append(lambda it: seen.append((it.power_state, it.phase)))
    machine.power_on()
    machine.clock.advance(HOUR)
    assert seen == [
        (m.POWERING_ON, m.IDLE),
        (m.ON, m.EARLY_POST),
        (m.ON, m.MEMORY_INIT),
        (m.ON, m.PCI_INIT),
        (m.ON, m.HARDWARE_READY),
        (m.ON, m.OS_BOOT),
        (m.ON, m.OS_RUNNING),
    ]
    assert machine.os == "ubuntu"


RESETS = [
    # start, reset type, power state and running system one hour later
    ("off", "On", m.ON, "ubuntu"),
    ("off", "ForceOn", m.ON, "ubuntu"),
    ("off", "PushPowerButton", m.ON, "ubuntu"),
    ("on", "ForceOff", m.OFF, None),
    ("on", "GracefulShutdown", m.OFF, None),
    ("on", "PushPowerButton", m.OFF, None),
    ("on", "ForceRestart", m.ON, "ubuntu"),
    ("on", "GracefulRestart", m.ON, "ubuntu"),
    ("on", "PowerCycle", m.ON, "ubuntu"),
    ("on", "Nmi", m.ON, "ubuntu"),
]


@pytest.mark.parametrize(("start", "reset_type", "power_state", "system"), RESETS)
def test_resets(start: str, reset_type: str, power_state: str, system: str | None) -> None:
    machine = booted() if start == "on" else build(installed_os="ubuntu")
    machine.reset(reset_type)
    machine.clock.advance(HOUR)
    assert (machine.power_state, machine.os) == (power_state, system)


REFUSED = [
    ("on", "On", "same_state"),
    ("on", "ForceOn", "same_state"),
    ("off", "ForceOff", "same_state"),
    ("off", "ForceRestart", "same_state"),
    ("off", "GracefulShutdown", "same_state"),
    ("off", "GracefulRestart", "same_state"),
    ("off", "PowerCycle", "same_state"),
    ("off", "Nmi", "same_state"),
]


@pytest.mark.parametrize(("start", "reset_type", "reason"), REFUSED)
def test_refused_resets_change_nothing(start: str, reset_type: str, reason: str) -> None:
    machine = booted() if start == "on" else build()
    before = (machine.power_state, machine.phase, machine.resets)
    with pytest.raises(m.PowerRefused) as refused:
        machine.reset(reset_type)
    machine.clock.advance(HOUR)
    assert refused.value.reason == reason
    assert (machine.power_state, machine.phase, machine.resets) == before


def test_graceful_shutdown_without_a_system_is_taken_and_does_nothing() -> None:
    machine = build()
    machine.power_on()
    machine.clock.advance(HOUR)
    assert machine.phase == m.NO_BOOT_DEVICE
    machine.graceful_shutdown()
    machine.clock.advance(HOUR)
    assert machine.power_state == m.ON


def test_on_shortly_after_off_can_be_a_conflict() -> None:
    machine = booted(timing=m.Timing(on_refused_after_off=60))
    machine.force_off()
    machine.clock.advance(10)
    with pytest.raises(m.PowerRefused) as refused:
        machine.power_on()
    assert refused.value.reason == "conflict"
    machine.clock.advance(60)
    machine.power_on()


def test_a_once_override_is_consumed_by_one_boot() -> None:
    machine, targets = build(installed_os="ubuntu"), []
    machine.override = m.BootOverride("Once", "Pxe", "Legacy")
    machine.on_boot.append(lambda event: targets.append((event.target, event.mode)))
    machine.power_on()
    machine.clock.advance(HOUR)
    machine.force_restart()
    machine.clock.advance(HOUR)
    assert targets == [("Pxe", "Legacy"), ("Hdd", "Legacy"), ("Hdd", "Legacy")]
    assert machine.override == m.BootOverride("Disabled", "None", "Legacy")


def test_a_continuous_override_stays() -> None:
    machine, targets = build(installed_os="ubuntu"), []
    machine.override = m.BootOverride("Continuous", "Pxe")
    machine.on_boot.append(lambda event: targets.append(event.target))
    for _unused in range(2):
        machine.reset("On" if not machine.is_on else "ForceRestart")
        machine.clock.advance(HOUR)
    assert targets == ["Pxe", "Hdd", "Pxe", "Hdd"]
    assert machine.override.enabled == "Continuous"


def test_an_empty_disk_falls_through_to_the_network() -> None:
    machine = build()
    machine.on_boot.append(lambda event: event.boot("ephemeral"))
    machine.power_on()
    machine.clock.advance(HOUR)
    assert (machine.last_boot_target, machine.os) == ("Pxe", "ephemeral")


def test_a_network_boot_can_be_answered_with_boot_from_disk() -> None:
    machine = build(installed_os="ubuntu", boot_order=["Pxe", "Hdd"])
    machine.on_boot.append(lambda event: event.target == "Pxe" and event.boot_local())
    machine.power_on()
    machine.clock.advance(HOUR)
    assert (machine.last_boot_target, machine.os) == ("Pxe", "ubuntu")


def test_the_system_can_power_off_and_reboot() -> None:
    machine = booted()
    machine.reboot_from_os()
    machine.clock.advance(HOUR)
    assert machine.boots == 2
    machine.power_off_from_os()
    machine.clock.advance(HOUR)
    assert machine.power_state == m.OFF


def test_extra_post_time_delays_the_boot() -> None:
    machine = build(installed_os="ubuntu")
    machine.on_reset.append(lambda it: 500.0)
    machine.power_on()
    machine.clock.advance(machine.timing.power_on + machine.timing.post + 400)
    assert machine.in_post
    machine.clock.advance(200)
    assert machine.os_running


def test_a_machine_stuck_in_post_stays_there_until_it_is_reset() -> None:
    machine = build(installed_os="ubuntu", stuck_in_post=True)
    machine.power_on()
    machine.clock.advance(HOUR)
    assert machine.in_post
    machine.stuck_in_post = False
    machine.force_restart()
    machine.clock.advance(HOUR)
    assert machine.os_running


def test_cutting_power_during_post_forgets_the_boot() -> None:
    machine = build(installed_os="ubuntu")
    machine.power_on()
    machine.clock.advance(10)
    machine.force_off()
    machine.clock.advance(HOUR)
    assert (machine.power_state, machine.boots) == (m.OFF, 0)
    assert replace(machine.override) == machine.override
