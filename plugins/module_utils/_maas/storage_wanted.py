# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of ``maas_storage``, and what they want, checked as far as that needs no MAAS; pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import collections
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.disks import Disk
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.groups import Group, in_order, wanted_groups
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.layouts import (
    DEVICES,
    LAYOUTS,
    PARAMETERS,
    SIZES,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.owner import OWNER_OPTIONS, identity
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import Identity
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import MAAS_OPTIONS

__all__ = ["STORAGE_OPTIONS", "WantedStorage"]

Spec = t.Dict[str, t.Dict[str, t.Any]]
TEXT = {"type": "str"}
NAME = {"type": "str", "required": True}
NAMES = {"type": "list", "elements": "str", "required": True}
CACHE_MODES = ["writeback", "writethrough", "writearound"]
# Each level with the fewest devices MAAS takes for it.
RAID_LEVELS = {"raid-0": 2, "raid-1": 2, "raid-5": 3, "raid-6": 4, "raid-10": 3}

FILESYSTEM: Spec = dict.fromkeys(("fstype", "label", "mount_point", "mount_options"), TEXT)
PARTITION: Spec = {"size": TEXT, "bootable": {"type": "bool", "default": False}, **FILESYSTEM}
CONTENT: Spec = {**FILESYSTEM, "partitions": {"type": "list", "elements": "dict", "options": PARTITION}}
CUSTOM: t.Mapping[str, Spec] = {
    "disks": {"name": NAME, "boot": {"type": "bool", "default": False}, **CONTENT},
    "raids": {
        "name": NAME,
        "level": {"type": "str", "required": True, "choices": list(RAID_LEVELS)},
        "devices": NAMES,
        "spare_devices": {"type": "list", "elements": "str"},
        **CONTENT,
    },
    "volume_groups": {
        "name": NAME,
        "devices": NAMES,
        "logical_volumes": {"type": "list", "elements": "dict", "options": {"name": NAME, "size": TEXT, **FILESYSTEM}},
    },
    "bcaches": {
        "name": NAME,
        "backing_device": NAME,
        "cache_device": NAME,
        "cache_mode": {"type": "str", "choices": CACHE_MODES, "default": "writethrough"},
        **CONTENT,
    },
}
STORAGE_OPTIONS = (
    MAAS_OPTIONS
    + OWNER_OPTIONS
    + Options(
        spec={
            "layout": {"type": "str", "choices": list(LAYOUTS)},
            **dict.fromkeys((*DEVICES, *SIZES, "vg_name", "lv_name"), TEXT),
            "cache_mode": {"type": "str", "choices": CACHE_MODES},
            "cache_no_part": {"type": "bool"},
            **{name: {"type": "list", "elements": "dict", "options": options} for name, options in CUSTOM.items()},
        },
        required_one_of=(("layout", *CUSTOM),),
        mutually_exclusive=tuple(("layout", name) for name in CUSTOM),
    )
)


@dataclass(frozen=True)
class WantedStorage:
    """A layout with its parameters, or disks and what is built of them (each group after those it needs)."""

    owner: Identity
    layout: str = ""
    parameters: t.Mapping[str, t.Any] = field(default_factory=dict)
    disks: t.Tuple[Disk, ...] = ()
    groups: t.Tuple[Group, ...] = ()
    allow_other_owner: bool = False

    @classmethod
    def from_params(cls, params: t.Mapping[str, t.Any]) -> WantedStorage:
        """Take the options of ``maas_storage``.

        :raises ConfigurationError: for what cannot be, all of it at once.
        """
        groups, tangled = in_order(wanted_groups(params))
        wanted = cls(
            owner=identity(params),
            layout=params.get("layout") or "",
            parameters={name: params[name] for name in (*DEVICES, *PARAMETERS) if params.get(name) is not None},
            disks=tuple(Disk.wanted(item) for item in params.get("disks") or ()),
            groups=tuple(groups),
            allow_other_owner=bool(params.get("allow_other_owner")),
        )
        found = list(_layout_problems(wanted) if wanted.layout else _custom_problems(wanted))
        if tangled:
            found.append(f"{', '.join(group.name for group in tangled)}: built of each other")
        if found:
            raise ConfigurationError("; ".join(found), problems=found)
        return wanted

    @property
    def containers(self) -> tuple[Disk, ...]:
        """Return whatever can have partitions or a file system: disks, and the devices of RAIDs and caches."""
        return (*self.disks, *(group.disk for group in self.groups if group.disk is not None))

    @property
    def made(self) -> frozenset[str]:
        """Return the names of the partitions and devices that will be made."""
        partitions = [name for disk in self.disks for name in disk.partition_names]
        return frozenset([*partitions, *(name for group in self.groups for name in group.made)])


def _layout_problems(wanted: WantedStorage) -> t.Iterator[str]:
    for name in SIZES:
        size = wanted.parameters.get(name, "1")
        if not re.fullmatch(r"(?i)\s*\d+(\.\d+)?\s*([kmgt]?b?|%)\s*", size):
            yield f"{name}: {size!r} is not a size; write it as 512M, 100G or 50%"


def _custom_problems(wanted: WantedStorage) -> t.Iterator[str]:
    if wanted.parameters:
        yield f"{', '.join(wanted.parameters)}: go with layout, not with disks"
    for disk in wanted.containers:
        if disk.partitions and disk.filesystem:
            yield f"disk {disk.name}: has partitions or a file system, not both"
        if any(part.size is None for part in disk.partitions[:-1]):
            yield f"disk {disk.name}: only the last partition can take the rest of the disk (no size)"
    for group in wanted.groups:
        yield from _group_problems(group)
    yield from _use_problems(wanted)
    yield from _mount_problems(wanted)


def _group_problems(group: Group) -> t.Iterator[str]:
    if any(volume.size is None for volume in group.volumes[:-1]):
        yield f"volume group {group.name}: only the last logical volume can take the rest (no size)"
    if group.kind != "raids":
        return
    least = RAID_LEVELS[group.variant]
    if len(group.devices) < least:
        yield f"RAID {group.name}: {group.variant} needs at least {least} devices, not {len(group.devices)}"
    if group.spares and group.variant == "raid-0":
        yield f"RAID {group.name}: raid-0 has no use for spare_devices"


def _use_problems(wanted: WantedStorage) -> t.Iterator[str]:
    names = [disk.name for disk in wanted.disks] + [group.name for group in wanted.groups]
    for name in _repeated(names):
        yield f"{name} is described more than once"
    # One device may cache several others.
    caches = {group.cache for group in wanted.groups if group.cache}
    used = [name for group in wanted.groups for name in (*group.devices, *group.spares)] + sorted(caches)
    for name in _repeated(used):
        yield f"{name} is used more than once"
    systems = _systems(wanted)
    partitioned = {disk.name for disk in wanted.containers if disk.partitions}
    for name in dict.fromkeys(used):
        if systems.get(name) is not None:
            yield f"{name} cannot have a file system: something is built of it"
        if name in partitioned:
            yield f"{name} cannot be used whole: it has partitions ({name}-part1 ...)"


def _systems(wanted: WantedStorage) -> dict[str, t.Any]:
    """Return the file system of each device that is described, by the device's name."""
    systems: dict[str, t.Any] = {}
    for disk in wanted.containers:
        systems[disk.name] = disk.filesystem
        systems.update(zip(disk.partition_names, (part.filesystem for part in disk.partitions)))  # noqa: B905
    for group in wanted.groups:
        if group.disk is None:
            systems.update(zip(group.made, group.filesystems))  # noqa: B905 - strict= came with Python 3.10
    return systems


def _mount_problems(wanted: WantedStorage) -> t.Iterator[str]:
    points = [system.mount_point for system in _systems(wanted).values() if system and system.mount_point != "none"]
    for point in _repeated([point for point in points if point.startswith("/")]):
        yield f"{point} is mounted more than once"
    if "/" not in points:
        yield "no file system is mounted at /, so MAAS could not deploy the machine"


def _repeated(names: t.Iterable[str]) -> list[str]:
    return sorted(name for name, count in collections.Counter(names).items() if count > 1)
