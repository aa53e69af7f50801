# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps that lay out the disks of a machine, and the running of them.

A step names disks, partitions and groups by their names; the numbers MAAS has for them are known only when it runs.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.disks import MEMBERS, Disk, Filesystem
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.groups import Group
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import MaasClient, path_of

__all__ = ["Device", "apply", "content_steps", "group_steps", "removal_steps"]

Json = t.Mapping[str, t.Any]


class Device(t.NamedTuple):
    """What MAAS knows a disk, partition or group by; ``disk`` is the number of a partition's disk."""

    id: int
    disk: t.Optional[int] = None

    def path(self, node: str) -> str:
        """Return the path of a disk or partition."""
        if self.disk is None:
            return path_of("nodes", node, "blockdevices", self.id)
        return path_of("nodes", node, "blockdevices", self.disk, "partition", self.id)


def content_steps(disk: Disk, node: str) -> list[Step]:
    """Return the steps that put partitions or a file system on a disk, or on the device of a group."""
    where = path_of("nodes", node, "blockdevices", disk.name)
    steps = []
    if disk.filesystem:
        text = f"format {disk.name}: {_told(disk.filesystem)}"
        steps.append(Step("format", text, where, payload={"on": disk.name, "filesystem": disk.filesystem}))
    for name, part in zip(disk.partition_names, disk.partitions):  # noqa: B905 - strict= came with Python 3.10
        text = f"create partition {name}: {_size(part.size)}, {_told(part.filesystem)}"
        form = {"size": part.size, "bootable": part.bootable or None}
        payload = {"on": disk.name, "makes": name, "form": form, "filesystem": part.filesystem}
        steps.append(Step("create_partition", text, f"{where}partitions/", payload=payload))
    return steps


def group_steps(group: Group, node: str, cached: t.Collection[str]) -> list[Step]:
    """Return the steps that build a group; ``cached`` are the devices that are cache sets already."""
    built = f"{group.name} of {', '.join(group.devices)}"
    if group.kind == "volume_groups":
        return [_group_step("create_volume_group", f"create volume group {built}", group, node, "volume-groups")] + [
            Step(
                "create_logical_volume",
                f"create logical volume {volume.name} in {group.name}: {_size(volume.size)}, {_told(volume.filesystem)}",
                path_of("nodes", node, "volume-group", group.name),
                payload={
                    "on": group.name,
                    "makes": f"{group.name}-{volume.name}",
                    "form": {"name": volume.name, "size": volume.size},
                    "filesystem": volume.filesystem,
                },
            )
            for volume in group.volumes
        ]
    content = content_steps(group.disk, node) if group.disk else []
    if group.kind == "raids":
        spare = f", spare {', '.join(group.spares)}" if group.spares else ""
        text = f"create {group.variant} {built}{spare}"
        return [_group_step("create_raid", text, group, node, "raids"), *content]
    where = path_of("nodes", node, "bcache-cache-sets")
    caches = Step("create_cache_set", f"cache with {group.cache}", where, payload={"group": group})
    text = f"create {group.variant} cache {built}"
    made = _group_step("create_bcache", text, group, node, "bcaches")
    return [*([] if group.cache in cached else [caches]), made, *content]


def _group_step(name: str, text: str, group: Group, node: str, path: str) -> Step:
    return Step(name, text, path_of("nodes", node, path), payload={"makes": group.name, "group": group})


def removal_steps(disks: t.Sequence[Disk], groups: t.Sequence[Group], machine: Json, node: str) -> list[Step]:
    """Return the steps that take everything off the disks: the groups, the last built first, then what is on disks."""
    steps = []
    for group in reversed(groups):
        item = {"raids": "raid", "volume_groups": "volume-group", "bcaches": "bcache"}[group.kind]
        path = path_of("nodes", node, item, group.id)
        # MAAS deletes no volume group that has volumes.
        for volume in group.volumes:
            text = f"delete logical volume {volume.name} of {group.name}"
            steps.append(Step("delete_logical_volume", text, path, payload={"form": {"id": volume.id}}))
        steps.append(Step("delete", f"delete {group.name}", path))
    for caches in machine.get("cache_sets") or ():
        path = path_of("nodes", node, "bcache-cache-set", caches["id"])
        steps.append(Step("delete", f"delete cache set {caches['id']}", path))
    ids = {body["id"]: body for body in machine.get("blockdevice_set") or ()}
    for disk in disks:
        for name, part in zip(disk.partition_names, ids[disk.id]["partitions"]):  # noqa: B905
            path = Device(part["id"], disk.id).path(node)
            steps.append(Step("delete", f"delete partition {name}", path))
        # What the groups were built of lost its mark with them.
        if disk.filesystem and disk.filesystem.fstype not in MEMBERS:
            payload = {"mounted": bool(disk.filesystem.mount_point)}
            steps.append(
                Step("unformat", f"take the file system off {disk.name}", Device(disk.id).path(node), "", payload)
            )
    return steps


