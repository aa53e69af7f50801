# SPDX-License-Identifier: GPL-3.0-or-later
"""The firmware of HPE servers: iLO's numbered inventory, and for which devices an image is (recordings of iLO 5 and 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..components import Component, Row

BMC_CLASS = "2f317b9d-c9e3-4d76-bff6-b9d0d085a952"
ROM_CLASS = "aa148d2e-6e09-453e-bc6f-63baa5f5ccc4"
CPLD_CLASS = "b1ad439a-9dd1-41c1-a496-2da9313f1f07"

PSU_CLASS = "6bb86077-0275-4614-aae1-86618e8b1c27"
DRIVE_CLASS = "f6de0320-2e0f-489a-b238-6dd8ae7c3811"
NIC, NIC_TARGET, NIC_PLACE = (
    "HPE Eth 10/25Gb 2p BCM57414 OCP3 Adptr",
    "a6b1a447-382a-5a4f-14e4-16d7159000d1",
    "OCP 3.0 Slot 10",
)
DRIVE, DRIVE_TARGET = "VO000960JWZJF", "4d2340a5-304f-3039-3630-304a575a4a46"


@dataclass(frozen=True)
class Generation:
    """What differs between the generations. Dates stand in versions; targets are GUIDs."""

    ilo: str
    ilo_version: str
    ilo_date: str
    ilo_target: str
    family: str
    rom_version: str
    rom_date: str
    older_rom: str
    board: str


GEN10_PLUS = Generation(
    ilo="iLO 5",
    ilo_version="3.10",
    ilo_date="Jan 20 2025",
    ilo_target="4764a662-b342-4fc7-9ce9-258c5d99e815",
    family="U46",
    rom_version="1.72",
    rom_date="05/16/2025",
    older_rom="1.64",
    board="00000000-0000-0000-0000-00000000021d",
)
GEN11 = Generation(
    ilo="iLO 6",
    ilo_version="1.66",
    ilo_date="Dec 13 2024",
    ilo_target="e6d3c844-14a6-4f1f-84a3-c06013910306",
    family="U58",
    rom_version="2.44",
    rom_date="01/17/2025",
    older_rom="2.40",
    board="00000000-0000-0000-0000-00000000024a",
)
# There is no recording of an iLO 7: its GUIDs are the rack's own.
GEN12 = Generation(
    ilo="iLO 7",
    ilo_version="1.14.00",
    ilo_date="May 28 2025",
    ilo_target="e6d3c844-14a6-4f1f-84a3-c06013910307",
    family="U68",
    rom_version="1.40",
    rom_date="05/28/2025",
    older_rom="1.30",
    board="00000000-0000-0000-0000-00000000025a",
)


def components(gen: Generation) -> tuple[Component, ...]:
    """Return iLO's numbered inventory: ids say nothing, names do; the old ROM is the redundant one (Q-H09, Q-H14)."""
    shown = f"{gen.family} v{{version}} ({gen.rom_date})"
    rom = (gen.board, f"00000000-0000-0000-0000-000001{gen.family.encode().hex()}")
    return (
        Component(
            "bios",
            gen.rom_version,
            (
                Row("2", "System ROM", version=shown, extra=_told("SystemRomActive", ROM_CLASS, *rom)),
                Row("3", "Redundant System ROM", "previous", version=shown, extra=_told("SystemRomBackup")),
            ),
            previous=gen.older_rom,
        ),
        Component(
            "bmc",
            gen.ilo_version,
            (
                Row(
                    "1",
                    gen.ilo,
                    version=f"{{version}} {gen.ilo_date}",
                    extra=_told("SystemBMC", BMC_CLASS, gen.ilo_target),
                ),
            ),
        ),
        Component(
            "nic",
            "22.31.6",
            (Row("9", NIC, updateable=False, extra=_told("14e416d7159000d1", "", NIC_TARGET, place=NIC_PLACE)),),
        ),
        Component(
            "cpld",
            "0x12",
            (
                Row(
                    "5",
                    "System Programmable Logic Device",
                    extra=_told("SystemProgrammableLogicDevice", CPLD_CLASS, gen.board),
                ),
            ),
        ),
        Component(
            "psu",
            "1.00",
            (
                Row(
                    "8",
                    "Power Supply Firmware",
                    updateable=False,
                    extra=_told("PowerSupplies", PSU_CLASS, "0102ce05-0001-0000-0000-0cf38db966ea", place="Bay 1"),
                ),
            ),
        ),
        Component(
            "storage",
            "HPK4",
            (
                Row(
                    "11",
                    DRIVE,
                    updateable=False,
                    extra=_told(DRIVE, DRIVE_CLASS, DRIVE_TARGET, place="Slot=17:Port=1:Box=1:Bay=1"),
                ),
            ),
        ),
    )


def _told(description: str, device_class: str = "", *targets: str, place: str = "System Board") -> Mapping[str, Any]:
    """Return what iLO adds to a row: every one has a place, not every one a class or targets."""
    oem: dict[str, Any] = {
        "@odata.context": "/redfish/v1/$metadata#HpeiLOSoftwareInventory.HpeiLOSoftwareInventory",
        "@odata.type": "#HpeiLOSoftwareInventory.v2_1_0.HpeiLOSoftwareInventory",
        "DeviceContext": place,
    }
    oem |= {"DeviceClass": device_class} if device_class else {}
    oem |= {"Targets": list(targets)} if targets else {}
    return {"Description": description, "Oem": {"Hpe": oem}}
