# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One normal form of a server, whatever its BMC calls things; pure functions from resources to facts.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import Json, Rows
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.read import SUBSETS, Resources
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.power import sight_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.registry import by_name

__all__ = ["mac", "normal_form", "text"]

# What firmware writes where nobody filled anything in.
PLACEHOLDERS = re.compile(
    r"(?i)^(to be filled( by o\.?e\.?m\.?)?|not (specified|available|present)|default string|unknown|none|null|n/?a|"
    r"system (product name|manufacturer|serial number)|[.\s0-]*|0123456789|asset[- ]?tag|x+)$"
)
NO_UUID = re.compile(r"^[0fF-]*$")
GIB = 1024
SMALLEST_DRIVE = 10**6


def text(value: t.Any) -> str:
    """Return a text without blanks at its ends, empty for a placeholder."""
    plain = " ".join(str(value).split()) if value is not None else ""
    return "" if PLACEHOLDERS.match(plain) else plain


def mac(value: t.Any) -> str:
    """Return a MAC address in lower case with colons, empty for none and for the all-zero one."""
    digits = re.sub("[^0-9a-f]", "", str(value or "").lower())
    if len(digits) != 12 or digits.strip("0") == "":
        return ""
    return ":".join(digits[index : index + 2] for index in range(0, 12, 2))


def health(body: Json) -> str:
    """Return OK, Warning or Critical, or an empty string; the rollup counts when there is one."""
    status = body.get("Status") or {}
    return str(status.get("HealthRollup") or status.get("Health") or "")


def present(body: Json) -> bool:
    """Whether the thing is there: inventories list empty sockets as Absent."""
    return str((body.get("Status") or {}).get("State") or "") != "Absent"


def normal_form(resources: Resources, subsets: t.Collection[str]) -> Json:
    """Return the facts of the chosen subsets; the keys of a subset are there whenever it was chosen."""
    builders: t.Mapping[str, t.Callable[[Resources], Json]] = {
        "processors": _processors,
        "memory": _memory,
        "storage": _storage,
        "network": _network,
        "power": _power,
        "thermal": _thermal,
        "licences": _licences,
    }
    facts: Json = {"platform": resources.platform, "system": _system(resources), "bmc": _bmc(resources)}
    for name, build in builders.items():
        if name in subsets:
            facts.update(build(resources))
    facts["sources"] = _sources(resources, subsets)
    return facts


def _sources(resources: Resources, subsets: t.Collection[str]) -> Json:
    """Return where each part comes from: the protocol, and the resources that were read for it."""
    parts = {"system": [resources.system_uri], "bmc": [resources.manager_uri]}
    for subset in subsets:
        for section in SUBSETS[subset]:
            uris = [uri for uri, _body in resources.sections.get(section, ())]
            parts.setdefault(subset, []).extend(uris)
    return {name: {"protocol": resources.protocol, "resources": uris} for name, uris in parts.items()}


def _rows(resources: Resources, section: str, *kinds: str) -> Rows:
    """Return the rows of a section, optionally only those of some resource types."""
    rows = resources.sections.get(section, [])
    if not kinds:
        return list(rows)
    return [row for row in rows if str(row[1].get("@odata.type", "")).split(".", maxsplit=1)[0].lstrip("#") in kinds]


