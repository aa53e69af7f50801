# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests MAAS is asked per machine, for each kind of run; counted in the rack's journal, not timed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

import yaml

from tests.support.playbook import environment, run_playbook
from tests.support.rack import Rack

MACHINES = 25
RUNS: tuple[tuple[str, dict[str, t.Any], bool], ...] = (
    ("from nothing to Deployed, check mode", {"state": "deployed"}, True),
    ("from nothing to Deployed", {"state": "deployed"}, False),
    ("Deployed already", {"state": "deployed"}, False),
    ("Deployed to Ready", {"state": "ready", "allow_release": True}, False),
    ("Ready already", {"state": "ready"}, False),
    ("deleted", {"state": "absent", "allow_delete": True}, False),
)


def main() -> None:
    hosts = {f"n{number:02}": {"lab_platform": "generic"} for number in range(1, MACHINES + 1)}
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        rack = Rack.start(Path(scratch), hosts, clock="scaled:40")
        try:
            print(f"{MACHINES} machines; requests to MAAS per machine, polls among them")
            for name, wanted, check in RUNS:
                if wanted["state"] == "absent":
                    _print("inventory with power parameters (whole)", _inventory_requests(rack, Path(scratch)), 1)
                _print(name, _requests(rack, wanted, check), MACHINES)
        finally:
            rack.stop()


def _print(name: str, methods: list[str], per: int) -> None:
    writes = sum(method != "GET" for method in methods)
    print(f"  {name:40} {len(methods) / per:6.1f}  of these writes {writes / per:4.1f}")


def _requests(rack: Rack, wanted: dict[str, t.Any], check: bool) -> list[str]:
    variables = {"seen": {name: rack.state(name)["macs"] for name in rack.servers}}
    task = {
        **_region(rack),
        "hostname": "{{ inventory_hostname }}",
        "mac_addresses": "{{ seen[inventory_hostname] }}",
        "power_type": "redfish",
        "power_parameters": {
            "power_address": "{{ bmc_host }}:8443",
            "power_user": "{{ bmc_username }}",
            "power_pass": "{{ bmc_password }}",
        },
        **wanted,
    }
    play = {"hosts": "servers", "gather_facts": False, "tasks": [{"hwautomation.baremetal.maas_machine": task}]}
    rack.clear_journal()
    done = run_playbook([play], rack.inventory, "--forks", "25", check=check, extra_vars=variables)
    if done.rc:
        raise RuntimeError(done.explain())
    return _asked(rack)


def _inventory_requests(rack: Rack, scratch: Path) -> list[str]:
    source = scratch / "bench.maas.yml"
    options = {"plugin": "hwautomation.baremetal.maas", **_region(rack), "power_parameters": True}
    source.write_text(yaml.safe_dump(options))
    rack.clear_journal()
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "ansible", "inventory", "-i", str(source), "--list"],
        env=environment(scratch / "events", (), {}),
        capture_output=True,
        check=True,
        timeout=120,
    )
    return _asked(rack)


def _region(rack: Rack) -> dict[str, t.Any]:
    return {"maas_url": rack.maas_url, "maas_api_key": rack.maas_api_key, "allow_http": True}


def _asked(rack: Rack) -> list[str]:
    return [entry["method"] for entry in rack.journal() if entry.get("who") and "/MAAS/api/" in entry["path"]]
