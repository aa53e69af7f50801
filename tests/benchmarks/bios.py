# SPDX-License-Identifier: GPL-3.0-or-later
"""BIOS: planning for 500 machines, and requests and seconds per machine beside the peers doing the same."""

from __future__ import annotations

import importlib.util
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from ansible_collections.hwautomation.baremetal.extensions.lab.bios import Bios
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from ansible_collections.hwautomation.baremetal.extensions.lab.tree.registries import to_document
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.decide import decide
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.options import as_wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.modules.bios_settings import DOOR
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.library import BiosLibrary
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.profile import profile_of
from tests.support.playbook import run_task
from tests.support.rack import Rack

MACHINES = 500


def main() -> None:
    planning()
    beside_peers()


def planning() -> None:
    personality = PLATFORMS["dell_idrac9"]
    rack_registry = personality.registry()
    document = to_document(rack_registry, "Registry.1.0.0", "/registry")
    kept = json.dumps(document)
    current = Bios(rack_registry).factory()
    wanted = as_wanted(profile_of(BiosLibrary(), "dell_compute", platform="dell_idrac9"))
    for title, fresh in (("registry parsed once", False), ("registry read from its cache file each time", True)):
        registry = Registry(json.loads(kept))
        begun = time.process_time()
        for number in range(MACHINES):
            machine = BiosState(machine=f"r{number}", platform="dell_idrac9", current=current, registry=registry)
            plan = decide(wanted, replace(machine, registry=Registry(json.loads(kept))) if fresh else machine)
        spent = time.process_time() - begun
        size = f"{len(registry)} attributes, {len(registry.dependency_rows)} dependencies"
        differ = len(plan.facts["change"].differing)
        each = f"{1000 * spent / MACHINES:.1f} ms each, {differ} differ"
        print(f"plan {MACHINES} machines, {size}, {title}: {spent:.2f} s CPU ({each})")


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
