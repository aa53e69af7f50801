# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows as text, JSON, CSV or an HTML page. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, Protocol

__all__ = ["FORMATS", "render"]

Rows = Sequence[Mapping[str, Any]]
Columns = Sequence[str]
_WIDEST = 48
# What identifies is enough on a terminal, and the beginning of a run id is taken as a run id; other forms have it all.
_ENOUGH = {"git_revision": 8, "run_id": 19, "last_run": 19}


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
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else str(value)


def as_text(subject: Subject, rows: Rows) -> str:
    """Return a table, or for an answer with parts its facts and their tables."""
    if subject.parts and rows:
        facts = [
            f"{column:<14}{shown(rows[0].get(column))}" for column in subject.columns if shown(rows[0].get(column))
        ]
        tables = [_table(part.title, part.columns, rows[0].get(part.column) or ()) for part in subject.parts]
        return "\n".join([subject.title, "", *facts, "", *tables])
    return _table(subject.title, subject.columns, rows)


def _table(title: str, columns: Columns, rows: Rows) -> str:
    """Return a table; columns that are empty everywhere are left out."""
    used = [column for column in columns if any(shown(row.get(column)) for row in rows)]
    cells = [[column.upper() for column in used]] + [
        [_short(shown(row.get(column))[: _ENOUGH.get(column)]) for column in used] for row in rows
    ]
    widths = [max(len(line[i]) for line in cells) for i in range(len(used))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    count = f"{len(rows)} row{'' if len(rows) == 1 else 's'}"
    return "\n".join([f"{title} ({count})", *(lines if rows else ["nothing found"])]) + "\n"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def as_json(subject: Subject, rows: Rows) -> str:
    """Return everything, not only the columns of the table."""
    return json.dumps({"title": subject.title, "rows": list(rows)}, indent=2, default=str, ensure_ascii=False) + "\n"


def as_csv(subject: Subject, rows: Rows) -> str:
    """Return the columns with a header (RFC 4180); what a spreadsheet would take for a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(subject.columns)
    writer.writerows([_harmless(shown(row.get(column))) for column in subject.columns] for row in rows)
    return out.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t", "\r") or (text[:1] == "-" and not _number(text)) else text


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


_STYLE = (
    "body{font:14px/1.5 system-ui,sans-serif;margin:2rem;color:#1b1f24;background:#fff}table{border-collapse:collapse}"
    "th,td{padding:.3rem .7rem;border-bottom:1px solid #d8dee4;text-align:left;vertical-align:top}"
    "th{position:sticky;top:0;background:#f6f8fa}@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}"
    "th{background:#161b22}th,td{border-color:#30363d}}"
)


def as_html(subject: Subject, rows: Rows) -> str:
    """Return one page that needs nothing else; every value is escaped."""
    parts = "".join(
        f"<h2>{escape(part.title)}</h2>\n{_html_table(part.columns, row.get(part.column) or ())}"
        for part in subject.parts
        for row in rows[:1]
    )
    return (
        f"<!doctype html>\n<html lang=en><meta charset=utf-8><title>{escape(subject.title)}</title>"
        f"<style>{_STYLE}</style>\n<h1>{escape(subject.title)}</h1>\n<p>{len(rows)} rows</p>\n"
        f"{_html_table(subject.columns, rows)}{parts}"
    )


def _html_table(columns: Columns, rows: Rows) -> str:
    head = "".join(f"<th scope=col>{escape(column.replace('_', ' '))}" for column in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(shown(row.get(column)))}" for column in columns) + "\n" for row in rows
    )
    return f"<table><thead><tr>{head}</thead>\n<tbody>\n{body}</tbody></table>\n"


FORMATS: dict[str, Callable[[Subject, Rows], str]] = {
    "text": as_text,
    "json": as_json,
    "csv": as_csv,
    "html": as_html,
}


def render(form: str, subject: Subject, rows: Rows) -> str:
    """Return the report in one of the FORMATS."""
    return FORMATS[form](subject, rows)
