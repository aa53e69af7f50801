# SPDX-License-Identifier: GPL-3.0-or-later
"""BIOS: planning for 500 machines, and requests and seconds per machine beside the peers doing the same."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ansible_collections.hwautomation.baremetal.extensions.lab.bios import Bios
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from ansible_collections.hwautomation.baremetal.extensions.lab.tree.registries import to_document
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.decide import decide, is_settled
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.fetch import KeptRegistry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, Wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.options import as_wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.modules.bios_settings import DOOR
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.library import BiosLibrary
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.profile import profile_of
from tests.benchmarks._measure import Cost, measure, playbook_environment
from tests.support.rack import Rack, Server

MACHINES = 500
Doc = dict[str, Any]
COMMUNITY = Path(__file__).resolve().parents[2] / ".build" / "venv-community" / "bin"


def main() -> None:
    planning()
    beside_peers()


def planning() -> None:
    """Plan for machines of which each has its own registry, read from its cache file as each worker does."""
    personality = PLATFORMS["dell_idrac9"]
    rack_registry = personality.registry()
    recorded = _recorded_registry()
    generated = to_document(rack_registry, "Registry.1.0.0", "/registry")
    current = Bios(rack_registry).factory()
    wanted = as_wanted(profile_of(BiosLibrary(), "dell_compute", platform="dell_idrac9"))
    with tempfile.TemporaryDirectory() as cache:
        _plan_all("the rack's registry", generated, current, wanted, Path(cache, "rack"))
        if recorded:
            _plan_all("registry of a recorded R750", recorded[0], recorded[1], wanted, Path(cache, "r750"))
        else:
            print("SKIPPED: planning with the registry of a recorded R750 (../shared/mockups is not there)")


def _plan_all(title: str, document: Doc, current: Doc, wanted: Wanted, cache: Path) -> None:
    cache.mkdir()
    for number in range(MACHINES):
        KeptRegistry(str(cache), number).store(Registry(document))
    begun = time.process_time()
    for number in range(MACHINES):
        machine = BiosState(machine=f"r{number}", platform="dell_idrac9", current=current)
        if is_settled(wanted, machine):
            raise SystemExit("nothing differs: this measures nothing")
        registry = KeptRegistry(str(cache), number).load() or Registry.none()
        plan = decide(wanted, replace(machine, registry=registry))
    spent = time.process_time() - begun
    rules = sum(map(len, registry.index.dependencies.values()))
    size = f"{len(registry)} attributes, {rules} dependencies"
    differ = len(plan.facts["change"].differing)
    each = f"{1000 * spent / MACHINES:.1f} ms each, {differ} differ"
    print(f"plan {MACHINES} machines, {title} ({size}), each from its cache file: {spent:.2f} s CPU ({each})")


def _recorded_registry() -> tuple[Doc, Doc] | None:
    root = Path(__file__).resolve().parents[3] / "shared/mockups/dell-idrac9-r750/redfish/v1/Systems/System.Embedded.1"
    if not root.is_dir():
        return None
    registry, bios = (json.loads((root / path / "index.json").read_text()) for path in ("Bios/BiosRegistry", "Bios"))
    return registry, bios["Attributes"]


def beside_peers() -> None:
    """Three runs of the same wish on a machine of its own: nothing to do, stage a change, stage it again."""
    with tempfile.TemporaryDirectory() as scratch:
        hosts = {name: {"lab_platform": "dell_idrac9"} for name in ("ours", *PEERS)}
        rack = Rack.start(Path(scratch, "rack"), hosts, clock="scaled:1000", maas=False)
        try:
            _steady_state(rack, Path(scratch))
            _row("hwautomation.baremetal.bios_settings", rack, "ours", _our_options, Path(scratch))
            for name, (module, options) in PEERS.items():
                if not (COMMUNITY / "ansible-playbook").is_file():
                    print(f"SKIPPED: {module}: no .build/venv-community (make .build/venv-community/.done, 500 MB)")
                    continue
                _row(module, rack, name, options, Path(scratch))
        finally:
            rack.stop()


def _steady_state(rack: Rack, scratch: Path) -> None:
    options = {**_our_options(rack, rack.server("ours")), "attributes": {"BootMode": "Uefi", "NumLock": "On"}}
    cache = scratch / "run"
    cache.mkdir(mode=0o700)
    execute(DOOR, options, Context(cache_dir=str(cache)))
    rack.clear_journal()
    execute(DOOR, options, Context(cache_dir=str(cache)))
    count = len(rack.journal("ours"))
    print(f"nothing to do, session shared: {count} requests (aim: at most 4)")
    if count > 4:
        raise SystemExit("more than 4 requests with nothing to do")


def _our_options(rack: Rack, server: Server) -> Doc:
    return rack.connection(server.name)


def _community_options(rack: Rack, server: Server) -> Doc:
    return {
        "category": "Systems",
        "command": ["SetBiosAttributes"],
        "baseuri": f"{server.bmc_host}:{server.bmc_port}",
        "username": server.username,
        "password": server.password,
        "validate_certs": True,
        "ca_path": rack.ca_path,
    }


def _dell_options(rack: Rack, server: Server) -> Doc:
    return {
        "idrac_ip": server.bmc_host,
        "idrac_port": server.bmc_port,
        "idrac_user": server.username,
        "idrac_password": server.password,
        "ca_path": rack.ca_path,
        "apply_time": "OnReset",
        "job_wait": False,
    }


PEERS = {
    "community": ("community.general.redfish_config", _community_options),
    "dell": ("dellemc.openmanage.idrac_bios", _dell_options),
}


def _row(module: str, rack: Rack, name: str, options_of: Callable[[Rack, Server], Doc], scratch: Path) -> None:
    key = "bios_attributes" if name == "community" else "attributes"
    told = []
    for title, value in (("nothing to do", "On"), ("stage", "Off"), ("stage again", "Off")):
        rack.clear_journal()
        arguments = {**options_of(rack, rack.server(name)), key: {"NumLock": value}}
        cost, result = _play(module, arguments, rack, scratch, ours=name == "ours")
        if result.get("failed"):
            outcome = f"failed ({str(result.get('msg'))[:90]})"
        else:
            outcome = f"changed={str(result.get('changed')).lower()}"
        told.append(f"{title}: {outcome}, {len(rack.journal(name))} requests, {cost.cpu:.1f} s CPU")
    print(f"{module}\n  " + "\n  ".join(told))


def _play(module: str, arguments: Doc, rack: Rack, scratch: Path, *, ours: bool) -> tuple[Cost, Doc]:
    answer, play = scratch / "result.json", scratch / "play.json"
    tasks: list[Doc] = [
        {module: arguments, "register": "result", "ignore_errors": True},
        {"ansible.builtin.copy": {"content": "{{ result | to_json }}", "dest": str(answer), "mode": "0600"}},
    ]
    play.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    python = sys.executable if ours else str(COMMUNITY / "python")
    command = [python, "-m", "ansible", "playbook"] if ours else [str(COMMUNITY / "ansible-playbook")]
    command += ["-i", "localhost,", "-c", "local", "-e", f"ansible_python_interpreter={python}", str(play)]
    environment = playbook_environment(scratch, SSL_CERT_FILE=rack.ca_path)
    if not ours:
        environment = {
            key: value for key, value in environment.items() if not key.startswith(("ANSIBLE_", "PYTHONPATH"))
        }
    cost = measure(command, environment)
    return cost, json.loads(answer.read_text())
