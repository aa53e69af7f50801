# SPDX-License-Identifier: GPL-3.0-or-later
"""Resources that come and go: what a GET shows of one session, account, task, job or firmware row."""

from __future__ import annotations

from datetime import datetime

from .accounts import Account
from .bmc import Bmc
from .http.messages import Message, info
from .sessions import Session
from .tasks import NEW, Task
from .tree.site import SCHEMAS
from .tree.store import Doc, link


def stamp(moment: datetime) -> str:
    """Return a time as Redfish writes it, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def software(bmc: Bmc, member: str) -> Doc | None:
    path = f"{bmc.layout.inventory.rstrip('/')}/{member}"
    row = bmc.firmware.inventory().get(member)
    if row is None:
        return None
    shown = {key: value for key, value in row.items() if key not in ("kind", "bank") and value != ""}
    related = {"bios": bmc.layout.bios or bmc.layout.host, "bmc": bmc.layout.manager}.get(row["kind"], bmc.layout.host)
    return {
        "@odata.id": path,
        "@odata.type": f"#SoftwareInventory.{SCHEMAS['SoftwareInventory']}.SoftwareInventory",
        "Id": member,
        "Status": {"State": "Enabled", "Health": "OK"},
        "RelatedItem": [link(related)],
        **shown,
    }


def task_path(bmc: Bmc, task_id: str) -> str:
    return f"{bmc.layout.tasks.rstrip('/')}/{task_id}"


def monitor_path(bmc: Bmc, task_id: str) -> str:
    return bmc.p.tasks.monitor.format(id=task_id)


def there(bmc: Bmc, one: Task, as_job: bool = False) -> bool:
    """Say whether a task can be seen: some are not there at once (Q-D08), and some go while the job stays (Q-D09)."""
    odd, now = bmc.p.oddities, bmc.clock.now()
    purged = odd.task_purged and one.ended_at is not None and now - one.ended_at >= odd.task_purged
    return now - one.begun_at >= odd.task_appears and (as_job or not purged)


def is_new(bmc: Bmc, one: Task) -> bool:
    """Say whether an update has only just been taken, where a BMC has a word for that (Q-D11)."""
    fresh = bmc.clock.now() - one.begun_at < bmc.p.oddities.task_new
    return fresh and one.kind == "firmware" and not one.done


def seen_tasks(bmc: Bmc, as_job: bool = False) -> list[str]:
    return [one.id for one in bmc.tasks.tasks.values() if there(bmc, one, as_job)]


def task(bmc: Bmc, member: str) -> Doc | None:
    one = bmc.tasks.tasks.get(member)
    if one is None or not there(bmc, one):
        return None
    habits = bmc.p.tasks
    words = {"state": one.state, "percent": one.percent}
    body: Doc = {
        "@odata.id": task_path(bmc, member),
        "@odata.type": f"#Task.{SCHEMAS['Task']}.Task",
        "Id": member,
        "Name": one.name,
        "TaskState": NEW if is_new(bmc, one) else habits.words.get(one.state, one.state).format(**words),
        "TaskStatus": one.status,
        "StartTime": stamp(one.started + (bmc.now() - bmc.clock.epoch())),
        "TaskMonitor": monitor_path(bmc, member),
        "HidePayload": True,
        "Messages": _messages(bmc, one),
    }
    if habits.percent != "absent":
        body["PercentComplete"] = 0 if habits.percent == "zero" and not one.done else one.percent
    if bmc.p.oddities.task_becomes_job and bmc.layout.jobs and not one.done:
        moved = Message("OperationTransitionedToJob", (f"{bmc.layout.jobs[0]}/{member}",))
        body |= {"TaskState": "Completed", "PercentComplete": 100, "Messages": [info(bmc.p.words, moved)]}
    if one.ended:
        body["EndTime"] = stamp(one.ended + (bmc.now() - bmc.clock.epoch()))
    return body


def _messages(bmc: Bmc, one: Task) -> list[Doc]:
    severity = "OK" if one.status == "OK" else "Critical"
    return [
        {
            "@odata.type": "#Message.v1_1_1.Message",
            "MessageId": one.message_id,
            "Message": one.message,
            "MessageArgs": [],
            "MessageSeverity": severity,
            "Severity": severity,
        },
        *([_reset_required(bmc, one.reset)] if one.reset else []),
        *one.messages,
    ]


def _reset_required(bmc: Bmc, reset_type: str) -> Doc:
    """Say which reset is still to come (DSP0268 Base.ResetRequired), as a job that is done and not in force does (Q-D36)."""
    target = ((bmc.tree.get(bmc.layout.host) or {}).get("Actions") or {}).get("#ComputerSystem.Reset", {}).get("target")
    return {
        "MessageId": f"{bmc.p.words.registry}.ResetRequired",
        "Message": f"The system must be reset with ResetType {reset_type} at {target}.",
        "MessageArgs": [str(target), reset_type],
        "MessageSeverity": "Warning",
        "Severity": "Warning",
    }


def job(bmc: Bmc, place: str, member: str) -> Doc | None:
    """Show a task as Dell's job (DellJob) or a DMTF Job."""
    one = bmc.tasks.tasks.get(member)
    if one is None or not there(bmc, one, as_job=True):
        return None
    body: Doc = {
        "@odata.id": f"{place}/{member}",
        "@odata.type": "#DellJob.v1_2_0.DellJob" if "JobService" not in place else f"#Job.{SCHEMAS['Job']}.Job",
        "Id": member,
        "Name": one.name,
        "JobState": NEW if is_new(bmc, one) else one.job_state,
        "StartTime": stamp(one.window.shown[0] if one.window else one.started),
    }
    if bmc.p.tasks.percent != "absent":
        body["PercentComplete"] = one.percent
    if one.window:
        body["EndTime"] = stamp(one.window.shown[1])
    if "JobService" not in place:
        kinds = {"bios_config": "BIOSConfiguration", "firmware": "FirmwareUpdate"}
        body |= {
            "JobType": kinds.get(one.kind, "Unknown"),
            "Message": one.message,
            "MessageId": one.message_id.rpartition(".")[2],
            "MessageArgs": [],
            "TargetSettingsURI": one.target or None,
            "CompletionTime": stamp(one.ended) if one.ended else None,
        }
    else:
        words = {"Scheduled": "New", "Downloading": "Running", "Failed": "Exception"}
        body["JobState"] = words.get(one.job_state, one.job_state)
    return body


