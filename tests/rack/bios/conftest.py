# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the BIOS doors in this process against a rack."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock
from ansible_collections.hwautomation.baremetal.plugins.modules import (
    bios_backup,
    bios_boot_order,
    bios_password,
    bios_settings,
    bios_settings_info,
)
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.library import BiosLibrary
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.profile import profile_of

DOORS = {
    "bios_backup": bios_backup.DOOR,
    "bios_boot_order": bios_boot_order.DOOR,
    "bios_password": bios_password.DOOR,
    "bios_settings": bios_settings.DOOR,
    "bios_settings_info": bios_settings_info.DOOR,
}
# The rack's clock is scaled and ours is not: the longest pause in seconds, also where a BMC asks for a longer one.
INTERVAL = 0.2
CLOCK = Clock(sleep=lambda seconds: time.sleep(min(seconds, INTERVAL)))


@pytest.fixture(scope="session")
def library() -> BiosLibrary:
    return BiosLibrary()


@pytest.fixture(scope="module")
def run_door(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Any]]:
    """Return a function that runs a door on a server of a rack; sessions and registries are kept as in one run."""
    cache: Path = tmp_path_factory.mktemp("run")
    cache.chmod(0o700)

    def run(rack, server_name, door="bios_settings", check=False, **options) -> dict[str, Any]:
        arguments = {
            **rack.connection(server_name),
            **options,
        }
        if door in ("bios_settings", "bios_backup"):
            arguments = {"wait_interval": INTERVAL, "wait_timeout": 300, "reboot": "now", **arguments}
        context = Context(check_mode=check, diff=True, clock=CLOCK, cache_dir=str(cache))
        answer = execute(DOORS[door], arguments, context)
        return {**answer.result, "warnings": list(answer.warnings)}

    return run


@pytest.fixture
def profile(library) -> Callable[..., dict[str, Any]]:
    """Return a function that merges a template of the collection."""

    def merged(name: str, platform: str, **options) -> dict[str, Any]:
        return profile_of(library, name, platform=platform, **options)

    return merged
