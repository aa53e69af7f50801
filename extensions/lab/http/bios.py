# SPDX-License-Identifier: GPL-3.0-or-later
"""PATCH of BIOS settings, and the actions on them."""

from __future__ import annotations

from typing import Any

from ..bios import Bios, Problem
from ..bmc import Bmc
from ..members import task_path
from ..tree.store import Doc
from ..windows import Window, WindowError, window_of
from .boot import refuse_in_post
from .call import Answer, Call
from .messages import ApiError, Message, annotated, error
from .odd import refuse_body
from .update import IN_LOCKDOWN, refuse_when_not_ready

APPLY = ("@Redfish.SettingsApplyTime", "ApplyTime")
_WINDOW = {
    "missing": "PropertyMissing",
    "type": "PropertyValueTypeError",
    "format": "PropertyValueFormatError",
    "range": "PropertyValueOutOfRange",
}
_WORDS = {
    "unknown": "PropertyUnknown",
    "read_only": "PropertyNotWritable",
    "locked": "PropertyNotWritable",
    "type": "PropertyValueTypeError",
    "not_in_list": "PropertyValueNotInList",
    "out_of_range": "PropertyValueOutOfRange",
    "length": "PropertyValueFormatError",
    "pattern": "PropertyValueFormatError",
}


def patch_settings(bmc: Bmc, call: Call, path: str) -> Answer:
    """PATCH the settings object: stage values, and make the job where the platform has jobs."""
    state = _state(bmc)
    body = call.json()
    refuse_in_post(bmc)
    wanted = _attributes(bmc, body)
    apply_time = _apply_time(bmc, body)
    window = _window(bmc, apply_time)
    _refuse_while_committed(bmc)
    wanted, refused = _judge(bmc, state, wanted)
    state.stage(wanted)
    if bmc.habits.job and apply_time and state.pending:
        return _with_job(bmc, window)
    if refused:
        return Answer(200, annotated(bmc.p.words, [Message("Success"), *refused]))
    if bmc.p.oddities.bios_html:
        return Answer(200, raw=b"<html><body>OK</body></html>", kind="text/html")
    return _plain(bmc, path)


def patch_bios(bmc: Bmc, call: Call, path: str) -> Answer:
    """PATCH the Bios resource itself: only where there is no settings object (Q-S27); else it cannot be written."""
    if bmc.habits.answer == "success":
        patch_settings(bmc, call, path)
        return Answer(202, {"Success": {"code": "Base.v1_4_0.Success", "Message": "Successfully Completed Request."}})
    body = call.json()
    keys = tuple(body) or ("Attributes",)
    raise ApiError(400, *(Message("PropertyNotWritable", (key,), f"#/{key}") for key in keys))


