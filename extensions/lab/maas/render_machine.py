# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a machine as the API shows it: the same keys in lists and single answers, in an order of no meaning."""

from __future__ import annotations

from typing import Any

from . import disks, render_parts
from .records import BlockDevice, Filesystem, FilesystemGroup, Interface, Link, Node, Partition
from .region import Region
from .render_parts import API
from .results import STATUS_NAMES, commissioning_status, shown_status, testing_results
from .scripts_data import COMMISSIONING, INSTALLATION, TESTING

HARDWARE_TESTS = {"cpu": 1, "memory": 2, "storage": 3, "network": 4, "other": 0}
SINCE = {
    "parent": "3.3",
    "ephemeral_deploy": "3.3",
    "enable_hw_sync": "3.3",
    "error_description": "3.5",
    "enable_kernel_crash_dump": "3.6",
    "is_dpu": "3.7",
}
"""Fields and the version that brought them."""


def machine(region: Region, node: Node) -> dict[str, Any]:
    """Build the machine object; keys newer than the simulated version are left out."""
    shown = {
        **_identity(region, node),
        **_state(node),
        **_placement(region, node),
        **_deployment(node),
        **_hardware(node),
        **_storage(node),
        **_network(region, node),
        **_tests(region, node),
    }
    for name, version in SINCE.items():
        if not region.settings.at_least(version):
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


def _storage(node: Node) -> dict[str, Any]:
    every = [block_device(node, disk, in_machine=True) for disk in node.blockdevices.values()]
    physical = [disk for disk in every if disk["type"] == "physical"]
    boot = node.boot_disk
    shown = {kind: [_stub(node, g) for g in node.groups.values() if family(g) == kind] for kind in GROUP_LISTS}
    return {
        "storage": sum(disk.size for disk in node.blockdevices.values() if disk.type == "physical") / 1_000_000,
        "blockdevice_set": every,
        "physicalblockdevice_set": physical,
        "virtualblockdevice_set": [disk for disk in every if disk["type"] == "virtual"],
        "boot_disk": next((disk for disk in physical if boot and disk["id"] == boot.id), None),
        "special_filesystems": [filesystem(fs) for fs in node.special_filesystems],
        **shown,
    }


GROUP_LISTS = ("raids", "volume_groups", "bcaches", "cache_sets")


def family(group: FilesystemGroup) -> str:
    """Name the list of the machine object a group belongs to; datastores are in none of them."""
    if group.kind.startswith("raid"):
        return "raids"
    return {"lvm-vg": "volume_groups", "bcache": "bcaches", "cache-set": "cache_sets"}.get(group.kind, "vmfs")


def _stub(node: Node, group: FilesystemGroup) -> dict[str, Any]:
    return {"system_id": node.system_id, "id": group.id, "__incomplete__": True}


def block_device(node: Node, disk: BlockDevice, *, in_machine: bool = False) -> dict[str, Any]:
    """Write a disk; its firmware version is shown inside the machine object only, as MAAS does."""
    shown: dict[str, Any] = {
        "id": disk.id,
        "name": disk.name,
        "type": disk.type,
        "model": disk.model,
        "serial": disk.serial,
        "size": disk.size,
        "used_size": disks.used_size(disk),
        "available_size": disks.available_size(disk),
        "block_size": disk.block_size,
        "id_path": disk.id_path,
        "path": f"/dev/disk/by-dname/{disk.name}",
        "tags": list(disk.tags),
        "partitions": [partition(node, disk, part) for part in disk.partitions],
        "filesystem": filesystem(disk.filesystem),
        "partition_table_type": disk.table,
        "uuid": disk.uuid,
        "numa_node": disk.numa_node,
        "used_for": disks.disk_use(node, disk),
        "storage_pool": None,
        "system_id": node.system_id,
        "resource_uri": f"{API}/nodes/{node.system_id}/blockdevices/{disk.id}/",
    }
    if in_machine and disk.type == "physical":
        shown["firmware_version"] = disk.firmware_version
    return shown


