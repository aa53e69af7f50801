# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The logs of a BMC: the door bmc_log_info.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import (
    Json,
    Rows,
    Unread,
    collection,
    crawl,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.words import text
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Params

__all__ = ["SEVERITIES", "entry", "read", "report", "wanted"]

SEVERITIES = ("OK", "Warning", "Critical")
HOLDERS = ("manager", "system", "chassis")


@dataclass(frozen=True)
class WantedLogs:
    """Names of logs (none: all), entries per log, and the least severity."""

    logs: t.Tuple[str, ...]
    limit: int
    severity: str


@dataclass(frozen=True)
class Logs:
    """What was read: (log, entries) pairs, and what could not be."""

    entries: t.Tuple[t.Tuple[Json, Rows], ...]
    unread: t.Tuple[Unread, ...]
    protocol: str = "redfish"


def wanted(params: Params) -> WantedLogs:
    """Take the options of the door."""
    return WantedLogs(tuple(params.get("logs") or ()), params["limit"], params["severity"])


def read(service: Service, wanted: WantedLogs) -> Logs:
    """Read the wanted logs of manager, system and chassis.

    :raises ConfigurationError: for a log that is not there, naming those that are.
    """
    places = {holder: collection(link(getattr(service, holder), "LogServices")) for holder in HOLDERS}
    found, unread = crawl(service, places)
    services = {body["Id"]: (uri, body) for rows in found.values() for uri, body in rows if body.get("Id")}
    for name in wanted.logs:
        if name not in services:
            guess = near(name, services)
            raise ConfigurationError(
                f"there is no log {name}; there are {', '.join(sorted(services)) or 'none'}",
                machine=service.machine,
                hint=f"did you mean {' or '.join(guess)}?" if guess else None,
            )
    chosen = {name: row for name, row in services.items() if not wanted.logs or name in wanted.logs}
    sections = {uri: collection(link(body, "Entries"), limit=wanted.limit) for uri, body in chosen.values()}
    entries, more = crawl(service, sections)
    return Logs(tuple((body, entries[uri]) for uri, body in chosen.values()), (*unread, *more), service.client.protocol)


def entry(log: str, body: Json) -> Json:
    """Return one entry in the one form; ``time`` is the BMC's own and may be empty or wrong."""
    severity = str(body.get("Severity") or body.get("MessageSeverity") or "OK")
    return {
        "log": log,
        "id": str(body.get("Id") or ""),
        "time": str(body.get("Created") or ""),
        "severity": severity if severity in SEVERITIES else "OK",
        "text": text(body.get("Message")) or text(body.get("Name")),
        "message_id": str(body.get("MessageId") or ""),
        "sensor": text(body.get("SensorType")),
    }


def report(wanted: WantedLogs, logs: Logs) -> dict[str, t.Any]:
    """Return the result keys of the door."""
    least = SEVERITIES.index(wanted.severity)
    rows = [
        item
        for body, entries in logs.entries
        for item in [entry(str(body["Id"]), found) for _uri, found in entries[: wanted.limit]]
        if SEVERITIES.index(item["severity"]) >= least
    ]
    counts = {severity: sum(item["severity"] == severity for item in rows) for severity in SEVERITIES}
    return {
        "entries": rows,
        "logs": sorted(str(body["Id"]) for body, _entries in logs.entries),
        "counts": counts,
        "protocol": logs.protocol,
        "unread": [item._asdict() for item in logs.unread],
    }
