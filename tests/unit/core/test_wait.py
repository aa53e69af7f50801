# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits end: at success, at certain failure, or at the deadline with what was seen last."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    NetworkError,
    WaitTimeout,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock, Patience, wait_until


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def patience(self, timeout: float, interval: float) -> Patience:
        return Patience(timeout, interval, Clock(lambda: self.now, lambda: self.now, self.sleep))


def test_returns_what_was_seen_when_done():
    time = FakeTime()

    assert wait_until(lambda: time.now, lambda seen: seen >= 3, time.patience(60, 10), what="three") >= 3


def test_pauses_grow_to_the_interval_and_never_pass_the_deadline():
    time = FakeTime()

    with pytest.raises(WaitTimeout):
        wait_until(lambda: None, lambda seen: False, time.patience(100, 8), what="nothing")

    assert time.pauses[0] == pytest.approx(0.8)
    assert max(time.pauses) == 8
    assert time.now == pytest.approx(100)


def test_looks_once_more_at_the_deadline():
    time = FakeTime()

    assert wait_until(lambda: time.now, lambda seen: seen >= 5, time.patience(5, 60), what="five") == 5


def test_certain_failure_ends_the_wait_at_once_with_its_reason():
    time = FakeTime()

    with pytest.raises(WaitTimeout, match="gave up waiting for ready: it is broken") as caught:
        wait_until(
            lambda: "broken",
            lambda seen: False,
            time.patience(600, 10),
            what="ready",
            failed=lambda seen: "it is broken",
            machine="bmc7",
        )

    assert time.now == 0
    assert caught.value.as_result()["machine"] == "bmc7"


def test_timeout_tells_the_last_observation():
    with pytest.raises(WaitTimeout, match=r"waited 2 s for on; last seen: Off") as caught:
        wait_until(lambda: "Off", lambda seen: False, FakeTime().patience(2, 1), what="on")

    assert caught.value.facts["last_observation"] == "Off"


def test_tolerated_errors_mean_not_yet_and_others_pass_through():
    time = FakeTime()

    def read():
        if time.now < 2:
            raise NetworkError("connection refused", machine="bmc7")
        return "up"

    assert wait_until(read, lambda seen: True, time.patience(10, 1), what="up", tolerate=(NetworkError,)) == "up"

    def refuse():
        raise AuthenticationError("no")

    with pytest.raises(AuthenticationError):
        wait_until(refuse, lambda seen: True, time.patience(10, 1), what="up", tolerate=(NetworkError,))
