# SPDX-License-Identifier: GPL-3.0-or-later
"""The firmware store of an iLO and its queue as resources, and what the update service tells of them."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..bmc import Bmc
from ..tasks import COMPLETED
from ..tree.layout import target
from ..tree.store import Doc, link
from .queue import FAILURES, Item, Queue
from .repository import TOTAL, Repository, Stored

ZULU = "%Y-%m-%dT%H:%M:%SZ"
ACTIVATES = {"bios": "AfterReboot", "bmc": "AfterDeviceReset", "cpld": "AfterHardPowerCycle"}
MESSAGES = "iLO.2.24"


class Depot:
    """Store and queue of one BMC, and where they are."""

    def __init__(self, bmc: Bmc, components: str, tasks: str) -> None:
        self.components, self.tasks = components, tasks
        told = _oem(bmc.tree.get(components))  # of a captured tree
        self.repository = Repository(told.get("FreeSizeBytes", bmc.p.updates.free_bytes))
        self.queue = Queue(bmc, self.repository)


def attach(bmc: Bmc) -> None:
    """Give life to store and queue, where the update service links some."""
    oem = _oem(bmc.tree.get(bmc.layout.update) if bmc.layout.update else None)
    components, tasks = target(oem.get("ComponentRepository")), target(oem.get("UpdateTaskQueue"))
    if not components or not tasks:
        return
    bmc.depot = depot = Depot(bmc, components, tasks)
    bmc.tree.over(components, partial(_store, depot))
    bmc.tree.family(components, partial(_component, bmc, depot))
    bmc.tree.over(tasks, lambda doc: _listed(doc, tasks, list(depot.queue.items)))
    bmc.tree.family(tasks, partial(_task, depot))
    bmc.tree.over(bmc.layout.update, partial(_service, bmc))


def _oem(doc: Doc | None) -> Doc:
    found: Doc = ((doc or {}).get("Oem") or {}).get("Hpe") or {}
    return found


def _listed(doc: Doc, path: str, ids: list[str]) -> Doc:
    """Return a collection with what came after what is always there (of a captured tree)."""
    members = [*(doc.get("Members") or []), *(link(f"{path.rstrip('/')}/{one}") for one in ids)]
    return {**doc, "Members": members, "Members@odata.count": len(members)}


def _store(depot: Depot, doc: Doc) -> Doc:
    shown = _listed(doc, depot.components, list(depot.repository.files))
    room = {"ComponentCount": len(shown["Members"]), "FreeSizeBytes": depot.repository.free}
    shown["Oem"] = {"Hpe": {"TotalSizeBytes": TOTAL, **_oem(doc), **room}}
    return shown


def _component(bmc: Bmc, depot: Depot, member: str) -> Doc | None:
    one = depot.repository.files.get(member)
    if one is None:
        return None
    kind, state = one.image.component, bmc.firmware.states.get(one.image.component)
    row = state.component.rows[0] if state else None
    told = ((row.extra.get("Oem") or {}).get("Hpe") or {}) if row else {}
    name, version = row.name if row else kind, one.image.version
    if kind == "bios" and row:
        family, _space, version = row.version.format(version=version).partition(" ")
        name = f"System BIOS - {family}"
    shown: Doc = {
        "@odata.context": "/redfish/v1/$metadata#HpeComponent.HpeComponent",
        "@odata.id": f"{depot.components.rstrip('/')}/{member}",
        "@odata.type": "#HpeComponent.v1_0_1.HpeComponent",
        "Id": member,
        "Name": name,
        "Activates": ACTIVATES.get(kind, "Immediately"),
        "ComponentUri": f"/fwrepo/{one.filename}",
        "Configuration": "",
        "Created": one.created.strftime(ZULU),
        "Criticality": "Optional",
        "DeviceClass": told.get("DeviceClass"),
        "ExecutionParameters": "",
        "Filename": one.filename,
        "Filepath": one.filename,
        "Locked": depot.queue.uses(one.filename),
        "SizeBytes": len(one.data),
        "Targets": list(told.get("Targets") or []),
        "UpdatableBy": one.updatable_by,
        "Version": version,
    }
    return {key: value for key, value in shown.items() if value is not None}


def _task(depot: Depot, member: str) -> Doc | None:
    item = depot.queue.items.get(member)
    if item is None:
        return None
    stored = depot.repository.find(item.filename)
    return _item(depot, item, stored)


def _item(depot: Depot, item: Item, stored: Stored | None) -> Doc:
    shown: dict[str, Any] = {
        "@odata.context": "/redfish/v1/$metadata#HpeComponentUpdateTask.HpeComponentUpdateTask",
        "@odata.id": f"{depot.tasks.rstrip('/')}/{item.id}",
        "@odata.type": "#HpeComponentUpdateTask.v1_3_0.HpeComponentUpdateTask",
        "Id": item.id,
        "Name": item.name,
        "Command": item.command,
        "Created": item.created.strftime(ZULU),
        "State": item.state,
        "TPMOverride": item.tpm_override,
        "UpdatableBy": list(item.updatable_by),
    }
    if item.command == "ApplyUpdate":
        shown["Filename"] = item.filename
    if stored is not None:
        shown["Component"] = link(f"{depot.components.rstrip('/')}/{stored.id}")
    if item.command == "Wait":
        shown["WaitTimeSeconds"] = item.wait
    if item.targets:
        shown["Targets"] = list(item.targets)
    if item.message_id:
        shown["Result"] = {"MessageId": f"{MESSAGES}.{item.message_id}"}
    return shown


def _service(bmc: Bmc, doc: Doc) -> Doc:
    oem, last = _oem(doc), bmc.firmware.last
    oem["CurrentTime"] = bmc.now().strftime(ZULU)
    if last is not None and last.done:
        failed = last.state != COMPLETED
        message = (
            f"{MESSAGES}.{FAILURES.get(last.message_id, 'UpdateFailed')}"
            if failed
            else f"{bmc.p.words.registry}.Success"
        )
        oem["Result"] = {"MessageId": message}
    return doc
