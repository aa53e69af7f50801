# SPDX-License-Identifier: GPL-3.0-or-later
"""PATCH of the computer system: boot override with its platform rules, and the simple properties."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..bmc import Bmc
from ..machine import BootOverride
from ..members import task_path
from ..tree.store import Doc
from .call import Answer, Call
from .messages import ApiError, Message, error
from .patching import WRITABLE, judge, write

_KEYS = {
    "BootSourceOverrideEnabled": "enabled",
    "BootSourceOverrideTarget": "target",
    "BootSourceOverrideMode": "mode",
    "UefiTargetBootSourceOverride": "uefi_target",
    "HttpBootUri": "http_uri",
}


def patch_system(bmc: Bmc, call: Call, path: str) -> Answer:
    """PATCH a ComputerSystem or its settings object; nothing is written when any part is wrong."""
    body = dict(call.json())
    if not body:
        raise error(400, "EmptyJSON")
    doc = bmc.tree.get(path) or {}
    refuse_in_post(bmc)
    boot = body.pop("Boot", None)
    good, bad = judge(body, WRITABLE["ComputerSystem"], doc)
    if bad:
        raise ApiError(400, *(message for _unused, message in bad))
    place = _boot(bmc, boot, doc, path) if boot is not None else ""
    write(bmc, path, good)
    if place:
        return Answer(202, headers={"Location": place})
    status = bmc.p.boot.status
    return Answer(status, None if status == 204 else bmc.tree.get(path))


def refuse_in_post(bmc: Bmc) -> None:
    """Refuse a write while the host is in POST, on platforms that do (Q-H07)."""
    refusal = bmc.p.power.post_refusal
    if refusal and bmc.machine.in_post:
        raise error(refusal[0], refusal[1])


def _boot(bmc: Bmc, wanted: Any, doc: Doc, path: str) -> str:
    """Set override and order; return where the job is that a part of it waits for, or an empty string."""
    if not isinstance(wanted, dict):
        raise error(400, "PropertyValueTypeError", wanted, "Boot", related="#/Boot")
    habits = bmc.p.boot
    shown: Doc = doc.get("Boot") or {}
    on_settings = bool(bmc.layout.system_settings) and bmc.tree.key(path) == bmc.tree.key(bmc.layout.system_settings)
    override_keys = [key for key in wanted if key in _KEYS]
    if habits.read_only_override and override_keys and not on_settings:
        raise ApiError(400, *(Message("PropertyNotWritable", (key,), f"#/Boot/{key}") for key in override_keys))
    elsewhere = [key for key in wanted if on_settings and key in habits.settings_refuses]
    elsewhere += ["BootOrder"] if habits.order_on_settings and not on_settings and "BootOrder" in wanted else []
    if elsewhere:
        raise ApiError(400, *(Message("PropertyNotWritable", (key,), f"#/Boot/{key}") for key in elsewhere))
    problems = [message for key, value in wanted.items() if (message := _problem(bmc, key, value, shown))]
    if problems:
        raise ApiError(400, *problems)
    _refuse_oddly(bmc, {key: wanted[key] for key in override_keys}, shown)
    place, later = "", wanted.get("BootSourceOverrideMode")
    if bmc.p.oddities.mode_needs_start and later not in (None, bmc.machine.override.mode):
        wanted = {key: value for key, value in wanted.items() if key != "BootSourceOverrideMode"}
        place = task_path(bmc, bmc.mode_at_start(str(later)).id)
    if override_keys:
        bmc.machine.override = merge(bmc.machine.override, wanted, bmc)
    order = wanted.get("BootOrder")
    if order is not None:
        write(bmc, path, {"Boot": {"BootOrder": order}})
        if on_settings:
            write(bmc, bmc.layout.host, {"Boot": {"BootOrder": order}})
        bmc.machine.boot_order = _aliases(bmc, order) or bmc.machine.boot_order
    return place


def _refuse_oddly(bmc: Bmc, wanted: Doc, shown: Doc) -> None:
    odd, enabled = bmc.p.oddities, "BootSourceOverrideEnabled"
    missing = [key for key in list(_KEYS)[:3] if wanted and odd.boot_needs_all and key not in wanted]
    if missing:
        raise ApiError(400, *(Message("PropertyMissing", (key,), f"#/Boot/{key}") for key in missing))
    if odd.target_alone and wanted.get("BootSourceOverrideTarget") == "UefiTarget" and enabled in wanted:
        raise error(400, "PropertyValueConflict", enabled, "BootSourceOverrideTarget", related=f"#/Boot/{enabled}")
    same = [key for key, value in wanted.items() if odd.refuses_same and shown.get(key) == value]
    if same:
        raise ApiError(400, *(Message("PropertyNotWritable", (key,), f"#/Boot/{key}") for key in same))


def merge(now: BootOverride, wanted: Doc, bmc: Bmc) -> BootOverride:
    """Return the override after a PATCH, with what the platform makes of a part that was not sent."""
    habits = bmc.p.boot
    taken = {key: value for key, value in wanted.items() if key in _KEYS and key not in habits.reverts}
    changes = {_KEYS[key]: value for key, value in taken.items() if value is not None}
    if habits.full_triple:
        if "target" in changes and "enabled" not in changes:
            changes["enabled"] = "Once"
        if "mode" not in changes and ("target" in changes or "enabled" in changes):
            changes["mode"] = habits.default_mode
    if changes.get("enabled") == "Continuous" and habits.continuous == "once":
        changes["enabled"] = "Once"
    result = replace(now, **changes)
    if result.enabled == "Disabled":
        result = replace(result, target="None", uefi_target="", http_uri="")
    return result


def _problem(bmc: Bmc, key: str, value: Any, shown: Doc) -> Message | None:
    habits = bmc.p.boot
    related = f"#/Boot/{key}"
    allowed: dict[str, Any] = {
        "BootSourceOverrideEnabled": shown.get(f"{key}@Redfish.AllowableValues") or habits.enabled,
        "BootSourceOverrideTarget": shown.get(f"{key}@Redfish.AllowableValues") or habits.targets,
        "BootSourceOverrideMode": shown.get(f"{key}@Redfish.AllowableValues") or habits.modes,
    }
    if key == "BootOrder":
        return _order_problem(value, shown, related)
    if key == "HttpBootUri" and not habits.http_uri:
        return Message("PropertyUnknown", (key,), related)
    if key in ("UefiTargetBootSourceOverride", "HttpBootUri"):
        wrong = value is not None and not isinstance(value, str)
        return Message("PropertyValueTypeError", (str(value), key), related) if wrong else None
    if key not in allowed:
        return Message("PropertyNotWritable" if key in shown else "PropertyUnknown", (key,), related)
    if not isinstance(value, str):
        return Message("PropertyValueTypeError", (str(value), key), related)
    if value not in allowed[key]:
        return Message("PropertyValueNotInList", (value, key), related)
    if value == "Continuous" and habits.continuous == "refused":
        return Message("PropertyValueNotInList", (value, key), related)
    return None


def _order_problem(value: Any, shown: Doc, related: str) -> Message | None:
    known = shown.get("BootOrder")
    if known is None:
        return Message("PropertyUnknown", ("BootOrder",), related)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return Message("PropertyValueTypeError", (str(value), "BootOrder"), related)
    strangers = [one for one in value if one not in known]
    return Message("PropertyValueNotInList", (strangers[0], "BootOrder"), related) if strangers else None


def _aliases(bmc: Bmc, order: list[str]) -> list[str]:
    """Return the machine's boot order by the aliases of the boot options."""
    place = f"{bmc.layout.host}/BootOptions"
    found = [(bmc.tree.get(f"{place}/{one}") or {}).get("Alias") for one in order]
    return list(dict.fromkeys(alias for alias in found if alias))
