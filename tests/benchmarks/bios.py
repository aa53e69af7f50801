# SPDX-License-Identifier: GPL-3.0-or-later
"""BIOS: planning for 500 machines, and requests and seconds per machine beside the peers doing the same."""

from __future__ import annotations

import importlib.util
import json
import tempfile
import time
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
from tests.support.playbook import run_task
from tests.support.rack import Rack

MACHINES = 500
Doc = dict[str, Any]


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
    """Set one attribute that is set already, again and again: what costs a run with nothing to do."""
    with tempfile.TemporaryDirectory() as scratch:
        rack = Rack.start(
            Path(scratch, "rack"), {"d": {"lab_platform": "dell_idrac9"}}, clock="scaled:1000", maas=False
        )
        try:
            _steady_state(rack, Path(scratch))
            _peers(rack)
        finally:
            rack.stop()


def _steady_state(rack: Rack, scratch: Path) -> None:
    server = rack.server("d")
    options = {
        "bmc_host": server.bmc_host,
        "bmc_port": server.bmc_port,
        "bmc_username": server.username,
        "bmc_password": server.password,
        "ca_path": rack.ca_path,
        "attributes": {"BootMode": "Uefi", "NumLock": "On"},
    }
    cache = scratch / "run"
    cache.mkdir(mode=0o700)
    execute(DOOR, options, Context(cache_dir=str(cache)))
    rack.clear_journal()
    execute(DOOR, options, Context(cache_dir=str(cache)))
    print(f"nothing to do, session shared: {len(rack.journal('d'))} requests")


def is_installed(collection: str) -> bool:
    try:
        return importlib.util.find_spec(f"ansible_collections.{collection}") is not None
    except ModuleNotFoundError:
        return False


def _peers(rack: Rack) -> None:
    server = rack.server("d")
    address = f"{server.bmc_host}:{server.bmc_port}"
    rows = {
        "hwautomation.baremetal.bios_settings": {
            "bmc_host": server.bmc_host,
            "bmc_port": server.bmc_port,
            "bmc_username": server.username,
            "bmc_password": server.password,
            "ca_path": rack.ca_path,
            "attributes": {"NumLock": "On"},
        },
        "community.general.redfish_config": {
            "category": "Systems",
            "command": "SetBiosAttributes",
            "bios_attributes": {"NumLock": "On"},
            "baseuri": address,
            "username": server.username,
            "password": server.password,
            "validate_certs": True,
            "ca_path": rack.ca_path,
        },
        "dellemc.openmanage.idrac_bios": {
            "idrac_ip": server.bmc_host,
            "idrac_port": server.bmc_port,
            "idrac_user": server.username,
            "idrac_password": server.password,
            "ca_path": rack.ca_path,
            "attributes": {"NumLock": "On"},
        },
    }
    for module, options in rows.items():
        collection = ".".join(module.split(".")[:2])
        if not is_installed(collection):
            print(f"{module}: not installed here")
            continue
        rack.clear_journal()
        begun = time.monotonic()
        result = run_task(module, options)
        spent = time.monotonic() - begun
        told = "failed: " + str(result.get("msg"))[:80] if result.get("failed") else f"changed={result['changed']}"
        print(f"{module}: {spent:.1f} s with ansible-playbook, {len(rack.journal('d'))} requests, {told}")
