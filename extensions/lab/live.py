# SPDX-License-Identifier: GPL-3.0-or-later
"""Lay the live state of a BMC over its tree: what a GET shows of power, settings, tasks, sessions and the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from .accounts import Account
from .bmc import Bmc
from .certificate import describe
from .machine import IDLE, OS_RUNNING
from .secure_boot import SecureBoot
from .sessions import Session
from .tasks import Task
from .tree import setup
from .tree.layout import members, target
from .tree.site import SCHEMAS
from .tree.store import Doc, Live, collection, link


def stamp(moment: datetime) -> str:
    """Return a time as Redfish writes it, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def attach(bmc: Bmc) -> None:
    """Give life to every resource that the layout names. Call once, before the first request."""
    tree, layout = bmc.tree, bmc.layout
    if not bmc.captured:
        setup.lay(bmc)
    for path in layout.systems:
        tree.over(path, partial(system, bmc, path))
    if layout.system_settings:
        tree.over(layout.system_settings, partial(system_settings, bmc))
    for path in layout.chassis:
        tree.over(path, partial(chassis, bmc))
    for path in layout.managers:
        tree.over(path, partial(manager, bmc, path))
    if layout.bios:
        tree.over(layout.bios, partial(bios, bmc))
    if layout.bios_settings:
        tree.over(layout.bios_settings, partial(bios_settings, bmc))
    for path in (layout.task_service, *layout.logs):
        tree.over(path, partial(with_time, bmc)) if path else None
    if layout.update:
        tree.over(layout.update, partial(update_service, bmc))
    for path in _certificates(bmc):
        tree.over(path, partial(certificate, bmc))
    _setup(bmc)
    _families(bmc)


def _certificates(bmc: Bmc) -> list[str]:
    """Return the paths of the BMC's own HTTPS certificate."""
    paths = [target(place) for path in bmc.layout.protocols if (place := _collection(bmc, path))]
    return [member for path in paths for member in members(bmc.tree, path)]


def _collection(bmc: Bmc, path: str) -> Any:
    return ((bmc.tree.get(path) or {}).get("HTTPS") or {}).get("Certificates")


def _setup(bmc: Bmc) -> None:
    """Give life to Secure Boot, to media that are offered to be ejected, and to vendors' own clocks."""
    habits, path = setup.of(bmc), setup.secure_boot(bmc)
    if path:
        bmc.secure_boot = SecureBoot.of(bmc.tree.get(path) or {}, habits.secure_boot_keys)
        bmc.tree.over(path, lambda doc: {**doc, **bmc.secure_boot.shown()})
    for medium in bmc.layout.media:
        bmc.tree.over(medium, partial(media, bmc, medium))
    for other in setup.settings(bmc):
        if "DateTime" in (bmc.tree.get(other) or {}):
            bmc.tree.over(other, partial(_clocked, bmc, other))


def _clocked(bmc: Bmc, path: str, doc: Doc) -> Doc:
    return with_time(bmc, overlaid(bmc, path, doc))


def media(bmc: Bmc, path: str, doc: Doc) -> Doc:
    overlaid(bmc, path, doc)
    if setup.of(bmc).media_eject_when_inserted and not doc.get("Inserted"):
        (doc.get("Actions") or {}).pop("#VirtualMedia.EjectMedia", None)
    return doc


def certificate(bmc: Bmc, doc: Doc) -> Doc:
    return doc | describe(bmc.certificate) if bmc.certificate else doc


def _families(bmc: Bmc) -> None:
    layout, p = bmc.layout, bmc.p
    ids = p.identity
    _family(bmc, layout.sessions, "Session", lambda: list(bmc.sessions.sessions), partial(session, bmc))
    if layout.accounts:
        _family(bmc, layout.accounts, "ManagerAccount", lambda: list(bmc.accounts.accounts), partial(account, bmc))
    _family(bmc, layout.tasks, "Task", lambda: list(bmc.tasks.tasks), partial(task, bmc))
    places = [f"{layout.manager}/{place}" for place in p.tasks.jobs] + (
        ["/redfish/v1/JobService/Jobs"] if p.tasks.jid else []
    )
    layout.jobs = places
    for place in places:
        _family(
            bmc,
            place,
            "Job" if "JobService" in place else f"{ids.oem}Job",
            lambda: list(bmc.tasks.tasks),
            partial(job, bmc, place),
        )
    if layout.inventory and bmc.firmware.states:
        _family(
            bmc, layout.inventory, "SoftwareInventory", lambda: list(bmc.firmware.inventory()), partial(software, bmc)
        )
    for path in [] if bmc.captured else layout.logs:
        entries = f"{path}/Entries"
        _family(bmc, entries, "LogEntry", lambda: [one["id"] for one in bmc.log], partial(log_entry, bmc, entries))
        bmc.tree.live(entries, partial(log_entries, bmc, entries))


