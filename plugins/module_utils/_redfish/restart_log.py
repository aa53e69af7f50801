# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event log as a witness of a restart, on platforms that show nothing else of one.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import (
    Service,
    link,
    members,
    pages,
)

__all__ = ["find_logs", "newest_start"]

# What BIOS and BMC write when a host starts ("System Boot Initiated", "The system was reset", "Power Unit: Power Cycle").
SPEAKS_OF_START = re.compile(r"(?i)\b(re-?set|re-?boot(ed)?|re-?start(ed)?|boot(ed)?|power(ed)?[ -]?(cycle|on|up))\b")


def find_logs(service: Service, pattern: str) -> tuple[str, ...]:
    """Return the entries of the logs whose id fits: those of the system, else those of the manager."""
    for owner in (service.system, service.manager):
        collection = link(owner, "LogServices")
        uris = members(service.client, collection) if collection else []
        fitting = [uri for uri in uris if re.search(pattern, uri.rstrip("/").rsplit("/", 1)[-1])]
        if fitting:
            return tuple(filter(None, (link(service.get(uri), "Entries") for uri in fitting)))
    return ()


def newest_start(service: Service, logs: t.Iterable[str]) -> str:
    """Return what names the newest entry that speaks of a start, or an empty string; a log that is broken is left out."""
    found = []
    for uri in logs:
        try:
            found.append(_newest(service, uri))
        except NotSupportedError:
            continue
    return " ".join(filter(None, found))


def _newest(service: Service, uri: str) -> str:
    # The last page has the newest; logs that put the newest first have no further pages to speak of.
    page = list(pages(uri, lambda path: service.get(path, fresh=True)))[-1]
    entries = [item for item in page.get("Members") or () if item]
    if entries and "Message" not in entries[-1]:
        entries = [service.get(str(entries[-1]["@odata.id"]), fresh=True)]
    starts = [item for item in entries if SPEAKS_OF_START.search(f"{item.get('Message')} {item.get('SensorType')}")]
    return max((f"{item.get('Created')} {item.get('Id')}" for item in starts), default="")
