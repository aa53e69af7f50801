# SPDX-License-Identifier: GPL-3.0-or-later
"""PATCH of managers, and the small actions: clock, virtual media, logs, certificates, event subscriptions, tasks."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from ..bmc import Bmc
from ..members import task
from ..tree import setup
from ..tree.store import Doc
from .call import Answer, Call
from .messages import Message, annotated, error
from .odd import refuse_body
from .patching import patch, write

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


def patch_manager(bmc: Bmc, call: Call, path: str) -> Answer:
    """PATCH a manager: DateTime sets the BMC's clock; everything else by the table."""
    wanted = call.json().get("DateTime")
    if bmc.p.oddities.clock_strict:
        _refuse_inexact(call.json(), bmc.tree.get(path) or {})
    if wanted is not None:
        if not isinstance(wanted, str) or not _TIME.fullmatch(wanted):
            raise error(400, "PropertyValueFormatError", wanted, "DateTime", related="#/DateTime")
        moment = datetime.fromisoformat(wanted).astimezone(UTC)
        fault = bmc.faults.find(bmc.machine.name, "clock_wrong")
        if fault is not None:
            bmc.faults.remove(fault.id)  # setting the clock repairs it
        bmc.clock_offset = moment - bmc.clock.epoch()
    return patch(bmc, call, path)


def _refuse_inexact(body: Doc, doc: Doc) -> None:
    """Refuse what some BMCs take no clock with: fractions of seconds, and the offset that it has already (Q-G52)."""
    offset = "DateTimeLocalOffset"
    if "." in str(body.get("DateTime")):
        raise error(400, "PropertyValueFormatError", body["DateTime"], "DateTime", related="#/DateTime")
    if offset in body and body[offset] == doc.get(offset):
        raise error(400, "PropertyNotWritable", offset, related=f"#/{offset}")


def insert_media(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST VirtualMedia.InsertMedia."""
    body = call.json()
    _insert(bmc, path, body, "VirtualMedia.InsertMedia")
    return Answer(204)


def eject_media(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST VirtualMedia.EjectMedia."""
    refuse_body(call, bmc.p.oddities.eject_body)
    _eject(bmc, path)
    return Answer(204)


def patch_media(bmc: Bmc, call: Call, path: str) -> Answer:
    """PATCH a virtual medium, which is the only way in on some platforms (Q-L15)."""
    body = call.json()
    if body.get("Image"):
        _insert(bmc, path, body, "VirtualMedia.InsertMedia")
    elif "Image" in body or body.get("Inserted") is False:
        _eject(bmc, path)
    return Answer(200, bmc.tree.get(path))


def _insert(bmc: Bmc, path: str, body: Doc, action: str) -> None:
    image: Any = body.get("Image")
    if not isinstance(image, str) or not image:
        raise error(400, "ActionParameterMissing", action, "Image")
    for key in bmc.p.oddities.media_requires:
        if key not in body:
            raise error(400, "ActionParameterMissing", action, key)
    for key in bmc.p.media_refuses:
        if key in body:
            raise error(400, "ActionParameterUnknown", action, key)
    if path.rpartition("/")[2].startswith(setup.of(bmc).media_none):
        raise error(400, "PropertyNotWritable", "Image", related="#/Image")
    if (bmc.tree.get(path) or {}).get("Image"):
        raise error(409, "ResourceInUse")
    name = image.rpartition("/")[2]
    state = {"Image": image, "ImageName": name, "Inserted": True, "ConnectedVia": "URI"}
    state["WriteProtected"] = bool(body.get("WriteProtected", True))
    late = setup.of(bmc).media_late
    if late:
        bmc.clock.later(late, lambda: write(bmc, path, state))
    else:
        write(bmc, path, state)


def _eject(bmc: Bmc, path: str) -> None:
    stale = {} if bmc.p.oddities.media_stale else {"ImageName": "", "Inserted": False}
    write(bmc, path, {"Image": "", "ConnectedVia": "NotConnected", **stale})


def clear_log(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST LogService.ClearLog."""
    bmc.log_views[path].clear()
    return Answer(204)


def monitor(bmc: Bmc, call: Call, task_id: str) -> Answer:
    """GET a task monitor: 202 while it runs, then what the platform does at the end (Q-G28, Q-L05)."""
    one = bmc.tasks.tasks.get(task_id)
    if one is None or (one.monitor_seen and bmc.p.tasks.final == "gone"):
        raise error(404, "ResourceMissingAtURI", call.path)
    shown = task(bmc, task_id)
    if not one.done or bmc.p.oddities.monitor_never_ends:
        return Answer(202, shown, headers={"Location": call.path, "Retry-After": "5"})
    one.monitor_seen = True
    if bmc.p.tasks.final == "gone":
        return Answer(204)
    if bmc.p.tasks.final == "deleted":
        bmc.tasks.vanish(task_id)
    return Answer(200, shown)


def create_job(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST a configuration job for what is pending (Q-D01); refused when one exists or nothing waits (Q-D41)."""
    body = call.json()
    settings = body.get("TargetSettingsURI")
    if not isinstance(settings, str) or bmc.tree.key(settings) != bmc.tree.key(bmc.layout.bios_settings):
        raise error(400, "IDRAC.2.8.SYS409", settings, "TargetSettingsURI")
    if bmc.tasks.active("bios_config"):
        raise error(400, "IDRAC.2.8.SYS428")
    if bmc.bios is None or not (bmc.bios.pending or bmc.bios.defaults_pending):
        raise error(
            400,
            "IDRAC.2.8.SYS409",
            settings,
            "TargetSettingsURI",
            text="No pending data present to create a Configuration job.",
        )
    job = bmc.staging.commit()
    body = annotated(bmc.p.words, [Message("Success")])
    return Answer(200, body, headers={"Location": f"{path.rstrip('/')}/{job.id}"})


def delete_job(bmc: Bmc, call: Call, path: str) -> Answer:
    """DELETE a job; with it goes what it would have applied (Q-D03). A running one stays."""
    one = bmc.tasks.tasks.get(path.rstrip("/").rpartition("/")[2])
    if one is None:
        raise error(404, "ResourceMissingAtURI", path)
    if one.state == "Running":
        raise error(503, "IDRAC.2.8.RAC0679")  # a 503 that has nothing to do with starting (Q-D37)
    if one.kind == "bios_config" and not one.done:
        bmc.staging.cancel()
    bmc.tasks.vanish(one.id)
    return Answer(200, annotated(bmc.p.words, [Message("Success")]))


def delete_task(bmc: Bmc, call: Call, path: str) -> Answer:
    """DELETE a task that has ended; a running one is refused."""
    one = bmc.tasks.tasks.get(path.rstrip("/").rpartition("/")[2])
    if one is None:
        raise error(404, "ResourceMissingAtURI", path)
    if not one.done:
        raise error(409, "ResourceInUse")
    bmc.tasks.vanish(one.id)
    return Answer(204)