def _size(size: int | None) -> str:
    return f"{size} bytes" if size else "the rest"


def _told(filesystem: Filesystem | None) -> str:
    if filesystem is None:
        return "no file system"
    return f"{filesystem.fstype} {filesystem.mount_point}".strip()


def apply(client: MaasClient, record: StepRecord, run: Run) -> Json:
    """Run one step; returns what it made, under ``made``."""
    return Work(client, run).do(record.step)


class Work:
    """One step at work: the client, the machine, and the devices there are by now."""

    def __init__(self, client: MaasClient, run: Run) -> None:
        self._client = client
        self._node: str = run.current.machine.system_id
        self._known: dict[str, Device] = dict(run.current.devices)
        for record in run.records:
            self._known.update(record.facts.get("made", {}))

    def do(self, step: Step) -> Json:
        """Run the step."""
        return getattr(self, f"_{step.name}")(step, step.payload) or {}

    def _set_storage_layout(self, step: Step, payload: Json) -> None:
        self._client.post(step.resource, op="set_storage_layout", form=payload["form"])

    def _set_boot_disk(self, step: Step, payload: Json) -> None:
        self._client.post(self._known[payload["on"]].path(self._node), op="set_boot_disk")

    def _format(self, step: Step, payload: Json) -> None:
        self._furnish(self._known[payload["on"]], payload["filesystem"])

    def _create_partition(self, step: Step, payload: Json) -> Json:
        disk = self._known[payload["on"]].id
        path = path_of("nodes", self._node, "blockdevices", disk, "partitions")
        made = Device(self._client.post(path, form=payload["form"])["id"], disk)
        self._furnish(made, payload["filesystem"])
        return {"made": {payload["makes"]: made}}

    def _create_raid(self, step: Step, payload: Json) -> Json:
        group: Group = payload["group"]
        form = {
            "level": group.variant,
            "name": group.name,
            **self._chosen("block_devices", "partitions", group.devices),
        }
        form.update(self._chosen("spare_devices", "spare_partitions", group.spares))
        return self._virtual(step, form)

    def _create_volume_group(self, step: Step, payload: Json) -> Json:
        group: Group = payload["group"]
        form = {"name": group.name, **self._chosen("block_devices", "partitions", group.devices)}
        return {"made": {group.name: Device(self._client.post(step.resource, form=form)["id"])}}

    def _create_logical_volume(self, step: Step, payload: Json) -> Json:
        path = path_of("nodes", self._node, "volume-group", self._known[payload["on"]].id)
        made = Device(self._client.post(path, op="create_logical_volume", form=payload["form"])["id"])
        self._furnish(made, payload["filesystem"])
        return {"made": {payload["makes"]: made}}

    def _create_cache_set(self, step: Step, payload: Json) -> Json:
        cache = payload["group"].cache
        form = self._chosen("cache_device", "cache_partition", [cache])
        return {"made": {_cache_set(cache): Device(self._client.post(step.resource, form=form)["id"])}}

    def _create_bcache(self, step: Step, payload: Json) -> Json:
        group: Group = payload["group"]
        form = {"name": group.name, "cache_mode": group.variant, "cache_set": self._known[_cache_set(group.cache)].id}
        return self._virtual(step, {**form, **self._chosen("backing_device", "backing_partition", group.devices)})

    def _delete(self, step: Step, payload: Json) -> None:
        self._client.delete(step.resource)

    def _delete_logical_volume(self, step: Step, payload: Json) -> None:
        self._client.post(step.resource, op="delete_logical_volume", form=payload["form"])

    def _unformat(self, step: Step, payload: Json) -> None:
        if payload["mounted"]:
            self._client.post(step.resource, op="unmount")
        self._client.post(step.resource, op="unformat")

    def _virtual(self, step: Step, form: Json) -> Json:
        """Build a RAID or cache, and return the device it makes."""
        body = self._client.post(step.resource, form=form)
        return {"made": {step.payload["makes"]: Device(body["virtual_device"]["id"])}}

    def _chosen(self, disks: str, partitions: str, names: t.Iterable[str]) -> dict[str, list[int]]:
        """Return the form fields for devices: MAAS wants whole disks and partitions apart."""
        devices = [self._known[name] for name in names]
        return {
            disks: [device.id for device in devices if device.disk is None],
            partitions: [device.id for device in devices if device.disk is not None],
        }

    def _furnish(self, device: Device, filesystem: Filesystem | None) -> None:
        if filesystem is None:
            return
        path = device.path(self._node)
        self._client.post(path, op="format", form={"fstype": filesystem.fstype, "label": filesystem.label or None})
        if filesystem.mount_point:
            form = {"mount_point": filesystem.mount_point, "mount_options": filesystem.mount_options or None}
            self._client.post(path, op="mount", form=form)


def _cache_set(cache: str) -> str:
    """Return the name a cache set goes by here; no device has a space in its name."""
    return f"cache set {cache}"
