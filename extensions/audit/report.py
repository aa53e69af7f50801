# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows as text, JSON, CSV or an HTML page (report_html.py). Pure."""

from __future__ import annotations

import csv
import io
import json

from .report_cells import Columns, Rows, Subject, rows_said, shown, used
from .report_html import as_html

__all__ = ["FORMATS", "render"]

_WIDEST = 48
# What identifies is enough on a terminal, and the beginning of a run id is taken as a run id; other forms have it all.
_ENOUGH = {"git_revision": 8, "run_id": 19, "last_run": 19}


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
    kept = used(columns, rows)
    cells = [[column.upper() for column in kept]] + [
        [_short(shown(row.get(column))[: _ENOUGH.get(column)]) for column in kept] for row in rows
    ]
    widths = [max(len(line[i]) for line in cells) for i in range(len(kept))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([f"{title} ({rows_said(rows)})", *(lines if rows else ["nothing found"])]) + "\n"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def as_json(subject: Subject, rows: Rows, cut: bool) -> str:
    """Return everything, not only the columns of the table."""
    told = {"title": subject.title, "truncated": cut, "rows": list(rows)}
    return json.dumps(told, indent=2, default=str, ensure_ascii=False) + "\n"


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


FORMATS = ("text", "json", "csv", "html")


_MORE = "there are more rows: since, server or run_id narrow the question, and limit=0 shows all"


def render(form: str, subject: Subject, rows: Rows, note: str = "", *, cut: bool = False) -> str:
    """Return the report in one of the FORMATS; `note` says on a page what was asked, of what and when.

    That rows were left out (`cut`) is said in every form but CSV, which has no place for it.
    """
    if form == "html":
        return as_html(subject, rows, "; ".join(filter(None, [note, _MORE if cut else ""])))
    if form == "json":
        return as_json(subject, rows, cut)
    if form == "csv":
        return as_csv(subject, rows)
    return as_text(subject, rows) + (f"{_MORE}\n" if cut else "")