def session(bmc: Bmc, member: str) -> Doc | None:
    one: Session | None = bmc.sessions.sessions.get(member)
    if one is None:
        return None
    return {
        "@odata.id": f"{bmc.layout.sessions.rstrip('/')}/{member}",
        "@odata.type": f"#Session.{SCHEMAS['Session']}.Session",
        "Id": member,
        "Name": "User Session",
        "UserName": one.username,
        "Password": None,
        "CreatedTime": stamp(one.created),
        "ClientOriginIPAddress": one.origin,
    }


def account(bmc: Bmc, member: str) -> Doc | None:
    one: Account | None = bmc.accounts.accounts.get(member)
    if one is None:
        return None
    roles = "/redfish/v1/AccountService/Roles"
    return {
        "@odata.id": f"{bmc.layout.accounts.rstrip('/')}/{member}",
        "@odata.type": f"#ManagerAccount.{SCHEMAS['ManagerAccount']}.ManagerAccount",
        "Id": member,
        "Name": "User Account",
        "UserName": one.username,
        "Password": None,
        "RoleId": one.role,
        "Enabled": one.enabled,
        "Locked": bmc.accounts.locked(one),
        "PasswordChangeRequired": one.must_change,
        "AccountTypes": ["Redfish"],
        "Links": {"Role": link(f"{roles}/{one.role}")},
    }
