# SPDX-License-Identifier: GPL-3.0-or-later
"""HPE's own command line tool against the three iLOs of the rack: what it wants of a BMC is what real ones have.

`make ilorest` installs it; ILOREST names another one. It asks for the state of an update each eight seconds, so flashes
take that long here whatever the clock of the rack does.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.ilorest import ILOREST, ILOS, NEEDS_ILOREST, PORT, SETTINGS, package
from tests.support.rack import Rack

BMC, ROM = "9.99", "9.98"

pytestmark = NEEDS_ILOREST


@dataclass(frozen=True)
class Ended:
    """What became of a call: the exit status, and what was printed to either stream."""

    status: int
    out: str

    def json(self) -> Any:
        """Return the document that is printed between words."""
        return json.loads(self.out[self.out.index("{") : self.out.rindex("}") + 1])


@dataclass(frozen=True)
class Tool:
    """iLOrest for one server. It writes only below `folder`."""

    rack: Rack
    name: str
    folder: Path

    def __call__(self, *words: str, password: str = "", cached: bool = False, ended: int = 0) -> Ended:
        """Run a command that logs in and out again, or, `cached`, one of several in the session of a login."""
        server = self.rack.server(self.name)
        login = ["-u", server.username, "-p", password or server.password]
        # A port in the URL, even 443, and it does not find its session again when it logs out.
        url = server.url.removesuffix(":443")
        where = [url] if words[0] == "login" else ["--url", url]
        keep = ["--cache-dir", str(self.folder / "cache")] if cached else ["--nocache"]
        more = [] if cached and words[0] != "login" else [*where, *login]
        more += [] if cached or words[0] == "login" else ["--logout"]
        command = [str(ILOREST), "--nologo", "--noinfolog", "--logdir", str(self.folder), *keep, *words, *more]
        environment = {**os.environ, "HOME": str(self.folder)}
        environment.pop("PYTHONPATH", None)
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=300,
            check=False,
        )
        found = Ended(done.returncode, done.stdout.decode())
        assert found.status == ended, found
        return found

    def state(self) -> dict[str, Any]:
        return self.rack.state(self.name)

    def restart(self) -> None:
        """Start the host anew and wait until its POST is done."""
        boots, on = self.state()["boots"], self.state()["power_state"] == "On"
        self("reboot", "ForceRestart" if on else "On")
        self.rack.wait(self.name, lambda state: state["boots"] > boots)

    def image(self, component: str, version: str, name: str = "") -> str:
        path = self.folder / (name or f"{component}.fwpkg")
        return package(path, self.state()["platform"], component, version).name


@pytest.fixture(scope="module")
def rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    hosts = {name: {"lab_platform": name, "lab_os": "linux", "bmc_port": PORT, **SETTINGS} for name in ILOS}
    rack = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:500", maas=False)
    yield rack
    rack.stop()


@pytest.fixture
def tool_of(rack: Rack, tmp_path: Path) -> Callable[[str], Tool]:
    """Return a function that gives the tool for a server."""

    def tool(name: str) -> Tool:
        folder = tmp_path / name
        folder.mkdir()
        return Tool(rack, name, folder)

    return tool


def on_each(tool_of: Callable[[str], Tool], work: Callable[[Tool], object]) -> None:
    """Do the work with all three at once, since most of it is waiting; raise what one of them raised."""
    with ThreadPoolExecutor(len(ILOS)) as pool:
        list(pool.map(work, map(tool_of, ILOS)))


def test_wrong_password_is_told(tool_of: Callable[[str], Tool]) -> None:
    def work(tool: Tool) -> None:
        refused = tool("login", password="wrong", ended=32)
        assert "Invalid credentials. Unable to authenticate to iLO." in refused.out

    on_each(tool_of, work)


@pytest.mark.parametrize("name", ILOS)
def test_settings_are_those_of_the_machine(tool_of: Callable[[str], Tool], name: str) -> None:
    tool = tool_of(name)

    shown = tool("get", "--select", "Bios.", "--json").json()

    assert {key: value for key, value in shown.items() if key in tool.state()["bios"]} == tool.state()["bios"]
    assert len(shown) > 100


@pytest.mark.skipif(PORT != 443, reason="port 443 needs root, and iLOrest cannot log out at another one")
@pytest.mark.parametrize("name", ILOS)
def test_no_session_is_left(tool_of: Callable[[str], Tool], name: str) -> None:
    tool = tool_of(name)
    before = tool.state()["sessions"]

    tool("get", "AdminName", "--select", "Bios.", "--json")

    assert tool.state()["sessions"] == before


@pytest.mark.parametrize("name", ILOS)
def test_settings_wait_for_a_reset_and_wrong_ones_are_not_sent(tool_of: Callable[[str], Tool], name: str) -> None:
    tool = tool_of(name)
    wanted = [{"Bios.": {"/redfish/v1/systems/1/bios/settings/": {"Attributes": {"AdminPhone": "42"}}}}]
    (tool.folder / "wanted.json").write_text(json.dumps(wanted))

    tool("login", cached=True)
    tool("set", "AdminName=Bob", "--select", "Bios.", "--commit", cached=True)
    wrong = tool("set", "WorkloadProfile=None", "--select", "Bios.", "--commit", cached=True, ended=28)
    tool("logout", cached=True)
    loaded = tool("load", "-f", "wanted.json")

    assert "'None' is not a valid setting for 'WorkloadProfile'" in wrong.out
    assert "Reboot is required for settings to take effect." in loaded.out
    assert tool.state()["bios_pending"] == {"AdminName": "Bob", "AdminPhone": "42"}
    tool.restart()
    applied = tool("get", "AdminName", "AdminPhone", "--select", "Bios.", "--json").json()
    assert applied == {"AdminName": "Bob", "AdminPhone": "42"} and tool.state()["bios_pending"] == {}


def test_packages_bring_bmc_and_bios_to_their_versions(tool_of: Callable[[str], Tool]) -> None:
    def work(tool: Tool) -> None:
        rom = tool("flashfwpkg", tool.image("bios", ROM))
        assert "Firmware has successfully been flashed and a reboot is required" in rom.out
        bmc = tool("flashfwpkg", tool.image("bmc", BMC))
        assert "Firmware has successfully been flashed.\n" in bmc.out
        tool.rack.wait(tool.name, lambda state: state["firmware"]["bmc"] == BMC and state["bmc_up"])
        tool.restart()
        assert tool.state()["firmware"]["bios"] == ROM
        shown = tool("serverinfo", "--firmware").out
        assert f"v{ROM} (" in shown and f" : {BMC} " in shown

    on_each(tool_of, work)


def test_image_for_another_machine_is_an_error(tool_of: Callable[[str], Tool]) -> None:
    tool, other = tool_of("hpe_ilo6"), tool_of("hpe_ilo5")
    package, before = other.folder / other.image("bios", "1.99"), tool.state()["firmware"]

    failed = tool("flashfwpkg", str(package), ended=41)

    assert "has successfully been flashed" not in failed.out, failed
    assert tool.state()["firmware"] == before and not tool.state()["firmware_staged"].get("bios")


def test_store_and_queue_are_seen_and_used(tool_of: Callable[[str], Tool]) -> None:
    def work(tool: Tool) -> None:
        package = tool.image("cpld", "0x13", "cpld.fwpkg")
        assert "No components found." in tool("listcomp").out
        assert "No tasks found." in tool("taskqueue").out
        tool("uploadcomp", "--component", package)
        (stored,) = tool("listcomp", "--json").json().values()
        assert (stored["Filename"], stored["Version"], stored["UpdatableBy"]) == (package, "0x13", ["Bmc"])
        tool("taskqueue", "create", package, "--tpmover")
        (item,) = tool("taskqueue", "--json").json().values()
        assert item == {"Command": "ApplyUpdate", "Filename": package, "State": "Complete"}
        assert "It is in use by" in tool("deletecomp", package, ended=3).out
        tool("taskqueue", "--cleanqueue")
        tool("deletecomp", package)
        assert "No components found." in tool("listcomp").out
        tool.restart()
        assert tool.state()["firmware"]["cpld"] == "0x13"

    on_each(tool_of, work)
