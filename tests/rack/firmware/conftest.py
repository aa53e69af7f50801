# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the firmware doors in this process against a rack that serves images of two versions per component."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Answer, Context, execute
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import SYSTEM_CLOCK, Clock
from ansible_collections.hwautomation.baremetal.plugins.modules import bmc_reset, firmware, firmware_info
from tests.support.rack import Rack

DOORS = {"firmware": firmware.DOOR, "firmware_info": firmware_info.DOOR}
# The rack's clock is scaled, ours is not: the longest pause between two looks in seconds.
INTERVAL = 0.2

# platform -> component -> a version older than what the rack's machines have, and a newer one.
VERSIONS = {
    "dell_idrac9": {"bmc": ("6.00.30.00", "7.10.30.00"), "bios": ("1.7.5", "1.9.1")},
    "dell_idrac10": {"bmc": ("1.10.05.00", "1.30.10.00"), "bios": ("1.1.0", "1.4.0")},
    "hpe_ilo5": {"bmc": ("2.99", "3.14"), "bios": ("1.60", "1.80")},
    "hpe_ilo6": {"bmc": ("1.58", "1.70"), "bios": ("2.30", "2.50")},
    "hpe_ilo7": {"bmc": ("1.10.00", "1.17.00"), "bios": ("1.20", "1.50")},
    "supermicro_x10": {"bmc": ("3.80", "3.95"), "bios": ("3.1", "3.5")},
    "supermicro_x12": {"bmc": ("01.01.05", "01.04.05"), "bios": ("1.2", "2.0")},
    "supermicro_x13": {"bmc": ("01.01.05", "01.03.05"), "bios": ("1.2", "2.1")},
    "lenovo_xcc": {"bmc": ("40H", "46A"), "bios": ("118A", "126K")},
    "ami_megarac": {"bmc": ("12.60", "13.10"), "bios": ("F01", "F33")},
    "openbmc": {"bmc": ("2.14.0", "2.16.0"), "bios": ("2.14.0", "2.16.0")},
    "nvidia_hgx": {"bmc": ("24.09.01", "25.01.01"), "bios": ("02.01.00", "02.03.00")},
    # Its BIOS has versions of no order that we know: see the unit tests.
    "intel": {"bmc": ("1.90.1234567", "1.95.89abcde")},
    "generic": {"bmc": ("2.9.0", "2.11.0"), "bios": ("1.1.0", "1.3.0")},
}
OLDER, NEWER = 0, 1
# How these platforms word a version whose plain form is in the header of an image.
WORDS = {
    ("lenovo_xcc", "bmc"): "{}-2.83",
    ("lenovo_xcc", "bios"): "U8E{}",
    ("nvidia_hgx", "bmc"): "GB200Nvl-{}",
    ("nvidia_hgx", "bios"): "GB200Nvl-{}",
}


def image_plans() -> list[dict[str, Any]]:
    """Return the images a test rack serves."""
    return [
        {
            "name": f"{platform}-{component}-{version}.bin",
            "platform": platform,
            "component": component,
            "version": version,
        }
        for platform, components in VERSIONS.items()
        if platform in PLATFORMS
        for component, versions in components.items()
        for version in versions
    ]


