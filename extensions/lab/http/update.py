# SPDX-License-Identifier: GPL-3.0-or-later
"""The update service: SimpleUpdate that really fetches the image, StartUpdate, and the vendors' own actions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ..bmc import Bmc
from ..firmware import UpdateRefused
from ..ilo.depot import MESSAGES
from ..members import monitor_path, task, task_path
from ..tasks import Task
from ..tree.store import Doc
from .call import Answer, Call
from .depot import keeper
from .fetch import FetchError, fetch
from .messages import Message, annotated, error, info

IN_LOCKDOWN = "Unable to perform the operation because the system is in lockdown mode."

_BACKGROUND: set[asyncio.Task[None]] = set()


def simple_update(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST UpdateService.SimpleUpdate: check the parameters, open the task, fetch the image behind it."""
    body = call.json()
    check_tpm(bmc, overrides=False)  # it has no parameter for that
    uri = _image_uri(bmc, body)
    _check_targets(bmc, body)
    stored, (start, keep) = _stored(bmc, uri), keeper(bmc, body, _name(uri))
    one = begin(bmc, f"Update {_kind_hint(body)}".strip(), uri)
    if stored is not None:
        bmc.firmware.received(one, stored)
    else:
        _spawn(_pull(bmc, one, uri, start, keep))
    return started(bmc, one)


