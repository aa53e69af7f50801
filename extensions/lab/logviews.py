# SPDX-License-Identifier: GPL-3.0-or-later
"""What the log services of a BMC show of its event log; a captured log keeps its entries until it is cleared."""

from __future__ import annotations

from .bmc import Bmc
from .eventlog import EVERYTHING, Entry
from .members import stamp
from .tree.layout import target
from .tree.site import SCHEMAS
from .tree.store import Doc, collection


class LogView:
    """One log service. `first` is the highest id of its captured entries: those that come are numbered after it."""

    def __init__(self, bmc: Bmc, service: str) -> None:
        self._bmc, self._service = bmc, service
        self.path = (target((bmc.tree.get(service) or {}).get("Entries")) or f"{service}/Entries").rstrip("/")
        self._base = bmc.tree.get(self.path) or collection(self.path, "LogEntry", "Log Entries", [])
        self._old = list(self._base.get("Members") or [])
        numbers = [str(one.get("Id") or one["@odata.id"].rpartition("/")[2]) for one in self._old]
        self._first = max((int(number) for number in numbers if number.isdigit()), default=0)
        name = service.rpartition("/")[2].lower()
        owner = "manager" if "/managers/" in service.lower() else "system"
        known = next((log for log in bmc.p.logs if (log.owner, log.id.lower()) == (owner, name)), None)
        self._sources = known.sources if known else EVERYTHING
        self._type = "SEL" if name == "sel" else "Event"

    def attach(self) -> None:
        self._bmc.tree.live(self.path, self.shown)
        self._bmc.tree.family(self.path, self.member)

    def shown(self) -> Doc:
        """Return the collection with its entries in full, as BMCs show logs."""
        members = [*self._old, *(self._entry(one) for one in self._live())]
        body = {**self._base, "Members": members, "Members@odata.count": len(members)}
        body.pop("Members@odata.nextLink", None)
        return body

    def member(self, number: str) -> Doc | None:
        return next((self._entry(one) for one in self._live() if str(self._first + one.id) == number), None)

    def clear(self) -> None:
        self._old = []
        self._bmc.log.clear(self.path)
        for path in self._bmc.tree.below(self.path):
            self._bmc.tree.remove(path)

    def _live(self) -> list[Entry]:
        return list(self._bmc.log.shown(self.path, self._sources))

    def _entry(self, one: Entry) -> Doc:
        number = str(self._first + one.id)
        return {
            "@odata.id": f"{self.path}/{number}",
            "@odata.type": f"#LogEntry.{SCHEMAS['LogEntry']}.LogEntry",
            "Id": number,
            "Name": f"Log Entry {number}",
            "EntryType": self._type,
            **({"EntryCode": "Assert"} if self._type == "SEL" else {}),
            "Created": stamp(one.created),
            "Severity": one.severity,
            "Message": one.text,
            "MessageId": one.message_id,
            "MessageArgs": [],
        }
