# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of ours over answers that were recorded or written down."""

from __future__ import annotations

import contextlib

import pytest
import requests

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport import maas
from tests.support.maas_replay import KEY, Replay


@pytest.fixture
def talk(monkeypatch):
    """Open a client over replayed answers: ``with talk(answer, ...) as (client, replay):``."""

    @contextlib.contextmanager
    def open_client(*answers, read_only=False, url="http://maas.test:5240/MAAS"):
        replay = Replay(*answers)
        pauses = []
        real = requests.Session
        monkeypatch.setattr(maas.requests, "Session", lambda: _mounted(real(), replay))
        context = Context(clock=Clock(sleep=pauses.append), read_only=read_only)
        replay.pauses, replay.writes = pauses, context.writes
        with maas.connect({"maas_url": url, "maas_api_key": KEY, "allow_http": True, "timeout": 5}, context) as client:
            yield client, replay

    return open_client


def _mounted(session, replay):
    session.mount("http://", replay)
    return session
