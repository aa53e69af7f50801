# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The power of a host: what to do to reach a state, doing it, and proving that it happened.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    VerificationError,
    WaitTimeout,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.power import (
    NO_EVIDENCE,
    Sight,
    allowed_resets,
    choose_reset,
    look,
    reset,
    settled,
    wait_for_power,
    wait_for_start,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import PowerAnswers

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Params, Run

__all__ = ["CurrentPower", "WantedPower", "apply", "decide", "read", "report", "verify", "wanted"]

SETTLE_SECONDS = 60.0
# How long to look for signs of a start on a platform that may have none.
BLIND_SECONDS = 120.0
ALLOW = "allow_reboot"


@dataclass(frozen=True)
class WantedPower:
    """The options of bmc_power; times in seconds."""

    state: str
    graceful: bool = True
    graceful_timeout: float = 300.0
    on_timeout: str = "fail"
    wait: bool = True
    wait_timeout: float = 900.0
    wait_interval: float = 10.0


@dataclass(frozen=True)
class CurrentPower:
    """What the machine shows, the reset types it offers (none when it does not say), and its platform's preferences."""

    sight: Sight
    allowed: t.Tuple[str, ...] = ()
    answers: PowerAnswers = PowerAnswers()
    machine: str = ""
    resource: str = ""
    protocol: str = "redfish"


def wanted(params: Params) -> WantedPower:
    """Take the options of the door."""
    return WantedPower(**{name: params[name] for name in WantedPower.__dataclass_fields__})


def read(service: Service, wanted: WantedPower) -> CurrentPower:
    """Look at the host, after waiting out a transition that is under way."""
    sight = settled(service, Patience(SETTLE_SECONDS, wanted.wait_interval, service.client.clock))
    return CurrentPower(
        sight=sight,
        allowed=allowed_resets(service),
        answers=service.profile.power,
        machine=service.machine,
        resource=service.system_uri,
        protocol=service.client.protocol,
    )


def decide(wanted: WantedPower, current: CurrentPower) -> Plan:
    """Choose the resets that lead to the wanted state.

    :raises NotSupportedError: when the machine offers no reset type for it; another kind is never used instead.
    """
    is_on = current.sight.power == "On"
    before = {"power": current.sight.power}
    if wanted.state == "on" and is_on:
        return Plan(before=before, after=before, reason="already on")
    if wanted.state == "off" and not is_on:
        return Plan(before=before, after=before, reason="already off")
    after = {"power": "Off" if wanted.state == "off" else "On"}
    return Plan(steps=_steps(wanted, current, is_on), before=before, after=after)


def _steps(wanted: WantedPower, current: CurrentPower, is_on: bool) -> tuple[Step, ...]:
    answers = current.answers
    if not is_on:
        return (_step(current, "power_on", answers.on, after="On"),)
    if wanted.state == "off":
        return (_off(wanted, current),)
    if wanted.state == "restarted":
        restart = _restart(wanted, current)
        if restart is not None:
            return (restart,)
    return _off(wanted, current), _step(current, "power_on", answers.on, after="On")


def _off(wanted: WantedPower, current: CurrentPower) -> Step:
    answers = current.answers
    return _step(
        current,
        "power_off",
        answers.graceful_off if wanted.graceful else answers.off,
        after="Off",
        force=answers.off if wanted.graceful and wanted.on_timeout == "force" else (),
    )


def _restart(wanted: WantedPower, current: CurrentPower) -> Step | None:
    """Return a restart in one reset, or None where a graceful one is only possible as off and on."""
    answers = current.answers
    if not wanted.graceful:
        return _step(current, "restart", answers.restart, after="On")
    if current.allowed and not set(answers.graceful_restart) & set(current.allowed):
        return None
    force = answers.restart if wanted.on_timeout == "force" else ()
    return _step(current, "restart", answers.graceful_restart, after="On", force=force)


def _step(current: CurrentPower, name: str, kinds: t.Sequence[str], *, after: str, force: t.Sequence[str] = ()) -> Step:
    kind = choose_reset(current.allowed, kinds, current.machine)
    forced = choose_reset(current.allowed, force, current.machine) if force else ""
    words = {"power_on": "power the host on", "power_off": "power the host off", "restart": "restart the host"}
    text = f"{words[name]} ({kind}{f', {forced} after the time-out' if forced else ''})"
    return Step(
        name=name,
        text=text,
        resource=current.resource,
        allow=ALLOW if current.sight.power == "On" and name != "power_on" else "",
        payload={"kind": kind, "force": forced, "after": after},
    )


def apply(service: Service, record: StepRecord, run: Run) -> dict[str, t.Any]:
    """Send the reset of one step and see it take effect, with force after the time-out where that was asked for."""
    wanted: WantedPower = run.wanted
    step, payload = record.step, record.step.payload
    before = look(service)
    sent = reset(service, payload["kind"])
    if not sent or not (wanted.wait or step is not run.records[-1].step):
        return {"reset_type": payload["kind"], "sent": sent}
    graceful = payload["kind"].startswith("Graceful")
    limit = wanted.graceful_timeout if graceful else wanted.wait_timeout
    try:
        evidence = _see(service, step, before, _patience(service, wanted, limit), wanted, graceful)
        if evidence == NO_EVIDENCE:
            run.context.warn(f"{service.machine}: the host is on, and nothing proves that it restarted")
    except WaitTimeout as exc:
        if not graceful:
            raise
        if not payload["force"]:
            exc.hint = "an operating system has to cooperate; set on_timeout: force to switch it off all the same"
            raise
        reset(service, payload["force"])
        patience = _patience(service, wanted, wanted.wait_timeout)
        evidence = _see(service, step, before, patience, wanted, False)
        return {"reset_type": payload["force"], "sent": True, "escalated": True, "evidence": evidence}
    return {"reset_type": payload["kind"], "sent": True, "evidence": evidence}


def _patience(service: Service, wanted: WantedPower, limit: float) -> Patience:
    return Patience(limit, wanted.wait_interval, service.client.clock)


def _see(service: Service, step: Step, before: Sight, patience: Patience, wanted: WantedPower, graceful: bool) -> str:
    if step.name == "power_off":
        wait_for_power(service, "Off", patience)
        return "it was seen off"
    restarted = step.name == "restart"
    # A graceful restart that never happens must run into its time-out: time alone proves nothing then.
    blind = wanted.graceful_timeout + 1 if graceful else min(BLIND_SECONDS, wanted.wait_timeout / 2)
    return wait_for_start(service, before, patience, restarted=restarted, blind=blind)[1]


def verify(service: Service, run: Run) -> dict[str, t.Any]:
    """Read the power state back.

    :raises VerificationError: when it is not the wanted one.
    """
    power = look(service).power
    after = {"power": power}
    if run.wanted.wait and after != run.plan.after:
        raise VerificationError(
            f"the host is {power or 'in an unknown power state'}, wanted was {run.plan.after['power']}",
            machine=service.machine,
            resource=service.system_uri,
        )
    return after


def report(run: Run) -> dict[str, t.Any]:
    """Return the result keys of the door and what the audit keeps."""
    done = [record for record in run.records if record.facts]
    evidence = [str(record.facts["evidence"]) for record in done if record.facts.get("evidence")]
    after = run.after or run.plan.after
    before = run.plan.before["power"]
    outcome = {True: "failed", False: "planned" if run.context.check_mode else "done"}[run.error is not None]
    changes = [
        {
            "before": before,
            "wanted": run.wanted.state,
            "after": None if run.error else after["power"],
            "reset_type": ", ".join(
                record.facts.get("reset_type", record.step.payload["kind"]) for record in run.records
            ),
            "outcome": outcome,
        }
    ]
    return {
        "power": after["power"],
        "protocol": run.current.protocol,
        "before": run.plan.before,
        "after": after,
        "evidence": evidence,
        "escalated": any(record.facts.get("escalated") for record in done),
        "audit": {"power_changes": changes if run.plan.changes else []},
    }
