# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks and jobs: finding the one an answer started, and reading it in five words whatever the platform's are.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from datetime import datetime, timezone

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NetworkError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience, wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link, members
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.answers import (
    Answer,
    Message,
    as_path,
    headline,
    parse_messages,
)

__all__ = [
    "FAILED",
    "OK",
    "RUNNING",
    "VANISHED",
    "WAITING",
    "Task",
    "epoch_of",
    "find_task",
    "read_task",
    "wait_for_task",
]

WAITING, RUNNING, OK, FAILED, VANISHED = "waiting", "running", "ok", "failed", "vanished"

Json = t.Dict[str, t.Any]

# The start of a state in lower case -> ours; the first that fits. DSP0266 TaskState, Dell JobState (Q-D12), Lenovo's
# free text (Q-L06). An unknown word means running, until the deadline (Q-G33).
STATES = (
    ("completedwitherrors", FAILED),
    ("completed", OK),
    ("done", OK),
    ("rebootfailed", FAILED),
    ("fail", FAILED),
    ("exception", FAILED),
    ("kill", FAILED),
    ("cancel", FAILED),
    ("expire", FAILED),
    ("interrupted", FAILED),
    ("userintervention", FAILED),
    ("new", WAITING),
    ("pending", WAITING),
    ("schedul", WAITING),
    ("downloaded", WAITING),
    ("readyforexecution", WAITING),
    ("wait", WAITING),
    ("paus", WAITING),
    ("suspended", WAITING),
    ("rebootpending", WAITING),
)
# iDRAC 9: a job that stays Scheduled with "Job processing initialization failure" will never run (Q-D05).
DEAD_JOB_MESSAGES, DEAD_JOB_WORDS = frozenset({"PR30"}), "initialization failure"
# Base 1.16 and later: the work goes on in another resource, whose URI is the message's argument.
MOVED = frozenset({"OperationTransitionedToJob", "OperationTransitionedToTask"})
# iDRAC: 404 for a job that was created a moment ago (Q-D08).
BIRTH_SECONDS = 30.0


@dataclass(frozen=True)
class Task:
    """A task or job as last seen.

    ``state`` is one of waiting, running, ok, failed, vanished; ``raw_state`` is the BMC's own word. ``percent`` is None
    where the BMC does not say, and no sign of life where it does (Q-G33).
    """

    uri: str
    state: str
    raw_state: str = ""
    percent: int | None = None
    name: str = ""
    messages: t.Tuple[Message, ...] = ()

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (OK, FAILED, VANISHED)

    @property
    def is_scheduled(self) -> bool:
        """Whether a restart of the host would run it: it waits, and is no longer being prepared (Q-D20, Q-D33)."""
        return self.state == WAITING and not self.raw_state.lower().startswith(("new", "scheduling"))

    @property
    def dead(self) -> bool:
        """Whether it has not ended by its own account and will never run: it holds what it was made for."""
        return _state_of(self.raw_state) in (WAITING, RUNNING) and _tells_of_death(self.messages)

    @property
    def says(self) -> str:
        """Return the most severe message, in the BMC's own words."""
        worst = headline(self.messages)
        return worst.text if worst else self.raw_state

    def as_result(self) -> Json:
        """Return the form shown to the user."""
        return {"uri": self.uri, "state": self.state, "raw_state": self.raw_state, "percent": self.percent}


def find_task(service: Service, answer: Answer, *, since: float | None = None) -> str | None:
    """Return the URI of the task an accepted request started, or None when there is none to be found.

    Looks at Location, at the body, at the arguments of messages (Supermicro, Q-S14), and for the newest task that
    started after ``since`` (seconds since 1970 by our clock; the BMC's may differ and is corrected for) (Q-G26).
    """
    body = answer.body
    kind = str(body.get("@odata.type", ""))
    candidates = [
        answer.location,
        as_path(body.get("TaskMonitor") if isinstance(body.get("TaskMonitor"), str) else None),
        body.get("@odata.id") if re.match(r"#\w*(Task|Job)\.", kind) else None,
        *(as_path(arg) for message in answer.messages for arg in message.args if _names_task(arg)),
    ]
    found = next((uri for uri in candidates if uri), None)
    return found or (_newest(service, since) if since is not None and answer.status == 202 else None)


def _names_task(text: str) -> bool:
    return "/Tasks/" in text or "/TaskMonitors/" in text or "/Jobs/" in text


