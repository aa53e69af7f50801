# SPDX-License-Identifier: GPL-3.0-or-later
"""A session over IPMI: a slow BMC is after a while asked nothing more, and writes are noted."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    HWAutomationError,
    NetworkError,
)
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


class Answering:
    """A BMC that answers a command with a completion code."""

    def __init__(self, error):
        self.error = error

    def xraw_command(self, netfn, command, data):
        if self.error:
            raise self.error


def completion_code(code):
    error = Exception("Invalid data field in request")
    error.ipmicode = code
    return error


@pytest.mark.parametrize(
    ("error", "single", "refused", "noted"),
    [
        (None, True, None, 1),
        (completion_code(0xCC), True, True, 0),
        (completion_code(0xCC), False, False, 1),
        (Exception("timeout"), True, False, 1),
    ],
)
def test_write_is_noted_unless_it_certainly_did_nothing(monkeypatch, error, single, refused, noted):
    target = Target("192.0.2.1", 623, "admin", "x")
    context = Context()
    session = Session(target, context, Drawer(target, None))
    monkeypatch.setattr(session, "connected", lambda: Answering(error))
    try:
        session.tell("/x", lambda bmc: bmc.xraw_command(1, 2, data=b""), single=single)
        told = None
    except HWAutomationError as exc:
        told = exc.refused

    assert (told, len(context.writes)) == (refused, noted)
