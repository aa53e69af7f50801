# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide about and change the storage of a machine: one of MAAS's layouts, or disks partition by partition.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options, near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.disks import (
    Disk,
    Filesystem,
    disk_view,
    disks_of,
    layout_of,
    same_disk,
    view,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lookup import machine_path
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.owner import (
    OWNER_OPTIONS,
    check_editable,
    find_owner,
    identity,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.report import server
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import Identity
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import MaasClient, path_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import MAAS_OPTIONS

__all__ = ["STORAGE_OPTIONS", "WantedStorage", "apply", "decide", "read", "report", "verify"]

Json = t.Mapping[str, t.Any]
LAYOUTS = ("flat", "lvm", "bcache", "blank", "vmfs6", "vmfs7")
# Parameters of the layouts; the devices are disks by their names.
DEVICES = ("root_device", "cache_device")
PARAMETERS = ("boot_size", "root_size", "vg_name", "lv_name", "lv_size", "cache_mode", "cache_size", "cache_no_part")
EDITABLE = frozenset({"Ready"})

FILESYSTEM: t.Dict[str, t.Dict[str, t.Any]] = {
    name: {"type": "str"} for name in ("fstype", "label", "mount_point", "mount_options")
}
STORAGE_OPTIONS = (
    MAAS_OPTIONS
    + OWNER_OPTIONS
    + Options(
        spec={
            "layout": {"type": "str", "choices": list(LAYOUTS)},
            **{
                name: {"type": "str"} for name in (*DEVICES, *PARAMETERS) if name not in ("cache_mode", "cache_no_part")
            },
            "cache_mode": {"type": "str", "choices": ["writeback", "writethrough", "writearound"]},
            "cache_no_part": {"type": "bool"},
            "disks": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "name": {"type": "str", "required": True},
                    "boot": {"type": "bool", "default": False},
                    **FILESYSTEM,
                    "partitions": {
                        "type": "list",
                        "elements": "dict",
                        "options": {
                            "size": {"type": "str"},
                            "bootable": {"type": "bool", "default": False},
                            **FILESYSTEM,
                        },
                    },
                },
            },
        },
        required_one_of=(("layout", "disks"),),
        mutually_exclusive=(("layout", "disks"),),
    )
)


@dataclass(frozen=True)
class WantedStorage:
    """A layout with its parameters, or disks."""

    owner: Identity
    layout: str = ""
    parameters: t.Mapping[str, t.Any] = field(default_factory=dict)
    disks: t.Tuple[Disk, ...] = ()

    @classmethod
    def from_params(cls, params: Json) -> WantedStorage:
        """Take the options of ``maas_storage``.

        :raises ConfigurationError: for what cannot be, all of it at once.
        """
        given = {name: params[name] for name in (*DEVICES, *PARAMETERS) if params.get(name) is not None}
        wanted = cls(
            owner=identity(params),
            layout=params.get("layout") or "",
            parameters=given,
            disks=tuple(Disk.wanted(item) for item in params.get("disks") or ()),
        )
        found = list(_problems(wanted))
        if found:
            raise ConfigurationError("; ".join(found), problems=found)
        return wanted


def _problems(wanted: WantedStorage) -> t.Iterator[str]:
    if wanted.disks and wanted.parameters:
        yield f"{', '.join(wanted.parameters)}: go with layout, not with disks"
    mounted: list[str] = []
    for disk in wanted.disks:
        if disk.partitions and disk.filesystem:
            yield f"disk {disk.name}: has partitions or a file system, not both"
        if any(part.size is None for part in disk.partitions[:-1]):
            yield f"disk {disk.name}: only the last partition can take the rest of the disk (no size)"
        systems = [disk.filesystem, *(part.filesystem for part in disk.partitions)]
        mounted += [item.mount_point for item in systems if item and item.mount_point.startswith("/")]
    for point in sorted({point for point in mounted if mounted.count(point) > 1}):
        yield f"{point} is mounted more than once"
    if wanted.disks and "/" not in mounted:
        yield "no file system is mounted at /, so MAAS could not deploy the machine"


@dataclass(frozen=True)
class CurrentStorage:
    """The machine, and as MAAS answers it."""

    machine: Machine
    body: Json


def read(client: MaasClient, wanted: WantedStorage) -> CurrentStorage:
    """Read the machine with its disks."""
    machine = find_owner(client, wanted.owner)
    return CurrentStorage(machine, client.get(machine_path(machine.system_id)))


def decide(wanted: WantedStorage, current: CurrentStorage) -> Plan:
    """Return the plan; pure. Disks that are not as wanted are all laid out anew, since layers span disks.

    :raises ConfigurationError: for disks the machine does not have, with near matches.
    :raises ConflictError: when the machine is not Ready.
    """
    now = {disk.name: disk for disk in disks_of(current.body)}
    _check_names(wanted, current, now)
    before = view(current.body)
    if _satisfied(wanted, current, now):
        return Plan(before=before, after=before, reason=f"the storage of {current.machine.name} is as wanted")
    check_editable(current.machine, EDITABLE, "the storage")
    if wanted.layout:
        return Plan((_layout_step(wanted, current, now),), before=before, after={**before, "layout": wanted.layout})
    steps = [_set_layout("blank", {}, current)]
    for disk in wanted.disks:
        steps += _disk_steps(disk, now[disk.name], current)
    after = {"layout": "custom", "disks": [disk_view(disk) for disk in wanted.disks], "volumes": []}
    return Plan(tuple(steps), before=before, after=after)


