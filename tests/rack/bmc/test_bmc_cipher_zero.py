# SPDX-License-Identifier: GPL-3.0-or-later
"""IPMI's cipher suite 0 is closed where the BMC lets us, and told where it does not.

Redfish is the rack's; IPMI at the same address is pyghmi's server with the habits of real BMCs, and once an unmodified
ipmi_sim, which takes suite 0 and does not list it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_ciphers import takes_suite_zero
from tests.support.playbook import ROOT, run_playbook
from tests.support.rack import Rack

PORT = 6231
HABITS = ("settable", "read_only", "forgetful", "strict")
LEVELS_WITHOUT_ZERO = "004044040000000000"


class Bmcs:
    """The rack, and of each server what its IPMI was told to write."""

    def __init__(self, rack: Rack, folder: Path) -> None:
        self.rack, self._folder = rack, folder
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, server: str, habit: str) -> None:
        one = self.rack.server(server)
        command = [sys.executable, "-m", "tests.support.ipmi_bmc"]
        command += [one.bmc_host, str(PORT), one.username, one.password, habit]
        with (self._folder / server).open("wb") as log:
            self._processes.append(subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log))
        self.rack.wait(server, lambda _state: "ready" in (self._folder / server).read_text())

    def refused(self, server: str) -> int:
        """Return how often a session without a password was refused."""
        return (self._folder / server).read_text().splitlines().count("refused 0")

    def written(self, server: str) -> list[str]:
        lines = (self._folder / server).read_text().splitlines()
        return [line.split()[-1] for line in lines if line.startswith("set")]

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()
            process.wait(10)


@pytest.fixture(scope="module")
def bmcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bmcs]:
    folder = tmp_path_factory.mktemp("ipmi")
    hosts = {name: {"lab_platform": "generic"} for name in (*HABITS, "twin", "runner", "silent")}
    rack = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:300", maas=False)
    started = Bmcs(rack, folder)
    for name in HABITS:
        started.start(name, name)
    for name in ("twin", "runner"):
        started.start(name, "settable")
    yield started
    started.stop()
    rack.stop()


@pytest.fixture
def secure(bmcs: Bmcs, run_door: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def run(server: str, **options: Any) -> dict[str, Any]:
        options = {"forbid_cipher_zero": True, "ipmi_port": PORT, **options}
        return run_door(bmcs.rack, server, "bmc_security", **options)

    return run


def test_it_is_planned_closed_and_then_left_alone(bmcs, secure):
    bmcs.rack.clear_journal()
    planned = secure("settable", check=True, protocols={"ssh": False})
    assert planned["changed"] and bmcs.written("settable") == [], planned
    assert bmcs.rack.journal("settable", writes=True) == []
    assert planned["diff"][0]["before"]["cipher_zero"] == "Administrator"

    host = bmcs.rack.server("settable").bmc_host
    assert takes_suite_zero(host, PORT)

    done = secure("settable", protocols={"ssh": False})
    again = secure("settable", protocols={"ssh": False})

    assert done["changed"] and done["before"]["cipher_zero"] == "Administrator", done
    assert done["after"] == {"ssh": False, "cipher_zero": "closed"}
    assert not takes_suite_zero(host, PORT), "the hole is shut on the wire"
    # Every other suite keeps its privilege.
    assert bmcs.written("settable") == [LEVELS_WITHOUT_ZERO]
    assert not again["changed"] and again["reason"] == "already set", again
    rows = {row["setting"]: row["outcome"] for row in done["audit"]["bmc_changes"]}
    assert rows == {"ssh": "applied", "cipher_zero": "applied"}


def test_bmc_that_refuses_has_nothing_else_changed(bmcs, secure):
    bmcs.rack.clear_journal()
    result = secure("read_only", protocols={"ssh": False})

    assert result["failed"] and result["error_class"] == "ConfigurationError", result
    assert "read-only" in result["msg"].lower() or "0x82" in result["msg"].lower(), result["msg"]
    assert bmcs.rack.journal("read_only", writes=True) == []
    assert [step["status"] for step in result["plan"]["steps"]] == ["failed", "skipped"]


def test_bmc_that_takes_it_and_keeps_what_was_is_told(secure):
    result = secure("forgetful")

    assert result["error_class"] == "VerificationError", result
    assert "cipher_zero is Administrator, wanted closed" in result["msg"]


def test_ipmi_that_is_switched_off_or_silent(bmcs, secure):
    silent = secure("silent", protocols={"ssh": False})
    off = secure("silent", protocols={"ipmi": False})
    later = secure("silent")

    assert silent["error_class"] == "NetworkError" and "IPMI does not answer" in silent["msg"], silent
    assert off["changed"] and off["after"] == {"ipmi": False, "cipher_zero": "closed"}, off
    assert later["reason"] == "already set"


@pytest.mark.parametrize("protocol", ["redfish", "ipmi"])
def test_bmc_that_does_not_have_the_suite_is_asked_and_refuses(bmcs, secure, run_door, protocol):
    before = bmcs.refused("strict")

    options = {"ipmi_port": PORT, "protocol": protocol, "subsets": ["ipmi_ciphers"]}
    told = run_door(bmcs.rack, "strict", "bmc_security_info", **options)
    asked = bmcs.refused("strict") - before
    done = secure("strict", protocol=protocol)

    assert asked == 1, "a session without a password was asked for once, and refused by the BMC"
    assert told["protocol"] == protocol and told["unread"] == [], told
    assert [suite["id"] for suite in told["ipmi_ciphers"]] == [3, 17]
    assert done["reason"] == "already set" and done["after"] == {"cipher_zero": "closed"}, done
    assert bmcs.refused("strict") - before == 2 and bmcs.written("strict") == []


def test_it_is_closed_on_a_server_that_speaks_ipmi_only(bmcs, secure, run_door):
    bmcs.start("silent", "settable")

    told = run_door(bmcs.rack, "silent", "bmc_security_info", ipmi_port=PORT, protocol="ipmi")
    done = secure("silent", protocol="ipmi")
    again = secure("silent", protocol="ipmi")

    assert {"id": 0, "privilege": "Administrator"} in told["ipmi_ciphers"], told
    assert done["changed"] and done["protocol"] == "ipmi" and done["after"] == {"cipher_zero": "closed"}, done
    assert again["reason"] == "already set" and bmcs.written("silent") == [LEVELS_WITHOUT_ZERO]


@pytest.mark.skipif(not shutil.which("ipmi_sim"), reason="ipmi_sim is not installed (Debian package openipmi)")
def test_bmc_that_hides_the_suite_and_takes_it_is_found_out(rack_of, run_door):
    rack = rack_of({"sim": {"lab_platform": "generic"}}, maas=False, ipmi="auto")
    port = rack.facts["lab_ipmi_port"]
    rack.clear_journal()

    result = run_door(rack, "sim", "bmc_security", forbid_cipher_zero=True, ipmi_port=port, protocols={"ssh": False})

    assert result["error_class"] == "NotSupportedError", result
    assert "without a password (cipher suite 0)" in result["msg"] and "switch IPMI off" in result["hint"]
    assert rack.journal("sim", writes=True) == []


def test_both_runners_close_it(bmcs: Bmcs) -> None:
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    door = "hwautomation.baremetal.bmc_security"
    tasks = []
    for name, more in (("twin", {}), ("runner", {"environment": {"HWAUTOMATION_TEST_AS_MODULE": "1"}})):
        one = bmcs.rack.server(name)
        options = {"bmc_host": one.bmc_host, "bmc_port": one.bmc_port, "ca_path": bmcs.rack.ca_path}
        options |= {"bmc_username": one.username, "bmc_password": one.password}
        tasks.append({"name": name, door: {**options, "ipmi_port": PORT, "forbid_cipher_zero": True}, **more})
    play = {"hosts": "one", "gather_facts": False, "tasks": tasks}

    result = run_playbook([play], {"all": {"hosts": {"one": local}}})

    assert result.rc == 0, result.explain()
    here, there = (task.result for task in result.tasks)
    assert here["changed"] and there["changed"]
    assert here["before"] == there["before"] == {"cipher_zero": "Administrator"}
    assert bmcs.written("twin") == bmcs.written("runner") == [LEVELS_WITHOUT_ZERO]
