# SPDX-License-Identifier: GPL-3.0-or-later
"""The chassis: power supplies, fans, temperatures and network adapters."""

from __future__ import annotations

from .site import OK, ROLLED, ROOT, Site
from .store import link


def build(site: Site) -> None:
    """Add the main chassis."""
    hardware = site.hardware
    site.put(
        site.chassis,
        "Chassis",
        "Chassis",
        ChassisType="RackMount",
        Manufacturer=hardware["vendor"],
        Model=hardware["product"],
        SerialNumber=hardware.get("shown_serial", hardware["serial"]),
        SKU=hardware["sku"],
        AssetTag="",
        PowerState="Off",
        IndicatorLED="Off",
        Status=ROLLED,
        Power=link(f"{site.chassis}/Power"),
        Thermal=link(f"{site.chassis}/Thermal"),
        NetworkAdapters=link(f"{site.chassis}/NetworkAdapters"),
        Links={"ComputerSystems": [link(site.system)], "ManagedBy": [link(site.manager)]},
    )
    _power(site)
    _thermal(site)
    _adapters(site)


def build_extra(site: Site, name: str) -> None:
    """Add a further chassis, such as the tray of accelerators."""
    site.put(f"{ROOT}/Chassis/{name}", "Chassis", name, ChassisType="Module", Status=ROLLED)


def _power(site: Site) -> None:
    path = f"{site.chassis}/Power"
    supplies = [
        {
            "@odata.id": f"{path}#/PowerSupplies/{number}",
            "MemberId": str(number),
            "Name": f"Power Supply {number + 1}",
            "Model": f"PSU{site.p.hardware.psu_watts}W",
            "SerialNumber": f"{site.hardware['serial']}P{number}",
            "PowerCapacityWatts": site.p.hardware.psu_watts,
            "LineInputVoltage": 230,
            "Status": OK,
        }
        for number in range(site.p.hardware.psus)
    ]
    control = {
        "@odata.id": f"{path}#/PowerControl/0",
        "MemberId": "0",
        "Name": "System Power Control",
        "PowerConsumedWatts": 0,
        "PowerCapacityWatts": site.p.hardware.psu_watts * site.p.hardware.psus,
    }
    site.put(path, "Power", "Power", PowerControl=[control], PowerSupplies=supplies)


def _thermal(site: Site) -> None:
    path = f"{site.chassis}/Thermal"
    fans = [
        {
            "@odata.id": f"{path}#/Fans/{number}",
            "MemberId": str(number),
            "Name": f"Fan {number + 1}",
            "Reading": 6000,
            "ReadingUnits": "RPM",
            "Status": OK,
        }
        for number in range(site.p.hardware.fans)
    ]
    temperatures = [
        {
            "@odata.id": f"{path}#/Temperatures/{number}",
            "MemberId": str(number),
            "Name": name,
            "ReadingCelsius": reading,
            "UpperThresholdCritical": limit,
            "PhysicalContext": context,
            "Status": OK,
        }
        for number, (name, reading, limit, context) in enumerate(
            (("Inlet Temp", 22, 47, "Intake"), ("CPU1 Temp", 45, 95, "CPU"), ("Exhaust Temp", 33, 80, "Exhaust"))
        )
    ]
    site.put(path, "Thermal", "Thermal", Fans=fans, Temperatures=temperatures)


def _adapters(site: Site) -> None:
    path = f"{site.chassis}/NetworkAdapters"
    adapter = f"{path}/1"
    functions, ports = [], []
    for number, nic in enumerate(site.hardware["nics"], 1):
        functions.append(f"{adapter}/NetworkDeviceFunctions/{number}")
        ports.append(f"{adapter}/Ports/{number}")
        site.put(
            functions[-1],
            "NetworkDeviceFunction",
            nic["name"],
            NetDevFuncType="Ethernet",
            Ethernet={"MACAddress": nic["mac"], "PermanentMACAddress": nic["mac"], "MTUSize": 1500},
            Status=OK,
        )
        site.put(
            ports[-1],
            "Port",
            f"Port {number}",
            PortId=str(number),
            CurrentSpeedGbps=nic["speed_mbps"] / 1000,
            LinkStatus="LinkUp" if nic["link"] else "LinkDown",
            Status=OK,
        )
    site.put(
        adapter,
        "NetworkAdapter",
        "Network Adapter",
        Manufacturer=site.p.hardware.nic_vendor,
        Model=site.p.hardware.nic_model,
        SerialNumber=f"{site.hardware['serial']}N1",
        Status=ROLLED,
        NetworkDeviceFunctions=link(f"{adapter}/NetworkDeviceFunctions"),
        Ports=link(f"{adapter}/Ports"),
    )
    site.collect(f"{adapter}/NetworkDeviceFunctions", "NetworkDeviceFunction", "Network Device Functions", functions)
    site.collect(f"{adapter}/Ports", "Port", "Ports", ports)
    site.collect(path, "NetworkAdapter", "Network Adapters", [adapter])
