# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The boot order of machines that keep it in a resource of their vendor's.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.places import Place, follow
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.setup import OrderPlace

__all__ = ["own_options", "own_order"]


def own_order(service: Service, place: OrderPlace) -> Place | None:
    """Return the resource to read and write: its settings object where it has one; None when it is not there."""
    found = follow(service, service.system_uri, place.links)
    if found is None or not isinstance(found.body.get(place.order), list):
        return None
    uri = link(found.body.get("@Redfish.Settings") or {}, "SettingsObject")
    return Place(uri, service.get(uri, fresh=True)) if uri else found


def own_options(body: t.Mapping[str, t.Any], place: OrderPlace) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return what can be in the order: reference, name, and further words it is known by."""
    if not place.options:
        return [(str(word), str(word), ()) for word in body.get(place.order) or ()]
    rows = [row for row in body.get(place.options) or () if row.get(place.reference)]
    return [
        (
            str(row[place.reference]),
            str(row.get(place.name) or row[place.reference]),
            tuple(str(value) for value in row.values() if isinstance(value, str)),
        )
        for row in rows
    ]
