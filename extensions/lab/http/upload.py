# SPDX-License-Identifier: GPL-3.0-or-later
"""Pushing a firmware image to a BMC: raw, multipart, the form of iLO, and what must come before."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from ..bmc import Bmc
from ..ilo.depot import MESSAGES
from ..tasks import Task
from .call import Answer, Call
from .depot import keeper
from .messages import Message, annotated, error, error_body
from .update import begin, check_tpm, started


@dataclass(frozen=True)
class Part:
    """One part of a multipart body."""

    name: str
    filename: str
    kind: str
    data: bytes


def push(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST a raw image to HttpPushUri."""
    u = bmc.p.updates
    if u.claim and not (bmc.tree.get(bmc.layout.update) or {}).get("HttpPushUriTargetsBusy"):
        raise error(400, "PropertyValueConflict", "HttpPushUri", "HttpPushUriTargetsBusy")
    data = call.body
    if call.headers.get("Content-Type", "").startswith("multipart/"):
        data = _file(parts(call)).data
    _check_size(bmc, data)
    if u.push_is_storage:
        return _store(bmc, call, path, data)
    one = begin(bmc, "HttpPushUri update", path)
    one.on_reset = u.push_apply_time and _apply_time(bmc) == "OnReset"
    _receive(bmc, one, data, start=True)
    return started(bmc, one)


def _apply_time(bmc: Bmc) -> str:
    """Return the apply time that the service has for pushes (Q-N03)."""
    options = (bmc.tree.get(bmc.layout.update) or {}).get("HttpPushUriOptions") or {}
    return str((options.get("HttpPushUriApplyTime") or {}).get("ApplyTime"))


def multipart(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST parameters and image to MultipartHttpPushUri: UpdateParameters first, then UpdateFile (DSP0266)."""
    u = bmc.p.updates
    if "chunked" in call.headers.get("Transfer-Encoding", "").lower():
        raise error(411, "HeaderInvalid", "Transfer-Encoding")
    found = parts(call)
    if not found or found[0].name != "UpdateParameters":
        raise error(400, "PropertyMissing", "UpdateParameters")
    if found[0].kind.partition(";")[0] not in ("application/json", ""):
        raise error(415, "HeaderInvalid", "Content-Type")
    parameters = _parameters(found[0].data)
    file = next((part for part in found[1:] if part.name == "UpdateFile"), None)
    if file is None:
        raise error(400, "PropertyMissing", "UpdateFile")
    _check_size(bmc, file.data)
    _check_preserve(bmc, parameters)
    apply_time = parameters.get("@Redfish.OperationApplyTime", "")
    if apply_time and u.apply_times and apply_time not in u.apply_times:
        raise error(400, "PropertyValueNotInList", apply_time, "@Redfish.OperationApplyTime")
    waits = u.start_update and apply_time == "OnStartUpdateRequest"
    hint = "BIOS" if b'"bios"' in file.data[:512] else "BMC"
    one = begin(bmc, f"{hint} Verify" if waits else f"{hint} Update", path)
    _receive(bmc, one, file.data, start=not waits)
    return started(bmc, one)


def either(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST to a URI that is for both: the content type tells which it is."""
    kind = call.headers.get("Content-Type", "")
    return (multipart if kind.startswith("multipart/") else push)(bmc, call, path)


def hpe_form(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST the form of iLO (Q-H10): the session key in a cookie and a field, parameters, the file."""
    found = {part.name: part for part in parts(call)}
    key = found["sessionKey"].data.decode() if "sessionKey" in found else ""
    cookie = re.search(r"sessionKey=([^;]+)", call.headers.get("Cookie", ""))
    if not key or cookie is None or cookie[1] != key or bmc.sessions.find(key) is None:
        raise error(401, "NoValidSession")
    if "parameters" not in found or "file" not in found:
        raise error(400, "PropertyMissing", "parameters" if "parameters" not in found else "file")
    parameters, file = _parameters(found["parameters"].data), found["file"]
    if "compsig" in found or parameters.get("Section"):
        # Sections of a file come with signatures, which images of the lab do not have.
        raise error(400, f"{MESSAGES}.ComponentUploadFailed")
    check_tpm(bmc, overrides=parameters.get("TPMOverride") is True)
    start, keep = keeper(bmc, parameters, file.filename, file.data)
    one = begin(bmc, "Upload", path)
    bmc.clock.later(1.0, lambda: bmc.firmware.received(one, file.data, start, keep))
    return Answer(200, error_body(bmc.p.words, [Message("Success")]))


def parts(call: Call) -> list[Part]:
    """Split a multipart/form-data body; raise ApiError when it is none."""
    boundary = re.search(r'boundary="?([^";]+)"?', call.headers.get("Content-Type", ""))
    if boundary is None:
        raise error(415, "HeaderInvalid", "Content-Type")
    chunks = (b"\r\n" + call.body).split(b"\r\n--" + boundary[1].encode())
    return [part for chunk in chunks[1:-1] if (part := _part(chunk))]


def _part(chunk: bytes) -> Part | None:
    head, gap, data = chunk.lstrip(b"\r\n").partition(b"\r\n\r\n")
    if not gap:
        return None
    headers = head.decode("utf-8", "replace")
    name = re.search(r'[; ]name="?([^";\r\n]+)"?', headers)
    filename = re.search(r'filename="?([^";\r\n]+)"?', headers)
    kind = re.search(r"(?im)^content-type:\s*(.+?)\s*$", headers)
    return Part(name[1] if name else "", filename[1] if filename else "", kind[1] if kind else "", data)


def _parameters(data: bytes) -> dict[str, object]:
    try:
        found = json.loads(data or b"{}")
    except ValueError as problem:
        raise error(400, "MalformedJSON") from problem
    if not isinstance(found, dict):
        raise error(400, "MalformedJSON")
    return found


def _file(found: list[Part]) -> Part:
    for part in found:
        if part.filename:
            return part
    raise error(400, "PropertyMissing", "UpdateFile")


def _check_preserve(bmc: Bmc, parameters: dict[str, object]) -> None:
    """Refuse a flag that this model does not know (Q-S16); none at all is well."""
    known = bmc.p.updates.preserve
    oem = parameters.get("Oem")
    own = oem.get(bmc.p.identity.oem) if isinstance(oem, dict) else None
    for part, flags in own.items() if known and isinstance(own, dict) else ():
        strange = [one for one in flags if one not in known.get(part, ())] if isinstance(flags, dict) else [part]
        if strange:
            raise error(400, "PropertyUnknown", strange[0], related=f"#/Oem/{bmc.p.identity.oem}/{part}/{strange[0]}")


def _check_size(bmc: Bmc, data: bytes) -> None:
    limit = bmc.p.updates.max_bytes
    if limit and len(data) > limit:
        raise error(413, "PropertyValueOutOfRange", len(data), "UpdateFile")


def _store(bmc: Bmc, call: Call, path: str, data: bytes) -> Answer:
    """Keep the image; 201 names what SimpleUpdate wants as ImageURI (Q-D15)."""
    row = bmc.firmware.store(data) or f"Available-{len(bmc.stored) + 1}"
    place = f"{path.rstrip('/')}/{row}"
    bmc.stored[bmc.tree.key(place)] = data
    return Answer(201, annotated(bmc.p.words, [Message("Success")]), headers={"Location": place})


def _receive(bmc: Bmc, one: Task, data: bytes, start: bool) -> None:
    bmc.clock.later(1.0, lambda: bmc.firmware.received(one, data, start))
