# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The system event log of a BMC over IPMI, as a log service with its entries.

Sources: IPMI 2.0 sections 31 (SEL commands) and 32 (record formats), decoded by pyghmi.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_resource import (
    MANAGER,
    Json,
    Resource,
    collection,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_session import Session

__all__ = ["RESOURCES", "last_start", "severity"]

STORAGE = 0x0A
SERVICES = f"{MANAGER}/LogServices"
SEL = f"{SERVICES}/SEL"
ENTRIES = f"{SEL}/Entries"
OVERFLOWED = 0x80
# Get SEL Entry (31.5): the newest one, all of it; what stands where in a system event record (32.1).
NEWEST = (0x43, 0, 0, 0xFF, 0xFF, 0, 0xFF)
SYSTEM_EVENT, TIME, KIND, DIRECTION = 0x02, slice(3, 7), 10, 12
# Sensor types (table 42-3) whose events come with a start: power unit, firmware progress, boot initiated, ACPI state.
STARTS = frozenset({0x09, 0x0F, 0x1D, 0x22})


def severity(health: t.Any) -> str:
    """Return pyghmi's health (0 ok, 1 warning, 2 critical, 4 failed, as bits) in Redfish's words."""
    return "Critical" if int(health or 0) > 1 else "Warning" if health else "OK"


def last_start(session: Session) -> str | None:
    """Return the time of the newest event if it tells of a start of the host; None for any other.

    One command, whatever the length of the log: who waits for a restart looks every few seconds.
    """
    raw = session.read_or_none(STORAGE, *NEWEST)
    event = raw[2:] if raw else b""
    if len(event) < 16 or event[2] != SYSTEM_EVENT or event[KIND] not in STARTS or event[DIRECTION] & 0x80:
        return None
    when = datetime.datetime.fromtimestamp(int.from_bytes(event[TIME], "little"), datetime.timezone.utc)  # noqa: UP017
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _service(session: Session) -> Json:
    raw = session.read(STORAGE, 0x40)
    return {
        "@odata.type": "#LogService.v1_0_0.LogService",
        "Id": "SEL",
        "Name": "System event log",
        "LogEntryType": "SEL",
        "Overflow": bool(raw[13] & OVERFLOWED) if len(raw) > 13 else None,
        "Entries": {"@odata.id": ENTRIES},
    }


def _entries(session: Session) -> Json:
    """Return the newest entry first, as BMCs do over Redfish."""
    found = session.ask(lambda bmc: list(bmc.get_event_log()))
    members = [_entry(record) for record in reversed(found)]
    return {"@odata.type": "#LogEntryCollection.LogEntryCollection", "Members": members}


def _entry(record: t.Mapping[str, t.Any]) -> Json:
    number = str(record.get("record_id", ""))
    return {
        "@odata.id": f"{ENTRIES}/{number}",
        "@odata.type": "#LogEntry.v1_0_0.LogEntry",
        "Id": number,
        "Name": f"Entry {number}",
        "Created": _utc(record.get("timestamp")),
        "Severity": "OK" if record.get("deassertion") else severity(record.get("severity")),
        "Message": _message(record),
        "MessageId": "",
        "SensorType": record.get("component_type"),
        "SensorNumber": record.get("component_id"),
    }


def _utc(local: str | None) -> str:
    """Return the time of an entry, which pyghmi gives in our own time zone, as UTC; empty for none."""
    if not local:
        return ""
    when = datetime.datetime.fromisoformat(local).astimezone(datetime.timezone.utc)  # noqa: UP017
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _message(record: t.Mapping[str, t.Any]) -> str:
    words = [record.get("component") or record.get("component_type"), record.get("event")]
    told = ": ".join(str(word) for word in words if word) or "event without a description"
    value, limit = record.get("triggered_value"), record.get("threshold_value")
    if value is not None:
        told += f" ({value}{f', threshold {limit}' if limit is not None else ''})"
    return f"{told} (over)" if record.get("deassertion") else told


RESOURCES = (
    Resource(SERVICES, collection("LogService", [SEL])),
    Resource(SEL, _service),
    Resource(ENTRIES, _entries),
)
