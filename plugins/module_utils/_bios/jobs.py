# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration job that holds staged BIOS values, on platforms that have one.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import Job
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.tasks import (
    FAILED,
    RUNNING,
    WAITING,
    Task,
    parse_task,
)

__all__ = ["find_job", "job_of"]

Json = t.Mapping[str, t.Any]
WORDS = {WAITING: "waiting", RUNNING: "running", FAILED: "failed"}
# iDRAC 9: a job that says so stays Scheduled for ever (Q-D05).
DEAD = "initialization failure"


def find_job(service: Service) -> t.Optional[Job]:
    """Return the BIOS configuration job that is open or dead, or None; the newest where there are several."""
    if not service.profile.bios.job:
        return None
    for collection in _collections(service):
        body = _read(service, collection)
        if body is None:
            continue
        jobs = [item for item in _members(service, body) if _is_bios_job(item)]
        open_jobs = [job for job in (job_of(_task(item)) for item in jobs) if job is not None]
        return open_jobs[-1] if open_jobs else None
    return None


def job_of(task: Task) -> t.Optional[Job]:
    """Return a task as a job that matters here; None when it has ended and holds nothing any more."""
    dead = DEAD in task.says.lower()
    if dead and task.state in (WAITING, RUNNING):
        return Job(task.uri, "failed", task.says)
    # A job that ended in failure has let go of its values.
    return Job(task.uri, WORDS[task.state], task.says) if task.state in (WAITING, RUNNING) else None


def _collections(service: Service) -> t.List[str]:
    patterns = [pattern.split("/{id}")[0] for pattern in service.profile.jobs]
    return [pattern.format(manager=service.manager_uri.rstrip("/")) for pattern in patterns]


def _read(service: Service, collection: str) -> t.Optional[Json]:
    """Read a collection with its members in one request where the BMC can do that."""
    query = "?$expand=*($levels=1)" if service.profile.expand else ""
    try:
        return service.get_or_none(f"{collection}{query}")
    except HWAutomationError as exc:
        if not query or exc.facts.get("status") != 400:
            raise
        return service.get_or_none(collection)


def _members(service: Service, body: Json) -> t.Iterator[Json]:
    for item in body.get("Members") or ():
        if set(item) - {"@odata.id"}:
            yield item
            continue
        found = service.get_or_none(str(item.get("@odata.id")))
        if found:
            yield found


def _is_bios_job(item: Json) -> bool:
    kind, name = str(item.get("JobType") or ""), str(item.get("Name") or "")
    return "bios" in kind.lower() or "bios" in name.lower()


def _task(item: Json) -> Task:
    return parse_task(str(item.get("@odata.id") or ""), item)
