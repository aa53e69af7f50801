# SPDX-License-Identifier: GPL-3.0-or-later
"""A BMC that is slow over IPMI: after a while nothing more is asked."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NetworkError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_session import Session
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.sessions import Drawer
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target


class Slow:
    """A BMC that needs 25 seconds for each answer."""

    def __init__(self):
        self.now, self.asked = 0.0, 0

    def xraw_command(self, netfn, command, data, rslun):
        self.now += 25.0
        self.asked += 1
        return {"data": b"\x01"}


@pytest.mark.parametrize(("patience", "answers"), [(60.0, 3), (None, 8)])
def test_slow_bmc_is_asked_nothing_more_after_a_while(monkeypatch, patience, answers):
    bmc = Slow()
    clock = Clock(monotonic=lambda: bmc.now, sleep=lambda seconds: None, epoch=lambda: 0.0)
    target = Target("192.0.2.1", 623, "admin", "x")
    session = Session(target, Context(clock=clock), Drawer(target, None), patience)
    monkeypatch.setattr(session, "connected", lambda: bmc)

    told = []
    try:
        for number in range(8):
            told.append(session.read(0x04, 0x2D, number))
    except NetworkError as exc:
        assert "after 60 s" in exc.message
    assert bmc.asked == len(told) == answers
