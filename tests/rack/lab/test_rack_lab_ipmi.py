# SPDX-License-Identifier: GPL-3.0-or-later
"""IPMI of the rack: one machine under two protocols, through an unmodified ipmi_sim."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.rack import Rack

pytestmark = pytest.mark.skipif(
    not (shutil.which("ipmi_sim") and shutil.which("ipmitool")),
    reason="ipmi_sim or ipmitool is not installed (Debian packages openipmi and ipmitool)",
)

HOSTS = {
    "std": {"lab_platform": "generic", "lab_os": "linux"},
    "dell": {"lab_platform": "dell_idrac9", "lab_hardware": {"serial": "ABC1234", "sku": "ABC1234"}},
}


@pytest.fixture(scope="module")
def rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    rack = Rack.start(tmp_path_factory.mktemp("rack"), HOSTS, clock="scaled:300", maas=False, ipmi="auto")
    yield rack
    rack.stop()


def ipmi(rack: Rack, server: str, *words: str, password: str = "") -> str:
    one = rack.server(server)
    command = ["ipmitool", "-C", "3", "-I", "lanplus", "-H", one.bmc_host, "-p", str(rack.facts["lab_ipmi_port"])]
    command += ["-U", one.username, "-P", password or one.password, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    return done.stdout + done.stderr


def redfish(rack: Rack, server: str, method: str, path: str, body: Any = None) -> Any:
    one = rack.server(server)
    login = (one.username, one.password)
    answer = requests.request(method, one.url + path, json=body, auth=login, verify=rack.ca_path, timeout=30)
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


def eventually(reached: Callable[[], bool], seconds: float = 240.0) -> bool:
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def off(rack: Rack, server: str) -> None:
    ipmi(rack, server, "chassis", "power", "off")
    rack.wait(server, lambda state: state["power_state"] == "Off")


def test_what_ipmi_switches_redfish_shows(rack: Rack) -> None:
    off(rack, "std")
    assert "Up/On" in ipmi(rack, "std", "chassis", "power", "on")
    rack.wait("std", lambda state: state["phase"] == "os_running")
    assert redfish(rack, "std", "GET", "/redfish/v1/Systems/system")["PowerState"] == "On"
    ipmi(rack, "std", "chassis", "power", "soft")
    rack.wait("std", lambda state: state["power_state"] == "Off")
    assert redfish(rack, "std", "GET", "/redfish/v1/Systems/system")["PowerState"] == "Off"


def test_what_redfish_switches_ipmi_shows(rack: Rack) -> None:
    off(rack, "dell")
    assert "is off" in ipmi(rack, "dell", "chassis", "power", "status")
    reset = "/redfish/v1/Systems/System.Embedded.1/Actions/ComputerSystem.Reset"
    redfish(rack, "dell", "POST", reset, {"ResetType": "On"})
    rack.wait("dell", lambda state: state["power_state"] == "On")
    assert "is on" in ipmi(rack, "dell", "chassis", "power", "status")


def test_reset_and_cycle(rack: Rack) -> None:
    off(rack, "std")
    ipmi(rack, "std", "chassis", "power", "on")
    before = rack.wait("std", lambda state: state["phase"] == "os_running")["resets"]
    ipmi(rack, "std", "chassis", "power", "reset")
    assert rack.wait("std", lambda state: state["resets"] == before + 1)["power_state"] == "On"
    ipmi(rack, "std", "chassis", "power", "cycle")
    assert rack.wait("std", lambda state: state["resets"] == before + 2)["power_state"] == "On"


@pytest.mark.parametrize(
    ("device", "target"), [("pxe", "Pxe"), ("disk", "Hdd"), ("cdrom", "Cd"), ("bios", "BiosSetup"), ("none", "None")]
)
def test_boot_device_of_ipmi_is_the_override_of_redfish(rack: Rack, device: str, target: str) -> None:
    ipmi(rack, "dell", "chassis", "bootdev", device)
    boot = redfish(rack, "dell", "GET", "/redfish/v1/Systems/System.Embedded.1")["Boot"]
    assert boot["BootSourceOverrideTarget"] == target
    assert boot["BootSourceOverrideEnabled"] == ("Disabled" if target == "None" else "Once")


def test_boot_device_of_ipmi_is_used_once(rack: Rack) -> None:
    off(rack, "std")
    ipmi(rack, "std", "chassis", "bootdev", "bios")
    ipmi(rack, "std", "chassis", "power", "on")
    state = rack.wait("std", lambda state: state["last_boot_target"] == "BiosSetup")
    assert state["boot_override"]["enabled"] == "Disabled"


def test_override_of_redfish_is_the_boot_device_of_ipmi(rack: Rack) -> None:
    wanted = {"BootSourceOverrideEnabled": "Once", "BootSourceOverrideTarget": "Pxe"}
    redfish(rack, "std", "PATCH", "/redfish/v1/Systems/system", {"Boot": wanted})
    assert "Force PXE" in ipmi(rack, "std", "chassis", "bootparam", "get", "5")


def test_it_tells_the_machine_s_own_facts(rack: Rack) -> None:
    fru = ipmi(rack, "dell", "fru", "print")
    system = redfish(rack, "dell", "GET", "/redfish/v1/Systems/System.Embedded.1")
    assert f"Product Serial        : {system['SKU']}" in fru, "Dell: the service tag"
    assert f"Board Serial          : {system['SerialNumber']}" in fru
    assert f"Product Manufacturer  : {system['Manufacturer']}" in fru
    assert f"Product Name          : {system['Model']}" in fru
    info = ipmi(rack, "dell", "mc", "info")
    assert "Manufacturer ID           : 674" in info
    major, minor = rack.state("dell")["firmware"]["bmc"].split(".")[:2]
    assert f"Firmware Revision         : {major}.{minor}" in info
    octets = " ".join(re.findall("..", system["UUID"].lower().replace("-", "")))
    assert octets in ipmi(rack, "dell", "raw", "0x06", "0x37").replace("\n", " ")


def test_sensors_follow_the_power(rack: Rack) -> None:
    off(rack, "dell")
    assert eventually(lambda: "Fan 1            | 0 RPM" in ipmi(rack, "dell", "sdr", "list"))
    ipmi(rack, "dell", "chassis", "power", "on")
    assert eventually(lambda: "Fan 1            | 6000 RPM" in ipmi(rack, "dell", "sdr", "list"))
    assert "Inlet Temp       | 22 degrees C" in ipmi(rack, "dell", "sdr", "list")


def test_users_and_log(rack: Rack) -> None:
    assert "admin" in ipmi(rack, "std", "user", "list", "1")
    ipmi(rack, "std", "user", "set", "name", "3", "second")
    ipmi(rack, "std", "user", "set", "password", "3", "second-pw-1")
    assert "second" in ipmi(rack, "std", "user", "list", "1")
    assert "no entries" in ipmi(rack, "std", "sel", "list")
    assert "is o" not in ipmi(rack, "std", "chassis", "power", "status", password="wrong")


def test_pyghmi(rack: Rack) -> None:
    from pyghmi.ipmi import command

    one = rack.server("std")
    login = {"bmc": one.bmc_host, "userid": one.username, "password": one.password}
    connection = command.Command(**login, port=rack.facts["lab_ipmi_port"])
    try:
        connection.set_power("off")
        rack.wait("std", lambda state: state["power_state"] == "Off")
        assert connection.get_power() == {"powerstate": "off"}
        connection.set_bootdev("network")
        assert rack.state("std")["boot_override"]["target"] == "Pxe"
        connection.set_power("on")
        rack.wait("std", lambda state: state["power_state"] == "On")
    finally:
        connection.ipmi_session.logout()


def test_writes_are_in_the_journal(rack: Rack) -> None:
    rack.clear_journal()
    ipmi(rack, "dell", "chassis", "power", "status")
    assert rack.journal("dell", writes=True) == []
    ipmi(rack, "dell", "chassis", "bootdev", "pxe")
    assert ("IPMI", "/chassis/boot/pxe") in [(one["method"], one["path"]) for one in rack.journal("dell", writes=True)]


def test_a_dead_bmc_is_dead_over_ipmi(rack: Rack) -> None:
    number = rack.fault("dell", "dead")
    assert "Unable to establish" in ipmi(rack, "dell", "-N", "1", "-R", "1", "chassis", "power", "status")
    rack.clear_faults(number)
    assert eventually(lambda: "Chassis Power is" in ipmi(rack, "dell", "-R", "1", "chassis", "power", "status"))


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in found]


def test_no_process_outlives_a_rack_that_is_killed(tmp_path: Path) -> None:
    rack = Rack.start(tmp_path / "rack", {"r01": {"lab_platform": "generic"}}, maas=False, ipmi="auto")
    try:
        simulators = children(rack.facts["pid"])
        assert len(simulators) == 1
        assert b"ipmi_sim" in Path(f"/proc/{simulators[0]}/cmdline").read_bytes()
        os.kill(rack.facts["pid"], signal.SIGKILL)
        assert eventually(lambda: not Path(f"/proc/{simulators[0]}").exists())
    finally:
        rack.stop()


@pytest.mark.parametrize(("mode", "reason"), [("off", "switched off"), ("auto", "ipmi_sim, sdrcomp not found")])
def test_without_ipmi_the_rack_says_so_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, reason: str
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("setpriv", "timeout", "sh"):
        (programs / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", f"{programs}:{Path(sys.executable).parent}")
    rack = Rack.start(tmp_path / "rack", {"r01": {"lab_platform": "generic"}}, maas=False, ipmi=mode)
    try:
        assert reason in rack.facts["ipmi_missing"]
        assert "lab_ipmi_port" not in rack.facts
        assert redfish(rack, "r01", "GET", "/redfish/v1/Systems/system")["PowerState"] == "Off"
    finally:
        rack.stop()