def _system(resources: Resources) -> Json:
    system, chassis = resources.system, resources.chassis
    sight = sight_of(system, by_name(resources.platform).power)
    uuid = str(system.get("UUID") or "")
    memory, processors = system.get("MemorySummary") or {}, system.get("ProcessorSummary") or {}
    secure = next((body for _uri, body in _rows(resources, "secure_boot")), {})
    boot = system.get("Boot") or {}
    return {
        "id": str(system.get("Id") or ""),
        # GB200 tells maker and model only of its chassis (rec openbmc-nvidia-gb200).
        "vendor": text(system.get("Manufacturer")) or text(chassis.get("Manufacturer")),
        "model": text(system.get("Model")) or text(chassis.get("Model")),
        "serial": text(resources.asset_key) or text(chassis.get("SerialNumber")),
        "board_serial": text(system.get("SerialNumber")),
        "sku": text(system.get("SKU")),
        "part_number": text(system.get("PartNumber")),
        "asset_tag": text(system.get("AssetTag")),
        "uuid": "" if NO_UUID.match(uuid) else uuid.lower(),
        "hostname": text(system.get("HostName")),
        "bios_version": text(system.get("BiosVersion")),
        "power": sight.power,
        "post_state": sight.post_state,
        "boot_progress": sight.progress,
        "health": health(system),
        "memory_gib": memory.get("TotalSystemMemoryGiB"),
        "processor_count": processors.get("Count"),
        "processor_model": text(processors.get("Model")),
        "boot_override": {
            "target": boot.get("BootSourceOverrideTarget"),
            "enabled": boot.get("BootSourceOverrideEnabled"),
            "mode": boot.get("BootSourceOverrideMode"),
        },
        "boot_order": list(boot.get("BootOrder") or ()),
        "reset_types": list(resources.allowed_resets),
        "secure_boot": {
            "enabled": secure.get("SecureBootEnable"),
            "current": secure.get("SecureBootCurrentBoot"),
            "mode": secure.get("SecureBootMode"),
        },
        "tpm": [
            {
                "type": str(item.get("InterfaceType") or ""),
                "firmware": text(item.get("FirmwareVersion")),
                "state": str((item.get("Status") or {}).get("State") or ""),
            }
            for item in system.get("TrustedModules") or ()
            if present(item)
        ],
    }


def _bmc(resources: Resources) -> Json:
    manager = resources.manager
    interfaces = [_interface(uri, body) for uri, body in _rows(resources, "bmc_interfaces")]
    protocols = next((body for _uri, body in _rows(resources, "bmc_protocols")), {})
    hostnames = [text(protocols.get("HostName")), *(str(item["hostname"]) for item in interfaces)]
    return {
        "id": str(manager.get("Id") or ""),
        "model": text(manager.get("Model")),
        "firmware": text(manager.get("FirmwareVersion")),
        "redfish_version": str(resources.root.get("RedfishVersion") or ""),
        "product": text(resources.root.get("Product")),
        "uuid": str(manager.get("UUID") or "").lower(),
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


def _interface(uri: str, body: Json) -> dict[str, t.Any]:
    addresses = [item.get("Address") for item in body.get("IPv4Addresses") or () if item]
    addresses += [item.get("Address") for item in body.get("IPv6Addresses") or () if item]
    return {
        "id": str(body.get("Id") or uri.rsplit("/", 1)[-1]),
        "name": text(body.get("Name")),
        "mac": mac(body.get("PermanentMACAddress")) or mac(body.get("MACAddress")),
        "speed_mbps": body.get("SpeedMbps") or None,
        "link": {"LinkUp": True, "LinkDown": False, "NoLink": False}.get(str(body.get("LinkStatus"))),
        "hostname": text(body.get("HostName")),
        "addresses": [address for address in addresses if address and address not in ("::", "0.0.0.0")],
    }


def _processors(resources: Resources) -> Json:
    cpus: list[Json] = []
    gpus: list[Json] = []
    for _uri, body in _rows(resources, "processors"):
        if not present(body):
            continue
        kind = str(body.get("ProcessorType") or "CPU")
        # iLO 6 puts the part number of a GPU into Model, iDRAC its slot into Name (rec dl380agen11, r750).
        no_names = {body.get("Id"), body.get("PartNumber")} if kind != "CPU" else set()
        names = [name for name in (body.get("Model"), body.get("Name")) if name not in no_names]
        common = {
            "id": str(body.get("Id") or ""),
            "socket": text(body.get("Socket")),
            "vendor": text(body.get("Manufacturer")),
            "model": next((text(name) for name in names if text(name)), ""),
            "serial": text(body.get("SerialNumber")),
            "health": health(body),
        }
        if kind in ("GPU", "Accelerator", "FPGA", "DSP"):
            gpus.append({**common, "type": kind, "part_number": text(body.get("PartNumber"))})
        elif kind == "CPU":
            cpus.append(
                {
                    **common,
                    "architecture": text(body.get("InstructionSet")) or text(body.get("ProcessorArchitecture")),
                    "cores": body.get("TotalCores"),
                    "threads": body.get("TotalThreads"),
                    "mhz": body.get("MaxSpeedMHz"),
                }
            )
    return {"processors": cpus, "gpus": gpus}


def _memory(resources: Resources) -> Json:
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
        for _uri, body in _rows(resources, "memory")
        if present(body) and body.get("CapacityMiB")
    ]
    total = sum(item["mib"] for item in modules) // GIB
    summary = (resources.system.get("MemorySummary") or {}).get("TotalSystemMemoryGiB")
    return {"memory": {"gib": total or (int(summary) if summary else 0), "modules": modules}}