def _newest(service: Service, since: float) -> str | None:
    collection = link(service.root, "Tasks")
    service_body = service.get_or_none(collection) if collection else None
    tasks = link(service_body or {}, "Tasks")
    if not tasks:
        return None
    started = since + (service.client.clock_offset or 0.0) - 2.0  # BMC times are in whole seconds
    newest: tuple[float, str] | None = None
    for uri in members(service.client, tasks):
        begun = epoch_of((service.get_or_none(uri) or {}).get("StartTime"))
        if begun is not None and begun >= started and (newest is None or begun > newest[0]):
            newest = (begun, uri)
    return newest[1] if newest else None


def epoch_of(text: t.Any) -> float | None:
    """Return seconds since 1970, or None for what is no time: "00:00:00Z" is real (Q-G63)."""
    try:
        parsed = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)).timestamp()  # noqa: UP017


def read_task(service: Service, uri: str) -> Task:
    """Look at a task, a task monitor or a job; a vanished one is a state, not an error (Q-G28, Q-G29)."""
    answer = service.client.get_or_none(uri, fresh=True)
    if answer is None:
        answer = _its_job(service, uri)
    if answer is None:
        return Task(uri, VANISHED)
    if answer.status == 204:  # a task monitor of bmcweb says once that it is over, without a body (Q-G28)
        return Task(uri, OK, "204")
    if answer.status == 202 and not answer.body:
        return Task(uri, RUNNING, "202")
    return _followed(service, parse_task(uri, answer.body))


def _followed(service: Service, task: Task) -> Task:
    """Return the job that a task has become: the task is Completed then, and its work has only begun (Q-G67)."""
    moved = next((message for message in task.messages if message.name in MOVED and message.args), None)
    path = as_path(moved.args[0]) if moved and task.state == OK else None
    answer = service.client.get_or_none(path, fresh=True) if path and path != task.uri else None
    return parse_task(str(path), answer.body) if answer is not None else task


def _its_job(service: Service, uri: str) -> Answer | None:
    identity = uri.rstrip("/").rsplit("/", 1)[-1]
    for pattern in service.profile.jobs:
        answer = service.client.get_or_none(pattern.format(manager=service.manager_uri, id=identity), fresh=True)
        if answer is not None:
            return answer
    return None


def parse_task(uri: str, body: t.Mapping[str, t.Any]) -> Task:
    """Read the body of a Task or Job resource."""
    raw_state = str(body.get("TaskState") or body.get("JobState") or "")
    messages = [*parse_messages({"@Message.ExtendedInfo": body.get("Messages") or []})]
    if body.get("MessageId") or isinstance(body.get("Message"), str):  # a Dell job has one message, unwrapped
        messages += parse_messages(
            {"@Message.ExtendedInfo": [{key: body.get(key) for key in ("MessageId", "Message")}]}
        )
    state = _state(raw_state, str(body.get("TaskStatus") or ""), messages)
    percent = body.get("PercentComplete")
    return Task(
        uri=uri,
        state=state,
        raw_state=raw_state,
        percent=percent if isinstance(percent, int) else None,
        name=str(body.get("Name") or ""),
        messages=tuple(messages),
    )


def _state(raw_state: str, status: str, messages: t.Iterable[Message]) -> str:
    state = _state_of(raw_state)
    worst = {message.severity for message in messages}
    # "Completed" with a critical status or message has failed (Q-G34).
    if state == OK and (status == "Critical" or "Critical" in worst):
        return FAILED
    return FAILED if state == WAITING and _tells_of_death(messages) else state


def _state_of(raw_state: str) -> str:
    word = raw_state.lower().replace(" ", "")
    return next((ours for start, ours in STATES if word.startswith(start)), RUNNING)


def _tells_of_death(messages: t.Iterable[Message]) -> bool:
    return any(message.name in DEAD_JOB_MESSAGES or DEAD_JOB_WORDS in message.text.lower() for message in messages)


def wait_for_task(
    service: Service,
    uri: str,
    patience: Patience,
    *,
    until: t.Callable[[Task], bool] = lambda task: task.finished,
) -> Task:
    """Poll a task until it is over, or ``until`` says enough; an unreachable BMC counts as "not yet".

    A task that vanishes right after it was made is given half a minute to appear (Q-D08).

    :raises WaitTimeout: at the deadline, with the task as last seen.
    """
    born = patience.clock.monotonic()
    seen = False

    def enough(task: Task) -> bool:
        nonlocal seen
        if task.state == VANISHED and not seen:
            return patience.clock.monotonic() - born > BIRTH_SECONDS
        seen = True
        return task.finished or until(task)

    return wait_until(
        lambda: read_task(service, uri),
        enough,
        patience,
        what="the task to end",
        describe=Task.as_result,
        tolerate=(NetworkError,),
        machine=service.machine,
        resource=uri,
    )
