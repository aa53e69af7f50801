# SPDX-License-Identifier: GPL-3.0-or-later
"""One BMC without a network: calls go straight into its service, time is turned by hand."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

from ansible_collections.hwautomation.baremetal.extensions.lab import hardware
from ansible_collections.hwautomation.baremetal.extensions.lab.bmc import Bmc
from ansible_collections.hwautomation.baremetal.extensions.lab.clock import Clock
from ansible_collections.hwautomation.baremetal.extensions.lab.faults import FaultTable
from ansible_collections.hwautomation.baremetal.extensions.lab.http.call import Answer, Call
from ansible_collections.hwautomation.baremetal.extensions.lab.http.service import Service
from ansible_collections.hwautomation.baremetal.extensions.lab.machine import Machine
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from ansible_collections.hwautomation.baremetal.extensions.lab.personality import Personality
from ansible_collections.hwautomation.baremetal.extensions.lab.tree import capture
from ansible_collections.hwautomation.baremetal.extensions.lab.world import World


class Headers(dict[str, str]):
    """Headers whose names are found in any letter case."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__({key.lower(): value for key, value in values.items()})

    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key.lower(), default)

    def __contains__(self, key: object) -> bool:
        return super().__contains__(str(key).lower())


class Bench:
    """A BMC of a platform with a client in front of it."""

    def __init__(self, platform: str, personality: Personality | None = None, **settings: Any) -> None:
        personality = personality or PLATFORMS[platform]
        self.clock = Clock("hand")
        self.world = World(self.clock)
        self.faults = FaultTable()
        self.machine = Machine(
            "r01",
            platform,
            self.clock,
            hardware=hardware.make(personality, "r01"),
            bmc_host="127.0.0.2",
            username=personality.username,
            timing=personality.power.timing,
            settings=settings,
        )
        self.machine.install_os("ubuntu")
        self.world.machines["r01"] = self.machine
        self.bmc = Bmc(self.world, self.machine, personality, self.faults)
        self.service = Service(self.bmc)
        self.login = (personality.username, "password")

    def call(self, method: str, path: str, body: Any = None, login: Any = "", **headers: str) -> Answer:
        """Make a request; header names are written with underscores."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        who = self.login if login == "" else login
        if who and "X-Auth-Token" not in given:
            given["Authorization"] = "Basic " + b64encode(":".join(who).encode()).decode()
        path, _unused, text = path.partition("?")
        query = dict(part.partition("=")[::2] for part in text.split("&")) if text else {}
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.service.answer(Call(method, path, query, Headers(given), data))

    def get(self, path: str, **headers: str) -> dict[str, Any]:
        """GET a resource that must be there."""
        answer = self.call("GET", path, **headers)
        assert answer.status == 200, (path, answer.status, answer.doc)
        document: dict[str, Any] = json.loads(answer.body())
        return document

    @property
    def layout(self) -> Any:
        assert self.service.routes
        return self.bmc.layout

    @property
    def system(self) -> dict[str, Any]:
        return self.get(self.layout.host)

    def reset(self, reset_type: str) -> Answer:
        target = self.system["Actions"]["#ComputerSystem.Reset"]["target"]
        return self.call("POST", target, {"ResetType": reset_type})

    def boot(self) -> None:
        """Switch on or restart, and wait until POST and boot are long done."""
        answer = self.reset("ForceRestart" if self.machine.is_on else "On")
        assert answer.status < 300, answer.doc
        self.clock.advance(3600)

    def set_bios(self, attributes: dict[str, Any], apply_time: str = "") -> Answer:
        body: dict[str, Any] = {"Attributes": attributes}
        if apply_time:
            body["@Redfish.SettingsApplyTime"] = {"ApplyTime": apply_time}
        return self.call("PATCH", self.layout.bios_settings, body)

    def bios(self) -> dict[str, Any]:
        attributes: dict[str, Any] = self.get(self.layout.bios)["Attributes"]
        return attributes


def captured(folder: Path) -> Bench:
    """Return a bench whose BMC serves a captured tree."""
    bench = Bench("generic")
    machine = Machine("r01", "generic", bench.clock, hardware=hardware.make(PLATFORMS["generic"], "r01"))
    machine.install_os("ubuntu")
    bench.world.machines["r01"] = bench.machine = machine
    bench.bmc = capture.bmc(bench.world, machine, bench.faults, folder)
    bench.service = Service(bench.bmc)
    bench.login = (machine.username, machine.password)
    return bench


def with_habits(platform: str, **sections: dict[str, Any]) -> Bench:
    """Return a machine with single habits replaced: oddities={...}, etags={...}."""
    known = PLATFORMS[platform]
    parts = {name: replace(getattr(known, name), **changes) for name, changes in sections.items()}
    return Bench(platform, personality=replace(known, **parts))


def odd(platform: str = "generic", **oddities: Any) -> Bench:
    return with_habits(platform, oddities=oddities)


def message_ids(doc: Any) -> list[str]:
    info = doc["error"]["@Message.ExtendedInfo"]
    return [one["MessageId"].rpartition(".")[2] for one in ([info] if isinstance(info, dict) else info)]


def log_in(bench: Bench, password: str = "password") -> Any:
    body = {"UserName": bench.login[0], "Password": password}
    return bench.call("POST", bench.layout.sessions, body, login=None)