def _storage(resources: Resources) -> Json:
    controllers = [
        {
            "id": str(body.get("Id") or body.get("MemberId") or ""),
            "model": text(body.get("Model")) or text(body.get("Name")),
            "vendor": text(body.get("Manufacturer")),
            "firmware": text(body.get("FirmwareVersion")),
            "serial": text(body.get("SerialNumber")),
            "health": health(body),
        }
        for body in _controllers(resources)
        if present(body)
    ]
    drives = [_drive(body) for _uri, body in _rows(resources, "storage", "Drive") if present(body)]
    simple = [item for _uri, body in _rows(resources, "storage", "SimpleStorage") for item in body.get("Devices") or ()]
    drives += [_drive(item) for item in simple if present(item)]
    # Virtual media of AMI shows as a drive of 2048 bytes (rec dgxh100), and SimpleStorage lists empty bays.
    drives = [item for item in drives if (item["bytes"] or SMALLEST_DRIVE) >= SMALLEST_DRIVE]
    volumes = [
        {
            "id": str(body.get("Id") or ""),
            "name": text(body.get("Name")),
            "bytes": body.get("CapacityBytes"),
            "raid": body.get("RAIDType") or body.get("VolumeType"),
            "health": health(body),
        }
        for _uri, body in _rows(resources, "storage", "Volume")
    ]
    return {"storage": {"controllers": controllers, "drives": drives, "volumes": volumes}}


def _controllers(resources: Resources) -> list[Json]:
    separate = [body for _uri, body in _rows(resources, "storage", "StorageController")]
    inline = [
        item
        for _uri, body in _rows(resources, "storage", "Storage")
        if not body.get("Controllers")
        for item in body.get("StorageControllers") or ()
        if isinstance(item, dict)
    ]
    return separate + inline


def _drive(body: Json) -> Json:
    return {
        "id": str(body.get("Id") or body.get("Name") or ""),
        "name": text(body.get("Name")),
        "model": text(body.get("Model")),
        "vendor": text(body.get("Manufacturer")),
        "serial": text(body.get("SerialNumber")),
        "bytes": body.get("CapacityBytes"),
        "media": text(body.get("MediaType")),
        "protocol": text(body.get("Protocol")),
        "firmware": text(body.get("Revision")) or text(body.get("FirmwareVersion")),
        "life_left_percent": body.get("PredictedMediaLifeLeftPercent"),
        "health": health(body),
    }


def _network(resources: Resources) -> Json:
    adapters = [
        {
            "id": str(body.get("Id") or ""),
            "vendor": text(body.get("Manufacturer")),
            "model": text(body.get("Model")) or text(body.get("Name")),
            "serial": text(body.get("SerialNumber")),
            "part_number": text(body.get("PartNumber")),
            "firmware": next((text(item.get("FirmwarePackageVersion")) for item in body.get("Controllers") or ()), ""),
            "health": health(body),
        }
        for _uri, body in _rows(resources, "adapters", "NetworkAdapter")
        if present(body)
    ]
    return {"network": {"adapters": adapters, "ports": _ports(resources)}}


