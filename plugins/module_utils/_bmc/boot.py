# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the host starts from next: the boot override, with the rules each platform has for it.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NotSupportedError,
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.tasks import find_task
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import BootAnswers

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Params, Run

__all__ = ["ENABLED", "MODES", "TARGETS", "CurrentBoot", "WantedBoot", "apply", "decide", "read", "report", "verify"]

Json = t.Dict[str, t.Any]

TARGET, ENABLED_KEY, MODE = "BootSourceOverrideTarget", "BootSourceOverrideEnabled", "BootSourceOverrideMode"
UEFI_TARGET = "UefiTargetBootSourceOverride"
STEP = "boot_override"
FIELDS = (TARGET, ENABLED_KEY, MODE, UEFI_TARGET)

# Our words -> DSP2046 ComputerSystem.Boot.
TARGETS = {
    "none": "None",
    "pxe": "Pxe",
    "hdd": "Hdd",
    "cd": "Cd",
    "usb": "Usb",
    "floppy": "Floppy",
    "sd_card": "SDCard",
    "bios_setup": "BiosSetup",
    "utilities": "Utilities",
    "diagnostics": "Diags",
    "uefi_shell": "UefiShell",
    "uefi_http": "UefiHttp",
    "uefi_target": "UefiTarget",
    "remote_drive": "RemoteDrive",
}
ENABLED = {"once": "Once", "continuous": "Continuous", "disabled": "Disabled"}
MODES = {"uefi": "UEFI", "legacy": "Legacy"}


@dataclass(frozen=True)
class WantedBoot:
    """The boot override as asked for, in Redfish's words; None leaves a value as it is."""

    target: str | None
    enabled: str
    mode: str | None = None
    uefi_target: str | None = None


@dataclass(frozen=True)
class CurrentBoot:
    """The boot override as it is, where it is written to, and what the machine offers (empty when it does not say)."""

    values: Json
    uri: str
    targets: t.Tuple[str, ...] = ()
    modes: t.Tuple[str, ...] = ()
    enabled: t.Tuple[str, ...] = ()
    answers: BootAnswers = field(default_factory=BootAnswers)
    machine: str = ""
    protocol: str = "redfish"


def wanted(params: Params) -> WantedBoot:
    """Take the options of the door."""
    target = params.get("target")
    enabled = "disabled" if target == "none" else params["enabled"]
    return WantedBoot(
        target=TARGETS[target] if target else None,
        enabled=ENABLED[enabled],
        mode=MODES[params["mode"]] if params.get("mode") else None,
        uefi_target=params.get("uefi_target"),
    )


def read(service: Service, wanted: WantedBoot) -> CurrentBoot:
    """Read the override from the system, or from its settings object where the platform keeps it there (Q-D21).

    A settings object that shows no override takes none: it is for the order and the mode alone (Q-D40).
    """
    answers, system, uri = service.profile.boot, service.system, service.system_uri
    boot = dict(system.get("Boot") or {})
    settings_uri = link(system.get("@Redfish.Settings") or {}, "SettingsObject") if answers.settings else ""
    staged = (service.get(settings_uri).get("Boot") or {}) if settings_uri else {}
    if TARGET in staged:
        uri = settings_uri
        boot.update(staged)

    def offered(name: str) -> tuple[str, ...]:
        return tuple(map(str, boot.get(f"{name}@Redfish.AllowableValues") or ()))

    return CurrentBoot(
        values={name: boot.get(name) for name in FIELDS},
        uri=uri,
        targets=offered(TARGET),
        modes=offered(MODE),
        enabled=offered(ENABLED_KEY),
        answers=answers,
        machine=service.machine,
        protocol=service.client.protocol,
    )


def decide(wanted: WantedBoot, current: CurrentBoot) -> Plan:
    """Compare and say what to send.

    :raises NotSupportedError: for a target or mode the machine does not offer, naming those it does.
    """
    goal = _goal(wanted, current)
    before = {name: current.values.get(name) for name in FIELDS if name in goal}
    differs = {name: value for name, value in goal.items() if current.values.get(name) != value}
    if not differs:
        return Plan(before=before, after=before, reason="already set")
    text = ", ".join(f"{name.replace('BootSourceOverride', '').lower()} {value}" for name, value in differs.items())
    payload = {"bodies": bodies(goal, differs, current)}
    step = Step(STEP, f"set the boot override: {text}", resource=current.uri, payload=payload)
    return Plan(steps=(step,), before=before, after=goal, warnings=_warnings(goal, current))


def _goal(wanted: WantedBoot, current: CurrentBoot) -> Json:
    goal: Json = {ENABLED_KEY: wanted.enabled}
    if wanted.enabled != "Disabled" and wanted.target is not None:
        alias = current.answers.aliases.get(wanted.target)
        goal[TARGET] = alias if alias and alias in current.targets else wanted.target
        _offered("boot target", goal[TARGET], current.targets, current)
    _offered("boot override", wanted.enabled, current.enabled, current)
    if wanted.mode and wanted.enabled != "Disabled":
        goal[MODE] = wanted.mode
        _offered("boot mode", wanted.mode, current.modes, current)
    if wanted.uefi_target:
        goal[UEFI_TARGET] = wanted.uefi_target
    return goal


