# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An attribute registry by name, and as text of which only what is asked for is parsed.

A registry is half a megabyte of JSON, a template names twenty of its seven hundred attributes, and each task of each
machine runs in a process of its own: parsing the whole of it costs more than everything else a plan needs.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass

__all__ = ["Index", "index_of", "pack", "unpack"]

Row = t.Mapping[str, t.Any]
Rows = t.Sequence[Row]
FORMAT = 1


@dataclass(frozen=True)
class Index:
    """What a registry holds: its rows by attribute, and the rows of dependencies by what they act on.

    ``setters`` are the dependencies that set a value, by each attribute they depend on; ``displays`` the display names,
    ``shown`` the values that stand in the registry itself.
    """

    id: str
    rows: t.Mapping[str, Row]
    dependencies: t.Mapping[str, Rows]
    setters: t.Mapping[str, Rows]
    displays: t.Mapping[str, str]
    shown: t.Mapping[str, t.Any]


def index_of(document: t.Mapping[str, t.Any]) -> Index:
    """Return the index of a registry document; of rows with the same name the last one counts."""
    entries = document.get("RegistryEntries") or {}
    rows = {
        str(row["AttributeName"]): row
        for row in entries.get("Attributes") or ()
        if isinstance(row, dict) and row.get("AttributeName")
    }
    dependencies: dict[str, list[Row]] = {}
    setters: dict[str, list[Row]] = {}
    for row in entries.get("Dependencies") or ():
        body = row.get("Dependency") if isinstance(row, dict) else None
        if not isinstance(body, dict):
            continue
        dependencies.setdefault(str(body.get("MapToAttribute")), []).append(row)
        if str(body.get("MapToProperty")).lower() == "currentvalue":
            for name in _sources(body):
                setters.setdefault(name, []).append(row)
    return Index(
        id=str(document.get("Id") or ""),
        rows=rows,
        dependencies=dependencies,
        setters=setters,
        displays={name: str(row.get("DisplayName") or "").strip() for name, row in rows.items()},
        shown={name: row["CurrentValue"] for name, row in rows.items() if row.get("CurrentValue") is not None},
    )


def pack(index: Index) -> str:
    """Return an index as text: a line with what is always needed, then a line for each row."""
    tables: tuple[t.Mapping[str, t.Any], ...] = (index.rows, index.dependencies, index.setters)
    head = {
        "format": FORMAT,
        "id": index.id,
        "tables": [list(table) for table in tables],
        "displays": dict(index.displays),
        "shown": dict(index.shown),
    }
    lines = [head, *(row for table in tables for row in table.values())]
    return "\n".join(json.dumps(line, separators=(",", ":")) for line in lines)


def unpack(text: str) -> Index:
    """Return the index that :func:`pack` made a text of.

    :raises ValueError: when it is no such text, or of another version of this code.
    """
    head, *lines = text.split("\n")
    body = json.loads(head)
    if not isinstance(body, dict) or body.get("format") != FORMAT or len(lines) != sum(map(len, body["tables"])):
        raise ValueError("not a packed registry of this format")
    left = iter(lines)
    tables = [_Lazy({name: next(left) for name in names}) for names in body["tables"]]
    return Index(body["id"], tables[0], tables[1], tables[2], body["displays"], body["shown"])


def _sources(body: Row) -> t.Iterable[str]:
    terms = (term for term in body.get("MapFrom") or () if isinstance(term, dict))
    return dict.fromkeys(str(term.get("MapFromAttribute")) for term in terms)


class _Lazy(t.Mapping[str, t.Any]):
    """JSON texts by name, each parsed when it is asked for."""

    def __init__(self, texts: t.Mapping[str, str]) -> None:
        self._texts = texts
        self._parsed: dict[str, t.Any] = {}

    def __getitem__(self, name: str) -> t.Any:
        if name not in self._parsed:
            self._parsed[name] = json.loads(self._texts[name])
        return self._parsed[name]

    def __contains__(self, name: object) -> bool:
        return name in self._texts

    def __iter__(self) -> t.Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)
