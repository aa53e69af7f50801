# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is to read about a MAAS itself: version, user, boot images, events.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.refusals import unsupported
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import MaasClient
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import MAAS_OPTIONS

__all__ = [
    "EVENT_OPTIONS",
    "boot_resources",
    "event_query",
    "events",
    "read_events",
    "read_images",
    "read_server",
    "server_info",
]

Row = t.Dict[str, t.Any]
# More is refused by MAAS.
MOST_EVENTS = 1000

EVENT_OPTIONS = MAAS_OPTIONS + Options(
    spec={
        "system_id": {"type": "list", "elements": "str"},
        "hostname": {"type": "list", "elements": "str"},
        "level": {
            "type": "str",
            "choices": ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "AUDIT"],
            "default": "INFO",
        },
        "limit": {"type": "int", "default": 100},
        "after": {"type": "int"},
    }
)


def read_server(client: MaasClient, wanted: t.Any) -> Row:
    """Return version and user; an unsupported version is told and does not fail."""
    version = client.get("version/")
    user = client.get("users/", op="whoami")
    return {"version": version, "user": user}


def server_info(wanted: t.Any, current: Row) -> Row:
    """Return the result keys."""
    version = current["version"]["version"]
    return {
        "version": version,
        "supported": not unsupported(version),
        "capabilities": sorted(current["version"].get("capabilities") or ()),
        "user": {name: current["user"].get(name) for name in ("username", "is_superuser")},
    }


def read_images(client: MaasClient, wanted: Row) -> Row:
    """Return the boot images and whether more are being imported."""
    images = client.rows("boot-resources/", type=wanted.get("type"))
    return {"images": images, "importing": client.get("boot-resources/", op="is_importing")}


def boot_resources(wanted: Row, current: Row) -> Row:
    """Return the result keys."""
    names = ("id", "name", "title", "architecture", "type")
    rows = [{name: image.get(name) for name in names} for image in current["images"]]
    rows.sort(key=lambda row: (row["name"], row["architecture"], row["id"]))
    return {
        "boot_resources": rows,
        "series": sorted({row["name"] for row in rows}),
        "importing": bool(current["importing"]),
    }


def event_query(params: t.Mapping[str, t.Any]) -> Row:
    """Return the query in MAAS's own names.

    :raises ConfigurationError: for more events than MAAS gives at once.
    """
    if not 1 <= params["limit"] <= MOST_EVENTS:
        raise ConfigurationError(f"limit: {params['limit']} is not between 1 and {MOST_EVENTS}, the most MAAS gives")
    named = {"id": "system_id", "hostname": "hostname", "level": "level", "limit": "limit", "after": "after"}
    return {theirs: params[ours] for theirs, ours in named.items() if params.get(ours) is not None}


def read_events(client: MaasClient, wanted: Row) -> Row:
    """Return one page of events."""
    return t.cast(Row, client.get("events/", op="query", **wanted))


def events(wanted: Row, current: Row) -> Row:
    """Return the result keys; MAAS calls the id of a machine ``node`` here."""
    names = ("id", "level", "created", "hostname", "type", "description", "username")
    return {
        "events": [
            {**{name: event.get(name) for name in names}, "system_id": event.get("node")} for event in current["events"]
        ]
    }
