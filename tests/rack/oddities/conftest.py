# SPDX-License-Identifier: GPL-3.0-or-later
"""Two racks of the same machines, one of them with their oddities, and every door in this process."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.sessions import close_all
from tests.rack.firmware.conftest import image_plans
from tests.rack.oddities.machines import ODD
from tests.support.rack import Rack

MODULES = "ansible_collections.hwautomation.baremetal.plugins.modules"
# The rack's clock is scaled and ours is not: the longest pause in seconds, also where a BMC asks for a longer one.
INTERVAL = 0.1
CLOCK = Clock(sleep=lambda seconds: time.sleep(min(seconds, INTERVAL)))


def _started(folder: Path, hosts: dict[str, dict[str, Any]]) -> Rack:
    return Rack.start(folder, hosts, clock="scaled:1000", maas=False, images=image_plans())


@pytest.fixture(scope="module")
def odd_rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    hosts = {
        name: {"lab_platform": odd.platform, "lab_habits": {**odd.habits, "oddities": odd.oddities}, **odd.settings}
        for name, odd in ODD.items()
    }
    rack = _started(tmp_path_factory.mktemp("odd"), hosts)
    yield rack
    rack.stop()


@pytest.fixture(scope="module")
def plain_rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    """The same machines, by names and so by serial numbers and addresses, without what is odd about them."""
    hosts = {name: {"lab_platform": odd.platform, **odd.settings} for name, odd in ODD.items()}
    rack = _started(tmp_path_factory.mktemp("plain"), hosts)
    yield rack
    rack.stop()


@pytest.fixture
def rack(odd_rack: Rack) -> Iterator[Rack]:
    """The rack of odd machines, with an empty journal and without faults."""
    odd_rack.clear_journal()
    yield odd_rack
    odd_rack.clear_faults()


@pytest.fixture
def run_door(tmp_path: Path) -> Iterator[Callable[..., dict[str, Any]]]:
    """Return a function that runs a door on a server of a rack, as a task of one run; its sessions are closed."""
    cache = tmp_path / "run"
    cache.mkdir(mode=0o700)

    def run(rack: Rack, name: str, door: str, /, check: bool = False, **options: Any) -> dict[str, Any]:
        spec = importlib.import_module(f"{MODULES}.{door}").DOOR
        usual = {"wait_interval": INTERVAL, "wait_timeout": 120, "reboot": "now", "lock_dir": str(tmp_path / "locks")}
        arguments = {
            **rack.connection(name),
            **{key: value for key, value in usual.items() if key in spec.options.spec},
            **options,
        }
        answer = execute(spec, arguments, Context(check_mode=check, diff=True, clock=CLOCK, cache_dir=str(cache)))
        return {**answer.result, "warnings": list(answer.warnings)}

    yield run
    close_all(str(cache))