def _check_names(wanted: WantedStorage, current: CurrentStorage, now: t.Collection[str]) -> None:
    asked = [disk.name for disk in wanted.disks]
    asked += [wanted.parameters[name] for name in DEVICES if name in wanted.parameters]
    unknown = [name for name in asked if name not in now]
    if unknown:
        guesses = [guess for name in unknown for guess in near(name, now)]
        raise ConfigurationError(
            f"{current.machine.name} has no disk {', '.join(unknown)}",
            hint=f"it has {', '.join(now) or 'none: commission it first'}"
            + (f"; did you mean {' or '.join(guesses)}?" if guesses else ""),
        )


def _satisfied(wanted: WantedStorage, current: CurrentStorage, now: t.Mapping[str, Disk]) -> bool:
    if wanted.layout:
        return layout_of(current.body) == wanted.layout and _same_parameters(wanted, current, now)
    layered = any(current.body.get(name) for name in ("volume_groups", "raids", "bcaches"))
    return not layered and all(same_disk(disk, now[disk.name]) for disk in wanted.disks)


def _same_parameters(wanted: WantedStorage, current: CurrentStorage, now: t.Mapping[str, Disk]) -> bool:
    """Compare what MAAS lets one see of the parameters: the disk of the root, and the names of LVM."""
    root = wanted.parameters.get("root_device")
    if root and not (now[root].partitions or now[root].filesystem):
        return False
    volumes = view(current.body)["volumes"]
    group, volume = wanted.parameters.get("vg_name"), wanted.parameters.get("lv_name")
    if wanted.layout != "lvm" or not (group or volume):
        return True
    return any(
        (not group or name.startswith(f"{group}-")) and (not volume or name.endswith(f"-{volume}")) for name in volumes
    )


def _layout_step(wanted: WantedStorage, current: CurrentStorage, now: t.Mapping[str, Disk]) -> Step:
    form = dict(wanted.parameters)
    form.update({name: now[form[name]].id for name in DEVICES if name in form})
    return _set_layout(wanted.layout, form, current)


def _set_layout(layout: str, form: Json, current: CurrentStorage) -> Step:
    text = f"set_storage_layout {layout} on {current.machine.name} (was {layout_of(current.body)})"
    payload = {"op": "set_storage_layout", "form": {"storage_layout": layout, **form}}
    return Step("set_storage_layout", text, machine_path(current.machine.system_id), payload=payload)


def _disk_steps(disk: Disk, now: Disk, current: CurrentStorage) -> list[Step]:
    path = path_of("nodes", current.machine.system_id, "blockdevices", now.id)
    steps = []
    if disk.boot and not now.boot:
        steps.append(Step("set_boot_disk", f"boot from {disk.name}", path, payload={"op": "set_boot_disk", "form": {}}))
    if disk.filesystem:
        text = f"format {disk.name}: {_told(disk.filesystem)}"
        steps.append(Step("format", text, path, payload={"filesystem": disk.filesystem}))
    for number, part in enumerate(disk.partitions, 1):
        size = f"{part.size} bytes" if part.size else "the rest"
        text = f"create partition {number} of {disk.name}: {size}, {_told(part.filesystem)}"
        form = {"size": part.size, "bootable": part.bootable or None}
        steps.append(
            Step("create_partition", text, path, payload={"form": form, "filesystem": part.filesystem, "disk": now.id})
        )
    return steps


def _told(filesystem: Filesystem | None) -> str:
    if filesystem is None:
        return "no file system"
    return f"{filesystem.fstype} {filesystem.mount_point}".strip()


def apply(client: MaasClient, record: StepRecord, run: Run) -> Json:
    """Run one step."""
    step = record.step
    if "op" in step.payload:
        client.post(step.resource, op=step.payload["op"], form=step.payload["form"])
        return {}
    path = step.resource
    if step.name == "create_partition":
        part = client.post(f"{path}partitions/", form=step.payload["form"])
        # This path has no slash at its end in the answers of MAAS; both forms work.
        path = path_of(
            "nodes", run.current.machine.system_id, "blockdevices", step.payload["disk"], "partition", part["id"]
        )
    filesystem: Filesystem | None = step.payload["filesystem"]
    if filesystem is not None:
        client.post(path, op="format", form={"fstype": filesystem.fstype, "label": filesystem.label or None})
        if filesystem.mount_point:
            form = {"mount_point": filesystem.mount_point, "mount_options": filesystem.mount_options or None}
            client.post(path, op="mount", form=form)
    return {}


def verify(client: MaasClient, run: Run) -> Json:
    """Read the disks back: the same decision must find nothing left to do.

    MAAS sets ``flat`` without a word where ``bcache`` was asked for and there is no cache device.

    :raises VerificationError: saying what the layout is instead.
    """
    after = read(client, run.wanted)
    left = decide(run.wanted, after).steps
    if left:
        raise VerificationError(
            f"MAAS took the change, and yet the storage of {after.machine.name} is {layout_of(after.body)}",
            machine=client.machine,
            resource=left[0].resource,
            hint="see which disks the machine has, and their sizes",
        )
    return view(after.body)


def report(run: Run) -> Json:
    """Return the storage."""
    shown = run.after if run.error is None else view(run.current.body)
    machine: Machine = run.current.machine
    return {"storage": shown, "system_id": machine.system_id, "audit": {"server": server(machine)}}
