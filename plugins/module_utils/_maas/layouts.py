# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The storage layouts of MAAS: which one the disks look like, and whether its parameters are as wanted; pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.disks import (
    MEMBERS,
    ROUNDING,
    Disk,
    disks_of,
    size_in_bytes,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.groups import Group

__all__ = ["DEVICES", "LAYOUTS", "PARAMETERS", "SIZES", "layout_of", "same_parameters"]

Json = t.Mapping[str, t.Any]

LAYOUTS = ("flat", "lvm", "bcache", "blank", "vmfs6", "vmfs7")
# Parameters of the layouts; the devices are disks by their names.
DEVICES = ("root_device", "cache_device")
SIZES = ("boot_size", "root_size", "lv_size", "cache_size")
PARAMETERS = (*SIZES, "vg_name", "lv_name", "cache_mode", "cache_no_part")


def layout_of(machine: Json) -> str:
    """Return the layout the disks look like: MAAS does not say which one was set.

    ``custom`` stands for anything that is none of MAAS's own.
    """
    if machine.get("raids"):
        return "custom"
    if machine.get("bcaches"):
        return "custom" if machine.get("volume_groups") else "bcache"
    if machine.get("volume_groups"):
        return "lvm"
    disks = disks_of(machine)
    used = [disk for disk in disks if disk.partitions or disk.filesystem]
    systems = [part.filesystem for disk in used for part in disk.partitions] + [disk.filesystem for disk in used]
    kinds = {item.fstype for item in systems if item}
    vmfs = sorted(kind for kind in kinds if kind.startswith("vmfs"))
    if vmfs:
        return vmfs[-1]
    if not used:
        return "blank"
    roots = [item for item in systems if item and item.mount_point == "/"]
    extra = [item for item in systems if item and item.mount_point not in ("/", "/boot", "/boot/efi")]
    return "flat" if len(used) == 1 and len(roots) == 1 and not extra else "custom"


def same_parameters(wanted: Json, machine: Json, groups: t.Iterable[Group]) -> bool:
    """Whether the parameters of the layout that were given are those of the storage there is.

    What a percentage is taken of MAAS decides: such a size is not compared.
    """
    now = _present_parameters(machine, groups)
    return all(
        _same_size(value, now.get(name)) if name in SIZES else value == now.get(name) for name, value in wanted.items()
    )


def _same_size(wanted: str, now: int | None) -> bool:
    if wanted.strip().endswith("%"):
        return True
    return now is not None and abs(size_in_bytes(wanted) - now) <= ROUNDING


def _present_parameters(machine: Json, groups: t.Iterable[Group]) -> dict[str, t.Any]:
    """Return the parameters as the disks show them; sizes in bytes."""
    now: dict[str, t.Any] = {}
    for disk in disks_of(machine):
        now.update(_on_disk(disk))
    for group in groups:
        if group.kind == "volume_groups":
            now["vg_name"] = group.name
            roots = [item for item in group.volumes if item.filesystem and item.filesystem.mount_point == "/"]
            if roots:
                now.update(lv_name=roots[0].name, lv_size=roots[0].size)
        elif group.kind == "bcaches":
            now["cache_mode"] = group.variant
    return now


def _on_disk(disk: Disk) -> dict[str, t.Any]:
    found: dict[str, t.Any] = {}
    if disk.filesystem and disk.filesystem.fstype == "bcache-cache":
        found.update(cache_device=disk.name, cache_no_part=True)
    for part in disk.partitions:
        system = part.filesystem
        if system is None:
            continue
        if system.mount_point == "/boot":
            found["boot_size"] = part.size
        elif system.fstype == "bcache-cache":
            found.update(cache_device=disk.name, cache_no_part=False, cache_size=part.size)
        elif system.mount_point == "/" or system.fstype in MEMBERS or system.fstype.startswith("vmfs"):
            found.update(root_device=disk.name, root_size=part.size)
    return found
