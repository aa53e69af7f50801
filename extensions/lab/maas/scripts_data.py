# SPDX-License-Identifier: GPL-3.0-or-later
"""List the scripts every MAAS 3.7 ships with: name, title, tags, kind of hardware, parallelism, minutes, flags."""

from __future__ import annotations

from typing import Any, NamedTuple

COMMISSIONING, INSTALLATION, TESTING, RELEASE = 0, 1, 2, 3
NODE, CPU, MEMORY, STORAGE, NETWORK = 0, 1, 2, 3, 4


class Builtin(NamedTuple):
    name: str
    type: int
    title: str
    tags: tuple[str, ...]
    hardware: int
    parallel: int
    timeout: int
    parameters: dict[str, Any] = {}
    apt: tuple[str, ...] = ()
    destructive: bool = False
    configured_networking: bool = False


_STORAGE = {"storage": {"type": "storage", "argument_format": "{path}"}}
_INTERFACE = {"interface": {"type": "interface"}}
_BMC_PARAMETERS: dict[str, Any] = {
    "maas_auto_ipmi_user": {"max": 20, "type": "string", "argument_format": "--username={input}"},
    "maas_auto_ipmi_cipher_suite_id": {
        "max": 2,
        "type": "string",
        "argument_format": "--ipmi-cipher-suite-id={input}",
    },
    "maas_auto_ipmi_user_privilege_level": {
        "type": "choice",
        "choices": [["USER", "User"], ["OPERATOR", "Operator"], ["ADMIN", "Administrator"]],
        "argument_format": "--ipmi-privilege-level={input}",
    },
}
_WIPE: dict[str, Any] = {
    "quick_erase": {"type": "boolean", "argument_format": "--quick-erase"},
    "secure_erase": {"type": "boolean", "argument_format": "--secure-erase"},
}
_ANY, _SAME = 2, 1

BUILTINS: tuple[Builtin, ...] = (
    Builtin(
        "20-maas-01-install-lldpd",
        0,
        "Install and configure lldpd for passive capture.",
        ("node",),
        0,
        0,
        30,
        {},
        ("lldpd",),
    ),
    Builtin("20-maas-02-dhcp-unconfigured-ifaces", 0, "Bring up and run DHCP on all interfaces", ("node",), 0, 0, 10),
    Builtin(
        "30-maas-01-bmc-config",
        0,
        "Detect and configure BMC's for MAAS use.",
        ("bmc-config", "node"),
        0,
        0,
        300,
        _BMC_PARAMETERS,
        ("freeipmi-tools", "ipmitool", "python3-paramiko"),
    ),
    Builtin(
        "20-maas-03-machine-resources",
        0,
        "Download and run binary to collect machine details",
        ("deploy-info", "node"),
        0,
        0,
        60,
    ),
    Builtin("40-maas-01-machine-config-hints", 0, "Generate machine configuration hints", ("node",), 0, 0, 60),
    Builtin("50-maas-01-commissioning", 0, "Gather all commissioning data", ("deploy-info", "node"), 0, 0, 60),
    Builtin(
        "maas-support-info", 0, "Gather support information for the machine", ("deploy-info", "node"), 0, _ANY, 300
    ),
    Builtin("maas-lshw", 0, "Capture lshw -xml output", ("deploy-info", "node"), 0, _ANY, 300),
    Builtin("maas-list-modaliases", 0, "Output all loaded modalises", ("deploy-info", "node"), 0, _ANY, 10),
    Builtin("maas-get-fruid-api-data", 0, "Return discovered fruid API data", ("node",), 0, _ANY, 60),
    Builtin("maas-kernel-cmdline", 0, "Capture the kernel command line", ("node",), 0, _ANY, 10),
    Builtin("maas-serial-ports", 0, "Discover all serial ports", ("deploy-info", "node"), 0, _ANY, 10),
    Builtin("maas-capture-lldpd", 0, "Capture lldpd output", ("node",), 0, _ANY, 60),
    Builtin(
        "smartctl-validate",
        2,
        "Storage status",
        ("commissioning", "storage"),
        STORAGE,
        _SAME,
        300,
        _STORAGE,
        ("smartmontools",),
    ),
    Builtin("smartctl-short", 2, "Storage integrity", ("storage",), STORAGE, _SAME, 600, _STORAGE, ("smartmontools",)),
    Builtin("smartctl-long", 2, "Storage integrity", ("storage",), STORAGE, _SAME, 0, _STORAGE, ("smartmontools",)),
    Builtin(
        "smartctl-conveyance", 2, "Storage integrity", ("storage",), STORAGE, _SAME, 0, _STORAGE, ("smartmontools",)
    ),
    Builtin("memtester", 2, "Memory integrity", ("memory",), MEMORY, 0, 0, {}, ("memtester",)),
    Builtin("stress-ng-cpu-long", 2, "CPU validation", ("cpu",), CPU, 0, 14 * 3600, {}, ("stress-ng",)),
    Builtin("stress-ng-cpu-short", 2, "CPU validation", ("cpu",), CPU, 0, 300, {}, ("stress-ng",)),
    Builtin("stress-ng-memory-long", 2, "Memory integrity", ("memory",), MEMORY, 0, 14 * 3600, {}, ("stress-ng",)),
    Builtin("stress-ng-memory-short", 2, "Memory integrity", ("memory",), MEMORY, 0, 300, {}, ("stress-ng",)),
    Builtin("ntp", 2, "NTP validation", ("ntp", "network"), NETWORK, _ANY, 60),
    Builtin("badblocks", 2, "Storage integrity", ("storage",), STORAGE, _SAME, 0, {"storage": {"type": "storage"}}),
    Builtin(
        "badblocks-destructive",
        2,
        "Storage integrity",
        ("destructive", "storage"),
        STORAGE,
        _SAME,
        0,
        {"storage": {"type": "storage"}},
        (),
        True,
    ),
    Builtin("7z", 2, "CPU benchmark", ("cpu",), CPU, 0, 300, {}, ("p7zip-full",)),
    Builtin("fio", 2, "Storage benchmark", ("storage", "destructive"), STORAGE, _SAME, 0, _STORAGE, ("fio",), True),
    Builtin(
        "internet-connectivity",
        2,
        "Internet Connectivity Validation",
        ("internet", "network-validation", "network"),
        NETWORK,
        _SAME,
        300,
        {
            "url": {
                "type": "url",
                "default": "https://connectivity-check.ubuntu.com",
                "required": True,
                "allow_list": True,
            },
            **_INTERFACE,
        },
        (),
        False,
        True,
    ),
    Builtin(
        "gateway-connectivity",
        2,
        "Gateway Connectivity Validation",
        ("network-validation", "network"),
        NETWORK,
        _SAME,
        300,
        _INTERFACE,
        (),
        False,
        True,
    ),
    Builtin(
        "rack-controller-connectivity",
        2,
        "Gateway Connectivity Validation",
        ("network-validation", "network"),
        NETWORK,
        _SAME,
        300,
        _INTERFACE,
        (),
        False,
        True,
    ),
    Builtin("wipe-disks", 3, "Wipe disks content", ("wipe", "disk", "node"), 0, 0, 0, _WIPE, ("nvme-cli",)),
)