def _family(bmc: Bmc, path: str, kind: str, ids: Callable[[], list[str]], member: Callable[[str], Doc | None]) -> None:
    """Make a collection whose members come and go. A collection that is there keeps its own words."""
    base = bmc.tree.get(path) or collection(path, kind, f"{kind} Collection", [])
    fixed = [one for one in base.get("Members") or [] if one.get("@odata.id") and bmc.tree.raw(one["@odata.id"])]

    def render() -> Doc:
        members = [link(f"{path.rstrip('/')}/{one}") for one in ids()]
        if kind in ("Task", "SoftwareInventory"):
            names = {one["@odata.id"] for one in members}
            members = [one for one in fixed if one["@odata.id"] not in names] + members
        return {**base, "Members": members, "Members@odata.count": len(members)}

    bmc.tree.live(path, render)
    bmc.tree.family(path, member)


def merged(doc: Doc, changes: Doc) -> Doc:
    """Lay a PATCH over a document: objects merge, everything else is replaced."""
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(doc.get(key), dict):
            merged(doc[key], value)
        else:
            doc[key] = value
    return doc


def overlaid(bmc: Bmc, path: str, doc: Doc) -> Doc:
    return merged(doc, bmc.overlay.get(bmc.tree.key(path), {}))


# -- machine ------------------------------------------------------------------------------------------------------
def system(bmc: Bmc, path: str, doc: Doc) -> Doc:
    overlaid(bmc, path, doc)
    doc["PowerState"] = bmc.power_state()
    if path != bmc.layout.host:
        return doc
    power, machine = bmc.p.power, bmc.machine
    version = bmc.firmware.version("bios")
    if version:
        doc["BiosVersion"] = bmc.p.identity.bios_version.format(version=version)
    if isinstance(doc.get("Boot"), dict):
        doc["Boot"] = boot(bmc, doc["Boot"])
    if power.last_reset_time:
        doc["LastResetTime"] = stamp(bmc.last_reset)
    if power.boot_progress is not None:
        doc["BootProgress"] = _progress(bmc)
    else:
        doc.pop("BootProgress", None)
    if power.post_state is not None:
        oem = doc.setdefault("Oem", {}).setdefault(bmc.p.identity.oem, {})
        off = machine.power_state == "Off"
        oem["PostState"] = power.post_state["off" if off else machine.phase]
    return doc


def _progress(bmc: Bmc) -> Doc:
    power, machine = bmc.p.power, bmc.machine
    assert power.boot_progress is not None
    state = power.boot_progress.get(machine.phase, "None") if machine.is_on else "None"
    body: Doc = {"LastState": state}
    if power.progress_time:
        body["LastStateTime"] = stamp(bmc.last_reset)
    return body


def boot(bmc: Bmc, body: Doc) -> Doc:
    override = bmc.machine.override
    body["BootSourceOverrideEnabled"] = override.enabled
    body["BootSourceOverrideTarget"] = override.target
    body["BootSourceOverrideMode"] = override.mode
    if "UefiTargetBootSourceOverride" in body:
        body["UefiTargetBootSourceOverride"] = override.uefi_target or None
    if "HttpBootUri" in body:
        body["HttpBootUri"] = override.http_uri or None
    return body


def system_settings(bmc: Bmc, doc: Doc) -> Doc:
    overlaid(bmc, bmc.layout.system_settings, doc)
    if isinstance(doc.get("Boot"), dict):
        doc["Boot"] = boot(bmc, doc["Boot"])
    return doc


def chassis(bmc: Bmc, doc: Doc) -> Doc:
    overlaid(bmc, doc.get("@odata.id", ""), doc)
    if "PowerState" in doc:
        doc["PowerState"] = bmc.power_state()
    return doc


def manager(bmc: Bmc, path: str, doc: Doc) -> Doc:
    overlaid(bmc, path, doc)
    with_time(bmc, doc)
    if path == bmc.layout.manager:
        version = bmc.firmware.version("bmc")
        if version:
            doc["FirmwareVersion"] = bmc.p.identity.manager_version.format(version=version)
        doc["LastResetTime"] = stamp(bmc.bmc_started)
    return doc


def with_time(bmc: Bmc, doc: Doc) -> Doc:
    if "DateTime" in doc:
        doc["DateTime"] = stamp(bmc.now())
        doc["DateTimeLocalOffset"] = "+00:00" if "DateTimeLocalOffset" in doc else None
        if doc["DateTimeLocalOffset"] is None:
            del doc["DateTimeLocalOffset"]
    return doc


