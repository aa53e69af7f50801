# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import asyncio

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.clock import Clock, ClockError


def test_a_hand_clock_stands_still_until_advanced() -> None:
    clock = Clock("hand")
    assert clock.now() == 0
    clock.advance(12.5)
    assert clock.now() == 12.5


def test_timers_run_in_order_of_their_due_time_and_see_that_time() -> None:
    clock, seen = Clock("hand"), []
    clock.later(20, lambda: seen.append(("late", clock.now())))
    clock.later(10, lambda: seen.append(("early", clock.now())))
    clock.advance(15)
    assert seen == [("early", 10)]
    clock.advance(5)
    assert seen == [("early", 10), ("late", 20)]


def test_a_timer_set_by_a_timer_runs_in_the_same_advance_when_it_is_due() -> None:
    clock, seen = Clock("hand"), []
    clock.later(1, lambda: clock.later(1, lambda: seen.append(clock.now())))
    clock.advance(5)
    assert seen == [2]


def test_a_cancelled_timer_does_not_run() -> None:
    clock, seen = Clock("hand"), []
    timer = clock.later(1, lambda: seen.append(1))
    timer.cancel()
    timer.cancel()
    clock.advance(5)
    assert not seen


def test_a_scaled_clock_multiplies_wall_time() -> None:
    wall = [100.0]
    clock = Clock("scaled", 60, monotonic=lambda: wall[0])
    wall[0] += 2
    assert clock.now() == 120
    clock.set_scale(10)
    wall[0] += 1
    assert clock.now() == 130


def test_a_scaled_clock_fires_in_the_event_loop() -> None:
    async def scenario() -> float:
        clock = Clock("scaled", 1000)
        await asyncio.wait_for(clock.sleep(20), 60)
        return clock.now()

    assert asyncio.run(scenario()) >= 20


def test_advance_settled_lets_sleepers_act_between_steps() -> None:
    async def scenario() -> list[float]:
        clock, seen = Clock("hand"), []

        async def poll() -> None:
            for _unused in range(3):
                await clock.sleep(10)
                with clock.busy():
                    await asyncio.sleep(0.005)
                seen.append(clock.now())

        task = asyncio.create_task(poll())
        await clock.advance_settled(30)
        await task
        return seen

    assert asyncio.run(scenario()) == [10, 20, 30]


@pytest.mark.parametrize("text", ["fast", "scaled", "scaled:0", "scaled:-3", "scaled:x", "hand:2", ""])
def test_an_unreadable_clock_is_refused(text: str) -> None:
    with pytest.raises(ClockError, match="clock"):
        Clock.parse(text)


def test_time_does_not_go_back() -> None:
    with pytest.raises(ClockError, match="does not go back"):
        Clock("hand").advance(-1)


def test_a_hand_clock_has_no_scale() -> None:
    with pytest.raises(ClockError, match="advance it"):
        Clock("hand").set_scale(5)
