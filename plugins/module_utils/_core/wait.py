# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only place that sleeps: a wait is a predicate, a deadline and a clock passed in.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NetworkError, WaitTimeout

__all__ = ["SYSTEM_CLOCK", "Clock", "Patience", "wait_until"]

T = t.TypeVar("T")

# The first pause, as a share of the longest one, and the factor by which pauses grow to it.
FIRST_PAUSE = 0.1
GROWTH = 1.5


@dataclass(frozen=True)
class Clock:
    """Time as three functions, so that tests and plans need no real time.

    ``monotonic`` in seconds for deadlines, ``epoch`` in seconds since 1970 UTC for comparing with a BMC's clock.
    """

    monotonic: t.Callable[[], float] = time.monotonic
    epoch: t.Callable[[], float] = time.time
    sleep: t.Callable[[float], None] = time.sleep


SYSTEM_CLOCK = Clock()


@dataclass(frozen=True)
class Patience:
    """How long to wait, and how often to look.

    :param timeout: seconds until :class:`WaitTimeout`.
    :param interval: the longest pause between two looks in seconds; the first pauses are shorter and grow to it.
    """

    timeout: float
    interval: float
    clock: Clock = SYSTEM_CLOCK

    def pauses(self) -> t.Iterator[float]:
        """Yield growing pauses until the deadline, the last one cut to end at it; always yields at least once."""
        deadline = self.clock.monotonic() + self.timeout
        pause = self.interval * FIRST_PAUSE
        while True:
            left = deadline - self.clock.monotonic()
            yield max(0.0, min(pause, left))
            if left <= 0:
                return
            pause = min(self.interval, pause * GROWTH)


def _always_false(observed: t.Any) -> bool | str:
    return False


def wait_until(
    read: t.Callable[[], T],
    done: t.Callable[[T], bool],
    patience: Patience,
    *,
    what: str,
    failed: t.Callable[[T], bool | str] = _always_false,
    describe: t.Callable[[T], t.Any] = lambda observed: observed,
    tolerate: tuple[type[Exception], ...] = (),
    machine: str | None = None,
    resource: str | None = None,
) -> T:
    """Look until ``done``, and return what was seen then.

    ``failed`` ends the wait at once when success has become impossible; a string it returns is the reason.
    ``tolerate`` names errors that count as "not yet" (a restarting BMC refuses connections).
    ``describe`` turns an observation into the plain data kept in the error; keep secrets out of it.

    :raises WaitTimeout: at the deadline or when ``failed``; its fact ``last_observation`` says what was seen last.
    """
    last: t.Any = None
    error: Exception | None = None
    for pause in patience.pauses():
        try:
            observed = read()
        except tolerate as exc:
            error = exc
        else:
            error, last = None, describe(observed)
            if done(observed):
                return observed
            reason = failed(observed)
            if reason:
                raise WaitTimeout(
                    f"gave up waiting for {what}: {reason if isinstance(reason, str) else 'it can no longer happen'}",
                    machine=machine,
                    resource=resource,
                    last_observation=last,
                )
        patience.clock.sleep(pause)
    seen = f"last seen: {last}" if error is None else f"last error: {error}"
    raise WaitTimeout(
        f"waited {patience.timeout:g} s for {what}; {seen}",
        machine=machine,
        resource=resource,
        last_observation=last,
        unreachable=isinstance(error, NetworkError),
    )
