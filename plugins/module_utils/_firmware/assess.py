# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One row of a baseline against one machine: same, older, newer, unknown; pure, shared by the door and the plan.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import fnmatch
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import (
    Requirement,
    Row,
    unknown_component,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.inventory import Component
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.version import (
    EQUAL,
    NEWER,
    OLDER,
    UNKNOWN,
    Version,
    compare,
    parse,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import FirmwareAnswers

__all__ = [
    "compare",
    "devices_of",
    "fits_machine",
    "has_staged",
    "has_stored",
    "is_version",
    "meets",
    "order_of",
    "shown",
    "standing",
]

# BMC first: a newer BMC knows how to flash the rest. Then what the host starts with, then devices.
ORDER = ("bmc", "cpld", "bios", "psu", "nic", "storage", "gpu", "other")


def order_of(row: Row) -> t.Tuple[int, str]:
    """Return the sort key of an update."""
    return ORDER.index(row.component), row.device


def fits_machine(row: Row, platform: str, model: str) -> str:
    """Return why the image is not for this machine, or an empty text. Models may hold wildcards."""
    if row.platform and row.platform != platform:
        return f"{row.file_name} is for {row.platform}, and this machine is {platform}"
    if row.models and model and not any(fnmatch.fnmatch(model.lower(), name.lower()) for name in row.models):
        return f"{row.file_name} is for {', '.join(row.models)}, and this machine is {model}"
    return ""


def devices_of(row: Row, components: t.Iterable[Component]) -> t.Tuple[t.Tuple[Component, ...], str]:
    """Return the inventory entries the row is about, and the problem when there are none."""
    components = tuple(components)
    same = tuple(entry for entry in components if entry.component == row.component)
    if not same:
        return (), unknown_component(row.component, (entry.component for entry in components))
    if not row.device:
        return same, ""
    wanted = row.device.lower()
    found = tuple(
        entry
        for entry in same
        if any(wanted in text.lower() for text in (entry.name, entry.device, entry.id, entry.software_id))
    )
    if found:
        return found, ""
    return (), unknown_component(row.device, (entry.name for entry in same))


def is_version(text: str | None, component: str, answers: FirmwareAnswers) -> Version | None:
    """Read a version in the wording of the platform; None where the text stands for none."""
    return parse(text, answers.versions.get(component, answers.versions["*"]), answers.generation)


def standing(row: Row, entries: t.Iterable[Component], answers: FirmwareAnswers) -> str:
    """Say how what is installed stands to the row: ``equal``, ``older``, ``newer`` or ``unknown``.

    Of several devices the one that stands furthest from "equal" counts, and a newer one before an older one, since
    flashing the row would take that one back.
    """
    found = {_one(row, entry, answers) for entry in entries}
    return next((state for state in (UNKNOWN, NEWER, OLDER, EQUAL) if state in found), UNKNOWN)


def _one(row: Row, entry: Component, answers: FirmwareAnswers) -> str:
    wanted = is_version(row.version, row.component, answers)
    current = is_version(entry.version, row.component, answers)
    if wanted is None:
        return UNKNOWN
    # A device that shows no version has no firmware to lose (a blank bank): anything is newer.
    return OLDER if current is None else compare(current, wanted)


def has_staged(row: Row, entry: Component, answers: FirmwareAnswers) -> bool:
    """Whether the version of the row is on the machine and waits to be activated."""
    wanted = is_version(row.version, row.component, answers)
    waiting = is_version(entry.staged, row.component, answers)
    return wanted is not None and waiting is not None and compare(waiting, wanted) == EQUAL


def has_stored(row: Row, entry: Component, answers: FirmwareAnswers) -> bool:
    """Whether the image of the row lies in the BMC's store and was never installed."""
    wanted = is_version(row.version, row.component, answers)
    there = is_version(entry.available, row.component, answers)
    return wanted is not None and there is not None and compare(there, wanted) == EQUAL


def meets(requirement: Requirement, components: t.Iterable[Component], answers: FirmwareAnswers) -> bool:
    """Whether every device of that component has at least the required version."""
    wanted = is_version(requirement.version, requirement.component, answers)
    for entry in components:
        if entry.component == requirement.component:
            current = is_version(entry.version, entry.component, answers)
            if wanted is None or current is None or compare(current, wanted) not in (EQUAL, NEWER):
                return False
    return True


def shown(entries: t.Iterable[Component]) -> str:
    """Return the installed versions as the diff shows them: one text, or all that differ."""
    return ", ".join(sorted({entry.version or "none" for entry in entries}))
