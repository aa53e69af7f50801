# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is built of disks and partitions - RAIDs, volume groups, cached devices: wanted and present in one form; pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.disks import (
    ROUNDING,
    Disk,
    Filesystem,
    disk_view,
    filesystem_view,
    present_disk,
    present_filesystem,
    same_disk,
    same_filesystem,
    size_in_bytes,
    wanted_filesystem,
)

__all__ = ["LISTS", "Group", "Volume", "in_order", "present_groups", "same_group", "views", "wanted_groups"]

Json = t.Mapping[str, t.Any]

# The lists in the answer about a machine, and the paths below the machine that tell what they hold.
LISTS: t.Mapping[str, str] = {"raids": "raids", "volume_groups": "volume-groups", "bcaches": "bcaches"}


@dataclass(frozen=True)
class Volume:
    """A logical volume by its own name, without that of its group; ``size`` in bytes, None for the rest."""

    name: str
    size: t.Optional[int] = None
    filesystem: t.Optional[Filesystem] = None
    id: int = 0


@dataclass(frozen=True)
class Group:
    """A RAID, a volume group or a cached device; ``kind`` is the name of its list (see ``LISTS``).

    ``devices`` are the names of what it is built of, ``spares`` those of a RAID, ``cache`` the one that caches.
    ``variant`` is the level of a RAID, or the mode of a cache. ``disk`` is what is on the device that a RAID or a cache
    makes; a volume group has ``volumes`` instead, and ``free`` bytes.
    """

    kind: str
    name: str
    devices: t.Tuple[str, ...] = ()
    spares: t.Tuple[str, ...] = ()
    cache: str = ""
    variant: str = ""
    disk: t.Optional[Disk] = None
    volumes: t.Tuple[Volume, ...] = ()
    id: int = 0
    cache_id: int = 0
    free: int = 0

    @property
    def used(self) -> tuple[str, ...]:
        """Return the names of everything it is built of."""
        return (*self.devices, *self.spares, *([self.cache] if self.cache else ()))

    @property
    def made(self) -> tuple[str, ...]:
        """Return the names of the devices it makes, and of the partitions on them."""
        if self.disk is not None:
            return (self.name, *self.disk.partition_names)
        return tuple(f"{self.name}-{volume.name}" for volume in self.volumes)

    @property
    def filesystems(self) -> tuple[Filesystem | None, ...]:
        """Return what is on it."""
        if self.disk is not None:
            return (self.disk.filesystem, *(part.filesystem for part in self.disk.partitions))
        return tuple(volume.filesystem for volume in self.volumes)


def wanted_groups(params: Json) -> tuple[Group, ...]:
    """Take the options ``raids``, ``volume_groups`` and ``bcaches``.

    :raises ConfigurationError: for a size that is none.
    """
    raids = (
        Group(
            "raids",
            item["name"],
            tuple(item["devices"]),
            spares=tuple(item.get("spare_devices") or ()),
            variant=item["level"],
            disk=Disk.wanted(item),
        )
        for item in params.get("raids") or ()
    )
    volume_groups = (
        Group(
            "volume_groups",
            item["name"],
            tuple(item["devices"]),
            volumes=tuple(_wanted_volume(volume) for volume in item.get("logical_volumes") or ()),
        )
        for item in params.get("volume_groups") or ()
    )
    bcaches = (
        Group(
            "bcaches",
            item["name"],
            (item["backing_device"],),
            cache=item["cache_device"],
            variant=item["cache_mode"],
            disk=Disk.wanted(item),
        )
        for item in params.get("bcaches") or ()
    )
    return (*raids, *volume_groups, *bcaches)


def _wanted_volume(item: Json) -> Volume:
    size = size_in_bytes(item["size"]) if item.get("size") else None
    return Volume(item["name"], size, wanted_filesystem(item))


def present_groups(machine: Json, lists: t.Mapping[str, t.Sequence[Json]]) -> tuple[Group, ...]:
    """Return the groups of a machine; ``lists`` holds what is at the paths of ``LISTS``, as MAAS answers it."""
    devices = {body["id"]: body for body in machine.get("blockdevice_set") or ()}
    return tuple(_present(kind, body, devices) for kind, bodies in lists.items() for body in bodies)


