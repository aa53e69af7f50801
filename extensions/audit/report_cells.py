# SPDX-License-Identifier: GPL-3.0-or-later

"""What all forms of a report share: what they are made of, and how a value reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from .progress import visible

__all__ = ["Columns", "Part", "Rows", "Subject", "rows_said", "shown", "used"]

Rows = Sequence[Mapping[str, Any]]
Columns = Sequence[str]


class Part(Protocol):
    """A table inside a row."""

    @property
    def column(self) -> str:
        """The row's key that holds it."""

    @property
    def title(self) -> str:
        """Its heading."""

    @property
    def columns(self) -> Columns:
        """What it shows."""


class Subject(Protocol):
    """What is needed of a question."""

    @property
    def title(self) -> str:
        """The heading."""

    @property
    def columns(self) -> Columns:
        """What the table shows."""

    @property
    def parts(self) -> Sequence[Part]:
        """Tables inside a row; a question that has some is answered with one row."""


def shown(value: Any) -> str:
    """Return a cell as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(shown(item) for item in value)
    return visible(json.dumps(value, sort_keys=True) if isinstance(value, dict) else str(value))


def used(columns: Columns, rows: Rows) -> list[str]:
    """Return the columns that are not empty everywhere."""
    return [column for column in columns if any(shown(row.get(column)) for row in rows)]


def rows_said(rows: Rows) -> str:
    """Return how many rows there are, in words."""
    return f"{len(rows)} row{'' if len(rows) == 1 else 's'}"
