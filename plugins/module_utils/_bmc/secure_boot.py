# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""UEFI Secure Boot: wanted, in force since the last start, and the keys behind it. The door secure_boot.

Source: DSP0268 SecureBoot: SecureBootEnable is for the next start, SecureBootCurrentBoot what this one has; without a
platform key (SecureBootMode SetupMode) nothing is enforced.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import power
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.settings import server_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Params, Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
    NetworkError,
    NotSupportedError,
    VerificationError,
    WaitTimeout,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience, wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.tasks import (
    FAILED,
    find_task,
    wait_for_task,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS, wait_options

__all__ = ["OPTIONS", "CurrentSecureBoot", "WantedSecureBoot", "apply", "decide", "read", "report", "verify", "wanted"]

Json = t.Dict[str, t.Any]

OPTIONS = (
    BMC_OPTIONS
    + wait_options(1800)
    + Options(
        spec={
            "state": {"type": "str", "choices": ["enabled", "disabled"]},
            "keys": {"type": "str", "choices": ["default", "none"]},
            "allow_reset_keys": {"type": "bool", "default": False},
            "allow_reboot": {"type": "bool", "default": False},
            "graceful": {"type": "bool", "default": True},
            "graceful_timeout": {"type": "int", "default": 300},
            "on_timeout": {"type": "str", "choices": ["fail", "force"], "default": "fail"},
        },
        required_one_of=(("state", "keys"),),
    )
)
SETUP_MODE = "SetupMode"
RESET = "#SecureBoot.ResetKeys"
RESETS = {"default": ("ResetAllKeysToDefault",), "none": ("DeletePK", "DeleteAllKeys")}
ON_OFF = {True: "enabled", False: "disabled"}
# A job is made in the background (Q-D33); so long it is given to be ready for the restart.
JOB_SECONDS, JOB_PAUSE = 120.0, 5.0


@dataclass(frozen=True)
class WantedSecureBoot:
    """The options of the door; None leaves a part as it is. ``power`` says how the host is restarted."""

    enable: bool | None
    keys: str | None
    allow_reboot: bool
    power: power.WantedPower


@dataclass(frozen=True)
class CurrentSecureBoot:
    """``enable`` is for the next start, ``in_force`` of this one; ``resets`` are the key resets on offer."""

    uri: str
    enable: bool
    in_force: bool
    mode: str
    action: str
    resets: t.Tuple[str, ...]
    legacy: str
    power: power.CurrentPower
    machine: str = ""
    server: t.Mapping[str, t.Any] = field(default_factory=dict)

    @property
    def has_keys(self) -> bool:
        """Whether a platform key is enrolled."""
        return self.mode != SETUP_MODE

    def values(self) -> Json:
        """Return what the result shows."""
        keys = "enrolled" if self.has_keys else "none"
        return {"state": ON_OFF[self.in_force], "next_start": ON_OFF[self.enable], "keys": keys}


def wanted(params: Params) -> WantedSecureBoot:
    """Take the options of the door.

    :raises ConfigurationError: for Secure Boot without keys, which would enforce nothing.
    """
    if params["state"] == "enabled" and params["keys"] == "none":
        raise ConfigurationError(
            "Secure Boot cannot be enabled while its keys are taken away", machine=params["bmc_host"]
        )
    restart = {name: params[name] for name in power.WantedPower.__dataclass_fields__ if name in params}
    return WantedSecureBoot(
        enable=None if params["state"] is None else params["state"] == "enabled",
        keys=params["keys"],
        allow_reboot=params["allow_reboot"],
        power=power.WantedPower(**{**restart, "state": "restarted"}),
    )


def read(service: Service, wanted: WantedSecureBoot) -> CurrentSecureBoot:
    """Read the resource, the BIOS boot mode where it is known, and the host's power.

    :raises NotSupportedError: when the machine shows no Secure Boot.
    """
    uri = link(service.system, "SecureBoot")
    body = service.get_or_none(uri) if uri else None
    if body is None:
        raise NotSupportedError(
            "the machine shows no Secure Boot over Redfish", machine=service.machine, resource=service.system_uri
        )
    action = (body.get("Actions") or {}).get(RESET) or {}
    return CurrentSecureBoot(
        uri=uri,
        enable=body.get("SecureBootEnable") is True,
        in_force=body.get("SecureBootCurrentBoot") == "Enabled",
        mode=str(body.get("SecureBootMode") or ""),
        action=str(action.get("target") or ""),
        resets=_resets(service, action),
        legacy=_legacy(service) if wanted.enable else "",
        power=power.read(service, wanted.power),
        machine=service.machine,
        server=server_of(service),
    )


def _resets(service: Service, action: Json) -> tuple[str, ...]:
    inline = action.get("ResetKeysType@Redfish.AllowableValues")
    if inline:
        return tuple(map(str, inline))
    info = action.get("@Redfish.ActionInfo")
    rows = ((service.get_or_none(str(info)) or {}).get("Parameters") or ()) if info else ()
    values = next((row.get("AllowableValues") for row in rows if row.get("Name") == "ResetKeysType"), None)
    return tuple(map(str, values or ()))


def _legacy(service: Service) -> str:
    """Return the BIOS attribute and value that keep the host from starting by UEFI, or an empty string."""
    pattern, values = service.profile.setup.boot_mode
    uri = link(service.system, "Bios")
    attributes = ((service.get_or_none(uri) or {}).get("Attributes") or {}) if uri else {}
    found = [(name, value) for name, value in attributes.items() if re.search(pattern, name) and value in values]
    return " is ".join(map(str, found[0])) if found else ""


def decide(wanted: WantedSecureBoot, current: CurrentSecureBoot) -> Plan:
    """Stage what differs, and restart the host where that is allowed and needed.

    :raises ConfigurationError: when the machine does not start by UEFI, or has no keys to enforce.
    :raises NotSupportedError: when its keys cannot be reset.
    """
    _check(wanted, current)
    enable = current.enable if wanted.enable is None else wanted.enable
    has_keys = current.has_keys if wanted.keys is None else wanted.keys == "default"
    steps = [*_key_steps(wanted, current, has_keys), *_enable_steps(enable, current)]
    in_force = enable and has_keys
    waits = bool(steps) or in_force != current.in_force
    before = current.values()
    staged = {**before, "next_start": ON_OFF[enable]}
    told = (f"{current.machine}: no platform key is enrolled; until one is, Secure Boot enforces nothing",)
    warnings = told if enable and not has_keys else ()
    if not waits:
        return Plan(before=before, after=before, reason="already set", warnings=warnings, facts={"waits": False})
    if wanted.allow_reboot and current.power.sight.power == "On":
        steps += power.decide(wanted.power, current.power).steps
        staged.update(state=ON_OFF[in_force], keys="enrolled" if has_keys else "none")
        facts = {"waits": False, "in_force": in_force}
        return Plan(tuple(steps), before, staged, warnings=warnings, facts=facts)
    reason = "" if steps else "staged, waiting for a start of the host"
    return Plan(tuple(steps), before, staged, reason=reason, warnings=warnings, facts={"waits": True})


def _check(wanted: WantedSecureBoot, current: CurrentSecureBoot) -> None:
    problem, hint = "", ""
    if wanted.enable and current.legacy:
        problem = f"Secure Boot needs a host that starts by UEFI, and {current.legacy}"
        hint = "set the BIOS boot mode to UEFI first (bios_settings, intent boot_mode)"
    elif wanted.enable and not current.has_keys and wanted.keys != "default" and current.action:
        problem = "no platform key is enrolled (SetupMode), so Secure Boot would enforce nothing"
        hint = "set keys: default and allow_reset_keys: true to enroll the vendor's keys"
    if problem:
        raise ConfigurationError(problem, machine=current.machine, resource=current.uri, hint=hint)


def _key_steps(wanted: WantedSecureBoot, current: CurrentSecureBoot, has_keys: bool) -> list[Step]:
    if wanted.keys is None or has_keys == current.has_keys:
        return []
    kinds = [kind for kind in RESETS[wanted.keys] if kind in (current.resets or RESETS[wanted.keys])]
    if not current.action or not kinds:
        offered = ", ".join(current.resets) or "none"
        raise NotSupportedError(
            f"the machine cannot do it: it offers the key resets {offered}",
            machine=current.machine,
            resource=current.uri,
        )
    words = {"default": "enroll the vendor's Secure Boot keys", "none": "take away the platform key of Secure Boot"}
    text = f"{words[wanted.keys]} ({kinds[0]})"
    payload = {"action": current.action, "kind": kinds[0]}
    return [Step("reset_keys", text, resource=current.uri, allow="allow_reset_keys", payload=payload)]


def _enable_steps(enable: bool, current: CurrentSecureBoot) -> list[Step]:
    if enable == current.enable:
        return []
    text = f"set Secure Boot of the next start: {ON_OFF[current.enable]} -> {ON_OFF[enable]}"
    return [Step("secure_boot", text, resource=current.uri, payload={"enable": enable})]


def apply(service: Service, record: StepRecord, run: Run) -> Json:
    """Stage one part, or restart the host."""
    step, client = record.step, service.client
    if step.name == "reset_keys":
        answer = client.post(step.payload["action"], {"ResetKeysType": step.payload["kind"]})
    elif step.name == "secure_boot":
        answer = client.patch(step.resource, {"SecureBootEnable": step.payload["enable"]})
    else:
        return power.apply(service, record, replace(run, wanted=run.wanted.power))
    task = find_task(service, answer)
    is_job = task is not None and ("/Jobs/" in task or "/Task" in task)
    return {"job": _ready(service, t.cast(str, task))} if is_job else {}


def _ready(service: Service, uri: str) -> str:
    """Wait until the job that the change became would be run by a restart (Q-D20, Q-D33).

    :raises ConflictError: when it is dead, so that a restart would do nothing.
    """
    patience = Patience(JOB_SECONDS, JOB_PAUSE, service.client.clock)
    task = wait_for_task(service, uri, patience, until=lambda task: task.is_scheduled)
    if task.state == FAILED:
        raise ConflictError(
            "the BMC's job for Secure Boot will not run; nothing was restarted",
            machine=service.machine,
            resource=uri,
            answer=task.says,
            hint="run it again; if that fails too, restart the BMC (bmc_reset)",
        )
    return task.uri


def verify(service: Service, run: Run) -> Json:
    """Read it back: what is staged, or after a restart what is in force.

    :raises VerificationError: when it is not as wanted.
    """
    restarted = "in_force" in run.plan.facts

    def look() -> CurrentSecureBoot:
        service.refresh()
        return read(service, replace(run.wanted, enable=None))

    def done(seen: CurrentSecureBoot) -> bool:
        return seen.enable == (run.plan.after["next_start"] == "enabled") and (
            not restarted or seen.in_force == run.plan.facts["in_force"]
        )

    limit = run.wanted.power.wait_timeout if restarted and run.wanted.power.wait else 0.0
    try:
        seen = wait_until(
            look,
            done,
            Patience(limit, run.wanted.power.wait_interval, service.client.clock),
            what="Secure Boot to be as wanted",
            describe=CurrentSecureBoot.values,
            tolerate=(NetworkError,),
            machine=service.machine,
            resource=run.current.uri,
        )
    except WaitTimeout as exc:
        if restarted and not run.wanted.power.wait:
            return dict(run.plan.after)
        raise VerificationError(
            f"the BMC took the change and did not keep it: Secure Boot is {exc.facts.get('last_observation')}",
            machine=service.machine,
            resource=run.current.uri,
            hint="look at the BIOS settings that govern Secure Boot, and at the BMC's log",
        ) from exc
    return seen.values()


def report(run: Run) -> Json:
    """Return the result keys of the door and what the audit keeps."""
    before, after = run.plan.before, run.after or run.plan.after
    outcome = "failed" if run.error else "planned" if run.context.check_mode else "applied"
    staged = run.plan.facts.get("waits") and not run.context.check_mode and not run.error
    rows = [
        {
            "setting": f"Secure Boot {key}",
            "before": before[key],
            "wanted": value,
            "after": None if run.error else after.get(key),
            "outcome": "staged" if staged else outcome,
        }
        for key, value in run.plan.after.items()
        if before[key] != value
    ]
    return {
        "before": before,
        "after": after,
        "mode": run.current.mode,
        "pending": bool(run.plan.facts.get("waits")),
        "audit": {"server": dict(run.current.server), "bmc_changes": rows},
    }
