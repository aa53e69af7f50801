# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading many resources of one BMC: a few at a time, and a broken one never fails the rest.

What to read next depends on what was read before, so each section of the inventory is a generator that yields what it
wants, URIs or other such generators, and is sent what was found. Each goes on as soon as its own answers are there: one
slow resource holds up nothing but what depends on it.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import functools
import queue
import typing as t
from concurrent.futures import Future, ThreadPoolExecutor

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    HWAutomationError,
    NetworkError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service

__all__ = ["Json", "Row", "Rows", "Unread", "Wish", "collection", "crawl", "linked", "together"]

Json = t.Dict[str, t.Any]
Row = t.Tuple[str, Json]
Rows = t.List[Row]
# Yields URIs and further wishes; is sent a body or None for each URI, and the rows of each wish.
Wish = t.Generator[t.List[t.Any], t.List[t.Any], Rows]
Answered = t.Callable[[t.Any], None]


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
        self._pool = ThreadPoolExecutor(max_workers=service.profile.parallel)
        self._ready: queue.SimpleQueue[tuple[str, Future[Json | None]]] = queue.SimpleQueue()
        self._waiting: dict[str, list[Answered]] = {}
        self._bodies: dict[str, Json | None] = {}
        self.unread: dict[str, str] = {}

    def __enter__(self) -> _Fetcher:
        return self

    def __exit__(self, *exc: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def ask(self, uri: str, answered: Answered) -> None:
        """Have a resource read; ``answered`` is called with its body, from :meth:`run` or from here."""
        if uri not in self._bodies and uri not in self._waiting:
            known = self._service.seen(uri)
            if known is None:
                reading = self._pool.submit(self._read, uri)
                reading.add_done_callback(lambda done: self._ready.put((uri, done)))
                self._waiting[uri] = []
            else:
                self._bodies[uri] = known
        if uri in self._bodies:
            answered(self._bodies[uri])
        else:
            self._waiting[uri].append(answered)

    def run(self) -> None:
        """Hand out what was read until nobody waits for anything."""
        while self._waiting:
            uri, done = self._ready.get()
            body = self._bodies[uri] = done.result()
            for answered in self._waiting.pop(uri):
                answered(body)

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


class _Reading:
    """A wish on its way: collects what it asked for, and goes on when all of it is there."""

    def __init__(self, fetcher: _Fetcher, wish: Wish, done: Answered) -> None:
        self._fetcher = fetcher
        self._wish = wish
        self._done = done
        self._answers: list[t.Any] = []
        self._left = 0

    def advance(self, answers: list[t.Any] | None = None) -> None:
        """Begin, or go on with what was asked for."""
        try:
            wanted = next(self._wish) if answers is None else self._wish.send(answers)
        except StopIteration as end:
            self._done(end.value)
            return
        self._answers, self._left = [None] * len(wanted), len(wanted)
        for place, item in enumerate(wanted):
            file = functools.partial(self._file, place)
            if isinstance(item, str):
                self._fetcher.ask(item, file)
            else:
                _Reading(self._fetcher, item, file).advance()

    def _file(self, place: int, answer: t.Any) -> None:
        self._answers[place] = answer
        self._left -= 1
        if not self._left:
            self.advance(self._answers)


def crawl(service: Service, sections: t.Mapping[str, Wish]) -> tuple[dict[str, Rows], list[Unread]]:
    """Run the sections to their end and return what each read, and what could not be read.

    :raises NetworkError: when the BMC itself stops answering.
    """
    results: dict[str, Rows] = {}
    with _Fetcher(service) as fetcher:
        for name, section in sections.items():
            _Reading(fetcher, section, functools.partial(results.__setitem__, name)).advance()
        fetcher.run()
    # A collection that could not be expanded was read member by member instead.
    unread = [Unread(uri, reason) for uri, reason in sorted(fetcher.unread.items()) if "?$expand" not in uri]
    return results, unread


def together(wishes: t.Iterable[Wish]) -> Wish:
    """Read for several wishes at the same time, and return the rows of all in their order."""
    wanted = list(wishes)
    found: list[Rows] = (yield wanted) if wanted else []
    return [row for rows in found for row in rows]


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


def collection(uri: str, expand: str = "", limit: int | None = None, skip: t.Container[str] = ()) -> Wish:
    """Read all members of a collection, in one request per page where the service can expand it.

    :param expand: query to try first, such as ``?$expand=.($levels=1)``; empty where the service cannot.
    :param limit: read no further page, and no further member by itself, once so many are there.
    :param skip: members to leave out, in lower case.
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
        found = [item for item in found if item["@odata.id"].lower() not in skip]
        whole = [item for item in found if _is_whole(item)]
        rows.extend((item["@odata.id"], item) for item in whole)
        apart = [item["@odata.id"] for item in found if item not in whole]
        rows.extend((yield from linked(apart if limit is None else apart[: max(0, limit - len(rows))])))
        uri = str(page.get("Members@odata.nextLink") or "")
        expand = ""
    return rows


def _is_whole(member: Json) -> bool:
    """Whether an expanded member holds the resource and not only its link; some services lose fields (Q-G60)."""
    return {"@odata.type", "Id", "Name"} <= set(member)
