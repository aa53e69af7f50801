# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tools of a running system print, in the normal form, and merged into what the BMC told."""

from __future__ import annotations

import json

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.host.info import Run, normal_form, read
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.merge import merge_facts
from tests.support.playbook import run_task

DMIDECODE = """\
# dmidecode 3.3
Getting SMBIOS data from sysfs.
SMBIOS 3.3.0 present.

Handle 0x0000, DMI type 0, 26 bytes
BIOS Information
\tVendor: Dell Inc.
\tVersion: 1.13.2
\tCharacteristics:
\t\tISA is supported
\t\tPCI is supported

Handle 0x0100, DMI type 1, 27 bytes
System Information
\tManufacturer: Dell Inc.
\tProduct Name: PowerEdge R750
\tVersion: Not Specified
\tSerial Number: F54P1G3
\tUUID: 4C4C4544-0035-3410-8050-C6C04F314733
\tSKU Number: SKU=090E;ModelName=PowerEdge R750

Handle 0x0200, DMI type 2, 8 bytes
Base Board Information
\tManufacturer: Dell Inc.
\tSerial Number: .F54P1G3.CNFCP0021400AB.

Handle 0x0300, DMI type 3, 22 bytes
Chassis Information
\tAsset Tag: Not Specified

Handle 0x1100, DMI type 17, 84 bytes
Memory Device
\tSize: 32 GB
\tLocator: A1
\tType: DDR4
\tSpeed: 3200 MT/s
\tManufacturer: 00CE063200CE
\tSerial Number: 0375D5A0
\tPart Number: M393A4K40EB3-CWE
\tConfigured Memory Speed: 2933 MT/s

Handle 0x1101, DMI type 17, 84 bytes
Memory Device
\tSize: No Module Installed
\tLocator: A2
"""
LSCPU = {"lscpu": [
    {"field": "Architecture:", "data": "x86_64", "children": [{"field": "Byte Order:", "data": "Little Endian"}]},
    {"field": "Vendor ID:", "data": "GenuineIntel", "children": [
        {"field": "Model name:", "data": "Intel(R) Xeon(R) Gold 6354 CPU @ 3.00GHz", "children": [
            {"field": "Thread(s) per core:", "data": "2"}, {"field": "Core(s) per socket:", "data": "18"},
            {"field": "Socket(s):", "data": "2"}, {"field": "CPU max MHz:", "data": "3600.0000"}]}]},
]}  # fmt: skip
LSBLK = {"blockdevices": [
    {"name": "sda", "type": "disk", "size": 480103981056, "model": "MZ7LH480HBHQ0D3", "vendor": "ATA", "serial": "S5YJ",
     "rota": False, "tran": "sata", "rev": "HG58"},
    {"name": "sdb", "type": "disk", "size": "4000787030016", "model": "ST4000", "vendor": "SEAGATE", "serial": "ZC1",
     "rota": "1", "tran": "sas", "rev": "X"},
    {"name": "nvme0n1", "type": "disk", "size": 1600321314816, "model": "Dell NVMe P5600", "vendor": None,
     "serial": "PHAB", "rota": False, "tran": "nvme", "rev": None},
    {"name": "sdc", "type": "disk", "size": 0, "model": "Virtual Floppy", "serial": "1", "rota": True, "tran": "usb"},
    {"name": "loop0", "type": "loop", "size": 67108864, "rota": False, "tran": None},
]}  # fmt: skip
IP = [
    {"ifname": "lo", "link_type": "loopback", "address": "00:00:00:00:00:00", "operstate": "UNKNOWN"},
    {"ifname": "eno1", "link_type": "ether", "address": "70:b5:e8:f0:52:dc", "operstate": "UP",
     "permaddr": "70:B5:E8:F0:52:DD"},
    {"ifname": "eno2", "link_type": "ether", "address": "70:b5:e8:f0:52:dc", "operstate": "DOWN"},
    {"ifname": "bond0", "link_type": "ether", "address": "70:b5:e8:f0:52:dc", "linkinfo": {"info_kind": "bond"}},
]  # fmt: skip
ETHTOOL = {
    "eno1": {"-i": "driver: bnxt_en\nbus-info: 0000:31:00.0\n", "": "Settings for eno1:\n\tSpeed: 25000Mb/s\n"},
    "eno2": {"-P": "Permanent address: 70:b5:e8:f0:52:de\n", "": "\tSpeed: Unknown!\n"},
}


