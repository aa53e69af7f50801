# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a machine as the API shows it: the same keys in lists and single answers, in an order of no meaning."""

from __future__ import annotations

from typing import Any

from . import render_parts
from .records import Node
from .region import Region
from .render_network import machine_network
from .render_parts import API
from .render_storage import machine_storage
from .results import STATUS_NAMES, commissioning_status, shown_status, testing_results
from .scripts_data import COMMISSIONING, INSTALLATION, TESTING

HARDWARE_TESTS = {"cpu": 1, "memory": 2, "storage": 3, "network": 4, "other": 0}
SINCE = {
    "last_sync": "3.2",
    "next_sync": "3.2",
    "sync_interval": "3.2",
    "parent": "3.3",
    "ephemeral_deploy": "3.3",
    "enable_hw_sync": "3.3",
    "error_description": "3.5",
    "enable_kernel_crash_dump": "3.6",
    "is_dpu": "3.7",
}
"""Fields and the version that brought them."""
UNTIL = {"pod": "3.8", "virtualmachine_id": "3.8"}
"""Fields and the version that took them away."""


def machine(region: Region, node: Node) -> dict[str, Any]:
    """Build the machine object; keys the simulated version does not have are left out."""
    shown = {
        **_identity(region, node),
        **_state(node),
        **_placement(region, node),
        **_deployment(node),
        **_hardware(node),
        **machine_storage(node),
        **machine_network(region, node),
        **_tests(region, node),
    }
    for name, version in SINCE.items():
        if not region.settings.at_least(version):
            del shown[name]
    for name, version in UNTIL.items():
        if region.settings.at_least(version):
            del shown[name]
    return shown


ANONYMOUS_KEYS = (
    "architecture",
    "fqdn",
    "hostname",
    "node_type",
    "power_state",
    "power_type",
    "resource_uri",
    "status",
    "status_action",
    "status_message",
    "status_name",
    "system_id",
)


def anonymous(region: Region, node: Node) -> dict[str, Any]:
    """Build what a caller without a key sees of a machine."""
    whole = machine(region, node)
    shown = {key: whole[key] for key in ANONYMOUS_KEYS}
    for name in ("domain", "zone"):
        shown[name] = {key: value for key, value in whole[name].items() if key != "resource_uri"}
    return shown


def _identity(region: Region, node: Node) -> dict[str, Any]:
    return {
        "system_id": node.system_id,
        "hostname": node.hostname,
        "fqdn": region.fqdn(node),
        "domain": render_parts.domain(region.domains[node.domain_id]),
        "hardware_uuid": node.hardware_uuid,
        "description": node.description,
        "resource_uri": f"{API}/machines/{node.system_id}/",
        "node_type": 0,
        "node_type_name": "Machine",
        "parent": None,
        "pod": None,
        "virtualmachine_id": None,
        "is_dpu": node.is_dpu,
    }


def _state(node: Node) -> dict[str, Any]:
    return {
        "status": int(node.status),
        "status_name": node.status.title,
        "status_message": node.status_message,
        "status_action": node.status_action,
        "error_description": node.error_description,
        "locked": node.locked,
        "owner": node.owner,
        "owner_data": dict(node.owner_data),
        "workload_annotations": dict(node.owner_data),
        "power_state": node.power_state,
        "power_type": node.power_type,
        "netboot": node.netboot,
    }


def _placement(region: Region, node: Node) -> dict[str, Any]:
    return {
        "zone": render_parts.zone(region.zones[node.zone_id]),
        "pool": render_parts.pool(region.pools[node.pool_id]),
        "tag_names": list(node.tag_names),
        "architecture": node.architecture,
        "min_hwe_kernel": node.min_hwe_kernel,
    }


def _deployment(node: Node) -> dict[str, Any]:
    return {
        "osystem": node.osystem,
        "distro_series": node.distro_series,
        "hwe_kernel": node.hwe_kernel,
        "ephemeral_deploy": node.ephemeral_deploy,
        "enable_hw_sync": node.enable_hw_sync,
        "sync_interval": 900 if node.enable_hw_sync else None,
        "last_sync": None,
        "next_sync": None,
        "enable_kernel_crash_dump": node.enable_kernel_crash_dump,
        "swap_size": node.swap_size,
        "bios_boot_method": node.bios_boot_method,
        "address_ttl": None,
        "disable_ipv4": node.disable_ipv4,
    }


def _hardware(node: Node) -> dict[str, Any]:
    return {
        "cpu_count": node.cpu_count,
        "cpu_speed": node.cpu_speed,
        "memory": node.memory,
        "numanode_set": node.numa_nodes,
        "hardware_info": dict(node.hardware_info),
    }


def _tests(region: Region, node: Node) -> dict[str, Any]:
    found = testing_results(node)
    kinds: dict[str, list[Any]] = {name: [] for name in HARDWARE_TESTS}
    interface_results = []
    for result in found:
        kind = _hardware_of(region, result.name)
        kinds[kind].append(result)
        if "interface" in result.parameters:
            interface_results.append(result)
    codes = {"testing": shown_status(found), "commissioning": commissioning_status(node)}
    codes |= {f"{name}_test": shown_status(results) for name, results in kinds.items()}
    codes["interface_test"] = shown_status(interface_results)
    shown: dict[str, Any] = {
        "current_commissioning_result_id": node.current_sets.get(COMMISSIONING),
        "current_testing_result_id": node.current_sets.get(TESTING),
        "current_installation_result_id": node.current_sets.get(INSTALLATION),
    }
    for name, code in codes.items():
        shown[f"{name}_status"] = code
        shown[f"{name}_status_name"] = STATUS_NAMES[code]
    return shown


def _hardware_of(region: Region, script_name: str) -> str:
    if not region.scripts.has(script_name):
        return "other"
    number = region.scripts.get(script_name).hardware_type
    return next((name for name, code in HARDWARE_TESTS.items() if code == number), "other")