def _offered(what: str, value: str, offered: t.Sequence[str], current: CurrentBoot) -> None:
    if offered and value not in offered:
        guess = near(value, offered)
        raise NotSupportedError(
            f"the machine has no {what} {value}; it offers {', '.join(offered)}",
            machine=current.machine,
            resource=current.uri,
            hint=f"did you mean {' or '.join(guess)}?" if guess else None,
            allowed=list(offered),
        )


def bodies(goal: Json, differs: Json, current: CurrentBoot) -> list[Json]:
    """Return what to send, best first; each of the others only after a refusal, which changed nothing.

    Some BMCs want the override whole and some refuse a value that is there already (Q-G55), some a state beside a target
    of UEFI (Q-D19).
    """
    alone = {name: value for name, value in goal.items() if name != ENABLED_KEY}
    ladder = [_body(goal, differs, current), _whole(goal, current), differs, alone if UEFI_TARGET in goal else {}]
    return [body for place, body in enumerate(ladder) if body and body not in ladder[:place]]


def _body(goal: Json, differs: Json, current: CurrentBoot) -> Json:
    """Return what differs, or all three together where the platform resets what is missing (Q-S08)."""
    if goal.get(TARGET) in current.answers.target_alone:
        return {name: value for name, value in goal.items() if name != ENABLED_KEY}  # refused beside it (Q-D19)
    if current.answers.full_triple:
        return _whole(goal, current)
    # Enabled and target belong together: alone, some BMCs make the other one their default.
    together = {name: goal[name] for name in (TARGET, ENABLED_KEY) if name in goal}
    return {**together, **differs}


def _whole(goal: Json, current: CurrentBoot) -> Json:
    """Return target, mode and enabled together."""
    kept = {name: current.values.get(name) for name in (TARGET, MODE) if current.values.get(name)}
    return {**kept, **goal}


def _warnings(goal: Json, current: CurrentBoot) -> tuple[str, ...]:
    if goal.get(ENABLED_KEY) == "Continuous" and not current.enabled:
        return (f"{current.machine}: many BMCs keep a continuous override for one start only; it is read back to see",)
    return ()


def apply(service: Service, record: StepRecord, run: Run) -> dict[str, t.Any]:
    """Send the override, in the first form that the BMC takes; when it takes none, its first refusal is told."""
    refused = None
    for body in record.step.payload["bodies"]:
        try:
            answer = service.client.patch(record.step.resource, {"Boot": dict(body)})
        except ConfigurationError as exc:
            refused = refused or exc
            continue
        if ENABLED_KEY not in body:
            _complete(service, record.step, run, body)
        return {"task": find_task(service, answer)}
    raise refused or NotSupportedError("nothing to send", machine=service.machine)


def _complete(service: Service, step: Step, run: Run, sent: Json) -> None:
    """Send the state by itself where a BMC takes it beside no target and has not set it on its own (Q-D19).

    A target that was not kept while the override was disabled is sent once more then.
    """
    state = run.plan.after[ENABLED_KEY]
    if _now(service, run)[ENABLED_KEY] == state:
        return
    service.client.patch(step.resource, {"Boot": {ENABLED_KEY: state}})
    now = _now(service, run)
    if any(now.get(name) != value for name, value in sent.items()):
        service.client.patch(step.resource, {"Boot": dict(sent)})


def _now(service: Service, run: Run) -> Json:
    service.refresh()
    return read(service, run.wanted).values


def verify(service: Service, run: Run) -> Json:
    """Read every field back: some BMCs take a request with 200 and keep half of it (Q-S25, Q-G56).

    :raises VerificationError: naming the fields that did not stay.
    """
    now = _now(service, run)
    after = {name: now.get(name) for name in run.plan.after}
    lost = {
        name: value
        for name, value in run.plan.after.items()
        if now.get(name) != value and not (name == ENABLED_KEY and value == "Disabled" and now.get(TARGET) == "None")
    }
    if not lost:
        return after
    task = run.facts(STEP).get("task")
    if task and set(lost) == {MODE}:
        run.context.warn(
            f"{service.machine}: the boot mode becomes {lost[MODE]} at the next start of the host: the BMC made a job of it ({task})"
        )
        return after
    told = ", ".join(f"{name} is {now.get(name)}, wanted was {value}" for name, value in lost.items())
    raise VerificationError(
        f"the BMC accepted the boot override and did not keep all of it: {told}",
        machine=service.machine,
        resource=run.plan.steps[0].resource,
        hint="use enabled: once before each start" if lost.get(ENABLED_KEY) == "Continuous" else None,
        not_persisted=sorted(lost),
        after=after,
    )


def report(run: Run) -> dict[str, t.Any]:
    """Return the result keys of the door and what the audit keeps."""
    before, after = run.plan.before, run.after or run.plan.after
    outcome = "failed" if run.error else "planned" if run.context.check_mode else "done"
    changes = [
        {"setting": f"boot override {name}", "before": before.get(name), "wanted": value, "after": after.get(name)}
        for name, value in run.plan.after.items()
        if before.get(name) != value
    ]
    audit = [{**change, "outcome": outcome} for change in changes] if run.plan.changes else []
    # A change of the mode may be a job that waits for a start (Q-D20).
    waits = run.error is None and MODE in run.plan.after and after.get(MODE) != run.plan.after[MODE]
    return {
        "before": before,
        "after": after,
        "reboot_required": waits,
        "protocol": run.current.protocol,
        "audit": {"bmc_changes": audit},
    }
