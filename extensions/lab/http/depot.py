# SPDX-License-Identifier: GPL-3.0-or-later
"""The firmware store and the update queue of an iLO: filled, emptied, and put to work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..bmc import Bmc
from ..firmware import UpdateRefused
from ..ilo.depot import MESSAGES, Depot
from ..ilo.queue import AGENT, BMC, COMMANDS, IN_PROGRESS, UEFI, Item
from ..ilo.repository import NoRoom
from ..tree.store import Doc
from .call import Answer, Call
from .messages import Message, error, error_body

KNOWN = ("Name", "Command", "Filename", "UpdatableBy", "TPMOverride", "Targets", "WaitTimeSeconds", "UpdateRecoverySet")


def keeper(
    bmc: Bmc, parameters: Doc, filename: str, data: bytes = b""
) -> tuple[bool, Callable[[bytes], object] | None]:
    """Return whether an upload is flashed, and what stores it; raise ApiError where the store cannot take it."""
    start, depot = bool(parameters.get("UpdateTarget", True)), bmc.depot
    if not parameters.get("UpdateRepository") or depot is None:
        if not start:
            raise error(400, "PropertyValueConflict", "UpdateTarget", "UpdateRepository")
        return start, None
    if not filename or depot.queue.uses(filename):
        raise error(400, f"{MESSAGES}.ComponentUploadFailed")

    def keep(found: bytes) -> None:
        try:
            depot.repository.check(filename, found)
        except NoRoom as problem:
            raise UpdateRefused("The component repository is full.", f"{MESSAGES}.ComponentUploadFailed") from problem
        depot.repository.add(filename, found, bmc.now())

    try:
        depot.repository.check(filename, data)
    except NoRoom as problem:
        raise error(400, f"{MESSAGES}.ComponentUploadFailed") from problem
    return start, keep


def delete_component(bmc: Bmc, call: Call, path: str) -> Answer:
    """DELETE a file of the store; one that a task of the queue names is locked."""
    depot, found = _depot(bmc), _depot(bmc).repository.files.get(_member(path))
    if found is None:
        raise error(404, "ResourceMissingAtURI", path)
    if depot.queue.uses(found.filename):
        raise error(400, "ResourceInUse")
    del depot.repository.files[found.id]
    return _done(bmc, "Success")


def delete_unlocked(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST DeleteUnlockedComponents."""
    depot = _depot(bmc)
    for one in list(depot.repository.files.values()):
        if not depot.queue.uses(one.filename):
            del depot.repository.files[one.id]
    return _done(bmc, "Success")


def create_task(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST a task to the queue."""
    depot, body = _depot(bmc), call.json()
    for key in body:
        if key not in KNOWN:
            raise error(400, "PropertyUnknown", key)
    for key, kind in (("Name", str), ("Command", str), ("UpdatableBy", list)):
        if not isinstance(body.get(key), kind):
            raise error(400, "PropertyMissing" if key not in body else "PropertyValueTypeError", body.get(key), key)
    if body["Command"] not in COMMANDS:
        raise error(400, "PropertyValueNotInList", body["Command"], "Command")
    strange = [one for one in body["UpdatableBy"] if one not in (BMC, UEFI, AGENT)]
    if strange or not body["UpdatableBy"]:
        raise error(400, "PropertyValueNotInList", (strange or [""])[0], "UpdatableBy")
    item = Item(
        depot.queue.new_id(),
        body["Name"],
        body["Command"],
        bmc.now(),
        body["UpdatableBy"],
        _filename(depot, body),
        _wait(body),
        bool(body.get("TPMOverride")),
        list(body.get("Targets") or []),
    )
    depot.queue.add(item)
    return _done(bmc, "Created", 201, {"Location": f"{depot.tasks.rstrip('/')}/{item.id}"})


def delete_task(bmc: Bmc, call: Call, path: str) -> Answer:
    """DELETE a task of the queue; what is being flashed cannot be taken back."""
    queue = _depot(bmc).queue
    item = queue.items.get(_member(path))
    if item is None:
        raise error(404, "ResourceMissingAtURI", path)
    if item.state == IN_PROGRESS:
        raise error(400, f"{MESSAGES}.FirmwareFlashAlreadyInProgress")
    queue.remove(item)
    return _done(bmc, "Success")


def delete_tasks(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST DeleteUpdateTaskQueueItems: all that are not being flashed."""
    queue = _depot(bmc).queue
    for item in [one for one in queue.items.values() if one.state != IN_PROGRESS]:
        queue.remove(item)
    return _done(bmc, "Success")


def _filename(depot: Depot, body: Doc) -> str:
    if body["Command"] != "ApplyUpdate":
        return ""
    name = body.get("Filename")
    if not isinstance(name, str):
        raise error(400, "PropertyMissing", "Filename")
    if depot.repository.find(name) is None:
        raise error(400, "PropertyValueNotInList", name, "Filename")
    return name


def _wait(body: Doc) -> int:
    seconds: Any = body.get("WaitTimeSeconds", 0)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or (body["Command"] == "Wait" and seconds <= 0):
        raise error(400, "PropertyValueTypeError", seconds, "WaitTimeSeconds")
    return seconds


def _member(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _depot(bmc: Bmc) -> Depot:
    if bmc.depot is None:  # a captured tree that has the actions and nothing that they act on
        raise error(400, f"{MESSAGES}.UpdateRepositoryUnavailable")
    return bmc.depot


def _done(bmc: Bmc, message: str, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """Say that it is done as iLO does: a success has the form of an error."""
    return Answer(status, error_body(bmc.p.words, [Message(message)]), headers=headers or {})