def partition(node: Node, disk: BlockDevice, part: Partition) -> dict[str, Any]:
    return {
        "uuid": part.uuid,
        "size": part.size,
        "bootable": part.bootable,
        "tags": list(part.tags),
        "device_id": disk.id,
        "id": part.id,
        "type": "partition",
        "used_for": disks.filesystem_use(node, part.filesystem),
        "filesystem": filesystem(part.filesystem),
        "system_id": node.system_id,
        "path": f"/dev/disk/by-dname/{disk.name}-part{disks.partition_number(node, disk, part)}",
        "resource_uri": f"{API}/nodes/{node.system_id}/blockdevices/{disk.id}/partition/{part.id}",
    }


def filesystem(record: Filesystem | None) -> dict[str, Any] | None:
    if record is None:
        return None
    return {
        "fstype": record.fstype,
        "label": record.label,
        "uuid": record.uuid,
        "mount_point": record.mount_point,
        "mount_options": record.mount_options,
    }


def _network(region: Region, node: Node) -> dict[str, Any]:
    boot = node.boot_interface
    listed = [interface(region, node, nic) for nic in node.interfaces.values()]
    return {
        "interface_set": listed,
        "boot_interface": next((nic for nic in listed if boot and nic["id"] == boot.id), None),
        "ip_addresses": ip_addresses(node),
        "default_gateways": default_gateways(region, node),
    }


def ip_addresses(node: Node) -> list[str]:
    """Give the assigned addresses, or the ones discovered while commissioning when there are none."""
    assigned = [link.ip_address for nic in node.interfaces.values() for link in nic.links if link.ip_address]
    if assigned:
        return assigned
    return [nic.discovered[1] for nic in node.interfaces.values() if nic.discovered]


def default_gateways(region: Region, node: Node) -> dict[str, Any]:
    gateway = None
    for nic in node.interfaces.values():
        for link in nic.links:
            if link.subnet_id is not None and link.mode != "dhcp" and gateway is None:
                gateway = region.network.subnets[link.subnet_id].gateway_ip
    return {
        "ipv4": {"gateway_ip": gateway, "link_id": node.default_gateway_link},
        "ipv6": {"gateway_ip": None, "link_id": None},
    }


def interface(region: Region, node: Node, nic: Interface) -> dict[str, Any]:
    """Write one interface with its links; ``parents`` and ``children`` are names, as in MAAS."""
    discovered = None
    if nic.discovered:
        subnet_id, address = nic.discovered
        held = render_parts.subnet(region, region.network.subnets[subnet_id])
        discovered = [{"subnet": held, "ip_address": address}]
    return {
        "id": nic.id,
        "name": nic.name,
        "type": nic.type,
        "mac_address": nic.mac_address,
        "enabled": nic.enabled,
        "tags": list(nic.tags),
        "vlan": render_parts.vlan(region, region.network.vlan(nic.vlan_id)) if nic.vlan_id else None,
        "links": [link(region, item) for item in nic.links],
        "discovered": discovered,
        "parents": [node.interfaces[parent].name for parent in nic.parents],
        "children": [child.name for child in node.interfaces.values() if nic.id in child.parents],
        "params": dict(nic.params),
        "effective_mtu": effective_mtu(region, node, nic),
        "link_connected": nic.link_connected,
        "link_speed": nic.link_speed if nic.link_connected else 0,
        "interface_speed": nic.interface_speed,
        "numa_node": nic.numa_node,
        "product": nic.product,
        "vendor": nic.vendor,
        "firmware_version": nic.firmware_version,
        "sriov_max_vf": nic.sriov_max_vf,
        "system_id": node.system_id,
        "resource_uri": f"{API}/nodes/{node.system_id}/interfaces/{nic.id}/",
    }


def effective_mtu(region: Region, node: Node, nic: Interface) -> int:
    """Give the own MTU, else the largest a VLAN child needs, else that of the VLAN."""
    if "mtu" in nic.params:
        return int(nic.params["mtu"])
    return region.network.vlan(nic.vlan_id).mtu if nic.vlan_id else 1500


def link(region: Region, record: Link) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": record.id, "mode": record.mode}
    if record.ip_address:
        shown["ip_address"] = record.ip_address
    if record.subnet_id is not None:
        shown["subnet"] = render_parts.subnet(region, region.network.subnets[record.subnet_id])
    return shown


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
