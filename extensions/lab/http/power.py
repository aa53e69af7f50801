# SPDX-License-Identifier: GPL-3.0-or-later
"""Resets of the host and of the manager."""

from __future__ import annotations

from typing import Any

from ..bmc import Bmc
from ..machine import OFF, PowerRefused
from ..tree.layout import target
from ..tree.store import Doc
from .boot import refuse_in_post
from .call import Answer, Call
from .messages import Message, annotated, error


def reset_system(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST ComputerSystem.Reset: refuse a type that is not allowed, then what the state forbids."""
    wanted = _reset_type(bmc, call, path, "ComputerSystem.Reset")
    if path.rstrip("/") != bmc.layout.host.rstrip("/"):
        return Answer(204)
    power = bmc.p.power
    if bmc.p.oddities.post_refuses_reset:
        refuse_in_post(bmc)
    if wanted == "FullPowerCycle":
        return _cut_power(bmc)
    if wanted in ("ForceRestart", "PowerCycle") and bmc.machine.power_state == OFF and power.same_state is None:
        wanted = "On"  # where a restart of a machine that is off is taken, it means that
    try:
        bmc.machine.reset(wanted)
    except PowerRefused as refused:
        answer = power.same_state if refused.reason == "same_state" else power.conflict
        if answer is not None:
            raise error(answer[0], answer[1], "ResetType", wanted) from refused
    return accepted(bmc, power.status)


def oem_reset(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST a vendor's own reset that cuts standby power; some want the host to be off (Q-H18, Q-L12)."""
    name, _unused, kind = bmc.p.power.ac_cycle.partition(":")
    wanted = call.json().get("ResetType")
    if wanted != kind:
        raise error(400, "ActionParameterValueNotInList", wanted, "ResetType", name)
    if bmc.p.power.ac_cycle_when_off and bmc.machine.power_state != OFF:
        status, message = bmc.p.power.same_state or (409, "ResourceInUse")
        raise error(status, message)
    return _cut_power(bmc)


def _cut_power(bmc: Bmc) -> Answer:
    bmc.clock.later(1.0, bmc.ac_cycle)  # the answer goes out before the power does
    return accepted(bmc, bmc.p.power.status)


def reset_manager(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST Manager.Reset: answer first, then go away."""
    _reset_type(bmc, call, path, "Manager.Reset", optional=True)
    habits = bmc.p.updates.habits
    if path.rstrip("/") == bmc.layout.manager.rstrip("/"):
        bmc.clock.later(1.0, lambda: bmc.restart(habits.outage, habits.warm_up))
    return accepted(bmc, bmc.p.power.status)


def reset_to_defaults(bmc: Bmc, call: Call, path: str) -> Answer:
    """POST Manager.ResetToDefaults: forget the settings of the manager and restart it."""
    wanted = call.json().get("ResetType") or call.json().get("ResetToDefaultsType")
    if wanted not in ("ResetAll", "PreserveNetworkAndUsers", "PreserveNetwork"):
        raise error(400, "ActionParameterValueNotInList", wanted, "ResetType", "Manager.ResetToDefaults")
    bmc.overlay.clear()
    bmc.clock.later(1.0, lambda: bmc.restart(bmc.p.updates.habits.outage, bmc.p.updates.habits.warm_up))
    return accepted(bmc, bmc.p.power.status)


def accepted(bmc: Bmc, status: int) -> Answer:
    """Answer a successful action: without a body, or with the platform's message of success."""
    if status == 204:
        return Answer(204)
    body = annotated(bmc.p.words, [Message("Success")])
    return Answer(status, {"error": {"code": "Success", "message": "Success", **body}} if status == 200 else body)


def allowed_types(bmc: Bmc, path: str, action: str) -> list[str] | None:
    """Return the allowed ResetTypes from the resource or its ActionInfo; None where it announces none."""
    described: Doc = ((bmc.tree.get(path) or {}).get("Actions") or {}).get(f"#{action}") or {}
    inline = described.get("ResetType@Redfish.AllowableValues")
    if inline is not None:
        return list(inline)
    place = described.get("@Redfish.ActionInfo")
    info = bmc.tree.get(target(place) or str(place)) if place else None
    for parameter in (info or {}).get("Parameters") or []:
        if parameter.get("Name") == "ResetType":
            return list(parameter.get("AllowableValues") or [])
    return None


def _reset_type(bmc: Bmc, call: Call, path: str, action: str, optional: bool = False) -> str:
    body = call.json()
    unknown = [key for key in body if key != "ResetType" and not (key == "Action" and bmc.p.power.action_named)]
    if unknown:
        raise error(400, "ActionParameterUnknown", action, unknown[0])
    wanted: Any = body.get("ResetType")
    allowed = allowed_types(bmc, path, action)
    if wanted is None:
        if optional:
            return ""
        raise error(400, "ActionParameterMissing", action, "ResetType")
    if not isinstance(wanted, str):
        raise error(400, "ActionParameterValueTypeError", wanted, "ResetType", action)
    if allowed is not None and wanted not in allowed:
        raise error(400, "ActionParameterValueNotInList", wanted, "ResetType", action)
    return wanted
