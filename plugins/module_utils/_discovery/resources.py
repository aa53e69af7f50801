# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bodies an inventory was read from.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import (
    Json,
    Rows,
    Unread,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import GENERIC, Profile

__all__ = ["Resources"]


@dataclass(frozen=True)
class Resources:
    """All bodies an inventory was read from: section -> rows of (URI, body)."""

    root: Json
    system_uri: str
    system: Json
    manager_uri: str
    manager: Json
    chassis: Json
    asset_key: str
    profile: Profile = GENERIC
    sections: t.Mapping[str, Rows] = field(default_factory=dict)
    unread: t.Tuple[Unread, ...] = ()
    clock_offset: t.Optional[float] = None
    allowed_resets: t.Tuple[str, ...] = ()
    protocol: str = "redfish"

    def rows(self, section: str, *kinds: str) -> Rows:
        """Return the rows of a section, optionally only those of some resource types."""
        rows = self.sections.get(section, [])
        return [row for row in rows if _kind(row[1]) in kinds] if kinds else list(rows)

    def bodies(self, section: str, *kinds: str) -> list[Json]:
        """Return the rows without their URIs."""
        return [body for _uri, body in self.rows(section, *kinds)]


def _kind(body: Json) -> str:
    return str(body.get("@odata.type", "")).split(".", maxsplit=1)[0].lstrip("#")
