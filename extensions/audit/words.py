# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes of a stage in a few words for the terminal: `bmc 7.00 -> 7.10, 12 BIOS attributes`; or its verdicts.

A stage may tell of one change several times (sent, followed, read back) and may first only plan it; the line says each
thing once, from its first state to its last, and `to do:` where nothing but a plan was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .boarding import counted

__all__ = ["Seen"]

PLANNED = "planned"
_LISTS = ("firmware_changes", "bios_changes", "bmc_changes", "maas_transitions")


@dataclass
class Seen:
    """What the results of one stage told, in the order they told it."""

    rows: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    verdicts: dict[str, str] = field(default_factory=dict)

    def add(self, audit: Mapping[str, Any]) -> None:
        """Take note of the changes in one result."""
        self.rows += [(kind, row) for kind in _LISTS for row in audit.get(kind) or () if isinstance(row, Mapping)]
        judged = [row for row in audit.get("boarding_checks") or () if isinstance(row, Mapping)]
        self.verdicts |= {str(row.get("name")): str(row.get("outcome")) for row in judged}

    def tell(self) -> str:
        """Return the words, or nothing where nothing changed or would and nothing was judged."""
        return "; ".join(filter(None, (self._changes(), counted(self.verdicts))))

    def _changes(self) -> str:
        done = [(kind, row) for kind, row in self.rows if row.get("outcome") != PLANNED]
        words = ", ".join(_words(done or self.rows))
        return words if done or not words else f"to do: {words}"


def _words(rows: list[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    by_kind = {kind: [row for found, row in rows if found == kind] for kind in _LISTS}
    yield from _firmware(by_kind["firmware_changes"])
    attributes = len({row.get("attribute") for row in by_kind["bios_changes"]})
    if attributes:
        yield f"{attributes} BIOS attribute{'s' if attributes > 1 else ''}"
    for setting, row in {row.get("setting"): row for row in by_kind["bmc_changes"]}.items():
        yield f"{setting} {_value(row.get('wanted'))}"
    moves = [str(row.get("after") or row.get("operation")) for row in by_kind["maas_transitions"]]
    if moves:
        # A machine that passes a state twice (Ready, Deployed, Ready) keeps both; the same state twice in a row is one.
        yield " -> ".join(move for number, move in enumerate(moves) if number == 0 or move != moves[number - 1])


def _firmware(rows: list[Mapping[str, Any]]) -> Iterator[str]:
    first = {row.get("component"): row for row in reversed(rows)}
    for component, last in {row.get("component"): row for row in rows}.items():
        before = first[component].get("before")
        after = last.get("wanted") if last.get("outcome") == PLANNED else last.get("after") or last.get("wanted")
        if before != after:
            yield f"{component} {before} -> {after}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
