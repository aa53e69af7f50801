# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that are not ours, against the rack: DMTF's library, community.general in an environment of its own, IPMI."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.rack import ROOT, Rack

pytestmark = [pytest.mark.peer, pytest.mark.slow]

COMMUNITY = ROOT / ".build" / "venv-community" / "bin"
PLATFORMS = ("generic", "dell_idrac9", "hpe_ilo6", "supermicro_x13", "lenovo_xcc")
HOSTS = {name: {"lab_platform": name, "lab_os": "linux"} for name in PLATFORMS}
ATTRIBUTES = {"generic": "BootMode", "dell_idrac9": "LogicalProc", "hpe_ilo6": "ProcHyperthreading"}
needs_community = pytest.mark.skipif(
    not (COMMUNITY.parent / ".done").is_file(),
    reason="no .build/venv-community: `make community` makes it (the PyPI package ansible, 500 MB)",
)


@pytest.fixture(scope="module")
def rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    rack = Rack.start(tmp_path_factory.mktemp("rack"), HOSTS, clock="scaled:500", maas=False, ipmi="auto")
    yield rack
    rack.stop()


# -- DMTF python-redfish-library ----------------------------------------------------------------------------------
@pytest.mark.parametrize("platform", PLATFORMS)
def test_dmtf_library_with_a_session(rack: Rack, platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import redfish

    server = rack.server(platform)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    login = {"username": server.username, "password": server.password}
    client = redfish.redfish_client(base_url=server.url, **login, cafile=rack.ca_path)
    client.login(auth="session")
    try:
        assert rack.state(platform)["sessions"] >= 1
        members = client.get("/redfish/v1/Systems").dict["Members"]
        system = client.get(members[0]["@odata.id"]).dict
        target = system["Actions"]["#ComputerSystem.Reset"]["target"]
        answer = client.post(target, body={"ResetType": "On"})
        assert answer.status in (200, 202, 204), answer.text
        rack.wait(platform, lambda state: state["power_state"] == "On")
    finally:
        client.logout()
    assert rack.state(platform)["sessions"] == 0


# -- community.general --------------------------------------------------------------------------------------------
def community(rack: Rack, platform: str, module: str, folder: Path, **arguments: Any) -> dict[str, Any]:
    """Run one module of community.general with the ansible that is not ours; return its result."""
    server = rack.server(platform)
    options = {"baseuri": f"{server.bmc_host}:{server.bmc_port}", "username": server.username, **arguments}
    options |= {"password": server.password, "timeout": 60}
    if module != "redfish_info":
        options.setdefault("validate_certs", False)
    play = [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "tasks": [
                {f"community.general.{module}": options, "register": "result", "ignore_errors": True},
                {"ansible.builtin.copy": {"content": "{{ result | to_json }}", "dest": str(folder / "result.json")}},
            ],
        }
    ]
    (folder / "play.json").write_text(json.dumps(play))
    unwanted = ("ANSIBLE_", "PYTHONPATH")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(unwanted)}
    environment |= {"HOME": str(folder), "ANSIBLE_LOCALHOST_WARNING": "False", "SSL_CERT_FILE": rack.ca_path}
    command = [str(COMMUNITY / "ansible-playbook"), "-i", "localhost,", "-c", "local", str(folder / "play.json")]
    command += ["-e", f"ansible_python_interpreter={COMMUNITY / 'python'}"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=2400, env=environment, cwd=folder, check=False
    )
    assert (folder / "result.json").is_file(), done.stdout + done.stderr
    result: dict[str, Any] = json.loads((folder / "result.json").read_text())
    assert not result.get("failed"), textwrap.shorten(str(result), 2000)
    return result


@needs_community
@pytest.mark.parametrize("platform", ["generic", "dell_idrac9", "hpe_ilo6"])
def test_community_general_reads(rack: Rack, platform: str, tmp_path: Path) -> None:
    wanted = {"category": ["Systems"], "command": ["GetSystemInventory", "GetBiosAttributes", "GetBootOverride"]}
    facts = community(rack, platform, "redfish_info", tmp_path, **wanted)["redfish_facts"]

    assert facts["system"]["entries"][0][1]["PowerState"] in ("On", "Off")
    assert facts["bios_attribute"]["entries"][0][1] == rack.state(platform)["bios"]


