# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the BMC doors in this process against a rack."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import SYSTEM_CLOCK
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.sessions import close_all

MODULES = "ansible_collections.hwautomation.baremetal.plugins.modules"
# The rack's clock is scaled, ours is not: the longest pause between two looks in seconds.
INTERVAL = 0.2


@pytest.fixture
def run_door(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Return a function that runs a door on a server of a rack; sessions are shared as in one run and closed."""
    cache = tmp_path / "run"
    cache.mkdir(mode=0o700)

    def run(rack, server_name, door, /, check=False, clock=SYSTEM_CLOCK, **options) -> dict[str, Any]:
        spec = importlib.import_module(f"{MODULES}.{door}").DOOR
        arguments = {
            **rack.connection(server_name),
            "lock_dir": str(tmp_path / "locks"),
            **({"wait_interval": INTERVAL, "wait_timeout": 300} if "wait" in spec.options.spec else {}),
            **options,
        }
        answer = execute(spec, arguments, Context(check_mode=check, diff=True, clock=clock, cache_dir=str(cache)))
        return {**answer.result, "warnings": list(answer.warnings)}

    yield run
    close_all(str(cache))
