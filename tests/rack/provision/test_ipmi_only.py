# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that speaks IPMI only is discovered, classified, set up and judged, by an unmodified ipmi_sim alone."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.playbook import PlayResult, run_playbook
from tests.support.rack import Rack

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("ipmi_sim"), reason="ipmi_sim is not installed (Debian package openipmi)"),
]

NO_PORT = 9  # discard: nobody speaks Redfish there
MAAS = {"maas_url": "{{ maas_url }}", "maas_api_key": "{{ maas_api_key }}", "allow_http": True}
TYPE = """
device_types:
  old.large:
    vendor: Supermicro
    model: X10*
    bios_vendor: AMI
    management_tools: [sum]
    match:
      cpu: {sockets: 2, cores: 32}
      memory_gib: 256
      nics: 2
      disks: {count: 2}
    boarding: {checks: standard, boot_order: ["pxe*"]}
"""
SETTINGS = {
    "bmc_users": [{"name": "maas", "password": "Ipmi-0nly-7", "role": "Operator"}],
    "bmc_ntp_servers": ["192.0.2.5"],
    "bmc_network": {"gateway": "127.0.0.254", "allow_address_change": True, "dns_servers": ["192.0.2.53"]},
    "bmc_security": {"protocols": {"ssh": False}, "kcs": False},
    "bmc_power_restore": "always_off",
    "bmc_certificate": "not looked at",
}


def role(name: str) -> dict[str, Any]:
    return {"ansible.builtin.import_role": {"name": f"hwautomation.baremetal.{name}"}}


@dataclass(frozen=True)
class Story:
    """Set up and judged: looked at, done, and done again."""

    rack: Rack
    planned: PlayResult
    after_check: list[dict[str, Any]]
    done: PlayResult
    again: PlayResult

    def verdicts(self, play: PlayResult) -> dict[str, tuple[str, str]]:
        (item,) = play.results(action="boarding_verdict")
        return {row["name"]: (row["outcome"], row["reason"]) for row in item.result["verdicts"]}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("ipmi_only")
    rack = Rack.start(folder / "rack", {"old": {"lab_platform": "supermicro_x10"}}, clock="scaled:300", ipmi="auto")
    try:
        if rack.facts["ipmi_missing"]:
            pytest.skip(f"no IPMI in the rack: {rack.facts['ipmi_missing']}")
        rack.clear_journal()
        planned = run(rack, folder, check=True)
        seen = rack.journal(writes=True)
        ipmitool(rack, "raw", "0x0a", "0x49", *map(hex, (int(time.time()) - 7200).to_bytes(4, "little")))
        done = run(rack, folder)
        yield Story(rack, planned, seen, done, run(rack, folder))
    finally:
        rack.stop()


def run(rack: Rack, folder: Path, **how: Any) -> PlayResult:
    types = folder / "configs" / "device_types"
    types.mkdir(parents=True, exist_ok=True)
    (types / "old.yml").write_text(TYPE)
    server = rack.server("old")
    login = {"bmc_host": server.bmc_host, "bmc_username": server.username, "bmc_password": server.password}
    variables = {
        **SETTINGS,
        "ipmi_port": rack.facts["lab_ipmi_port"],
        "hwautomation_config_dir": str(folder / "configs"),
        "hw_device_type": "old.large",
        "boarding_skip": ["commissioned"],
        "maas_url": rack.maas_url,
        "maas_api_key": rack.maas_api_key,
    }
    defaults = {
        "group/hwautomation.baremetal.bmc": {
            **{name: f"{{{{ {name} }}}}" for name in login},
            "bmc_port": NO_PORT,
            "lock_dir": str(folder / "locks"),
        },
        "group/hwautomation.baremetal.maas": MAAS,
    }
    play = {
        "hosts": "old",
        "gather_facts": False,
        "module_defaults": defaults,
        "tasks": [role(name) for name in ("discover", "classify", "bmc", "boarding")],
    }
    return run_playbook([play], {"all": {"hosts": {"old": login}}}, extra_vars=variables, **how)


def ipmitool(rack: Rack, *words: str) -> str:
    server = rack.server("old")
    command = ["ipmitool", "-I", "lanplus", "-C", "3", "-H", server.bmc_host, "-p", str(rack.facts["lab_ipmi_port"])]
    command += ["-U", server.username, "-P", server.password, *words]
    return subprocess.run(command, check=True, timeout=60, capture_output=True, text=True).stdout


def test_it_is_set_up_as_far_as_ipmi_goes(story: Story) -> None:
    assert story.planned.rc == story.done.rc == story.again.rc == 0, story.done.explain()
    assert story.after_check == []
    assert story.done.changed()["old"] == 3, story.done.explain()  # user, network, clock
    assert story.again.changed() == {"old": 0}, story.again.explain()
    clock = int.from_bytes(bytes.fromhex(ipmitool(story.rack, "raw", "0x0a", "0x48")), "little")
    assert abs(clock - time.time()) < 300
    assert "maas" in ipmitool(story.rack, "user", "list", "1")


def test_what_ipmi_has_no_place_for_is_told(story: Story) -> None:
    (told,) = story.done.results(task="could not be given")

    words = told.result["msg"].partition("left out: ")[2].split(", ")
    assert set(words) == {
        "bmc_network.dns_servers",
        "bmc_security.protocols",
        "bmc_security.kcs",
        "bmc_ntp_servers",
        "bmc_certificate",
    }


def test_what_ipmi_tells_is_judged(story: Story) -> None:
    found = story.verdicts(story.done)

    judged = {name: outcome for name, (outcome, _reason) in found.items() if outcome != "skipped"}
    assert judged == {
        "bmc_answers": "pass",
        "clock_right": "pass",
        "bmc_users_known": "pass",
        "bmc_users_there": "pass",
        "ipmi_cipher_zero": "pass",
        "ipmi_cipher_zero_unlisted": "warn",
        "ipmi_ciphers_encrypt": "warn",
        "parts_healthy": "pass",
    }, found


def test_the_rest_is_skipped_with_the_reason(story: Story) -> None:
    found = story.verdicts(story.done)

    for name in ("firmware_at_baseline", "bios_at_template", "boot_order"):
        assert found[name] == ("skipped", "the server speaks IPMI only, which tells nothing of it")
    for name in ("sockets", "disks", "nics"):
        assert found[name][0] == "skipped" and "tells nothing of its" in found[name][1], found[name]
    for name in ("cores", "memory"):
        assert found[name] == ("skipped", "MAAS has not seen it; the machine is not in MAAS")
