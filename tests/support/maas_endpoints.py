# SPDX-License-Identifier: GPL-3.0-or-later
"""Which endpoints of MAAS our doors asked, and which of them were recorded on a real MAAS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ansible_collections.hwautomation.baremetal.extensions.lab.maas.front import API_ROOT
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.handlers import register_all
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.wire import Router

RECORDINGS = Path(__file__).resolve().parents[2].parent / "shared" / "maas-recordings"
# Built after the documentation of the API and MAAS's own code; nobody has recorded them.
UNRECORDED = frozenset(
    {
        "DELETE nodes/{system_id}/bcache-cache-set/{id}/",
        "DELETE nodes/{system_id}/bcache/{id}/",
        "DELETE nodes/{system_id}/raid/{id}/",
        "DELETE nodes/{system_id}/volume-group/{id}/",
        "GET nodes/{system_id}/bcaches/",
        "POST nodes/{system_id}/bcache-cache-sets/",
        "POST nodes/{system_id}/bcaches/",
        "POST nodes/{system_id}/blockdevices/{id}/ op=format",
        "POST nodes/{system_id}/blockdevices/{id}/ op=mount",
        "POST nodes/{system_id}/blockdevices/{id}/ op=unformat",
        "POST nodes/{system_id}/blockdevices/{id}/ op=unmount",
        "POST nodes/{system_id}/raids/",
        "POST nodes/{system_id}/volume-group/{id}/ op=create_logical_volume",
        "POST nodes/{system_id}/volume-group/{id}/ op=delete_logical_volume",
        "POST nodes/{system_id}/volume-groups/",
    }
)
ROUTER = Router()
register_all(ROUTER)


def endpoint(method: str, url: str, op: str = "") -> str:
    """Return a request as ``POST machines/{system_id}/ op=deploy``."""
    parts = urlsplit(url)
    path = parts.path.removeprefix(API_ROOT)
    op = op or parse_qs(parts.query).get("op", [""])[0]
    found = ROUTER.find(path)
    return f"{method} {found[0].pattern if found else path}{f' op={op}' if op else ''}"


def recorded() -> set[str]:
    """Return the endpoints that a real MAAS answered in the recordings, with success or a refusal of its own."""
    found = set()
    for path in RECORDINGS.glob("[0-9]*.json"):
        request: dict[str, Any] = json.loads(path.read_text())["request"]
        given = dict(pair for part in ("query", "form") for pair in request[part] or ())
        found.add(endpoint(request["method"], request["path"], given.get("op", "")))
    return found


def asked(journal: list[dict[str, Any]]) -> set[str]:
    """Return the endpoints our doors asked; what machines say to MAAS has no user."""
    entries = (entry for entry in journal if entry.get("who") and entry["path"].startswith(API_ROOT))
    return {endpoint(entry["method"], entry["path"]) for entry in entries}
