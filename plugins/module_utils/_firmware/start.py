# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start an update: pre-flight, one shipment, and the task it made; a lost answer is looked up, never sent again.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
    HWAutomationError,
    NetworkError,
    OutcomeUnknown,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience, wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import assess, read, update_mode
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.arrival import wait_for_arrival
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.follow import own_task, task_facts
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.send import (
    SENDERS,
    Shipment,
    install_stored,
    start_verified,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.site import Site
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import COMING_SECONDS, Unit
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.flash import flash
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.registry import TOOLS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish import power, tasks
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.redfish import Answer

__all__ = ["send", "start"]

# Seconds a host in POST is waited for, and seconds in which a task must show up after its answer was lost.
POST_TIMEOUT = 900.0
SHOW_UP_SECONDS = 30.0


def send(site: Site, unit: Unit, note: t.Callable[[t.Dict[str, t.Any]], None]) -> t.Dict[str, t.Any]:
    """Bring the image in and return the task that flashes it.

    One that a BMC refused since it is stuck in update mode, and so has not taken, is sent once more after its restart.

    :param note: keeps what is known of this step, in case it fails further on.
    """
    _wait_for_post(site)
    if unit.method in TOOLS:
        return flash(site, unit)
    try:
        return _ship(site, unit, SENDERS[unit.method])
    except ConflictError as exc:
        sent_at = site.clock.epoch()
        if set(site.service.profile.firmware.update_mode) & _ids(exc):
            left = update_mode.leave(site, unit, exc)
        else:
            left = _has_come(site, unit)
            if not left:
                raise
    if left.get("ended"):
        return {**task_facts(site, "", sent_at), **left}
    note(left)
    return {**left, **_ship(site, unit, SENDERS[unit.method])}


def _has_come(site: Site, unit: Unit) -> t.Dict[str, t.Any]:
    """Wait for a BMC that is busy since it restarts for this very firmware, as a run before this one has left it."""
    newest = next((task for task in read.update_tasks(site.service) if not task.active), None)
    just_ended = newest is not None and newest.state == "ok" and newest.just_ended
    there = wait_for_arrival(site, unit, COMING_SECONDS) if just_ended and unit.activation == "none" else ""
    return {"ended": True, "text": there} if there else {}


def start(site: Site, unit: Unit) -> t.Dict[str, t.Any]:
    """Start the update of an image that is on the machine: verified, or in its store."""
    _wait_for_post(site)
    return _ship(site, unit, install_stored if unit.stored else start_verified)


def _ship(site: Site, unit: Unit, deliver: t.Callable[[Shipment], Answer]) -> t.Dict[str, t.Any]:
    body = read.update_service(site.service)
    override = site.wanted.allow_tpm_override
    shipment = Shipment(site.service, body, unit, site.clock, site.image_ca_path, override)
    sent_at = site.clock.epoch()
    site.under_way.add(unit.row.label)
    try:
        answer = deliver(shipment)
    except OutcomeUnknown as exc:
        return task_facts(site, _look_up(site, shipment, sent_at, exc), sent_at)
    except HWAutomationError as exc:
        site.under_way.discard(unit.row.label)
        if set(site.service.profile.firmware.already_current) & _ids(exc):
            # Ended, as one that was flashed: without a handle the next task of a campaign would send it again, for ever.
            return {
                **task_facts(site, "", sent_at),
                "already_current": True,
                "ended": True,
                "text": exc.answer or exc.message,
            }
        raise _explained(exc, site, unit) from exc
    return task_facts(site, _task_of(site, answer, sent_at), sent_at)


def _task_of(site: Site, answer: Answer, sent_at: float) -> str:
    """Return the task of a request that was accepted, or an empty text.

    The BMC may be gone already, busy with the image; that fails nothing, and what follows finds out how it went.
    """
    task = ""
    with contextlib.suppress(NetworkError, ConflictError):
        task = tasks.find_task(site.service, answer, since=sent_at) or ""
        task = own_task(site.service, task) if task else read.newest_task(site.service, sent_at)
    return task


def _wait_for_post(site: Site) -> None:
    """Wait until the host is out of POST, when BMCs refuse updates or lose them (Q-H06, Q-H07)."""
    answers = site.service.profile.power
    sight = power.sight_of(site.service.system, answers)
    if not _in_post(sight, answers):
        return
    wait_until(
        lambda: power.look(site.service),
        lambda seen: not _in_post(seen, answers),
        site.patience(POST_TIMEOUT),
        what="the host to leave POST before an image is sent",
        describe=power.Sight.as_result,
        tolerate=(NetworkError,),
        machine=site.client.machine,
        resource=site.service.system_uri,
    )


TPM = "the host has a TPM, and firmware changes what that has measured"
TPM_HINT = (
    "whoever encrypts disks with that TPM loses them without the recovery key: suspend the encryption or have the key at"
    " hand, then set allow_tpm_override: true"
)

# DSP2046 ComputerSystem.BootProgress: the states before the hardware is initialised.
EARLY = (
    "PrimaryProcessorInitializationStarted",
    "BusInitializationStarted",
    "MemoryInitializationStarted",
    "SecondaryProcessorInitializationStarted",
    "PCIResourceConfigStarted",
)


def _in_post(sight: power.Sight, answers: t.Any) -> bool:
    return sight.power == "On" and (sight.post_state in answers.post_busy or sight.progress in EARLY)


def _ids(exc: HWAutomationError) -> t.Set[str]:
    return set(exc.facts.get("message_ids") or ())


def _explained(exc: HWAutomationError, site: Site, unit: Unit) -> HWAutomationError:
    """Turn a refusal into what it means here; 503 alone says nothing, the message id does (Q-D26, Q-D37)."""
    known = site.service.profile.firmware
    facts = {**exc.facts, "machine": site.client.machine, "resource": exc.resource, "answer": exc.answer}
    what = f"{unit.row.label} {unit.row.version}"
    found = exc
    if _ids(exc) & {*known.busy, *known.update_mode}:
        hint = "wait until that one has ended, then run this again"
        found = ConflictError(f"{what} cannot start: the BMC is busy with another update or job", hint=hint, **facts)
    elif _ids(exc) & set(known.tpm_refused):
        found = ConfigurationError(f"{what} was not flashed: {TPM}", hint=TPM_HINT, **facts)
    elif _ids(exc) & set(known.refused):
        hint = "check that the image is for this model and this generation"
        found = ConfigurationError(f"the BMC refused the image of {what}; nothing was flashed", hint=hint, **facts)
    found.refused = exc.refused
    return found


def _look_up(site: Site, shipment: Shipment, sent_at: float, lost: OutcomeUnknown) -> str:
    """Return the task of a request whose answer was lost; the image is not sent again, whatever is found.

    Where it has only reached the BMC, verified or in its store, the update of it is started.

    :raises OutcomeUnknown: when the BMC answers and shows no update that began since.
    """
    patience = Patience(SHOW_UP_SECONDS, min(5.0, site.wanted.wait_interval), site.clock)
    try:
        seen = wait_until(
            lambda: _Seen(read.newest_task(site.service, sent_at), _stored(site, shipment.unit)),
            any,
            patience,
            what="the update to show up",
            tolerate=(NetworkError,),
        )
    except HWAutomationError as exc:
        raise OutcomeUnknown(
            f"the answer to the start of {shipment.unit.row.label} {shipment.unit.row.version} was lost,"
            " and the BMC shows no update that began since; nothing was sent again",
            machine=site.client.machine,
            resource=lost.resource,
            hint="run this again: it reads first, and sends only if nothing is there",
            **{**lost.facts, "unreachable": exc.facts.get("unreachable", False)},
        ) from lost
    if seen.task and not (shipment.unit.method == "multipart_then_start" and _verifies(site, seen.task)):
        return seen.task
    if seen.task:
        tasks.wait_for_task(site.service, seen.task, site.patience(POST_TIMEOUT))
        answer = start_verified(shipment)
    else:
        answer = install_stored(replace(shipment, unit=replace(shipment.unit, stored=seen.stored)))
    return _task_of(site, answer, sent_at)


class _Seen(t.NamedTuple):
    """What the BMC shows of a request whose answer was lost: a task, or an image in its store."""

    task: str
    stored: str


def _stored(site: Site, unit: Unit) -> str:
    """Return the URI of the image in the BMC's store, where this way in puts it there first (Q-D15)."""
    if unit.method != "push_then_install" or unit.stored:
        return ""
    entries, _missing = assess.devices_of(unit.row, read.inventory(site.service))
    answers = site.service.profile.firmware
    return next((entry.available_uri for entry in entries if assess.has_stored(unit.row, entry, answers)), "")


def _verifies(site: Site, task: str) -> bool:
    return any(known.uri == task and known.verified for known in read.update_tasks(site.service))
