# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a machine's hardware the way the script 50-maas-01-commissioning prints it: LXD's resources as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

SCRIPT = "50-maas-01-commissioning"


def resources_json(hardware: Mapping[str, Any]) -> bytes:
    """Give the output of the script for a machine of the rack; keys as a MAAS 3.7.3 recorded them."""
    found = {
        "cpu": _cpu(hardware),
        "memory": {"total": int(hardware.get("memory_mib") or 0) * 1024 * 1024},
        "network": _network(hardware),
        "storage": _storage(hardware),
        "system": _system(hardware),
    }
    return json.dumps({"api_version": "1.0", "resources": found, "networks": {}}, indent=1).encode()


def _cpu(hardware: Mapping[str, Any]) -> dict[str, Any]:
    arm = hardware.get("architecture") == "arm"
    sockets, cores = int(hardware.get("cpus") or 1), int(hardware.get("cores") or 1)
    threads = cores * (1 if arm else 2)
    return {
        "architecture": "aarch64" if arm else "x86_64",
        "sockets": [
            {
                "socket": socket,
                "name": str(hardware.get("cpu_model") or ""),
                "frequency": int(hardware.get("cpu_mhz") or 2100),
                "cores": [{"core": core} for core in range(cores)],
            }
            for socket in range(sockets)
        ],
        "total": sockets * threads,
    }


def _network(hardware: Mapping[str, Any]) -> dict[str, Any]:
    cards = [
        {
            "vendor": nic.get("vendor") or "",
            "product": nic.get("product") or "",
            "firmware_version": nic.get("firmware_version") or "",
            "ports": [
                {
                    "id": str(nic.get("name") or f"eno{position + 1}"),
                    "address": str(nic["mac"]).lower(),
                    "link_detected": bool(nic.get("link", True)),
                    "link_speed": int(nic.get("speed_mbps") or 0),
                }
            ],
        }
        for position, nic in enumerate(hardware.get("nics") or [])
    ]
    return {"cards": cards, "total": len(cards)}


def _storage(hardware: Mapping[str, Any]) -> dict[str, Any]:
    disks = [
        {
            "id": str(disk.get("name") or f"sd{chr(ord('a') + position)}"),
            "model": disk.get("model") or "",
            "serial": str(disk.get("serial") or ""),
            "size": int(disk.get("size_bytes") or 0),
            "firmware_version": disk.get("firmware_version") or "",
        }
        for position, disk in enumerate(hardware.get("disks") or [])
    ]
    return {"disks": disks, "total": len(disks)}


def _system(hardware: Mapping[str, Any]) -> dict[str, Any]:
    names = ("uuid", "vendor", "product", "sku", "serial")
    bios = {"vendor": "bios_vendor", "date": "bios_date", "version": "bios_version"}
    return {
        **{name: str(hardware.get(name) or "") for name in names},
        "type": "physical",
        "firmware": {ours: str(hardware.get(theirs) or "") for ours, theirs in bios.items()},
    }
