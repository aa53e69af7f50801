# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resources that IPMI can fill, by URI: how each is read, and how it is changed.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_session import Session

__all__ = ["CHASSIS", "MANAGER", "ROOT", "SYSTEM", "Json", "Resource", "collection", "text"]

Json = t.Dict[str, t.Any]

ROOT = "/redfish/v1/"
SYSTEM, MANAGER, CHASSIS = f"{ROOT}Systems/ipmi", f"{ROOT}Managers/ipmi", f"{ROOT}Chassis/ipmi"


@dataclass(frozen=True)
class Resource:
    """One kind of resource.

    :param uri: pattern of its whole URI; its groups become arguments of the functions.
    :param read: gives the body without ``@odata.id``; raises NotSupportedError where the BMC has no such thing.
    :param write: changes it from the body of a PATCH, or of the POST of an action; None where IPMI cannot.
    """

    uri: str
    read: t.Optional[t.Callable[..., Json]] = None
    write: t.Optional[t.Callable[..., None]] = None

    def arguments(self, path: str) -> tuple[str, ...] | None:
        """Return the groups of a URI that is this resource's, or None."""
        found = re.fullmatch(self.uri, path)
        return found.groups() if found else None


def collection(name: str, uris: t.Iterable[str]) -> t.Callable[[Session], Json]:
    """Return the reader of a collection whose members are always the same."""
    members = [{"@odata.id": uri} for uri in uris]
    return lambda session: {"@odata.type": f"#{name}Collection.{name}Collection", "Members": members}


def text(raw: t.Any) -> str | None:
    """Return a field of an inventory as text without padding; None for nothing or for binary data."""
    return raw.strip(" \0") or None if isinstance(raw, str) else None
