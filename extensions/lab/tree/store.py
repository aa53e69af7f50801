# SPDX-License-Identifier: GPL-3.0-or-later
"""The resources of one BMC by path: fixed ones as JSON bytes, live ones as functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

Doc = dict[str, Any]
Shown = Callable[[], object]


@dataclass(frozen=True)
class Live:
    """A document that a function makes. `shows` returns all that it is made of and that may change, where that is told."""

    render: Callable[[], Doc]
    shows: Shown | None = None


class Tree:
    """Map paths to documents. A trailing slash never matters; letter case does unless `ignore_case`.

    `shared` is looked up last and never written: the registries of a platform are the same for all its machines.
    """

    def __init__(self, ignore_case: bool = False, shared: Mapping[str, bytes] | None = None) -> None:
        self._ignore_case = ignore_case
        self._nodes: dict[str, bytes | Live] = {}
        self._shared = shared or {}
        self._families: dict[str, Callable[[str], Doc | None]] = {}

    def key(self, path: str) -> str:
        plain = path.rstrip("/") or "/"
        return plain.lower() if self._ignore_case else plain

    def put(self, path: str, doc: Doc) -> None:
        self._nodes[self.key(path)] = json.dumps(doc, separators=(",", ":")).encode()

    def put_raw(self, path: str, body: bytes) -> None:
        self._nodes[self.key(path)] = body

    def live(self, path: str, render: Callable[[], Doc]) -> None:
        """Let a function make the document on every read."""
        self._nodes[self.key(path)] = Live(render)

    def family(self, parent: str, member: Callable[[str], Doc | None]) -> None:
        """Let a function make any member of a collection that comes and goes; it gets the last part of the path."""
        self._families[self.key(parent)] = member

    def over(self, path: str, change: Callable[[Doc], Doc], shows: Shown | None = None) -> None:
        """Put a live layer over the document that is there: `change` gets a fresh copy each time.

        While `shows` returns equal values, `change` makes equal documents: they need not be made anew for each read.
        """
        node = self._node(path)
        if node is None:
            return
        below = node if isinstance(node, Live) else Live(partial(json.loads, node), lambda: None)
        self._nodes[self.key(path)] = Live(lambda: change(below.render()), _both(below.shows, shows))

    def remove(self, path: str) -> None:
        key = self.key(path)
        self._nodes.pop(key, None)
        if key in self._shared:
            self._shared = {one: body for one, body in self._shared.items() if one != key}

    def get(self, path: str) -> Doc | None:
        """Return a fresh copy of the document, or None."""
        node = self._node(path)
        if node is None:
            parent, _unused, member = path.rstrip("/").rpartition("/")
            family = self._families.get(self.key(parent))
            return family(member) if family else None
        doc: Doc = node.render() if isinstance(node, Live) else json.loads(node)
        return doc

    def shown(self, path: str) -> object:
        """Return what a live document shows now; None where that is not told, or the document is not live."""
        node = self._node(path)
        return node.shows() if isinstance(node, Live) and node.shows else None

    def raw(self, path: str) -> bytes | None:
        """Return the bytes of a fixed document; None for a live or missing one."""
        node = self._node(path)
        return node if isinstance(node, bytes) else None

    def __contains__(self, path: str) -> bool:
        return self._node(path) is not None or self.get(path) is not None

    def paths(self) -> Iterator[str]:
        yield from list(self._nodes)
        yield from (path for path in self._shared if path not in self._nodes)

    def below(self, path: str) -> list[str]:
        """Return the direct children of a path that exist."""
        start = self.key(path) + "/"
        return [one for one in self.paths() if one.startswith(start) and "/" not in one[len(start) :]]

    def _node(self, path: str) -> bytes | Live | None:
        key = self.key(path)
        return self._nodes.get(key) or self._shared.get(key)


def _both(one: Shown | None, other: Shown | None) -> Shown | None:
    return (lambda: (one(), other())) if one and other else None


def link(path: str) -> Doc:
    return {"@odata.id": path}


def links(paths: list[str]) -> list[Doc]:
    return [link(path) for path in paths]


def collection(path: str, kind: str, name: str, members: list[str]) -> Doc:
    """Return a resource collection."""
    return {
        "@odata.id": path,
        "@odata.type": f"#{kind}Collection.{kind}Collection",
        "Name": name,
        "Members@odata.count": len(members),
        "Members": links(members),
    }
