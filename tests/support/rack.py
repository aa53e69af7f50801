# SPDX-License-Identifier: GPL-3.0-or-later
"""A rack for tests: its own process, its own network, a client to look at the truth and to make trouble.

    def test_something(rack_of):
        rack = rack_of({"r01": {"lab_platform": "dell_idrac9"}}, clock="hand")
        ...
        assert rack.state("r01")["power_state"] == "On"

Pass ``verify=rack.ca_path`` per request: an environment with REQUESTS_CA_BUNDLE wins over Session.verify.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LAB = "ansible_collections.hwautomation.baremetal.extensions.lab"
LINKS = ROOT / ".build" / "links"
CLAIM_PORT = 8189
# How long a rack may take on a machine that is busy with other things.
START_SECONDS = 300.0


@dataclass(frozen=True)
class Server:
    """How to reach one BMC."""

    name: str
    platform: str
    bmc_host: str
    bmc_port: int
    username: str
    password: str

    @property
    def url(self) -> str:
        return f"https://{self.bmc_host}:{self.bmc_port}"


class Rack:
    """A running rack. Make one with `Rack.start`, or with the fixtures `rack_of` and `rack`."""

    def __init__(self, process: subprocess.Popen[bytes], claim: socket.socket, folder: Path, rack_yml: Path) -> None:
        self._process = process
        self._claim = claim
        self.folder = folder
        self.inventory = rack_yml
        self.facts: dict[str, Any] = json.loads((folder / "state.json").read_text())
        self.ca_path: str = self.facts["ca_path"]
        self.maas_url: str = self.facts.get("maas_url", "")
        self.maas_api_key: str = self.facts.get("maas_api_key", "")
        self.image_url: str = self.facts["lab_image_url"]
        self.control_url: str = self.facts["lab_control_url"]
        self._logins = _logins(rack_yml)
        self.servers = list(self._logins)

    @classmethod
    def start(
        cls,
        folder: Path,
        hosts: Mapping[str, Mapping[str, Any]] | None = None,
        rack_yml: Path | None = None,
        clock: str = "scaled:500",
        maas: bool | Mapping[str, Any] = True,
        **lab: Any,
    ) -> Rack:
        """Start a rack of `hosts` (or of a rack file, moved to a free network) and wait until it answers.

        `lab` are further keys of ``all.vars.lab`` (seed, images, faults ...). Raises AssertionError with the rack's own
        message when it does not come up.
        """
        claim, network = _free_network()
        inventory = folder / "inventory"
        inventory.mkdir(parents=True, exist_ok=True)
        path = inventory / "rack.yml"
        data = _moved(rack_yml, network) if rack_yml else _inventory(hosts or {}, network)
        settings = data["all"].setdefault("vars", {}).setdefault("lab", {})
        # IPMI costs a process for each server: tests that want it say so.
        settings |= {"address": f"127.{network}.0.1", "ipmi": "off", **lab}
        region = dict(settings.get("maas") or {})
        region |= dict(maas) if isinstance(maas, Mapping) else {"enabled": maas}
        settings["maas"] = {key: value for key, value in region.items() if key != "address"}
        path.write_text(yaml.safe_dump(data, sort_keys=False))
        state = folder / "state"
        command = [sys.executable, "-m", LAB, "run", "--rack", str(path), "--state-dir", str(state), "--clock", clock]
        environment = {**os.environ, "PYTHONPATH": str(LINKS)}
        folder.joinpath("rack.log").touch()
        with folder.joinpath("rack.log").open("wb") as log:
            command += ["--bmc-port", "8443", "--until-eof"]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=environment)
        _wait(process, state / "state.json", folder / "rack.log")
        return cls(process, claim, state, path)

    # -- looking --------------------------------------------------------------------------------------------------
    def server(self, name: str) -> Server:
        machine = self.state(name)
        username, password = self._logins[name]
        return Server(name, machine["platform"], machine["bmc_host"], machine["bmc_port"], username, password)

    def state(self, name: str) -> dict[str, Any]:
        """Return the truth about a machine, whatever its BMC says."""
        found: dict[str, Any] = self.control("GET", f"/_lab/machines/{name}")
        return found

    def journal(self, server: str | None = None, writes: bool = False) -> list[dict[str, Any]]:
        """Return the requests answered so far, oldest first; `writes` leaves out reads, logins and logouts."""
        query = urllib.parse.urlencode({"server": server, "writes": int(writes)} if server else {"writes": int(writes)})
        found: list[dict[str, Any]] = self.control("GET", f"/_lab/journal?{query}")["entries"]
        return found

    def counters(self) -> dict[str, dict[str, int]]:
        """Return requests, handshakes and connections per server."""
        whole = self.control("GET", "/_lab/journal?server=-")
        return {key: whole[key] for key in ("requests", "handshakes", "connections")}

    def clear_journal(self) -> None:
        self.control("DELETE", "/_lab/journal")

    def image(self, name: str) -> str:
        """Return the URL of a firmware image of the rack's store."""
        return f"{self.image_url}/{name}"

    # -- acting ---------------------------------------------------------------------------------------------------
    def advance(self, seconds: float) -> float:
        """Move the clock; return the new lab time."""
        return float(self.control("POST", "/_lab/clock", {"advance": seconds})["now"])

    def fault(
        self,
        server: str,
        kind: str,
        path: str | None = None,
        method: str | None = None,
        count: int | None = None,
        **options: Any,
    ) -> int:
        """Add a fault; return its number."""
        body = {"server": server, "kind": kind, "path": path, "method": method, "count": count, **options}
        return int(self.control("POST", "/_lab/faults", body)["id"])

    def clear_faults(self, number: int | None = None) -> None:
        self.control("DELETE", "/_lab/faults" + (f"/{number}" if number else ""))

    def connection(self, name: str) -> dict[str, Any]:
        """Return the options with which a door reaches a server."""
        server = self.server(name)
        login = {"bmc_username": server.username, "bmc_password": server.password}
        return {"bmc_host": server.bmc_host, "bmc_port": server.bmc_port, **login, "ca_path": self.ca_path}

    def wait(self, name: str, reached: Callable[[dict[str, Any]], bool], seconds: float = 240.0) -> dict[str, Any]:
        """Wait (wall time) until a machine's state fulfils a test; fail with the last state."""
        deadline = time.monotonic() + seconds
        while True:
            state = self.state(name)
            if reached(state):
                return state
            assert time.monotonic() < deadline, f"{name} did not get there in {seconds} s: {state}"
            time.sleep(0.02)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the control API; raise AssertionError with its message when it refuses."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.control_url + path, data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=240) as answer:
                text = answer.read()
        except urllib.error.HTTPError as problem:
            raise AssertionError(f"{method} {path}: {problem.read().decode()}") from problem
        return json.loads(text) if text else None

    def stop(self) -> None:
        """Stop the rack; safe to call twice."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._claim.close()


def _free_network() -> tuple[socket.socket, int]:
    """Claim a 127.A.0.0/16 by holding a port in it, so that racks run side by side."""
    for number in random.sample(range(78, 250), 172):
        claim = socket.socket()
        try:
            claim.bind((f"127.{number}.0.1", CLAIM_PORT))
            claim.listen(1)
        except OSError:
            claim.close()
            continue
        return claim, number
    raise AssertionError("no free 127.A.0.0/16 for a rack")


def _inventory(hosts: Mapping[str, Mapping[str, Any]], network: int) -> dict[str, Any]:
    rows = {
        name: {"bmc_host": f"127.{network}.{1 + number // 250}.{1 + number % 250}", **settings}
        for number, (name, settings) in enumerate(hosts.items())
    }
    variables = {"bmc_username": "{{ lab_username }}", "bmc_password": "{{ lab_password }}"}
    variables |= {"lab_password": "rack-test-1", "ansible_python_interpreter": sys.executable}
    for row in rows.values():
        row.setdefault("lab_username", _default_username(str(row.get("lab_platform", ""))))
    return {"all": {"vars": variables, "children": {"servers": {"hosts": rows}}}}


def _default_username(platform: str) -> str:
    from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS

    return PLATFORMS[platform].username if platform in PLATFORMS else "admin"


def _moved(rack_yml: Path, network: int) -> dict[str, Any]:
    """Return a rack file with every address in another network."""

    def move(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: move(one) for key, one in value.items()}
        if isinstance(value, list):
            return [move(one) for one in value]
        if isinstance(value, str) and value.startswith("127."):
            return ".".join(["127", str(network), *value.split(".")[2:]])
        return value

    data: dict[str, Any] = move(yaml.safe_load(rack_yml.read_text()))
    return data


def _logins(rack_yml: Path) -> dict[str, tuple[str, str]]:
    from ansible_collections.hwautomation.baremetal.extensions.lab.rackfile import load

    return {server.name: (server.username, server.password) for server in load(rack_yml).servers}


def _wait(process: subprocess.Popen[bytes], ready: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready.is_file():
        assert process.poll() is None, f"the rack did not start:\n{log.read_text()}"
        assert time.monotonic() < deadline, f"the rack did not start in time:\n{log.read_text()}"
        time.sleep(0.02)


@pytest.fixture
def rack_of(tmp_path: Path) -> Iterator[Callable[..., Rack]]:
    """Start racks in a test; they are stopped after it."""
    started: list[Rack] = []

    def start(hosts: Mapping[str, Mapping[str, Any]] | None = None, **options: Any) -> Rack:
        rack = Rack.start(tmp_path / f"rack{len(started)}", hosts, **options)
        started.append(rack)
        return rack

    yield start
    for rack in started:
        rack.stop()


@pytest.fixture(scope="module")
def four_platforms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    """One server each of the four platforms of the demo, shared by the tests of a module; clock scaled 1000 times."""
    hosts = {
        "dell": {"lab_platform": "dell_idrac9"},
        "hpe": {"lab_platform": "hpe_ilo6"},
        "smc": {"lab_platform": "supermicro_x13"},
        "std": {"lab_platform": "generic"},
    }
    rack = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:1000")
    yield rack
    rack.stop()