def reset_bios(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST Bios.ResetBios: defaults are staged and apply at the next reset, on a platform with jobs as well."""
    state = _state(bmc)
    refuse_in_post(bmc)
    refuse_body(call, bmc.p.oddities.reset_bios_body)
    needed = bmc.habits.reset_body
    if needed and call.json().get("ResetType") != needed:
        raise error(400, "ActionParameterMissing", "Bios.ResetBios", "ResetType")
    state.reset_defaults()
    if bmc.habits.job:
        bmc.staging.cancel()
        state.reset_defaults()
        bmc.staging.commit()
    return Answer(200, annotated(bmc.p.words, [Message("Success")]))


def clear_pending(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST DellManager.ClearPending: refused while a job holds the values (Q-D02)."""
    state = _state(bmc)
    _refuse_while_committed(bmc)
    state.clear()
    return Answer(200, annotated(bmc.p.words, [Message("Success")]))


def change_password(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST Bios.ChangePassword(s): checks the parameters; the passwords themselves are never kept or shown."""
    body = call.json()
    for name in ("PasswordName", "NewPassword"):
        if not isinstance(body.get(name), str):
            raise error(400, "ActionParameterMissing", "Bios.ChangePassword", name)
    return Answer(200, annotated(bmc.p.words, [Message("Success")]))


def _state(bmc: Bmc) -> Bios:
    if bmc.p.license_expired:
        raise error(403, "License.1.1.Expired")
    if not bmc.p.license:
        raise error(403, "OemLicenseNotPassed")
    if bmc.p.lockdown:
        raise error(403, "GeneralError", text=IN_LOCKDOWN)
    refuse_when_not_ready(bmc)
    if bmc.bios is None:
        raise error(405, "OperationNotAllowed")
    return bmc.bios


def _attributes(bmc: Bmc, body: Doc) -> dict[str, Any]:
    unknown = [key for key in body if key not in ("Attributes", *APPLY) and not key.startswith("@odata")]
    if unknown:
        raise ApiError(400, *(Message("PropertyUnknown", (key,), f"#/{key}") for key in unknown))
    wanted = body.get("Attributes")
    if wanted is None:
        raise error(400, "PropertyMissing", "Attributes")
    if not isinstance(wanted, dict):
        raise error(400, "PropertyValueTypeError", wanted, "Attributes", related="#/Attributes")
    return wanted


def _apply_time(bmc: Bmc, body: Doc) -> Doc:
    """Return the apply time of the request, empty without one."""
    given = next((body[key] for key in APPLY if key in body), None)
    if given is None:
        return {}
    key = next(key for key in APPLY if key in body)
    known = bmc.habits.apply_times
    if bmc.habits.apply_time_refused or not known:
        raise error(400, "PropertyUnknown", key, related=f"#/{key}")
    wanted = given.get("ApplyTime") if isinstance(given, dict) else None
    if wanted not in known:
        raise error(400, "PropertyValueNotInList", wanted, "ApplyTime", related=f"#/{key}/ApplyTime")
    return dict(given)


def _window(bmc: Bmc, apply_time: Doc) -> Window | None:
    try:
        return window_of(apply_time, bmc.now(), bmc.clock.now())
    except WindowError as wrong:
        args = (wrong.property,) if wrong.reason == "missing" else (wrong.value, wrong.property)
        raise error(400, _WINDOW[wrong.reason], *args, related=f"#/{APPLY[0]}/{wrong.property}") from wrong


def _refuse_while_committed(bmc: Bmc) -> None:
    if bmc.habits.job and bmc.tasks.active("bios_config"):
        raise error(400, "IDRAC.2.8.SYS428")


def _judge(bmc: Bmc, state: Bios, wanted: dict[str, Any]) -> tuple[dict[str, Any], list[Message]]:
    """Return what is staged, and what of it a partial success leaves out; raise for what the platform refuses at once."""
    hidden = {
        fault.options.get("attribute")
        for fault in bmc.faults.all(bmc.machine.name, "ignore_attribute")
        if fault.options.get("pending") is False
    }
    wanted = {name: value for name, value in wanted.items() if name not in hidden and None not in hidden}
    if bmc.habits.validation == "late":
        return wanted, []
    problems = state.check(wanted)
    locked = {problem.name for problem in problems if problem.reason == "locked"}
    refused = [one for one in problems if one.reason != "locked" or bmc.habits.locked == "refused"]
    told = [_message(one) for one in refused]
    if told and not bmc.p.oddities.bios_partial:
        raise ApiError(400, *told)
    out = {one.name for one in refused} | (locked if bmc.habits.locked != "stuck" else set())
    return {name: value for name, value in wanted.items() if name not in out}, told


def _message(problem: Problem) -> Message:
    name = _WORDS[problem.reason]
    short = problem.reason in ("unknown", "read_only", "locked")
    args = (problem.name,) if short else (str(problem.value), problem.name)
    return Message(name, args, f"#/Attributes/{problem.name}")


def _with_job(bmc: Bmc, window: Window | None) -> Answer:
    job = bmc.staging.commit(window)
    place = f"{bmc.layout.jobs[0]}/{job.id}" if bmc.p.tasks.location == "job" else task_path(bmc, job.id)
    words = [Message("Success"), Message("IDRAC.2.8.SYS413")]
    return Answer(202, annotated(bmc.p.words, words), headers={"Location": place})


def _plain(bmc: Bmc, path: str) -> Answer:
    habits = bmc.habits
    if habits.status == 204 or habits.answer == "empty":
        return Answer(habits.status)
    if habits.answer == "resource":
        return Answer(habits.status, bmc.tree.get(path))
    word = "iLO.2.24.SystemResetRequired" if habits.answer == "reset_required" else "Success"
    messages = [Message(word)]
    if word != "Success":
        body = annotated(bmc.p.words, messages)
        return Answer(
            habits.status,
            {"error": {"code": "iLO.0.10.ExtendedInfo", "message": bmc.p.words.summary, **body}},
        )
    return Answer(habits.status, annotated(bmc.p.words, messages))
