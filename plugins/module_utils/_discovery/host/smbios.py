# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a running system says of the machine it runs on: tables of the firmware (dmidecode), pure.

Source: SMBIOS 3.7 (DSP0134), in the words of dmidecode 3.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.words import (
    number,
    text,
    uuid,
)

__all__ = ["board", "memory_modules", "records"]

Record = t.Dict[str, str]
MIB = {"MB": 1, "MiB": 1, "GB": 1024, "GiB": 1024, "TB": 1024 * 1024, "TiB": 1024 * 1024}


def records(output: str) -> list[tuple[str, Record]]:
    """Return the tables in the output of dmidecode: their title, and name -> value; lists of strings are left out."""
    found: list[tuple[str, Record]] = []
    for block in re.split(r"\n(?=Handle 0x)", output):
        lines = block.splitlines()
        if len(lines) > 1 and lines[0].startswith("Handle 0x"):
            pairs = (line.strip().partition(": ") for line in lines[2:] if line.startswith("\t") and line[1] != "\t")
            found.append((lines[1].strip(), {name: value.strip() for name, sep, value in pairs if sep}))
    return found


def board(tables: t.Iterable[tuple[str, Record]]) -> dict[str, t.Any]:
    """Return the identity of the machine in the normal form's words."""
    first: dict[str, Record] = {}
    for title, record in tables:
        first.setdefault(title, record)
    system, bios = first.get("System Information", {}), first.get("BIOS Information", {})
    return {
        "vendor": text(system.get("Manufacturer")),
        "model": text(system.get("Product Name")),
        "serial": text(system.get("Serial Number")),
        "sku": text(system.get("SKU Number")),
        "uuid": uuid(system.get("UUID")),
        "board_serial": text(first.get("Base Board Information", {}).get("Serial Number")),
        "asset_tag": text(first.get("Chassis Information", {}).get("Asset Tag")),
        "bios_version": text(bios.get("Version")),
    }


def memory_modules(tables: t.Iterable[tuple[str, Record]]) -> list[dict[str, t.Any]]:
    """Return one entry per memory module that is there."""
    devices = (record for title, record in tables if title == "Memory Device")
    return [_module(record) for record in devices if _mib(record.get("Size"))]


def _module(record: Record) -> dict[str, t.Any]:
    return {
        "id": record.get("Locator", ""),
        "slot": text(record.get("Locator")),
        "mib": _mib(record.get("Size")),
        "type": text(record.get("Type")),
        "mhz": number(record.get("Configured Memory Speed") or record.get("Speed")),
        "vendor": text(record.get("Manufacturer")),
        "part_number": text(record.get("Part Number")),
        "serial": text(record.get("Serial Number")),
        "health": "",
    }


def _mib(size: str | None) -> int:
    amount, _blank, unit = (size or "").partition(" ")
    return int(amount) * MIB.get(unit, 0) if amount.isdigit() else 0