@needs_community
@pytest.mark.parametrize("platform", ["generic", "dell_idrac9", "hpe_ilo6"])
def test_community_general_switches_power_and_boot(rack: Rack, platform: str, tmp_path: Path) -> None:
    override = {"category": "Systems", "command": ["SetOneTimeBoot"], "bootdevice": "Pxe"}
    assert community(rack, platform, "redfish_command", tmp_path, **override)["changed"]
    assert rack.state(platform)["boot_override"]["target"] == "Pxe"
    for command, state in (("PowerForceOff", "Off"), ("PowerOn", "On")):
        if rack.state(platform)["power_state"] != state:
            community(rack, platform, "redfish_command", tmp_path, category="Systems", command=[command])
            rack.wait(platform, lambda now, state=state: now["power_state"] == state)


@needs_community
@pytest.mark.parametrize("platform", ["generic", "hpe_ilo6"])
def test_community_general_configures_bios(rack: Rack, platform: str, tmp_path: Path) -> None:
    name = ATTRIBUTES[platform]
    now = rack.state(platform)["bios"][name]
    other = {"Uefi": "LegacyBios", "Enabled": "Disabled", "Disabled": "Enabled", "LegacyBios": "Uefi"}[now]
    wanted = {"category": "Systems", "command": ["SetBiosAttributes"], "bios_attributes": {name: other}}
    rack.wait(platform, lambda state: state["phase"] not in ("early_post", "memory_init", "pci_init"))

    assert community(rack, platform, "redfish_config", tmp_path, **wanted)["changed"]

    assert rack.state(platform)["bios_pending"][name] == other
    for command, state in (("PowerForceOff", "Off"), ("PowerOn", "On")):
        if rack.state(platform)["power_state"] != state:
            community(rack, platform, "redfish_command", tmp_path, category="Systems", command=[command])
            rack.wait(platform, lambda now, state=state: now["power_state"] == state)
    rack.wait(platform, lambda now: now["bios"][name] == other)
    # It compares with the current values only, so it is idempotent after the reset and not before.
    assert not community(rack, platform, "redfish_config", tmp_path, **wanted)["changed"]


# -- IPMI ---------------------------------------------------------------------------------------------------------
@pytest.mark.skipif(not (shutil.which("ipmi_sim") and shutil.which("ipmitool")), reason="openipmi, ipmitool: missing")
@pytest.mark.parametrize("platform", PLATFORMS)
def test_ipmitool_on_every_platform(rack: Rack, platform: str) -> None:
    server = rack.server(platform)
    command = ["ipmitool", "-C", "3", "-I", "lanplus", "-H", server.bmc_host, "-p", str(rack.facts["lab_ipmi_port"])]
    command += ["-U", server.username, "-P", server.password]
    done = subprocess.run([*command, "fru", "print"], capture_output=True, text=True, timeout=240, check=False)

    assert str(rack.state(platform)["serial"]) in done.stdout, done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("ipmi_sim"), reason="openipmi is missing")
def test_pyghmi_and_the_dmtf_library_see_one_machine(rack: Rack, monkeypatch: pytest.MonkeyPatch) -> None:
    import redfish
    from pyghmi.ipmi import command as ipmi

    server = rack.server("generic")
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    login = {"username": server.username, "password": server.password}
    web = redfish.redfish_client(base_url=server.url, **login, cafile=rack.ca_path)
    web.login(auth="session")
    login = {"userid": server.username, "password": server.password}
    lan = ipmi.Command(bmc=server.bmc_host, **login, port=rack.facts["lab_ipmi_port"])
    path = web.get("/redfish/v1/Systems").dict["Members"][0]["@odata.id"]
    try:
        lan.set_power("off")
        rack.wait("generic", lambda state: state["power_state"] == "Off")
        assert web.get(path).dict["PowerState"] == "Off"
        web.post(f"{path}/Actions/ComputerSystem.Reset", body={"ResetType": "On"})
        rack.wait("generic", lambda state: state["power_state"] == "On")
        assert lan.get_power()["powerstate"] == "on"
    finally:
        lan.ipmi_session.logout()
        web.logout()