def _present(kind: str, body: Json, devices: t.Mapping[int, Json]) -> Group:
    def names(items: t.Iterable[Json | None]) -> tuple[str, ...]:
        return tuple(_device_name(item, devices) for item in items if item)

    if kind == "volume_groups":
        volumes = tuple(_present_volume(body["name"], item) for item in body.get("logical_volumes") or ())
        free = int(body.get("available_size") or 0)
        return Group(kind, body["name"], names(body["devices"]), volumes=volumes, id=body["id"], free=free)
    virtual = devices.get((body.get("virtual_device") or {}).get("id", 0))
    disk = present_disk(virtual) if virtual else Disk(body["name"])
    if kind == "raids":
        spares = names(body.get("spare_devices") or ())
        return Group(
            kind, body["name"], names(body["devices"]), spares, variant=body["level"], disk=disk, id=body["id"]
        )
    caches = body.get("cache_set") or {}
    return Group(
        kind,
        body["name"],
        names([body.get("backing_device")]),
        cache="".join(names([caches.get("cache_device")])),
        variant=body.get("cache_mode") or "",
        disk=disk,
        id=body["id"],
        cache_id=caches.get("id") or 0,
    )


def _device_name(item: Json, devices: t.Mapping[int, Json]) -> str:
    """Return a device's name; that of a partition by its place on its disk, since its number is MAAS's own choice."""
    if item.get("type") != "partition":
        return str(item["name"])
    disk = devices[item["device_id"]]
    places = [part["id"] for part in disk["partitions"]]
    return f"{disk['name']}-part{places.index(item['id']) + 1}"


def _present_volume(group: str, body: Json) -> Volume:
    name = body["name"][len(group) + 1 :] if body["name"].startswith(f"{group}-") else body["name"]
    return Volume(name, body["size"], present_filesystem(body.get("filesystem")), body["id"])


def same_group(wanted: Group, now: Group) -> bool:
    """Whether a group is as wanted, but for the rounding of MAAS and the order of devices."""
    if (wanted.kind, wanted.name, wanted.cache, wanted.variant) != (now.kind, now.name, now.cache, now.variant):
        return False
    if set(wanted.devices) != set(now.devices) or set(wanted.spares) != set(now.spares):
        return False
    if wanted.disk is not None and now.disk is not None:
        return same_disk(wanted.disk, now.disk)
    there = {volume.name: volume for volume in now.volumes}
    return set(there) == {volume.name for volume in wanted.volumes} and all(
        _same_volume(volume, there[volume.name], now.free) for volume in wanted.volumes
    )


def _same_volume(wanted: Volume, now: Volume, free: int) -> bool:
    fits = free <= ROUNDING if wanted.size is None else abs(wanted.size - (now.size or 0)) <= ROUNDING
    return fits and same_filesystem(wanted.filesystem, now.filesystem)


def in_order(groups: t.Sequence[Group]) -> tuple[list[Group], list[Group]]:
    """Return the groups, each after those it is built of, and apart those that are built of each other."""
    waiting, placed = list(groups), []
    while waiting:
        unmade = {name for group in waiting for name in group.made}
        ready = [group for group in waiting if not unmade & set(group.used)]
        if not ready:
            break
        placed += ready
        waiting = [group for group in waiting if group not in ready]
    return placed, waiting


def views(groups: t.Iterable[Group]) -> dict[str, list[dict[str, t.Any]]]:
    """Return groups for people, under the names of the options."""
    shown: dict[str, list[dict[str, t.Any]]] = {kind: [] for kind in LISTS}
    for group in groups:
        shown[group.kind].append(_view(group))
    return {kind: sorted(rows, key=lambda row: str(row["name"])) for kind, rows in shown.items()}


def _view(group: Group) -> dict[str, t.Any]:
    if group.disk is None:
        volumes = [
            {"name": volume.name, "size": volume.size, **filesystem_view(volume.filesystem)} for volume in group.volumes
        ]
        return {"name": group.name, "devices": sorted(group.devices), "logical_volumes": volumes}
    content = {key: value for key, value in disk_view(group.disk).items() if key != "boot"}
    if group.kind == "raids":
        built = {"level": group.variant, "devices": sorted(group.devices), "spare_devices": sorted(group.spares)}
    else:
        built = {"backing_device": "".join(group.devices), "cache_device": group.cache, "cache_mode": group.variant}
    return {**content, "name": group.name, **built}
