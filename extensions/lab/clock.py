# SPDX-License-Identifier: GPL-3.0-or-later
"""The rack's time: every duration in the lab is measured on this clock, so that tests turn it by hand."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

MODES = ("real", "scaled", "hand")


class ClockError(ValueError):
    """The clock was asked for something it cannot do; the message says what it accepts."""


class Timer:
    """A callback that is due at a lab time; `cancel()` makes it do nothing, however often it is called."""

    __slots__ = ("callback", "cancelled", "due")

    def __init__(self, due: float, callback: Callable[[], object]) -> None:
        self.due = due
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """Measure lab time in seconds since the rack started.

    Modes: `real` (one lab second a second), `scaled` (``scale`` lab seconds a second), `hand` (time stands still
    until `advance`). Timers run in order of their due time; in hand mode no event loop is needed.
    """

    def __init__(self, mode: str = "real", scale: float = 1.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        if mode not in MODES:
            raise ClockError(f"clock mode {mode!r} is not one of {', '.join(MODES)}")
        if scale <= 0:
            raise ClockError(f"clock scale must be greater than 0, got {scale}")
        self.mode = mode
        self.scale = scale if mode == "scaled" else 1.0
        self._monotonic = monotonic
        self._mark = monotonic()
        self._now = 0.0
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._alarm: asyncio.TimerHandle | None = None
        self._busy = 0
        self._advanced = 0.0

    @classmethod
    def parse(cls, text: str) -> Clock:
        """Build a clock from `hand`, `real` or `scaled:N`; raise ClockError for anything else."""
        mode, _unused, factor = str(text).partition(":")
        if mode not in MODES or bool(factor) != (mode == "scaled"):
            raise ClockError(f"clock {text!r} is not hand, real or scaled:N (for example scaled:60)")
        try:
            return cls(mode, float(factor or 1))
        except ValueError as error:
            raise ClockError(f"clock {text!r}: {factor!r} is not a number greater than 0") from error

    def now(self) -> float:
        """Return lab seconds since the start."""
        if self.mode != "hand":
            mark = self._monotonic()
            self._now += (mark - self._mark) * self.scale
            self._mark = mark
        return self._now

    def epoch(self) -> datetime:
        """Return the wall-clock time in UTC, which is what BMCs and MAAS write into their answers.

        It does not follow the scale: a BMC of a fast rack would otherwise seem to have a clock that is wrong.
        """
        return datetime.now(UTC)

    def idle(self) -> float:
        """Return seconds for measuring how long a client was silent: wall time plus what was advanced by hand.

        A client's own pauses are real, so a session of 30 seconds must not die within one second of a fast rack.
        """
        return self._monotonic() + self._advanced

    def wall(self, seconds: float) -> float:
        """Return the lab seconds that last `seconds` for a client whose own pauses are real, however fast the rack is."""
        return seconds * self.scale

    def later(self, delay: float, callback: Callable[[], object]) -> Timer:
        """Run `callback` after `delay` lab seconds; return a handle with `cancel()`."""
        timer = Timer(self.now() + max(delay, 0.0), callback)
        heapq.heappush(self._heap, (timer.due, next(self._order), timer))
        self._wind()
        return timer

    async def sleep(self, delay: float) -> None:
        """Wait `delay` lab seconds."""
        woken = asyncio.Event()
        timer = self.later(delay, woken.set)
        try:
            await woken.wait()
        finally:
            timer.cancel()

    def advance(self, seconds: float) -> None:
        """Move time forward and run what becomes due, in order. Works in every mode; never moves back."""
        for _unused in self._steps(seconds):
            pass

    async def advance_settled(self, seconds: float) -> None:
        """Advance as `advance` does, but let coroutines that wake up act before time moves on."""
        await self._settle()
        for _unused in self._steps(seconds):
            await self._settle()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Mark work that takes wall time but no lab time (such as an HTTP request): a hand clock waits for it."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1

    def set_scale(self, scale: float) -> None:
        """Change how many lab seconds pass in a second; refused on a hand clock."""
        if self.mode == "hand":
            raise ClockError("a hand clock has no scale: advance it instead")
        if scale <= 0:
            raise ClockError(f"clock scale must be greater than 0, got {scale}")
        self.now()
        self.mode, self.scale = "scaled", scale
        self._wind()

    def _steps(self, seconds: float) -> Iterator[None]:
        if seconds < 0:
            raise ClockError(f"time does not go back: cannot advance by {seconds} seconds")
        self._advanced += seconds
        target = self.now() + seconds
        while self._heap and self._heap[0][0] <= target:
            due, _unused, timer = heapq.heappop(self._heap)
            if timer.cancelled:
                continue
            self._now = max(self._now, due)
            timer.callback()
            yield
        self._now = max(self._now, target)
        self._wind()

    async def _settle(self) -> None:
        for _unused in range(8):
            await asyncio.sleep(0)
        while self._busy:
            await asyncio.sleep(0.001)

    def _wind(self) -> None:
        """Set one alarm of the event loop for the next timer."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        while self._heap and self._heap[0][2].cancelled:
            heapq.heappop(self._heap)
        if self.mode == "hand" or not self._heap:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return  # not running yet: whoever starts the loop calls later() or advance() again
        self._alarm = loop.call_later(max(self._heap[0][0] - self.now(), 0.0) / self.scale, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self.advance(0.0)
