# SPDX-License-Identifier: GPL-3.0-or-later
"""Take over into a node what its commissioning found: CPU, memory, interfaces, disks, versions.

`hardware` is the rack's description of a machine; missing keys are shown as MAAS shows what it could not read.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from .network_setup import connect_boot_interface
from .records import HARDWARE_KEYS, UNKNOWN, Node, Tag
from .records_network import Interface
from .records_storage import BlockDevice
from .region import Region
from .tag_rules import matches

FIRMWARE_NIC = "0x80000960, 18.8.9"


def learn(region: Region, node: Node, hardware: Mapping[str, Any]) -> None:
    """Fill the node's hardware from what the machine has, keeping what users set unless it was asked to be redone."""
    _learn_system(node, hardware)
    _learn_processors(node, hardware)
    _learn_interfaces(region, node, hardware)
    if not node.skip_storage or not node.blockdevices:
        _learn_disks(region, node, hardware)
    if not node.skip_networking:
        connect_boot_interface(region, node)
    node.lshw = lshw_xml(node, hardware)
    node.lldp = b'<?xml version="1.0" encoding="UTF-8"?><lldp label="LLDP neighbors"/>'
    region.tags.setdefault("virtual", Tag("virtual"))
    _retag(region, node)


def _learn_system(node: Node, hardware: Mapping[str, Any]) -> None:
    def text(*names: str) -> str:
        return next((str(hardware[name]) for name in names if hardware.get(name)), UNKNOWN)

    found = dict.fromkeys(HARDWARE_KEYS, UNKNOWN)
    found.update(
        system_vendor=text("vendor"),
        system_product=text("product"),
        system_sku=text("sku"),
        system_serial=text("serial"),
        cpu_model=text("cpu_model"),
        mainboard_vendor=text("vendor"),
        mainboard_product=text("board"),
        mainboard_serial=text("board_serial"),
        mainboard_firmware_vendor=text("bios_vendor", "vendor"),
        mainboard_firmware_date=text("bios_date"),
        mainboard_firmware_version=text("bios_version"),
        chassis_vendor=text("vendor"),
        chassis_type="Rack Mount Chassis",
        chassis_serial=text("serial"),
    )
    node.hardware_info = found
    node.hardware_uuid = str(hardware["uuid"]) if hardware.get("uuid") else None


def _learn_processors(node: Node, hardware: Mapping[str, Any]) -> None:
    sockets = int(hardware.get("cpus") or 1)
    threads = 1 if hardware.get("architecture") == "arm" else 2
    share = int(hardware.get("cores") or 1) * threads
    node.cpu_count = sockets * share
    node.cpu_speed = int(hardware.get("cpu_mhz") or 2100)
    node.memory = int(hardware.get("memory_mib") or 0)
    node.numa_nodes = [
        {
            "index": index,
            "memory": node.memory // sockets,
            "cores": list(range(index * share, (index + 1) * share)),
            "hugepages_set": [],
        }
        for index in range(sockets)
    ]


def _learn_interfaces(region: Region, node: Node, hardware: Mapping[str, Any]) -> None:
    for position, nic in enumerate(hardware.get("nics") or []):
        mac = str(nic["mac"]).lower()
        known = next((i for i in node.interfaces.values() if i.mac_address == mac and i.type == "physical"), None)
        if known is None:
            known = Interface(region.number("interface"), f"eth{position}", mac_address=mac)
            node.interfaces[known.id] = known
        known.name = str(nic.get("name") or f"eno{position + 1}")
        known.vendor, known.product = nic.get("vendor"), nic.get("product")
        known.firmware_version = nic.get("firmware_version") or FIRMWARE_NIC
        known.interface_speed = int(nic.get("speed_mbps") or 0)
        known.link_connected = bool(nic.get("link", True))
        known.link_speed = known.interface_speed if known.link_connected else 0
        known.numa_node = 0
        known.sriov_max_vf = int(nic.get("sriov_max_vf") or 0)
        if known.sriov_max_vf and "sriov" not in known.tags:
            known.tags.append("sriov")


def _learn_disks(region: Region, node: Node, hardware: Mapping[str, Any]) -> None:
    """Match disks by serial, so that ids stay when a machine is commissioned again."""
    known = {disk.serial: disk for disk in node.blockdevices.values() if disk.type == "physical"}
    node.blockdevices.clear()
    node.groups.clear()
    for position, found in enumerate(hardware.get("disks") or []):
        serial = str(found.get("serial") or f"{node.system_id}{position}")
        disk = known.get(serial) or BlockDevice(region.number("blockdevice"), "", 0)
        disk.partitions, disk.filesystem, disk.table = [], None, None
        disk.name = str(found.get("name") or f"sd{chr(ord('a') + position)}")
        disk.size = int(found.get("size_bytes") or 0)
        disk.block_size = int(found.get("block_size") or 512)
        disk.model, disk.serial = found.get("model"), serial
        disk.id_path = f"/dev/disk/by-id/wwn-0x{zlib.crc32(serial.encode()):016x}"
        disk.firmware_version = found.get("firmware_version") or "5.13"
        disk.numa_node = 0
        disk.tags = ["rotary"] if found.get("rotational") else ["ssd"]
        node.blockdevices[disk.id] = disk


def lshw_xml(node: Node, hardware: Mapping[str, Any]) -> bytes:
    """Write the hardware the way ``lshw -xml`` does, as far as tags and readers look at it."""
    info = {key: escape(value) for key, value in node.hardware_info.items()}
    cpu = escape(str(hardware.get("cpu_model") or UNKNOWN))
    return (
        '<?xml version="1.0" standalone="yes" ?><list>'
        f'<node id="{escape(node.hostname)}" claimed="true" class="system" handle="DMI:0100">'
        f"<description>Rack Mount Chassis</description><product>{info['system_product']}</product>"
        f"<vendor>{info['system_vendor']}</vendor><serial>{info['system_serial']}</serial>"
        '<node id="core" claimed="true" class="bus"><description>Motherboard</description>'
        '<node id="firmware" claimed="true"><description>BIOS</description>'
        f"<vendor>{info['mainboard_firmware_vendor']}</vendor>"
        f"<version>{info['mainboard_firmware_version']}</version></node>"
        f'<node id="memory" claimed="true" class="memory"><size units="bytes">{node.memory * 1024 * 1024}</size></node>'
        f'<node id="cpu:0" claimed="true" class="processor"><product>{cpu}</product></node>'
        "</node></node></list>"
    ).encode()


def _retag(region: Region, node: Node) -> None:
    """Compute again which tags with a definition fit the machine."""
    for tag in region.tags.values():
        if tag.definition:
            fits = matches(tag.definition, node.lshw)
            if fits is None:
                continue
            if fits and tag.name not in node.tag_names:
                node.tag_names.append(tag.name)
            if not fits and tag.name in node.tag_names:
                node.tag_names.remove(tag.name)
