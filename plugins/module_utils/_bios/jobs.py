# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration job that holds staged BIOS values, on platforms that have one.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import Job
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, pages
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.tasks import (
    FAILED,
    RUNNING,
    WAITING,
    Task,
    parse_task,
)

__all__ = ["Jobs", "find_jobs", "job_of"]

Json = t.Mapping[str, t.Any]
# Without these nothing can be told of a job.
NEEDED = ("Name", "JobState", "Message")
WORDS = {WAITING: "waiting", RUNNING: "running", FAILED: "failed"}


@dataclass(frozen=True)
class Jobs:
    """The BIOS configuration job that is open or dead, the newest where there are several, and what else runs now.

    ``failed`` are BIOS jobs that have ended badly.
    """

    bios: t.Optional[Job] = None
    others: t.Tuple[str, ...] = ()
    failed: t.Tuple[Task, ...] = ()

    def failure_of(self, uri: str) -> str:
        """Return what the BMC says of a job that ended badly; a job is known as a task under the same id."""
        same = (task for task in self.failed if uri and _identity(task.uri) == _identity(uri))
        return next((f"{task.raw_state}: {task.says}" for task in same), "")


def find_jobs(service: Service) -> Jobs:
    """Return what is in the job queue; nothing on platforms that make no job of BIOS settings."""
    if not service.profile.bios.job:
        return Jobs()
    for collection in _collections(service):
        first = _read(service, collection)
        if first is None:
            continue
        items = list(_members(service, collection, first))
        tasks = [_task(item) for item in items if _is_bios_job(item)]
        found = [job for job in map(job_of, tasks) if job is not None]
        others = (_running(item) for item in items if not _is_bios_job(item))
        failed = tuple(task for task in tasks if task.state == FAILED and not task.dead)
        return Jobs(found[-1] if found else None, tuple(text for text in others if text), failed)
    return Jobs()


def job_of(task: Task) -> t.Optional[Job]:
    """Return a task as a job that matters here; None when it has ended and holds nothing any more."""
    if task.dead:
        return Job(task.uri, "failed", task.says)
    # A job that ended in failure has let go of its values.
    return Job(task.uri, WORDS[task.state], task.says) if task.state in (WAITING, RUNNING) else None


def _collections(service: Service) -> t.List[str]:
    patterns = [pattern.split("/{id}")[0] for pattern in service.profile.jobs]
    return [pattern.format(manager=service.manager_uri.rstrip("/")) for pattern in patterns]


def _identity(uri: str) -> str:
    return uri.rstrip("/").rpartition("/")[2].lower()


def _read(service: Service, collection: str) -> t.Optional[t.Dict[str, t.Any]]:
    """Read a collection with its members in one request where the BMC can do that."""
    query = "?$expand=*($levels=1)" if service.profile.expand else ""
    try:
        return service.get_or_none(f"{collection}{query}")
    except HWAutomationError as exc:
        if not query or exc.facts.get("status") != 400:
            raise
        return service.get_or_none(collection)


def _members(service: Service, collection: str, first: t.Dict[str, t.Any]) -> t.Iterator[Json]:
    """Yield the jobs of all pages; one that an expansion did not give whole is read by itself (Q-G60)."""
    for page in pages(collection, lambda uri: first if uri == collection else service.get(uri)):
        for item in page.get("Members") or ():
            whole = all(name in item for name in NEEDED)
            found = item if whole else service.get_or_none(str(item.get("@odata.id")))
            if found:
                yield found


def _is_bios_job(item: Json) -> bool:
    kind, name = str(item.get("JobType") or ""), str(item.get("Name") or "")
    return "bios" in kind.lower() or "bios" in name.lower()


def _running(item: Json) -> str:
    """Say what another job does; while it does, the next one is refused (RAC0679, Q-D37)."""
    task = _task(item)
    if task.state != RUNNING:
        return ""
    said = f": {task.says}" if task.says else ""
    return f"the job {task.name or task.uri} is {task.raw_state or 'running'}{said}; wait until it has ended"


def _task(item: Json) -> Task:
    return parse_task(str(item.get("@odata.id") or ""), item)
