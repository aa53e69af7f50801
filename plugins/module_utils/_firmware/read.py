# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what a machine has for firmware, which updates it knows of, and what it offers; GETs only.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    HWAutomationError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.action import takes_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.inventory import Component, normal_form
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.offers import (
    SIMPLE_UPDATE,
    action_of,
    offers,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Current, UpdateTask
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish import readiness, tasks
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import (
    Service,
    link,
    members,
    pages,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import STANDARD, FirmwareAnswers

__all__ = [
    "HELD_STATES",
    "inventory",
    "newest_task",
    "obstacles",
    "read_current",
    "restarts_named_first",
    "update_service",
    "update_tasks",
    "with_readiness",
]

Json = t.Dict[str, t.Any]

UPDATE_NAME = re.compile(r"(?i)update|upload|firmware|flash|verify|addfromuri|install")
# Dell's "Configure: BIOS.Setup.1-1" and others' configuration jobs are not firmware.
OTHER_NAME = re.compile(r"(?i)config")
VERIFY_NAME = re.compile(r"(?i)\bverify\b")
# "Job completed, server reboot pending" (Q-D36) and its like: the image is there and not active.
STAGED_WORDS = re.compile(
    r"(?i)\bstaged\b|(reboot|reset|restart|power cycle) (is )?(pending|required|needed)"
    r"|(after|at|until) (a|the)( next)? re(set|boot|start)"
)
# These words of a waiting task mean that it waits for the host; "New" or "Downloaded" only that it has not begun.
HELD_STATES = re.compile(r"(?i)pending|scheduled|waiting|paused|suspended")


def read_current(service: Service) -> Current:
    """Return the firmware state of a machine."""
    answers = service.profile.firmware
    body = update_service(service)
    return Current(
        machine=service.machine,
        platform=service.profile.name,
        model=str(service.system.get("Model") or ""),
        components=inventory(service, body),
        tasks=update_tasks(service),
        offers=offers(body, answers),
        max_bytes=_size(body.get("MaxImageSizeBytes")),
        power_state=str(service.system.get("PowerState") or ""),
        clock_offset=service.client.clock_offset or 0.0,
        session=bool(service.client.token),
        obstacles=tuple(obstacles(body, answers)),
        answers=answers,
    )


def with_readiness(service: Service, current: Current) -> Current:
    """Add what only matters when something is to be sent: lockdown, licences, room for an image, what SimpleUpdate takes."""
    where = current.answers.free_space
    free = readiness.value_at(service.get_or_none(where[0]), where[1:]) if where else None
    blockers = (*current.obstacles, *readiness.blockers(service))
    action = action_of(update_service(service), SIMPLE_UPDATE) if "pull" in current.offers else {}
    return replace(
        current,
        obstacles=blockers,
        free_bytes=free if isinstance(free, int) else None,
        takes=takes_of(service, action),
    )


def update_service(service: Service) -> Json:
    """Return the update service, or an empty mapping where there is none."""
    uri = link(service.root, "UpdateService")
    return (service.get_or_none(uri) or {}) if uri else {}


def inventory(service: Service, body: Json | None = None) -> t.Tuple[Component, ...]:
    """Return the components of a machine in normal form, read anew."""
    body = update_service(service) if body is None else body
    documents, answers = _documents(service, body), service.profile.firmware
    found = normal_form(documents, answers)
    if {"bmc", "bios"} <= {entry.component for entry in found}:
        return found
    manager = service.get(service.manager_uri) if service.manager_uri else {}
    return normal_form(
        documents,
        answers,
        bmc_version=str(manager.get("FirmwareVersion") or "") or None,
        bios_version=str(service.refresh().get("BiosVersion") or "") or None,
    )


def _documents(service: Service, body: Json) -> t.List[Json]:
    # Intel S2600 has SoftwareInventory only (rec intel-s2600bpb); elsewhere that one lists drivers or nothing.
    uri = link(body, "FirmwareInventory") or link(body, "SoftwareInventory")
    try:
        return _members(service, uri, "Version") if uri else []
    except NotSupportedError:
        return []  # a link that leads nowhere (sushy-emulator): the manager and the system tell their versions too


def _members(service: Service, uri: str, needed: str) -> t.List[Json]:
    """Return the members of a collection: in one request where the service can, else one by one (Q-G60)."""
    expanded = _expanded(service, uri)
    if expanded is not None and all(needed in item for item in expanded):
        return [service.profile.repaired(item) for item in expanded]
    found = (service.get_or_none(one) for one in members(service.client, uri))
    return [item for item in found if item]


def _expanded(service: Service, uri: str) -> t.List[Json] | None:
    query = (service.root.get("ProtocolFeaturesSupported") or {}).get("ExpandQuery") or {}
    if not service.profile.expand or not query.get("NoLinks"):
        return None
    found: t.List[Json] = []
    try:
        for page in pages(f"{uri}?$expand=.", lambda path: service.client.get(path, fresh=True).body):
            found += page.get("Members") or ()
    except HWAutomationError:
        return None  # announced and refused: the plain way is slower and always works
    return found


def _size(value: t.Any) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def obstacles(body: Json, answers: FirmwareAnswers) -> t.List[str]:
    """Return why the update service takes no image just now."""
    if body.get("ServiceEnabled") is False:
        return ["the update service of the BMC is disabled"]
    path, idle = answers.service_state
    state: t.Any = body if path else None
    for step in path:
        state = state.get(step) if isinstance(state, dict) else None
    if state and str(state).lower() not in (word.lower() for word in idle):
        return [f"the update service of the BMC is busy ({state})"]
    return []


def update_tasks(service: Service) -> t.Tuple[UpdateTask, ...]:
    """Return the firmware updates the BMC remembers, newest first."""
    root_link = link(service.root, "Tasks")
    task_service = (service.get_or_none(root_link) or {}) if root_link else {}
    uri = link(task_service, "Tasks")
    if not uri:
        return ()
    last_reset = tasks.epoch_of(service.system.get("LastResetTime"))
    # By the BMC's own clock, which may be wrong by years (Q-G51).
    now = service.client.clock.epoch() + (service.client.clock_offset or 0.0)
    found = [
        update_task(body, service.profile.firmware, last_reset, now)
        for body in _members(service, uri, "TaskState")
        if _is_update(body)
    ]
    # Of those that began in the same second the one that is listed last came last.
    newest_first = sorted(enumerate(found), key=lambda pair: (pair[1].started or 0.0, pair[0]), reverse=True)
    return tuple(task for _number, task in newest_first)


def _is_update(body: Json) -> bool:
    name = str(body.get("Name") or "")
    target = str((body.get("Payload") or {}).get("TargetUri") or "")
    return "UpdateService" in target or bool(UPDATE_NAME.search(name) and not OTHER_NAME.search(name))


def update_task(body: Json, answers: FirmwareAnswers, last_reset: float | None, now: float = 0.0) -> UpdateTask:
    """Read one Task resource as an update; ``last_reset`` and ``now`` are times of the BMC's clock."""
    seen = tasks.parse_task(str(body.get("@odata.id") or ""), body)
    state = seen.state
    if state == tasks.WAITING and not HELD_STATES.search(seen.raw_state):
        state = tasks.RUNNING
    ended = tasks.epoch_of(body.get("EndTime"))
    return UpdateTask(
        uri=seen.uri,
        name=seen.name,
        state=state,
        percent=seen.percent,
        text=seen.says,
        image=_image_name(body),
        component=_component(seen.name, answers),
        # Without either time nothing is known, and the newest evidence is that it ended well.
        since_reset=last_reset is None or ended is None or ended >= last_reset,
        says_staged=any(STAGED_WORDS.search(message.text) for message in seen.messages),
        reset_type=_reset_type(seen),
        verified=bool(VERIFY_NAME.search(seen.name)),
        started=tasks.epoch_of(body.get("StartTime")),
        ended_ago=None if ended is None else max(now - ended, 0.0),
    )


def _reset_type(seen: tasks.Task) -> str:
    """Return the type that Base.ResetRequired names in its last argument (DSP0268), or an empty text."""
    return next((one.args[-1] for one in seen.messages if one.name == "ResetRequired" and one.args), "")


def _image_name(body: Json) -> str:
    text = str((body.get("Payload") or {}).get("JsonBody") or "")
    match = re.search(r'"ImageURI"\s*:\s*"([^"]+)"', text)
    return match.group(1).split("?")[0].rstrip("/").rsplit("/", 1)[-1] if match else ""


def _component(name: str, answers: FirmwareAnswers) -> str:
    for rules in (answers.components, STANDARD.components):
        for component, pattern in rules:
            # A pattern that fits everything closes a table and says nothing about a task.
            if pattern != "." and component != "other" and re.search(pattern, name):
                return component
    return ""


def newest_task(service: Service, since: float) -> str:
    """Return the URI of the newest update that began after ``since`` (epoch seconds of ours), or an empty text."""
    # BMC times are in whole seconds, and its clock may be wrong by years (Q-G51).
    begun = since + (service.client.clock_offset or 0.0) - 2.0
    for task in update_tasks(service):
        if task.started is not None and task.started >= begun:
            return task.uri
    return ""


def restarts_named_first(service: Service, known: t.Sequence[str]) -> t.Tuple[str, ...]:
    """Return types of resets, those first that an update names which has ended and is not active yet (Q-D36)."""
    ended = [task for task in update_tasks(service) if task.state == tasks.OK and task.since_reset]
    named = {task.reset_type for task in ended}
    return tuple(sorted(known, key=lambda kind: kind not in named))
