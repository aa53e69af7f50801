# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From one resource to another by property names, and values deep inside one.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service

__all__ = ["Place", "deep", "find_place", "follow", "inside"]

Json = t.Dict[str, t.Any]


class Place(t.NamedTuple):
    """A resource that was found: where, and what it holds."""

    uri: str
    body: Json


def follow(service: Service, uri: str, names: t.Sequence[str]) -> Place | None:
    """Follow property names from a resource, reading each link on the way; None when one of them is missing."""
    body: Json = service.get(uri) if uri else {}
    value: t.Any = body
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, dict) and set(value) == {"@odata.id"}:
            uri = str(value["@odata.id"])
            found = service.get_or_none(uri)
            if found is None:
                return None
            value = body = found
    return Place(uri, body) if isinstance(value, dict) and uri else None


def find_place(service: Service, names: t.Sequence[str]) -> Place | None:
    """Follow property names from the manager."""
    return follow(service, service.manager_uri, names)


def inside(body: t.Mapping[str, t.Any], names: t.Sequence[str]) -> t.Any:
    """Return a value deep inside a resource, or None."""
    value: t.Any = body
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def deep(names: t.Sequence[str], value: t.Any) -> t.Any:
    """Return a body that sets a value deep inside a resource."""
    for name in reversed(names):
        value = {name: value}
    return value
