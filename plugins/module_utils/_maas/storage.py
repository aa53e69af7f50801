# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide about and change the storage of a machine: one of MAAS's layouts, or disks and what is built of them.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.disks import (
    Disk,
    disk_view,
    disks_of,
    same_disk,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.groups import (
    LISTS,
    Group,
    in_order,
    present_groups,
    same_group,
    views,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.layouts import (
    DEVICES,
    layout_of,
    same_parameters,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lookup import machine_path
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.owner import (
    check_editable,
    check_not_foreign,
    find_owner,
    key_user,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.report import server
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.storage_steps import (
    Device,
    content_steps,
    group_steps,
    removal_steps,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.storage_wanted import WantedStorage
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import MaasClient, path_of

__all__ = ["CurrentStorage", "decide", "read", "report", "verify", "view"]

Json = t.Mapping[str, t.Any]
# MAAS sets layouts of Ready machines only; disk by disk it lets an allocated one be changed too.
LAYOUT_EDITABLE = frozenset({"Ready"})
CUSTOM_EDITABLE = frozenset({"Ready", "Allocated"})


@dataclass(frozen=True)
class CurrentStorage:
    """The machine, as MAAS answers it, and the groups on its disks."""

    machine: Machine
    body: Json
    groups: t.Tuple[Group, ...] = ()
    user: t.Optional[str] = None

    @property
    def devices(self) -> dict[str, Device]:
        """Return the physical disks by name."""
        return {disk.name: Device(disk.id) for disk in disks_of(self.body)}


def read(client: MaasClient, wanted: WantedStorage) -> CurrentStorage:
    """Read the machine with its disks; groups are asked for only where it has some, the user only for a change."""
    machine = find_owner(client, wanted.owner)
    body = client.get(machine_path(machine.system_id))
    node = machine.system_id
    lists = {kind: client.rows(path_of("nodes", node, path)) for kind, path in LISTS.items() if body.get(kind)}
    current = CurrentStorage(machine, body, present_groups(body, lists))
    return replace(current, user=key_user(client, machine)) if decide(wanted, current).changes else current


def decide(wanted: WantedStorage, current: CurrentStorage) -> Plan:
    """Return the plan; pure. Disks that are not as wanted are all laid out anew, since layers span disks.

    :raises ConfigurationError: for disks and partitions there are not, with near matches.
    :raises ConflictError: when the status of the machine does not allow it, or it belongs to somebody else.
    """
    disks = {disk.name: disk for disk in disks_of(current.body)}
    _check_names(wanted, current, disks)
    before = view(current)
    if _satisfied(wanted, current, disks):
        return Plan(before=before, after=before, reason=f"the storage of {current.machine.name} is as wanted")
    check_editable(current.machine, LAYOUT_EDITABLE if wanted.layout else CUSTOM_EDITABLE, "the storage")
    check_not_foreign(current.machine, current.user, wanted.allow_other_owner)
    if wanted.layout:
        form = dict(wanted.parameters)
        form.update({name: disks[form[name]].id for name in DEVICES if name in form})
        step = _set_layout(wanted.layout, form, current)
        return Plan((step,), before=before, after={**before, "layout": wanted.layout})
    return Plan(tuple(_custom_steps(wanted, current, disks)), before=before, after=_custom_view(wanted))


def _check_names(wanted: WantedStorage, current: CurrentStorage, disks: t.Collection[str]) -> None:
    asked = [disk.name for disk in wanted.disks]
    asked += [wanted.parameters[name] for name in DEVICES if name in wanted.parameters]
    built_of = [name for group in wanted.groups for name in group.used]
    there = {*disks, *wanted.made}
    unknown = [name for name in asked if name not in disks] + [name for name in built_of if name not in there]
    if unknown:
        guesses = [guess for name in unknown for guess in near(name, there)]
        raise ConfigurationError(
            f"{current.machine.name} has no disk {', '.join(dict.fromkeys(unknown))}",
            hint=f"it has {', '.join(disks) or 'none: commission it first'}"
            + (f"; did you mean {' or '.join(dict.fromkeys(guesses))}?" if guesses else "")
            + ("; partitions are named by their place, as sda-part1 for the first of sda" if built_of else ""),
        )


def _satisfied(wanted: WantedStorage, current: CurrentStorage, disks: t.Mapping[str, Disk]) -> bool:
    if wanted.layout:
        same = layout_of(current.body) == wanted.layout
        return same and same_parameters(wanted.parameters, current.body, current.groups)
    asked = {name: Disk(name) for name in disks}
    asked.update({disk.name: disk for disk in wanted.disks})
    groups = {(group.kind, group.name): group for group in current.groups}
    return (
        all(same_disk(disk, disks[name]) for name, disk in asked.items())
        and set(groups) == {(group.kind, group.name) for group in wanted.groups}
        and all(same_group(group, groups[group.kind, group.name]) for group in wanted.groups)
    )


def _set_layout(layout: str, form: Json, current: CurrentStorage) -> Step:
    text = f"set_storage_layout {layout} on {current.machine.name} (was {layout_of(current.body)})"
    payload = {"form": {"storage_layout": layout, **form}}
    return Step("set_storage_layout", text, machine_path(current.machine.system_id), payload=payload)


def _custom_steps(wanted: WantedStorage, current: CurrentStorage, disks: t.Mapping[str, Disk]) -> list[Step]:
    node = current.machine.system_id
    if current.machine.status_name in LAYOUT_EDITABLE:
        steps = [_set_layout("blank", {}, current)]
    else:
        placed, _tangled = in_order(current.groups)
        steps = removal_steps(tuple(disks.values()), placed, current.body, node)
    for disk in wanted.disks:
        if disk.boot and not disks[disk.name].boot:
            where = current.devices[disk.name].path(node)
            steps.append(Step("set_boot_disk", f"boot from {disk.name}", where, payload={"on": disk.name}))
        steps += content_steps(disk, node)
    cached: set[str] = set()
    for group in wanted.groups:
        steps += group_steps(group, node, cached)
        cached.add(group.cache)
    return steps


def _custom_view(wanted: WantedStorage) -> dict[str, t.Any]:
    shown = [disk_view(disk) for disk in wanted.disks]
    return {"layout": "custom", "disks": shown, "volumes": _volumes(wanted.groups), **views(wanted.groups)}


def view(current: CurrentStorage) -> dict[str, t.Any]:
    """Return the storage as result and diff: the layout, and each disk with what is on it."""
    return {
        "layout": layout_of(current.body),
        "disks": [disk_view(disk) for disk in disks_of(current.body)],
        "volumes": _volumes(current.groups),
        **views(current.groups),
    }


def _volumes(groups: t.Iterable[Group]) -> list[str]:
    """Return the names of the devices that groups make, without the partitions on them."""
    return sorted(name for group in groups for name in (group.made if group.disk is None else (group.name,)))


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
            storage=view(after),
        )
    return view(after)


def report(run: Run) -> Json:
    """Return the storage."""
    shown = run.after if run.error is None else view(run.current)
    machine: Machine = run.current.machine
    return {"storage": shown, "system_id": machine.system_id, "audit": {"server": server(machine)}}
