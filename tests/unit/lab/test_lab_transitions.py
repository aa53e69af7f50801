# SPDX-License-Identifier: GPL-3.0-or-later
"""Power while it is changing: what is refused, what the last order wins, and that nothing old goes on behind it."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ansible_collections.hwautomation.baremetal.extensions.lab import machine as m
from ansible_collections.hwautomation.baremetal.extensions.lab.clock import Clock
from tests.unit.lab.bench import Bench

HOUR = 3600.0
# The gap of a power cycle is longer than everything else here, so that orders fall into it.
TIMING = m.Timing(power_on=2, power_off=4, post=30, os_boot=10, graceful=15, power_cycle_gap=20)
STEPS = {
    m.OFF: {m.OFF, m.POWERING_ON},
    m.POWERING_ON: {m.ON, m.POWERING_OFF},
    m.ON: {m.ON, m.POWERING_OFF},
    m.POWERING_OFF: {m.OFF},
}


def running() -> m.Machine:
    machine = m.Machine("r01", "generic", Clock("hand"), timing=TIMING, installed_os="ubuntu")
    machine.power_on()
    machine.clock.advance(HOUR)
    return machine


def switching_off() -> m.Machine:
    machine = running()
    machine.force_off()
    machine.clock.advance(1)
    return machine


def in_the_gap() -> m.Machine:
    machine = running()
    machine.power_cycle()
    machine.clock.advance(10)
    return machine


def switching_on() -> m.Machine:
    machine = switching_off()
    machine.clock.advance(HOUR)
    machine.power_on()
    machine.clock.advance(1)
    return machine


def asked_to_stop() -> m.Machine:
    machine = running()
    machine.graceful_shutdown()
    machine.clock.advance(1)
    return machine


BEGINNINGS = {
    "switching off": (switching_off, m.POWERING_OFF),
    "in the gap of a power cycle": (in_the_gap, m.OFF),
    "switching on": (switching_on, m.POWERING_ON),
    "asked to stop": (asked_to_stop, m.ON),
}
# where it begins, the order, why it is refused ("" taken), power state an hour later
ORDERS = [
    ("switching off", "On", "in_transition", m.OFF),
    ("switching off", "ForceOn", "in_transition", m.OFF),
    ("switching off", "ForceRestart", "in_transition", m.OFF),
    ("switching off", "PowerCycle", "in_transition", m.OFF),
    ("switching off", "GracefulShutdown", "in_transition", m.OFF),
    ("switching off", "GracefulRestart", "in_transition", m.OFF),
    ("switching off", "Nmi", "same_state", m.OFF),
    ("switching off", "ForceOff", "", m.OFF),
    ("switching off", "PushPowerButton", "", m.OFF),
    ("in the gap of a power cycle", "On", "", m.ON),
    ("in the gap of a power cycle", "PushPowerButton", "", m.ON),
    ("in the gap of a power cycle", "ForceOff", "same_state", m.ON),
    ("switching on", "On", "same_state", m.ON),
    ("switching on", "ForceOff", "", m.OFF),
    ("switching on", "ForceRestart", "", m.ON),
    ("switching on", "PowerCycle", "", m.ON),
    ("switching on", "PushPowerButton", "", m.OFF),
    ("asked to stop", "GracefulShutdown", "", m.OFF),
    ("asked to stop", "ForceOff", "", m.OFF),
    ("asked to stop", "ForceRestart", "", m.ON),
]


@pytest.mark.parametrize(("beginning", "order", "refusal", "end"), ORDERS)
def test_orders_while_the_power_changes(beginning: str, order: str, refusal: str, end: str) -> None:
    make, state = BEGINNINGS[beginning]
    machine = make()
    assert machine.power_state == state
    reason = ""
    try:
        machine.reset(order)
    except m.PowerRefused as refused:
        reason = refused.reason
    boots = machine.boots
    machine.clock.advance(HOUR)
    assert (reason, machine.power_state) == (refusal, end)
    assert machine.boots <= boots + 1, "two starts went on side by side"


def test_a_second_order_to_go_off_does_not_begin_again() -> None:
    machine = switching_off()
    machine.clock.advance(2)
    machine.force_off()
    machine.clock.advance(1)
    assert machine.power_state == m.OFF


def test_going_off_for_good_ends_a_power_cycle() -> None:
    machine = running()
    machine.power_cycle()
    machine.clock.advance(1)
    machine.force_off()
    machine.clock.advance(HOUR)
    assert machine.power_state == m.OFF


def test_without_standby_power_nothing_starts() -> None:
    machine = in_the_gap()
    machine.lose_power()
    machine.clock.advance(HOUR)
    assert machine.power_state == m.OFF


REFUSED = [("generic", 409), ("dell_idrac9", 409), ("hpe_ilo6", 400), ("supermicro_x13", 409), ("openbmc", 409)]


@pytest.mark.parametrize(("platform", "status"), REFUSED)
@pytest.mark.parametrize("order", ["On", "ForceRestart"])
def test_a_bmc_refuses_orders_while_the_power_goes(platform: str, status: int, order: str) -> None:
    bench = Bench(platform)
    bench.boot()
    assert bench.reset("ForceOff").status < 300
    assert bench.reset(order).status == status
    bench.clock.advance(60)
    assert bench.reset("On").status < 300


@pytest.mark.parametrize(
    ("orders", "end"),
    [
        (("GracefulShutdown", "GracefulRestart"), m.ON),
        (("GracefulRestart", "GracefulShutdown"), m.OFF),
        (("GracefulShutdown", "PushPowerButton"), m.OFF),
    ],
)
def test_of_two_requests_to_a_running_system_the_last_counts_and_the_first_began(
    orders: tuple[str, ...], end: str
) -> None:
    machine = running()
    for order in orders:
        machine.reset(order)
        machine.clock.advance(10)
    assert not machine.os_running, "the second order began the waiting anew"
    machine.clock.advance(HOUR)
    assert machine.power_state == end


class Power(RuleBasedStateMachine):
    """Give any orders at any time: the machine ends where the last one that was taken says, in legal steps."""

    @initialize()
    def begin(self) -> None:
        self.machine = m.Machine("r01", "generic", Clock("hand"), timing=TIMING, installed_os="ubuntu")
        self.end = m.OFF
        self.before = m.OFF
        self.illegal: list[tuple[str, str]] = []
        self.losing = False
        self.machine.on_change.append(self.stepped)

    def stepped(self, machine: m.Machine) -> None:
        if machine.power_state not in STEPS[self.before] and not self.losing:
            self.illegal.append((self.before, machine.power_state))
        self.before = machine.power_state

    @rule(order=st.sampled_from(sorted(m.RESETS)))
    def give(self, order: str) -> None:
        machine = self.machine
        was, system = machine.power_state, machine.os_running
        try:
            machine.reset(order)
        except m.PowerRefused:
            return
        if order in ("On", "ForceOn", "ForceRestart", "PowerCycle"):
            self.end = m.ON
        elif order == "ForceOff" or (order == "GracefulShutdown" and system):
            self.end = m.OFF
        elif order == "GracefulRestart" and system:
            self.end = m.ON
        elif order == "PushPowerButton":
            self.end = m.ON if was == m.OFF else m.OFF

    @rule()
    def lose(self) -> None:
        self.losing = True
        self.machine.lose_power()
        self.losing = False
        self.end = m.OFF

    @rule(seconds=st.sampled_from([1, 3, 10, 25, 60]))
    def wait(self, seconds: int) -> None:
        self.machine.clock.advance(seconds)

    @rule()
    def settle(self) -> None:
        self.machine.clock.advance(HOUR)
        assert self.machine.power_state == self.end
        assert (self.machine.os == "ubuntu") == (self.end == m.ON)

    @invariant()
    def steps_are_legal(self) -> None:
        if hasattr(self, "machine"):
            assert self.illegal == []

    def teardown(self) -> None:
        if hasattr(self, "machine"):
            self.settle()


Power.TestCase.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestPower = Power.TestCase
