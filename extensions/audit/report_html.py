# SPDX-License-Identifier: GPL-3.0-or-later

"""A report as one HTML page that needs nothing else, on a screen (light or dark) and on paper. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from .progress import duration
from .report_cells import Rows, Subject, rows_said, shown, used

__all__ = ["as_html"]

# An answer of somebody else's BMC may stand in a cell: even if an escape were forgotten, nothing runs and nothing loads.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#57606a;--line:#d8dee4;--head:#f6f8fa;
--good:#116329;--good-bg:#dafbe1;--warn:#7d4e00;--warn-bg:#fff8c5;--bad:#a40e26;--bad-bg:#ffebe9;--calm-bg:#eaeef2}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--soft:#9198a1;--line:#30363d;
--head:#161b22;--good:#7ee787;--good-bg:#12261e;--warn:#e3b341;--warn-bg:#2b2208;--bad:#ff9492;--bad-bg:#3c1618;
--calm-bg:#21262d}}
body{font:14px/1.45 system-ui,sans-serif;margin:1.25rem;color:var(--ink);background:var(--paper)}
h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem}p{color:var(--soft);margin:.3rem 0 1rem}
table{border-collapse:collapse}th,td{padding:.35rem .7rem;border-bottom:1px solid var(--line);text-align:left;
vertical-align:top}td{max-width:30rem;white-space:pre-line}.long{overflow-wrap:anywhere}
thead th{position:sticky;top:0;background:var(--head);white-space:nowrap}tbody th{font-weight:600;white-space:nowrap}
tbody tr:hover td{background:var(--head)}.number{text-align:right;font-variant-numeric:tabular-nums}
.whole{white-space:nowrap}.badge{border-radius:.6rem;padding:.05rem .5rem;white-space:nowrap}
.good{color:var(--good);background:var(--good-bg)}.warn{color:var(--warn);background:var(--warn-bg)}
.bad{color:var(--bad);background:var(--bad-bg)}.calm{background:var(--calm-bg)}
@page{size:A4 landscape;margin:12mm}
@media print{body{margin:0;font-size:9px}thead th{position:static}tr{break-inside:avoid}
td,th{padding:.2rem .4rem}.badge{border:1px solid currentColor}}
"""

# What a word in one of these columns means for the reader: its colour never stands without the word.
_JUDGED = ("status", "state", "outcome", "stage")
_TONES = (
    ("bad", re.compile(r"fail|unreachable|interrupted|refused|lost|broken|not verified|missing")),
    ("warn", re.compile(r"cancelled|degraded|staged|planned|unknown|rescue|pending|warn")),
    ("good", re.compile(r"\b(ok|done|completed|applied|changed|deployed|ready|released|pass|passed)\b")),
)
_TRUTHS = {
    ("verified", True): "good",
    ("compliant", True): "good",
    ("compliant", False): "bad",
    ("outside", True): "bad",
}
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z")
# Only these are broken inside: a table that may break any word breaks all of them.
_LONG_WORD = re.compile(r"[^\s-]{21}")
# What must not be broken in the middle of a line, and how much of it is enough to look at.
_WHOLE = {"run_id": 19, "last_run": 19, "host": None, "serial": None, "address": None, "git_revision": 8}


def as_html(subject: Subject, rows: Rows, note: str = "") -> str:
    """Return the page; every value is escaped."""
    whole = bool(subject.parts and rows)
    about = "; ".join(filter(None, ("" if whole else rows_said(rows), escape(shown(note)), "times are UTC")))
    body = _facts(subject.columns, rows[0]) if whole else _table(subject.columns, rows)
    for part in subject.parts if whole else ():
        found = rows[0].get(part.column) or ()
        body += f"<h2>{escape(part.title)} ({len(found)})</h2>\n{_table(part.columns, found)}"
    return (
        "<!doctype html>\n<html lang=en><head><meta charset=utf-8>"
        f'<meta http-equiv=Content-Security-Policy content="{_POLICY}">'
        "<meta name=viewport content='width=device-width,initial-scale=1'>"
        f"<title>{escape(subject.title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{escape(subject.title)}</h1>\n<p>{about}</p>\n{body}</body></html>\n"
    )


def _facts(columns: Sequence[str], row: Mapping[str, Any]) -> str:
    lines = "".join(
        f"<tr><th scope=row>{_heading(column)}{_cell(column, row.get(column), whole=True)}\n"
        for column in used(columns, [row])
    )
    return f"<table><tbody>\n{lines}</tbody></table>\n"


def _table(columns: Sequence[str], rows: Rows) -> str:
    """Return a table; columns that are empty everywhere are left out, as in the text."""
    if not rows:
        return "<p>Nothing found.</p>\n"
    kept = used(columns, rows)
    head = "".join(f"<th scope=col>{_heading(column)}" for column in kept)
    body = "".join("<tr>" + "".join(_cell(column, row.get(column)) for column in kept) + "\n" for row in rows)
    return f"<table><thead><tr>{head}</thead>\n<tbody>\n{body}</tbody></table>\n"


def _heading(column: str) -> str:
    return escape(column.removesuffix("_ms").replace("_", " "))


def _cell(column: str, value: Any, *, whole: bool = False) -> str:
    text = shown(value)
    if column.endswith("_ms") and isinstance(value, int):
        return f'<td class="number whole">{escape(duration(value))}'
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"<td class=number>{escape(text)}"
    stamp = _STAMP.fullmatch(text)
    if stamp:
        return f'<td class=whole><time datetime="{escape(text)}">{stamp[1]} {stamp[2]}</time>'
    tone = _tone(column, value, text)
    if tone:
        return f'<td><span class="badge {tone}">{escape(text)}</span>'
    if column in _WHOLE and len(text) <= 60:
        return f'<td class=whole title="{escape(text)}">{escape(text if whole else text[: _WHOLE[column]])}'
    return f"<td{' class=long' if _LONG_WORD.search(text) else ''}>{escape(text)}"


def _tone(column: str, value: Any, text: str) -> str:
    """Return the class of a word that judges, or nothing."""
    if isinstance(value, bool):
        return _TRUTHS.get((column, value), "")
    if column not in _JUDGED or not text:
        return ""
    return next((tone for tone, words in _TONES if words.search(text.lower())), "calm")