# -- BIOS ---------------------------------------------------------------------------------------------------------
def bios(bmc: Bmc, doc: Doc) -> Doc:
    if bmc.bios is not None:
        doc["Attributes"] = dict(bmc.bios.current)
    settings = doc.get("@Redfish.Settings")
    if isinstance(settings, dict):
        _settings_words(bmc, settings)
    if "ResetBiosToDefaultsPending" in doc and bmc.bios is not None:
        doc["ResetBiosToDefaultsPending"] = bmc.bios.defaults_pending
    return doc


def _settings_words(bmc: Bmc, settings: Doc) -> None:
    habits = bmc.habits
    if habits.messages:
        settings["Messages"] = list(bmc.settings_messages)
        settings["ETag"] = habits.settings_etag if bmc.settings_time is None else f"{len(bmc.settings_messages):08X}"
        if bmc.settings_time is not None:
            settings["Time"] = stamp(bmc.settings_time)
    elif habits.factory_message:
        settings["Messages"] = [{"MessageId": habits.factory_message}]
        settings["ETag"] = "Dummyetag"


def bios_settings(bmc: Bmc, doc: Doc) -> Doc:
    """Render the pending resource in the platform's shape (Q-G03)."""
    state, shape = bmc.bios, bmc.habits.shape
    if state is None:
        return doc
    writable = {
        name: value
        for name, value in state.future().items()
        if (row := state.registry.attributes.get(name)) is None or not row.read_only
    }
    if shape == "full":
        doc["Attributes"] = state.future()
    elif shape == "delta_then_full":
        doc["Attributes"] = dict(state.pending) or writable
    elif shape == "absent" and not state.pending:
        doc.pop("Attributes", None)
    else:
        doc["Attributes"] = dict(state.pending)
    return doc


# -- update service -----------------------------------------------------------------------------------------------
def update_service(bmc: Bmc, doc: Doc) -> Doc:
    overlaid(bmc, bmc.layout.update, doc)
    if bmc.p.updates.state_oem:
        oem = doc.setdefault("Oem", {}).setdefault(bmc.p.identity.oem, {})
        oem["State"], oem["FlashProgressPercent"] = bmc.firmware.phase, bmc.firmware.percent
    return doc


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


def task(bmc: Bmc, member: str) -> Doc | None:
    one = bmc.tasks.tasks.get(member)
    if one is None:
        return None
    habits = bmc.p.tasks
    words = {"state": one.state, "percent": one.percent}
    body: Doc = {
        "@odata.id": task_path(bmc, member),
        "@odata.type": f"#Task.{SCHEMAS['Task']}.Task",
        "Id": member,
        "Name": one.name,
        "TaskState": habits.words.get(one.state, one.state).format(**words),
        "TaskStatus": one.status,
        "StartTime": stamp(one.started + (bmc.now() - bmc.clock.epoch())),
        "TaskMonitor": monitor_path(bmc, member),
        "HidePayload": True,
        "Messages": _messages(bmc, one),
    }
    if habits.percent != "absent":
        body["PercentComplete"] = 0 if habits.percent == "zero" and not one.done else one.percent
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
        *one.messages,
    ]


def job(bmc: Bmc, place: str, member: str) -> Doc | None:
    """Show a task as Dell's job (DellJob) or a DMTF Job."""
    one = bmc.tasks.tasks.get(member)
    if one is None:
        return None
    body: Doc = {
        "@odata.id": f"{place}/{member}",
        "@odata.type": "#DellJob.v1_2_0.DellJob" if "JobService" not in place else f"#Job.{SCHEMAS['Job']}.Job",
        "Id": member,
        "Name": one.name,
        "JobState": one.job_state,
        "StartTime": stamp(one.started),
        "PercentComplete": one.percent,
    }
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


# -- sessions, accounts, logs -------------------------------------------------------------------------------------
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


def log_entries(bmc: Bmc, path: str) -> Doc:
    members = [log_entry(bmc, path, one["id"]) for one in bmc.log]
    return {
        "@odata.id": path,
        "@odata.type": "#LogEntryCollection.LogEntryCollection",
        "Name": "Log Entries",
        "Members": members,
        "Members@odata.count": len(members),
    }


def log_entry(bmc: Bmc, path: str, member: str) -> Doc | None:
    one: dict[str, Any] | None = next((entry for entry in bmc.log if entry["id"] == member), None)
    if one is None:
        return None
    return {
        "@odata.id": f"{path}/{member}",
        "@odata.type": f"#LogEntry.{SCHEMAS['LogEntry']}.LogEntry",
        "Id": member,
        "Name": f"Log Entry {member}",
        "EntryType": "Event",
        "Created": stamp(one["created"]),
        "Severity": one["severity"],
        "Message": one["text"],
        "MessageId": one["message_id"],
        "MessageArgs": [],
    }


__all__ = ["IDLE", "OS_RUNNING", "Live", "attach", "monitor_path", "stamp", "task_path"]