def _ports(resources: Resources) -> list[Json]:
    """Return all ports, each MAC once; the adapter's own rows first, since they know the adapter."""
    ports: dict[str, Json] = {}
    for uri, body in _rows(resources, "adapters", "Port", "NetworkPort", "NetworkDeviceFunction"):
        ethernet = body.get("Ethernet") or {}
        addresses = [ethernet.get("PermanentMACAddress"), ethernet.get("MACAddress")]
        addresses += ethernet.get("AssociatedMACAddresses") or []
        addresses += body.get("AssociatedNetworkAddresses") or []
        address = next((mac(item) for item in addresses if mac(item)), "")
        if address:
            speed = body.get("CurrentSpeedGbps")
            port = {
                "id": str(body.get("Id") or ""),
                "adapter": re.sub(r".*/NetworkAdapters/([^/]+)/.*", r"\1", uri),
                "mac": address,
                "speed_mbps": int(speed * 1000) if speed else body.get("CurrentLinkSpeedMbps"),
                "link": {"LinkUp": True, "Up": True, "LinkDown": False, "Down": False}.get(str(body.get("LinkStatus"))),
            }
            known = ports.setdefault(address, port)
            known.update({key: value for key, value in port.items() if known.get(key) is None})
    for uri, body in _rows(resources, "interfaces"):
        item = _interface(uri, body)
        # Interfaces of the operating system and of the BMC's own USB link are not ports of the machine.
        if item["mac"]:
            known = ports.setdefault(
                item["mac"], {"id": item["id"], "adapter": "", "mac": item["mac"], "speed_mbps": None, "link": None}
            )
            known["speed_mbps"] = known["speed_mbps"] or item["speed_mbps"]
            known["link"] = item["link"] if known["link"] is None else known["link"]
    return list(ports.values())


def _power(resources: Resources) -> Json:
    items = [item for _uri, body in _rows(resources, "power", "Power") for item in body.get("PowerSupplies") or ()]
    items += [body for _uri, body in _rows(resources, "power", "PowerSupply")]
    control = [item for _uri, body in _rows(resources, "power", "Power") for item in body.get("PowerControl") or ()]
    return {
        "power_supplies": [
            {
                "id": str(item.get("Id") or item.get("MemberId") or ""),
                "name": text(item.get("Name")),
                "model": text(item.get("Model")),
                "serial": text(item.get("SerialNumber")),
                "firmware": text(item.get("FirmwareVersion")),
                "watts": item.get("PowerCapacityWatts"),
                "health": health(item),
            }
            for item in items
            if present(item)
        ],
        "power_watts": next((item.get("PowerConsumedWatts") for item in control), None),
    }


def _thermal(resources: Resources) -> Json:
    legacy = [body for _uri, body in _rows(resources, "thermal", "Thermal")]
    fans = [item for body in legacy for item in body.get("Fans") or ()]
    fans += [body for _uri, body in _rows(resources, "thermal", "Fan")]
    temperatures = [
        (item.get("Name"), item.get("ReadingCelsius"), health(item))
        for body in legacy
        for item in body.get("Temperatures") or ()
        if present(item)
    ]
    temperatures += [
        (item.get("DeviceName") or item.get("DataSourceUri"), item.get("Reading"), "")
        for _uri, body in _rows(resources, "thermal", "ThermalMetrics")
        for item in body.get("TemperatureReadingsCelsius") or ()
    ]
    return {
        "fans": [
            {
                "name": text(item.get("Name")) or text(item.get("FanName")),
                "reading": item.get("Reading", (item.get("SpeedPercent") or {}).get("Reading")),
                "health": health(item),
            }
            for item in fans
            if present(item)
        ],
        "temperatures": [
            {"name": text(name), "celsius": reading, "health": state} for name, reading, state in temperatures
        ],
    }


def _licences(resources: Resources) -> Json:
    return {
        "licences": [
            {
                "id": str(body.get("Id") or ""),
                "name": text(body.get("License")) or text(body.get("Name")),
                "type": text(body.get("LicenseType")),
                "expires": body.get("ExpirationDate"),
                "health": health(body),
            }
            for _uri, body in _rows(resources, "licences")
        ]
    }
