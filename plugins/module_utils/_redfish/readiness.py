# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a machine takes changes at all, read before the first write: lockdown and licences. GETs only.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service

__all__ = ["blockers", "value_at"]


def blockers(service: Service) -> t.Tuple[str, ...]:
    """Return why this machine refuses changes of BIOS and firmware just now, in words for people; empty when nothing does.

    It costs a request per gate of the platform, so ask only when something is to be written.
    """
    names = {"manager": service.manager_uri, "manager_id": service.manager_uri.rstrip("/").rpartition("/")[2]}
    found = []
    for gate in service.profile.gates if service.manager_uri else ():
        body = service.get_or_none(gate.uri.format(**names))
        value = value_at(body, gate.path)
        if value is not None and re.search(gate.closed, _text(value)):
            found.append(gate.says)
    return tuple(found)


def value_at(body: t.Any, path: t.Iterable[str]) -> t.Any:
    """Return what stands at a path of property names, or None."""
    for step in path:
        body = body.get(step) if isinstance(body, dict) else None
    return body


def _text(value: t.Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