@dataclass
class Bench:
    """A rack, its image store, and the door; ``clock`` is what the door waits with."""

    rack: Rack
    cache: Path
    clock: Clock = SYSTEM_CLOCK
    sums: dict[str, str] = field(default_factory=dict)

    def row(self, name: str, component: str, which: int = NEWER, **more: Any) -> dict[str, Any]:
        """Return the row that brings a component of a server to its older or newer version."""
        platform = self.rack.server(name).platform
        return self.image_row(platform, component, VERSIONS[platform][component][which], **more)

    def image_row(self, platform: str, component: str, version: str, **more: Any) -> dict[str, Any]:
        file = f"{platform}-{component}-{version}.bin"
        shown = WORDS.get((platform, component), "{}").format(version)
        row = {"component": component, "version": shown, "image": self.rack.image(file), "sha256": self._sums()[file]}
        return {**row, **more}

    def local(self, row: dict[str, Any], folder: Path) -> dict[str, Any]:
        """Return the same row with the image as a file."""
        path = folder / row["image"].rsplit("/", 1)[-1]
        with urllib.request.urlopen(row["image"], timeout=30) as answer:
            path.write_bytes(answer.read())
        return {**row, "image": str(path)}

    def arguments(self, name: str) -> dict[str, Any]:
        server = self.rack.server(name)
        return {
            "bmc_host": server.bmc_host,
            "bmc_port": server.bmc_port,
            "bmc_username": server.username,
            "bmc_password": server.password,
            "ca_path": self.rack.ca_path,
        }

    def info(self, name: str, **options: Any) -> dict[str, Any]:
        context = Context(cache_dir=str(self.cache), clock=self.clock)
        return execute(DOORS["firmware_info"], {**self.arguments(name), **options}, context).result

    def shown(self, name: str, component: str) -> str:
        """Return the version that the BMC shows."""
        entries = self.info(name)["firmware"]["components"]
        return next(str(entry["version"]) for entry in entries if entry["component"] == component)

    def run(self, name: str, rows: list[dict[str, Any]] | dict[str, Any], check: bool = False, **options: Any) -> Any:
        return self.answer(name, rows, check, **options).result

    def answer(
        self, name: str, rows: list[dict[str, Any]] | dict[str, Any], check: bool = False, **options: Any
    ) -> Answer:
        """Return the result with the warnings that came with it."""
        rows = rows if isinstance(rows, list) else [rows]
        arguments = {
            **self.arguments(name),
            "baseline": rows,
            "allow_reboot": True,
            "wait_interval": INTERVAL,
            "wait_timeout": 300,
            **options,
        }
        context = Context(check_mode=check, diff=True, cache_dir=str(self.cache), clock=self.clock)
        return execute(DOORS["firmware"], arguments, context)

    def restart_bmc(self, name: str) -> None:
        """Do what a person does about a BMC that is stuck."""
        context = Context(cache_dir=str(self.cache), clock=self.clock)
        done = execute(bmc_reset.DOOR, self.arguments(name), context).result
        assert not done.get("failed"), done["msg"]

    def sent(self, name: str) -> list[str]:
        """Return the requests that may have carried an image, or told the BMC to fetch one."""
        found = [entry for entry in self.rack.journal(name, writes=True) if entry["method"] == "POST"]
        return [entry["path"] for entry in found if _carries_image(entry["path"])]

    def _sums(self) -> dict[str, str]:
        if not self.sums:
            with urllib.request.urlopen(f"{self.rack.image_url}/", timeout=30) as answer:
                self.sums = {item["name"]: item["sha256"] for item in json.load(answer)}
        return self.sums


def _carries_image(path: str) -> bool:
    words = ("simpleupdate", "upload", "fwupdate", "updateservice/push", "updateservice/update", "firmwareinventory")
    return any(word in path.lower() for word in words)


def clock_of(rack: Rack, meanwhile: Callable[[float], None] = lambda passed: None) -> Clock:
    """Return a clock whose sleep turns that of a rack that is turned by hand, after ``meanwhile(seconds slept so far)``."""
    passed = [0.0]

    def sleep(seconds: float) -> None:
        meanwhile(passed[0])
        passed[0] += seconds
        rack.advance(seconds)

    return Clock(monotonic=lambda: passed[0], epoch=time.time, sleep=sleep)


@pytest.fixture
def bench_of(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Return a function that starts a rack of servers, by name and platform."""
    started = []

    def start(clock: str = "scaled:600", settings: dict[str, dict[str, Any]] | None = None, **platforms: str) -> Bench:
        more = settings or {}
        hosts = {name: {"lab_platform": platform, **more.get(name, {})} for name, platform in platforms.items()}
        rack = Rack.start(tmp_path / f"rack{len(started)}", hosts, clock=clock, maas=False, images=image_plans())
        started.append(rack)
        cache = tmp_path / "run"
        cache.mkdir(mode=0o700, exist_ok=True)
        return Bench(rack, cache)

    yield start
    for rack in started:
        rack.stop()