def start_update(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST UpdateService.StartUpdate: flash what was uploaded and verified (Q-S13)."""
    try:
        tasks = bmc.firmware.start_update()
    except UpdateRefused as refused:
        raise error(400, refused.message_id or "GeneralError", text=str(refused)) from refused
    return started(bmc, tasks[0])


def add_from_uri(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST HpeiLOUpdateServiceExt.AddFromUri: the same as SimpleUpdate, with HPE's parameters (Q-H11)."""
    body = call.json()
    if not isinstance(body.get("ImageURI"), str):
        raise error(400, "ActionParameterMissing", "HpeiLOUpdateServiceExt.AddFromUri", "ImageURI")
    check_tpm(bmc, overrides=body.get("TPMOverrideFlag") is True)
    start, keep = keeper(bmc, body, _name(body["ImageURI"]))
    one = begin(bmc, "AddFromUri", body["ImageURI"])
    _spawn(_pull(bmc, one, body["ImageURI"], start, keep))
    return started(bmc, one)


def check_tpm(bmc: Bmc, *, overrides: bool) -> None:
    """Refuse an update that does not say that it may change what a TPM has measured (Q-H11; registry iLO, rec both iLOs)."""
    if bmc.p.oddities.tpm_override and not overrides:
        raise error(400, f"{MESSAGES}.FWFlashTPMOverrideFlagRequired")


def commit_image(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST NvidiaUpdateService.CommitImage: copy images in the background, those it lists (rec GB200, DGX H100)."""
    action, targets = "NvidiaUpdateService.CommitImage", call.json().get("Targets")
    if targets is None and bmc.p.updates.commit_required:
        raise error(400, "ActionParameterMissing", action, "Targets")
    if not isinstance(targets or [], list):
        raise error(400, "ActionParameterValueTypeError", targets, "Targets", action)
    for one in targets or ():
        if one not in bmc.p.updates.commit_image:
            raise error(400, "ActionParameterValueNotInList", one, "Targets", action)
    return Answer(200, annotated(bmc.p.words, [Message("Success")]))


def refuse_when_not_ready(bmc: Bmc) -> None:
    """Refuse what the BMC takes only some time after a start (Q-D07)."""
    if not bmc.ready:
        raise error(503, "IDRAC.2.8.SYS518")


def begin(bmc: Bmc, name: str, target: str) -> Task:
    """Open the task of an update, or refuse because another one is running."""
    if bmc.p.license_expired:
        raise error(403, "License.1.1.Expired")
    if not bmc.p.license:
        raise error(403, "OemLicenseNotPassed")
    if bmc.p.lockdown:
        raise error(403, "GeneralError", text=IN_LOCKDOWN)
    refuse_when_not_ready(bmc)
    try:
        return bmc.firmware.begin(name, target)
    except UpdateRefused as refused:
        raise error(400, refused.message_id, text="") from refused


def started(bmc: Bmc, one: Task) -> Answer:
    """Say that the update runs, and where its task is, in the platform's way (Q-G26, Q-G71)."""
    u, place = bmc.p.updates, _location(bmc, one)
    if u.task_from == "message_args":
        message = {
            "MessageId": "SMC.1.0.OemSimpleupdateAcceptedMessage",
            "Severity": "Ok",
            "Resolution": "No resolution was required.",
            "Message": "Please also check Task Resource /redfish/v1/TaskService/Tasks/1 to see more information.",
            "MessageArgs": [task_path(bmc, one.id)],
            "RelatedProperties": [""],
        }
        message["Message"] = f"Please also check Task Resource {task_path(bmc, one.id)} to see more information."
        body = {"code": "SMC.v1_0_0.OemSimpleupdateAcceptedMessage", "@Message.ExtendedInfo": [message]}
        return Answer(u.status, {"Accepted": body})
    if u.task_from == "none":
        return Answer(u.status, {"@Message.ExtendedInfo": [info(bmc.p.words, Message("Success"))]})
    shown = task(bmc, one.id) or {}
    if u.task_from == "body":
        return Answer(200, shown)
    if u.task_from == "monitor_in_body":
        return Answer(u.status, shown | {"TaskMonitor": monitor_path(bmc, one.id)})
    return Answer(u.status, shown, headers={"Location": place, "Retry-After": "5"})


def _location(bmc: Bmc, one: Task) -> str:
    habits = bmc.p.tasks
    if habits.location == "task":
        return task_path(bmc, one.id)
    if habits.location == "job" and bmc.layout.jobs:
        return f"{bmc.layout.jobs[0]}/{one.id}"
    return monitor_path(bmc, one.id)


def _image_uri(bmc: Bmc, body: Doc) -> str:
    action, u = "UpdateService.SimpleUpdate", bmc.p.updates
    known = {"ImageURI", "TransferProtocol", "Targets", "Username", "User", "Password", "ForceUpdate", "Stage"}
    known |= {"UpdateRepository", "UpdateTarget", "TPMOverrideFlag", "ETag"}
    known |= {"UpdateComponent", "ResetBMC"} if u.update_component else set()
    for key in body:
        if key not in known and not key.startswith("@Redfish"):
            raise error(400, "ActionParameterUnknown", action, key)
    uri = body.get("ImageURI")
    if uri is None:
        raise error(400, "ActionParameterMissing", action, "ImageURI")
    if not isinstance(uri, str) or not uri:
        raise error(400, "ActionParameterValueTypeError", uri, "ImageURI", action)
    for name in u.required:
        if name not in body:
            raise error(400, "ActionParameterMissing", action, name)
    protocol = body.get("TransferProtocol") or _scheme(uri)
    if u.protocols and protocol not in u.protocols and not uri.startswith("/redfish"):
        raise error(400, "ActionParameterValueNotInList", protocol, "TransferProtocol", action)
    component = body.get("UpdateComponent")
    if component is not None and u.update_component and component not in u.update_component:
        raise error(400, "ActionParameterValueNotInList", component, "UpdateComponent", action)
    return uri if "://" in uri or uri.startswith("/") else f"{protocol.lower()}://{uri}"


def _name(uri: str) -> str:
    """Return the name that a fetched image has in the store of the BMC."""
    return urlsplit(uri).path.rpartition("/")[2]


def _scheme(uri: str) -> str:
    return uri.partition("://")[0].upper() if "://" in uri else "HTTP"


def _check_targets(bmc: Bmc, body: Doc) -> None:
    action, rule = "UpdateService.SimpleUpdate", bmc.p.updates.targets
    targets: Any = body.get("Targets")
    if targets is None:
        return
    if not isinstance(targets, list) or not all(isinstance(one, str) for one in targets):
        raise error(400, "ActionParameterValueTypeError", targets, "Targets", action)
    if rule == "none":
        raise error(400, "ActionParameterNotSupported", "Targets", action)
    listed = {target for component in bmc.p.updates.components for target in component.targets}
    for one in targets:
        if (rule == "listed" and one not in listed) or (rule != "listed" and bmc.tree.get(one) is None):
            raise error(400, "ActionParameterValueNotInList", one, "Targets", action)


def _kind_hint(body: Doc) -> str:
    return str((body.get("Targets") or [""])[0]).rpartition("/")[2]


def _stored(bmc: Bmc, uri: str) -> bytes | None:
    """Return an image that is named by its resource: pushed before (Q-D15), or the previous bank (Q-D16)."""
    if not uri.startswith("/redfish"):
        return None
    data = bmc.stored.get(bmc.tree.key(uri)) or bmc.firmware.previous_image(uri.rstrip("/").rpartition("/")[2])
    if data is None:
        raise error(400, "ActionParameterValueFormatError", uri, "ImageURI", "UpdateService.SimpleUpdate")
    return data


def _spawn(work: Any) -> None:
    running = asyncio.ensure_future(work)
    _BACKGROUND.add(running)
    running.add_done_callback(_BACKGROUND.discard)


async def _pull(bmc: Bmc, one: Task, uri: str, start: bool, keep: Callable[[bytes], object] | None) -> None:
    """Fetch the image, let the transfer take its lab time, and hand it over."""
    with bmc.clock.busy():
        try:
            data = await fetch(uri, bmc.p.updates.max_bytes)
        except FetchError as problem:
            bmc.firmware.transfer_failed(one, str(problem))
            return
    bmc.clock.later(bmc.p.updates.habits.transfer, lambda: bmc.firmware.received(one, data, start, keep))
