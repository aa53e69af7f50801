# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Switching the host, and evidence of what it did: a power state alone proves no restart.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, fields, replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
    HWAutomationError,
    NetworkError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock, Patience, wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.restart_log import (
    find_logs,
    newest_start,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Json, Service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import PowerAnswers

__all__ = [
    "NO_EVIDENCE",
    "Sight",
    "allowed_resets",
    "choose_reset",
    "look",
    "reset",
    "restart_seen",
    "start_over",
    "wait_for_power",
    "wait_for_start",
]

RESET = "#ComputerSystem.Reset"
FINAL_STATES = ("On", "Off")
NO_EVIDENCE = "nothing but time: the BMC showed no sign of a restart"


@dataclass(frozen=True)
class Sight:
    """What the BMC shows of its host at one moment; empty where it shows nothing.

    ``progress_time`` and ``reset_time`` are compared for change only: real BMCs send 1970 and worse (Q-G63).
    ``logged`` names the newest log entry that speaks of a start, on platforms that show little else; ``logs`` is where.
    """

    power: str = ""
    progress: str = ""
    progress_time: str = ""
    reset_time: str = ""
    post_state: str = ""
    logged: str = ""
    logs: t.Optional[t.Tuple[str, ...]] = None

    def as_result(self) -> Json:
        """Return what it shows."""
        shown = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "logs"}
        return {key: value for key, value in shown.items() if value}


def look(service: Service, before: Sight | None = None) -> Sight:
    """Read the system and return what it shows of the host.

    :param before: an earlier look, which knows already where the logs are.
    """
    answers = service.profile.power
    sight = sight_of(service.refresh(), answers)
    if not answers.restart_log:
        return sight
    logs = before.logs if before is not None else None
    logs = find_logs(service, answers.restart_log) if logs is None else logs
    return replace(sight, logged=newest_start(service, logs), logs=logs)


def sight_of(system: t.Mapping[str, t.Any], answers: PowerAnswers) -> Sight:
    """Pick the signs out of a ComputerSystem."""
    progress = (system.get("BootProgress") or {}) if answers.boot_progress else {}
    post: t.Any = system if answers.post_state else None
    for step in answers.post_state:
        post = post.get(step) if isinstance(post, dict) else None
    return Sight(
        power=str(system.get("PowerState") or ""),
        progress=str(progress.get("LastState") or ""),
        progress_time=str(progress.get("LastStateTime") or ""),
        reset_time=str(system.get("LastResetTime") or ""),
        post_state=str(post or ""),
    )


def allowed_resets(service: Service) -> tuple[str, ...]:
    """Return the reset types on offer, from the action or its ActionInfo (Q-G42); empty when it does not say."""
    action = (service.system.get("Actions") or {}).get(RESET) or {}
    inline = action.get("ResetType@Redfish.AllowableValues")
    if inline:
        return tuple(map(str, inline))
    info = action.get("@Redfish.ActionInfo")
    parameters = (service.get(info).get("Parameters") or ()) if info else ()
    values = next((item.get("AllowableValues") for item in parameters if item.get("Name") == "ResetType"), None)
    return tuple(map(str, values or ()))


def choose_reset(allowed: t.Sequence[str], wanted: t.Sequence[str], machine: str) -> str:
    """Return the first wanted reset type the machine offers; never another one instead.

    :raises NotSupportedError: naming what the machine does offer.
    """
    if not allowed:
        return wanted[0]
    for kind in wanted:
        if kind in allowed:
            return kind
    raise NotSupportedError(
        f"the machine offers no {' or '.join(wanted)}; it offers {', '.join(allowed)}",
        machine=machine,
        resource=RESET,
        allowed=list(allowed),
    )


def reset(service: Service, kind: str) -> bool:
    """Send one reset; returns False when the host was in that state already (Q-G41).

    Sent again only where the BMC refused it as too early, as iDRAC 10 does within a minute after power-off (Q-D22).

    :raises OutcomeUnknown: when the answer was lost; look at the machine before doing it again.
    """
    answers = service.profile.power
    target = ((service.system.get("Actions") or {}).get(RESET) or {}).get("target")
    if not target:
        raise NotSupportedError("the system has no reset action", machine=service.machine, resource=service.system_uri)
    clock: Clock = service.client.clock
    for left in reversed(range(answers.conflict_tries)):
        try:
            service.client.post(str(target), {"ResetType": kind})
            return True
        except (ConflictError, ConfigurationError) as exc:
            if is_there(look(service).power, kind):
                return False
            if not left or not _too_early(exc, answers):
                raise
        clock.sleep(answers.conflict_pause)
    return True


