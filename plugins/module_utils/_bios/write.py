# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write BIOS settings: stage them, and see that they were kept.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.jobs import job_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.outcomes import ignored, refusals
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
    HWAutomationError,
    NotSupportedError,
    OutcomeUnknown,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.settings import stage
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.tasks import (
    Task,
    find_task,
    wait_for_task,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.answers import Answer

__all__ = ["remove_job", "reset_defaults", "stage_values"]

# A job is New, then Scheduling, then Scheduled; a reset before that comes too early for it (Q-D33).
JOB_PATIENCE = 120.0
RESET_ACTION = "#Bios.ResetBios"


def remove_job(machine: Machine, uri: str) -> None:
    """Remove a waiting configuration job; one that is gone already is no error."""
    try:
        machine.service.client.delete(uri)
    except NotSupportedError as exc:
        if exc.facts.get("status") != 404:
            raise


def stage_values(machine: Machine, values: t.Mapping[str, t.Any], interval: float) -> tuple[BiosState, dict[str, str]]:
    """Stage values in one request; return what the machine holds then, and why it refused some.

    A lost answer is settled by reading: staged counts as staged, and only when nothing was taken it is sent once more.

    :raises ConfigurationError: when the BMC refused the request; its messages name the attributes.
    :raises ConflictError: when the job that was made is dead (iDRAC 9, Q-D05).
    """
    if machine.bios is None:
        machine.observe()
    try:
        answer: Answer | None = stage(machine.service, t.cast(t.Any, machine.bios), values)
    except OutcomeUnknown:
        answer = _after_lost_answer(machine, values)
    except ConfigurationError as exc:
        raise _explained(exc, values) from exc
    if answer is not None:
        _wait_for_job(machine, answer, interval)
    state = machine.observe_with_job()
    if state.job is not None and state.job.state == "failed":
        raise ConflictError(
            "the values are staged, but the configuration job for them will not run; nothing was restarted",
            machine=machine.service.machine,
            resource=state.job.uri,
            answer=state.job.text,
            hint="run it again: it removes the job and makes a new one; if that fails too, restart the BMC",
        )
    refused = refusals(answer.messages if answer else (), values)
    return state, {name: refused.get(name, "") for name in ignored(values, state)}


def _after_lost_answer(machine: Machine, values: t.Mapping[str, t.Any]) -> Answer | None:
    state = machine.observe()
    if not ignored(values, state):
        return None
    machine.context.warn(
        f"{machine.service.machine}: the answer to the change was lost, nothing was staged; sent again"
    )
    return stage(machine.service, t.cast(t.Any, machine.bios), values)


def _wait_for_job(machine: Machine, answer: Answer, interval: float) -> None:
    """Wait until the job of a PATCH is ready for a reset, where the platform makes one."""
    service = machine.service
    uri = find_task(service, answer) if service.profile.bios.job else None
    if uri:
        machine.job_uri = uri
        patience = Patience(JOB_PATIENCE, interval, machine.context.clock)
        wait_for_task(service, uri, patience, until=_is_scheduled)


def _is_scheduled(task: Task) -> bool:
    job = job_of(task)
    return job is not None and (job.state == "failed" or task.is_scheduled)


def _explained(refusal: ConfigurationError, values: t.Mapping[str, t.Any]) -> HWAutomationError:
    """Say which attribute was refused and why, where the BMC says so."""
    facts = dict(refusal.facts)
    told = [_Message(item) for item in facts.get("messages", ())]
    named = refusals(told, values)
    for message in told:
        hits = [name for name in values if f"{name} " in f"{message.text} " or f"'{name}'" in message.text]
        for name in hits:
            named.setdefault(name, message.text)
    if not named:
        return refusal
    text = "; ".join(f"{name} = {values[name]!r}: {reason}" for name, reason in named.items())
    return ConfigurationError(
        f"the BMC refused the change, so nothing was staged: {text}",
        machine=refusal.machine,
        resource=refusal.resource,
        answer=refusal.answer,
        hint="take these attributes out, or look up what locks them with bios_settings_info",
        refused=named,
        **facts,
    )


class _Message:
    """A message as an error carries it: without its arguments."""

    def __init__(self, item: t.Mapping[str, t.Any]) -> None:
        self.id = item.get("id", "")
        self.text = str(item.get("text", ""))
        self.args: t.Sequence[str] = ()
        self.related: t.Sequence[str] = ()


def reset_defaults(machine: Machine) -> None:
    """Ask the BMC to load the defaults at the next reset.

    The body differs: none, ``{}`` or a ResetType; a refused body means nothing was done, so the next form is tried
    (iDRAC 8 answers 400 to none and 415 to ``{}``, Q-D18; XCC wants ``{"ResetType": "Reset"}``, Q-L04).
    """
    bios = machine.bios
    target = ((bios.actions if bios else {}).get(RESET_ACTION) or {}).get("target")
    if not target:
        raise NotSupportedError(
            "the BIOS resource has no action to load the defaults",
            machine=machine.service.machine,
            resource=bios.uri if bios else None,
        )
    first = machine.service.profile.bios.reset_body
    others: list[dict[str, t.Any] | None] = [{}, None]
    bodies = [first, *(form for form in others if form != first)]
    for form in bodies:
        try:
            machine.service.client.post(str(target), form)
            return
        except ConfigurationError as exc:
            if form is bodies[-1] or exc.facts.get("status") not in (400, 415):
                raise
