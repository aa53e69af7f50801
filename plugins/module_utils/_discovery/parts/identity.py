# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the machine and its BMC are; pure functions from resources to facts.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import Json
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.parts.network import interface
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.resources import Resources
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.words import (
    health,
    present,
    state,
    text,
    uuid,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.power import sight_of

__all__ = ["bmc", "system"]


def system(resources: Resources) -> Json:
    """Return identity, power, start and protection of the machine."""
    body, chassis = resources.system, resources.chassis
    sight = sight_of(body, resources.profile.power)
    memory, processors = body.get("MemorySummary") or {}, body.get("ProcessorSummary") or {}
    return {
        "id": str(body.get("Id") or ""),
        # GB200 tells maker and model only of its chassis (rec openbmc-nvidia-gb200).
        "vendor": text(body.get("Manufacturer")) or text(chassis.get("Manufacturer")),
        "model": text(body.get("Model")) or text(chassis.get("Model")),
        "serial": text(resources.asset_key) or text(chassis.get("SerialNumber")),
        "board_serial": text(body.get("SerialNumber")),
        "sku": text(body.get("SKU")),
        "part_number": text(body.get("PartNumber")),
        "asset_tag": text(body.get("AssetTag")),
        "uuid": uuid(body.get("UUID")),
        "hostname": text(body.get("HostName")),
        "bios_version": text(body.get("BiosVersion")),
        "power": sight.power,
        "post_state": sight.post_state,
        "boot_progress": sight.progress,
        "health": health(body),
        "memory_gib": memory.get("TotalSystemMemoryGiB"),
        "processor_count": processors.get("Count"),
        "processor_model": text(processors.get("Model")),
        **_start(resources),
        "secure_boot": _secure_boot(resources),
        "tpm": _tpm(resources),
    }


def _start(resources: Resources) -> Json:
    boot = resources.system.get("Boot") or {}
    return {
        "boot_override": {
            "target": boot.get("BootSourceOverrideTarget"),
            "enabled": boot.get("BootSourceOverrideEnabled"),
            "mode": boot.get("BootSourceOverrideMode"),
        },
        "boot_order": list(boot.get("BootOrder") or ()),
        "reset_types": list(resources.allowed_resets),
    }


def _secure_boot(resources: Resources) -> Json:
    secure = next(iter(resources.bodies("secure_boot")), {})
    return {
        "enabled": secure.get("SecureBootEnable"),
        "current": secure.get("SecureBootCurrentBoot"),
        "mode": secure.get("SecureBootMode"),
    }


def _tpm(resources: Resources) -> list[Json]:
    """Return the TPMs of ComputerSystem.TrustedModules, or those of the chassis where that is gone (DSP8010 2022.1)."""
    modules = [item for item in resources.system.get("TrustedModules") or () if present(item)]
    parts = [item for item in resources.bodies("trusted_components") if _is_tpm(item) and present(item)]
    return [
        {
            "type": str(item.get("InterfaceType") or ("TPM" if item in parts else "")),
            "firmware": text(item.get("FirmwareVersion")),
            "state": state(item),
        }
        for item in modules or parts
    ]


def _is_tpm(component: t.Mapping[str, t.Any]) -> bool:
    told = " ".join(str(component.get(key) or "") for key in ("Id", "Name", "Model", "Description"))
    return "TPM" in component or "TPM" in told


def bmc(resources: Resources) -> Json:
    """Return model, firmware, network and clock of the BMC."""
    manager = resources.manager
    interfaces = [interface(uri, body) for uri, body in resources.rows("bmc_interfaces")]
    protocols = next(iter(resources.bodies("bmc_protocols")), {})
    hostnames = [text(protocols.get("HostName")), *(str(item["hostname"]) for item in interfaces)]
    return {
        "id": str(manager.get("Id") or ""),
        "model": text(manager.get("Model")),
        "firmware": text(manager.get("FirmwareVersion")),
        "redfish_version": str(resources.root.get("RedfishVersion") or ""),
        "product": text(resources.root.get("Product")),
        "uuid": uuid(manager.get("UUID")),
        "health": health(manager),
        "time": str(manager.get("DateTime") or ""),
        "clock_offset": None if resources.clock_offset is None else round(resources.clock_offset),
        "interfaces": interfaces,
        "macs": sorted({item["mac"] for item in interfaces if item["mac"]}),
        "hostname": next(filter(None, hostnames), ""),
        "protocols": {
            name.lower(): value.get("ProtocolEnabled")
            for name, value in sorted(protocols.items())
            if isinstance(value, dict) and "ProtocolEnabled" in value
        },
    }
