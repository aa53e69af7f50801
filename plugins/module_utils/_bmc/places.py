# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the manager to a resource by property names, and values deep inside one.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NetworkError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience, wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service

__all__ = ["Place", "deep", "find_place", "inside", "steadily"]

Json = t.Dict[str, t.Any]
T = t.TypeVar("T")

# A web server that restarts answers once more before it goes: so many good reads in a row count as back.
GOOD_READS = 4
BACK_SECONDS, BACK_PAUSE = 600.0, 5.0


class Place(t.NamedTuple):
    """A resource that was found: where, and what it holds."""

    uri: str
    body: Json


def find_place(service: Service, names: t.Sequence[str]) -> Place | None:
    """Follow property names from the manager, reading each link on the way; None when one of them is missing."""
    uri, body = service.manager_uri, service.get(service.manager_uri) if service.manager_uri else {}
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


def steadily(
    service: Service,
    read: t.Callable[[], T],
    what: str,
    right: t.Callable[[T], bool] = lambda seen: True,
    describe: t.Callable[[T], t.Any] = lambda seen: None,
) -> T:
    """Read until the BMC has given the right answer several times in a row, after a change that restarts its web server.

    :param describe: what of a wrong answer the error may show.
    :raises WaitTimeout: when it does not come back, or stays wrong.
    """
    good = 0

    def once() -> T:
        nonlocal good
        try:
            seen = read()
        except NetworkError:
            good = 0
            raise
        good = good + 1 if right(seen) else 0
        return seen

    patience = Patience(BACK_SECONDS, BACK_PAUSE, service.client.clock)
    return wait_until(
        once,
        lambda seen: good >= GOOD_READS,
        patience,
        what=what,
        describe=describe,
        tolerate=(NetworkError,),
        machine=service.machine,
    )