def answer(command):
    if command[0] == "ethtool":
        flag = command[1] if len(command) == 3 else ""
        return Run(ETHTOOL[command[-1]].get(flag, ""))
    outputs = {"lscpu": LSCPU, "lsblk": LSBLK, "ip": IP}
    return Run(DMIDECODE if command[0] == "dmidecode" else json.dumps(outputs[command[0]]))


def test_tools_of_a_server_in_normal_form():
    facts, unread = normal_form(read(answer, None))

    assert unread == {}
    system = facts["system"]
    assert (system["vendor"], system["model"], system["serial"], system["bios_version"], system["asset_tag"]) == (
        "Dell Inc.", "PowerEdge R750", "F54P1G3", "1.13.2", "")  # fmt: skip
    assert system["uuid"] == "4c4c4544-0035-3410-8050-c6c04f314733"
    assert facts["memory"]["gib"] == 32
    assert [(item["slot"], item["mhz"], item["serial"]) for item in facts["memory"]["modules"]] == [
        ("A1", 2933, "0375D5A0")
    ]
    assert [(cpu["cores"], cpu["threads"], cpu["mhz"], cpu["architecture"]) for cpu in facts["processors"]] == [
        (18, 36, 3600, "x86-64")
    ] * 2
    assert [(item["id"], item["media"], item["protocol"], item["bytes"]) for item in facts["storage"]["drives"]] == [
        ("sda", "SSD", "SATA", 480103981056),
        ("sdb", "HDD", "SAS", 4000787030016),
        ("nvme0n1", "SSD", "NVMe", 1600321314816),
    ]
    assert [(port["id"], port["mac"], port["speed_mbps"], port["link"]) for port in facts["network"]["ports"]] == [
        ("eno1", "70:b5:e8:f0:52:dd", 25000, True),
        ("eno2", "70:b5:e8:f0:52:de", None, False),
    ]


def test_tools_that_are_missing_or_broken_are_listed_and_fail_nothing():
    def poor(command):
        answers = {"lscpu": Run(json.dumps(LSCPU)), "lsblk": Run("lsblk: unknown option -J")}
        return answers.get(command[0], Run(problem=f"{command[0]} is not installed"))

    facts, unread = normal_form(read(poor, None))

    assert len(facts["processors"]) == 2
    assert "network" not in facts and "memory" not in facts
    assert unread["dmidecode"] == "dmidecode is not installed"
    assert "no JSON" in unread["lsblk"]


BMC = {
    "system": {"vendor": "Dell", "model": "", "serial": "F54P1G3"},
    "storage": {
        "drives": [{"id": "Disk.0", "serial": "S5YJ", "model": "", "bytes": 480}],
        "controllers": [{"id": "c"}],
    },
    "network": {"ports": [{"id": "NIC.1", "mac": "70:b5:e8:f0:52:dd", "speed_mbps": None, "link": True}]},
    "sources": {"system": {"protocol": "redfish", "resources": ["/redfish/v1/Systems/1"]}},
}


def test_gaps_are_filled_and_nothing_is_replaced():
    host, _unread = normal_form(read(answer, None))

    merged = merge_facts(BMC, host, "host")

    assert merged["system"]["vendor"] == "Dell"
    assert merged["system"]["model"] == "PowerEdge R750"
    assert [(item["id"], item["model"], item["bytes"]) for item in merged["storage"]["drives"]] == [
        ("Disk.0", "MZ7LH480HBHQ0D3", 480)
    ]
    assert [(port["id"], port["speed_mbps"]) for port in merged["network"]["ports"]] == [
        ("NIC.1", 25000),
        ("eno2", None),
    ]
    assert len(merged["processors"]) == 2
    filled = merged["sources"]["filled"]
    assert filled["system.model"] == filled["processors"] == "host"
    assert filled["storage.drives[S5YJ].model"] == filled["network.ports[70:b5:e8:f0:52:de]"] == "host"
    assert "system.vendor" not in filled
    assert BMC["system"]["model"] == "", "the facts that were given are left as they were"
    assert merge_facts(merged, host, "host") == merged


def test_module_runs_on_a_host():
    result = run_task("host_info", {})

    assert not result["failed"], result
    assert result["facts"]["sources"]["system"]["protocol"] == "host"
    assert not result["changed"]
