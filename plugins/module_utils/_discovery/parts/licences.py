# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Licences of a BMC; a pure function from resources to facts.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import json
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import Json
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.resources import Resources
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.words import health, text
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.licences import LicencePlace

__all__ = ["licences"]

HEALTH = {"ok": "OK", "warning": "Warning", "degraded": "Warning", "error": "Critical", "critical": "Critical"}


def licences(resources: Resources) -> Json:
    """Return the licences, each once: newer firmware lists the same ones in two places."""
    place = resources.profile.licences
    found: dict[t.Tuple[str, str], Json] = {}
    for body in resources.bodies("licences"):
        for one in _unpacked(body, place):
            item = _licence(one, place)
            known = found.setdefault((item["id"], "" if item["id"] else item["name"]), item)
            known.update({key: value for key, value in item.items() if not known[key]})
    return {"licences": list(found.values())}


def _unpacked(body: Json, place: LicencePlace) -> t.Iterator[Json]:
    """Yield the licences in a resource: itself, or the JSON texts that it holds."""
    if not place.texts or place.texts not in body:
        yield body
        return
    for raw in body[place.texts] or ():
        with contextlib.suppress(ValueError):
            inner = json.loads(raw) if isinstance(raw, str) else raw
            for name in place.inside:
                inner = inner.get(name) if isinstance(inner, dict) else None
            if isinstance(inner, dict) and inner:
                yield inner


def _licence(body: Json, place: LicencePlace) -> Json:
    return {
        "id": _first(body, place.id),
        "name": _first(body, place.name),
        "type": _first(body, place.type),
        "expires": _first(body, place.expires) or None,
        "health": health(body) or HEALTH.get(str(body.get(place.health) or "").lower(), ""),
    }


def _first(body: Json, names: t.Iterable[str]) -> str:
    values = (body.get(name) for name in names)
    flat = (", ".join(map(str, value)) if isinstance(value, list) else value for value in values)
    return next((text(value) for value in flat if text(value)), "")
