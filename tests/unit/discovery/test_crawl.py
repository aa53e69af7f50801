# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading many resources: each once, a few at a time, nobody waits for what is not theirs, and one broken fails none."""

from __future__ import annotations

import threading
import types

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    NetworkError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.crawl import (
    Unread,
    collection,
    crawl,
    linked,
    together,
)

# Far longer than any of these takes: it is only there so that a defect does not hang.
PATIENCE = 30.0


class Shelf:
    """As much of a service as reading needs: bodies, errors, and what has to happen before a resource is given."""

    def __init__(self, bodies, *, parallel=4, after=(), seen=()):
        self.profile = types.SimpleNamespace(parallel=parallel)
        self._bodies = dict(bodies)
        self._gates = {uri: (threading.Event(), before) for uri, before in dict(after).items()}
        self._seen = dict(seen)
        self._lock = threading.Lock()
        self._now = 0
        self.most = 0
        self.asked = []

    def seen(self, uri):
        return self._seen.get(uri)

    def get(self, uri, tries):
        with self._lock:
            self.asked.append(uri)
            self._now += 1
            self.most = max(self.most, self._now)
        if uri in self._gates:
            assert self._gates[uri][0].wait(PATIENCE), f"{uri} is waited for before {self._gates[uri][1]} was asked for"
        for gate, before in self._gates.values():
            if before == uri:
                gate.set()
        with self._lock:
            self._now -= 1
        body = self._bodies[uri]
        if isinstance(body, Exception):
            raise body
        return body


def named(*uris):
    return {uri: {"@odata.id": uri, "Id": uri} for uri in uris}


def members(*uris):
    return {"Members": [{"@odata.id": uri} for uri in uris]}


def uris(rows):
    return [uri for uri, _body in rows]


def chain(first, second):
    rows = yield from linked([first])
    return rows + (yield from linked([second]))


def test_slow_resource_holds_up_only_what_depends_on_it():
    # /slow is answered only once the second step of the other section was asked for.
    shelf = Shelf(named("/slow", "/after", "/a", "/b"), after={"/slow": "/b"})

    found, unread = crawl(shelf, {"slow": chain("/slow", "/after"), "quick": chain("/a", "/b")})

    assert uris(found["slow"]) == ["/slow", "/after"]
    assert uris(found["quick"]) == ["/a", "/b"]
    assert unread == []


def test_what_several_want_is_read_once():
    shelf = Shelf(named("/a", "/b", "/c"))

    found, _unread = crawl(shelf, {"one": chain("/a", "/b"), "two": chain("/a", "/c"), "three": linked(["/a", "/a"])})

    assert sorted(shelf.asked) == ["/a", "/b", "/c"]
    assert uris(found["three"]) == ["/a", "/a"]


def test_what_was_read_to_find_the_machine_is_not_read_again():
    shelf = Shelf(named("/b"), seen=named("/a"))

    found, _unread = crawl(shelf, {"one": chain("/a", "/b")})

    assert shelf.asked == ["/b"]
    assert uris(found["one"]) == ["/a", "/b"]


@pytest.mark.parametrize("parallel", [1, 3])
def test_no_more_requests_are_in_flight_than_the_platform_bears(parallel):
    many = [f"/{number}" for number in range(40)]
    shelf = Shelf(named(*many), parallel=parallel)

    found, _unread = crawl(shelf, {"all": linked(many)})

    assert uris(found["all"]) == many
    assert 1 <= shelf.most <= parallel


def test_wishes_are_read_together_and_their_rows_stay_in_order():
    bodies = named("/a1", "/a2", "/b1") | {"/a": members("/a1", "/a2"), "/b": members("/b1")}
    # The first collection is answered only after the second: one after the other would never end.
    shelf = Shelf(bodies, after={"/a": "/b"})

    found, _unread = crawl(shelf, {"both": together([collection("/a"), collection(""), collection("/b")])})

    assert uris(found["both"]) == ["/a1", "/a2", "/b1"]


def test_nothing_to_read_is_no_rows():
    shelf = Shelf({})

    found, unread = crawl(shelf, {"none": together([]), "empty": together([collection(""), linked([])])})

    assert (found, unread, shelf.asked) == ({"none": [], "empty": []}, [], [])


def test_collection_that_cannot_be_expanded_is_read_member_by_member():
    refused = NotSupportedError("GET was refused with HTTP 501", status=501)
    shelf = Shelf({"/c?$expand=.": refused, "/c": members("/a"), **named("/a")})

    found, unread = crawl(shelf, {"c": collection("/c", "?$expand=.")})

    assert uris(found["c"]) == ["/a"]
    assert unread == []


@pytest.mark.parametrize(
    "error",
    [
        NotSupportedError("GET was refused with HTTP 404", status=404),
        NetworkError("is busy", status=503),
        AuthenticationError("may not be read", status=403),
    ],
)
def test_broken_resource_is_listed_and_the_rest_is_there(error):
    shelf = Shelf({"/a": error, **named("/b", "/c")})

    found, unread = crawl(shelf, {"one": chain("/a", "/b"), "two": linked(["/c"])})

    assert uris(found["one"]) == ["/b"]
    assert uris(found["two"]) == ["/c"]
    assert unread == [Unread("/a", error.message)]


@pytest.mark.parametrize("error", [NetworkError("went away"), AuthenticationError("refused", status=401)])
def test_bmc_that_went_away_ends_the_reading_and_what_waits_is_not_asked_for(error):
    many = [f"/{number}" for number in range(500)]
    shelf = Shelf({"/gone": error, **named(*many)}, parallel=1)

    with pytest.raises(type(error)):
        crawl(shelf, {"gone": linked(["/gone"]), "rest": linked(many)})

    assert len(shelf.asked) < 500