def _too_early(refusal: HWAutomationError, answers: PowerAnswers) -> bool:
    return bool(set(answers.conflict) & set(refusal.facts.get("message_ids", ())))


def is_there(power: str, kind: str) -> bool:
    """Whether a host in that power state has nothing left to do for a reset of that kind."""
    return (kind in ("On", "ForceOn") and power == "On") or (
        kind in ("ForceOff", "GracefulShutdown") and power == "Off"
    )


def wait_for_power(service: Service, wanted: str, patience: Patience) -> Sight:
    """Wait until the power state is ``On`` or ``Off``; states in between and an unreachable BMC count as "not yet".

    :raises WaitTimeout: with the state as last seen.
    """
    return wait_until(
        lambda: look(service),
        lambda sight: sight.power == wanted,
        patience,
        what=f"the host to be {wanted.lower()}",
        describe=Sight.as_result,
        tolerate=(NetworkError,),
        machine=service.machine,
        resource=service.system_uri,
    )


def settled(service: Service, patience: Patience) -> Sight:
    """Wait out a transition (PoweringOn, null and the like, Q-G40) and return what is there then.

    Starts from the system as last read, so that a host at rest costs no request.
    """
    first = sight_of(service.system, service.profile.power)
    if first.power in FINAL_STATES:
        return first
    return wait_until(
        lambda: look(service),
        lambda sight: sight.power in FINAL_STATES,
        patience,
        what="the power state to settle",
        describe=Sight.as_result,
        machine=service.machine,
        resource=service.system_uri,
    )


def restart_seen(before: Sight, now: Sight, answers: PowerAnswers) -> str:
    """Return the evidence that the host restarted between two looks, or an empty string."""
    if now.power == "Off" and before.power != "Off":
        return "it was seen off"
    if now.reset_time and now.reset_time != before.reset_time:
        return "its last reset time changed"
    if now.progress_time and now.progress_time != before.progress_time:
        return "its boot progress moved"
    if now.progress and now.progress != before.progress and now.progress not in answers.boot_done:
        return "its boot progress went back"
    if now.logged and now.logged != before.logged:
        return "its event log tells of a start"
    if now.post_state in answers.post_busy and before.post_state not in answers.post_busy:
        return "it was seen in POST"
    return ""


def start_over(sight: Sight, answers: PowerAnswers) -> bool | None:
    """Whether the host has finished starting; None when the platform shows no sign of it at all."""
    if sight.power != "On":
        return False
    if sight.post_state:
        return sight.post_state in answers.post_done
    if sight.progress and sight.progress != "None":
        return sight.progress in answers.boot_done
    return None


def wait_for_start(
    service: Service, before: Sight, patience: Patience, *, restarted: bool, blind: float = 120.0
) -> tuple[Sight, str]:
    """Wait until the host has restarted, if it was asked to, and has finished starting; return what proved it.

    :param before: the look taken before the reset was sent.
    :param restarted: whether to ask for evidence of a restart first.
    :param blind: seconds after which a host that is on and not in POST is taken to have restarted without evidence.
    :raises WaitTimeout: with what was seen last.
    """
    answers = service.profile.power
    begun = patience.clock.monotonic()
    proof: list[str] = [] if restarted else ["it is on"]

    def observe() -> Sight:
        sight = look(service, before)
        if not proof:
            evidence = restart_seen(before, sight, answers)
            if evidence:
                proof.append(evidence)
        return sight

    def done(sight: Sight) -> bool:
        if sight.power != "On" or start_over(sight, answers) is False:
            return False
        # A platform may show nothing of its start (Q-G44), or have been faster than our looks: then time has to do.
        return bool(proof) or patience.clock.monotonic() - begun >= blind

    sight = wait_until(
        observe,
        done,
        patience,
        what="the host to restart" if restarted else "the host to start",
        describe=Sight.as_result,
        tolerate=(NetworkError,),
        machine=service.machine,
        resource=service.system_uri,
    )
    return sight, proof[0] if proof else NO_EVIDENCE
