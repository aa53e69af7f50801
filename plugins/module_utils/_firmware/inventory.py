# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The firmware inventory in one normal form, whatever the BMC calls its rows.

Rows are found by what they are (name, software id, place), never by id: Dell's ids hold the version and HPE's numbers
shift after an update (Q-G62).

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import asdict, dataclass, replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.version import NOTHING
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import FirmwareAnswers

__all__ = ["Component", "normal_form"]

Document = t.Mapping[str, t.Any]
BANK_PREFIX = re.compile(r"(?i)^(installed|current|previous|available|backup|golden|staging|staged)[-_]")
# A row that stands for the image to start with at the next reset, for the one before, or for nothing of interest.
CURRENT = "current"


@dataclass(frozen=True)
class Component:
    """One updatable part of a machine.

    ``version`` is the one that runs now, ``staged`` the one that waits for a reset, ``previous`` the one in the other
    bank, ``available`` the one in the BMC's store that nobody has installed; None where there is none. ``uri`` is the
    inventory row, empty where the version comes from elsewhere.
    """

    component: str
    id: str
    name: str
    version: str | None
    updateable: bool = True
    device: str = ""
    staged: str | None = None
    previous: str | None = None
    uri: str = ""
    previous_uri: str = ""
    available: str | None = None
    available_uri: str = ""
    software_id: str = ""

    def as_result(self) -> dict[str, t.Any]:
        """Return the form of firmware_info."""
        return asdict(self)


def normal_form(
    documents: t.Iterable[Document],
    answers: FirmwareAnswers,
    *,
    bmc_version: str | None = None,
    bios_version: str | None = None,
) -> t.Tuple[Component, ...]:
    """Return one entry per component, with its staged and previous versions attached.

    :param documents: SoftwareInventory resources.
    :param bmc_version: Manager.FirmwareVersion, used where the inventory has no row for the BMC (old Supermicro).
    :param bios_version: ComputerSystem.BiosVersion, likewise.
    """
    slots: dict[str, list[Component]] = {}
    for document in documents:
        slots.setdefault(_slot(document, answers), []).append(_component(document, answers))
    current = slots.get(CURRENT, [])
    current += [row for row in slots.get("duplicate", []) if not _same_as_any(row, current)]
    for name, version in (("bmc", bmc_version), ("bios", bios_version)):
        if _text(version) and not any(row.component == name for row in current):
            current.append(Component(name, name, name.upper(), _text(version)))
    entries = [_with_banks(row, current, slots) for row in current]
    return tuple(sorted(entries, key=lambda row: (row.component, row.name, row.id)))


def _component(document: Document, answers: FirmwareAnswers) -> Component:
    text = _haystack(document)
    name = next((name for name, pattern in answers.components if re.search(pattern, text)), "other")
    return Component(
        component=name,
        id=str(document.get("Id") or ""),
        name=str(document.get("Name") or ""),
        version=_text(document.get("Version")),
        # Absent in old schemas (rec intel-s2600bpb), where everything listed may be updated.
        updateable=document.get("Updateable") is not False,
        device=_place(document),
        uri=str(document.get("@odata.id") or ""),
        software_id=str(document.get("SoftwareId") or ""),
    )


def _haystack(document: Document) -> str:
    return "|".join(str(document.get(key) or "") for key in ("Id", "Name", "Description"))


def _slot(document: Document, answers: FirmwareAnswers) -> str:
    text = "|".join(str(document.get(key) or "") for key in ("Id", "Name", "Version"))
    return next((slot for slot, pattern in answers.slots if re.search(pattern, text)), CURRENT)


def _place(document: Document) -> str:
    """Say where the device sits, in the machine's words; empty where it does not tell."""
    for item in (document.get("Oem") or {}).values():
        if isinstance(item, t.Mapping) and item.get("DeviceContext"):
            return str(item["DeviceContext"])
    identity = str(document.get("Id") or "")
    return identity.rsplit("__", 1)[1] if "__" in identity else ""


def _text(version: t.Any) -> str | None:
    text = " ".join(str(version or "").split())
    return None if text.lower() in NOTHING else text


def _same_as_any(row: Component, others: t.Iterable[Component]) -> bool:
    return any(_tail(row) == _tail(other) and row.component == other.component for other in others)


def _tail(row: Component) -> str:
    """Return what stays of an id across versions and banks: the place, or the id without the bank's name."""
    return row.device or re.sub(
        r"(?i)^(installed|current|previous|available|backup|golden|staging|staged)[-_]", "", row.id
    )


def _with_banks(
    row: Component, current: t.Sequence[Component], slots: t.Mapping[str, t.Sequence[Component]]
) -> Component:
    alone = sum(other.component == row.component for other in current) == 1
    for slot in ("staged", "previous", "available"):
        for other in slots.get(slot, ()):
            if other.component == row.component and (alone or _tail(other) == _tail(row)) and other.version:
                more = {slot: other.version, **({} if slot == "staged" else {f"{slot}_uri": other.uri})}
                row = replace(row, **t.cast(t.Any, more))
    return row
