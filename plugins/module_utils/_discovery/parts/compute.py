# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processors, GPUs and memory; pure functions from resources to facts.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import Json
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.resources import Resources
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.words import health, present, text

__all__ = ["memory", "processors"]

GIB = 1024
ACCELERATORS = ("GPU", "Accelerator", "FPGA", "DSP")


def processors(resources: Resources) -> Json:
    """Return the processors, and apart from them GPUs and other accelerators, those of a GPU baseboard among them."""
    there = [body for body in resources.bodies("processors") if present(body)]
    board = [body for body in resources.bodies("gpu_boards") if present(body)]
    cpus = [body for body in there if _kind(body) == "CPU"]
    gpus = [body for body in there + board if _kind(body) in ACCELERATORS]
    return {"processors": [_cpu(body) for body in cpus], "gpus": [_gpu(body) for body in gpus]}


def _kind(body: Json) -> str:
    return str(body.get("ProcessorType") or "CPU")


def _common(body: Json, no_names: t.Collection[t.Any] = ()) -> Json:
    names = [name for name in (body.get("Model"), body.get("Name")) if name not in no_names]
    return {
        "id": str(body.get("Id") or ""),
        "socket": text(body.get("Socket")),
        "vendor": text(body.get("Manufacturer")),
        "model": next((text(name) for name in names if text(name)), ""),
        "serial": text(body.get("SerialNumber")),
        "health": health(body),
    }


def _cpu(body: Json) -> Json:
    return {
        **_common(body),
        "architecture": text(body.get("InstructionSet")) or text(body.get("ProcessorArchitecture")),
        "cores": body.get("TotalCores"),
        "threads": body.get("TotalThreads"),
        "mhz": body.get("MaxSpeedMHz"),
    }


def _gpu(body: Json) -> Json:
    # iLO 6 puts the part number of a GPU into Model, iDRAC its slot into Name (rec dl380agen11, r750).
    named = _common(body, {body.get("Id"), body.get("PartNumber")})
    return {**named, "type": _kind(body), "part_number": text(body.get("PartNumber"))}


def memory(resources: Resources) -> Json:
    """Return the size, and one entry per module that is there."""
    modules: list[Json] = [
        {
            "id": str(body.get("Id") or ""),
            "slot": text(body.get("DeviceLocator")) or text(body.get("Name")),
            "mib": int(body["CapacityMiB"]),
            "type": text(body.get("MemoryDeviceType")),
            "mhz": body.get("OperatingSpeedMhz"),
            "vendor": text(body.get("Manufacturer")),
            "part_number": text(body.get("PartNumber")),
            "serial": text(body.get("SerialNumber")),
            "health": health(body),
        }
        for body in resources.bodies("memory")
        if present(body) and body.get("CapacityMiB")
    ]
    total = sum(item["mib"] for item in modules) // GIB
    summary = (resources.system.get("MemorySummary") or {}).get("TotalSystemMemoryGiB")
    return {"memory": {"gib": total or (int(summary) if summary else 0), "modules": modules}}
