# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading many resources of one BMC: a few at a time, and a broken one never fails the rest.

What to read next depends on what was read before, so each section of the inventory is a generator that yields the URIs
it wants and is sent their bodies. All sections advance together, wave by wave, and each wave is read in parallel.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    HWAutomationError,
    NetworkError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service

__all__ = ["Json", "Row", "Unread", "collection", "crawl", "linked"]

Json = t.Dict[str, t.Any]
Row = t.Tuple[str, Json]
Rows = t.List[Row]
Wish = t.Generator[t.List[str], t.List[t.Optional[Json]], Rows]


# One resource that stays broken must not hold up an inventory of a hundred.
TRIES = 2


class Unread(t.NamedTuple):
    """A resource that was linked and could not be read, and why."""

    resource: str
    reason: str


class _Fetcher:
    """Reads URIs of one service, each once, and keeps the reasons for those it could not read."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._bodies: dict[str, Json | None] = {}
        self.unread: dict[str, str] = {}

    def wave(self, uris: t.Iterable[str]) -> None:
        wanted = [uri for uri in dict.fromkeys(uris) if uri not in self._bodies]
        if not wanted:
            return
        # The first request alone: it may have to log in, and that happens once.
        self._bodies[wanted[0]] = self._read(wanted[0])
        rest = wanted[1:]
        if rest:
            with ThreadPoolExecutor(max_workers=self._service.profile.parallel) as pool:
                self._bodies.update(pool.map(lambda uri: (uri, self._read(uri)), rest))

    def body(self, uri: str) -> Json | None:
        return self._bodies[uri]

    def _read(self, uri: str) -> Json | None:
        try:
            return self._service.get(uri, tries=TRIES)
        except AuthenticationError as exc:
            if exc.facts.get("status") != 403:  # one resource the account may not see is no reason to stop
                raise
            self.unread[uri] = exc.message
        except NetworkError as exc:
            if exc.facts.get("status") is None:  # the BMC itself went away
                raise
            self.unread[uri] = exc.message
        except HWAutomationError as exc:
            self.unread[uri] = exc.message if not exc.answer else f"{exc.message}: {exc.answer}"
        return None


def crawl(service: Service, sections: t.Mapping[str, Wish]) -> tuple[dict[str, Rows], list[Unread]]:
    """Run the sections to their end and return what each read, and what could not be read.

    :raises NetworkError: when the BMC itself stops answering.
    """
    fetcher = _Fetcher(service)
    results: dict[str, Rows] = {}
    waiting: dict[str, tuple[Wish, list[str]]] = {}

    def advance(name: str, section: Wish, bodies: list[Json | None] | None) -> None:
        try:
            waiting[name] = (section, next(section) if bodies is None else section.send(bodies))
        except StopIteration as end:
            results[name] = end.value

    for name, section in sections.items():
        advance(name, section, None)
    while waiting:
        fetcher.wave(uri for _section, uris in waiting.values() for uri in uris)
        now, waiting = waiting, {}
        for name, (section, uris) in now.items():
            advance(name, section, [fetcher.body(uri) for uri in uris])
    # A collection that could not be expanded was read member by member instead.
    unread = [Unread(uri, reason) for uri, reason in sorted(fetcher.unread.items()) if "?$expand" not in uri]
    return results, unread


def linked(uris: t.Iterable[str]) -> Wish:
    """Read some resources; those that could not be read are left out."""
    wanted = [uri for uri in uris if uri]
    bodies = (yield wanted) if wanted else []
    rows: Rows = []
    for place, uri in enumerate(wanted):
        body = bodies[place]
        if body is not None:
            rows.append((uri, body))
    return rows


def collection(uri: str, expand: str = "", limit: int | None = None) -> Wish:
    """Read all members of a collection, in one request per page where the service can expand it.

    :param expand: query to try first, such as ``?$expand=.($levels=1)``; empty where the service cannot.
    :param limit: read no further page, and no further member by itself, once so many are there.
    """
    rows: Rows = []
    known: set[str] = set()
    while uri and uri not in known and (limit is None or len(rows) < limit):
        known.add(uri)
        page = None
        if expand:
            page = (yield [f"{uri}{expand}"])[0]
        if page is None:
            page = (yield [uri])[0]
        if page is None:
            break
        found = [item for item in page.get("Members") or () if isinstance(item, dict) and item.get("@odata.id")]
        whole = [item for item in found if _is_whole(item)]
        rows.extend((item["@odata.id"], item) for item in whole)
        apart = [item["@odata.id"] for item in found if item not in whole]
        rows.extend((yield from linked(apart if limit is None else apart[: max(0, limit - len(rows))])))
        uri = str(page.get("Members@odata.nextLink") or "")
        expand = ""
    return rows


def _is_whole(member: Json) -> bool:
    """Whether an expanded member holds the resource and not only its link; some services lose fields (Q-G60)."""
    return "@odata.type" in member and "Id" in member and len(member) > 3
