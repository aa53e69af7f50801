# SPDX-License-Identifier: GPL-3.0-or-later

"""The door `audit_info`: ask the audit database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Query
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.modules.audit_info import OPTIONS

from ..address import parse
from ..clock import utc_now
from ..database import connect
from ..filters import Filter, make_filter
from ..queries.registry import QUESTIONS, Question
from ..queries.runs import find_run
from ..report import render
from ..report_cells import shown
from ._common import chosen_database

__all__ = ["DOOR"]

_LIMITS = ("server", "since", "until", "run_id", "who", "kinds", "item", "planned", "limit")


@dataclass(frozen=True)
class Wanted:
    """A question with its limits, and the form of the report."""

    question: Question
    limits: Filter
    form: str | None
    show: bool = False
    note: str = ""


class Answer(NamedTuple):
    """The rows of an answer, and whether there are more than were asked for."""

    rows: list[dict[str, Any]]
    cut: bool


def wanted(params: Mapping[str, Any]) -> Wanted:
    """Return the question asked.

    :raises ConfigurationError: malformed dates, or a question without the option it needs.
    """
    question = QUESTIONS[params["query"]]
    if question.needs and not params.get(question.needs):
        raise ConfigurationError(f"query: {params['query']} needs {question.needs}")
    now = utc_now()
    limits = make_filter(params, now)
    if params.get("limit") is None and not any(params.get(name) for name in ("server", "since", "run_id")):
        limits = replace(limits, limit=question.most)
    return Wanted(question, limits, params.get("format"), params["show"], _note(params, now))


def _note(params: Mapping[str, Any], now: datetime) -> str:
    """Return what was asked, when and of which database: a page is read long after, and by others."""
    limits = [f"{name} {shown(params[name])}" for name in _LIMITS if params.get(name)]
    return "; ".join([f"asked {now:%Y-%m-%d %H:%M} of {parse(chosen_database(params)).shown}", *limits])


@contextmanager
def opened(params: Mapping[str, Any], context: Context) -> Iterator[sa.Connection]:
    """Open the database for reading only."""
    with connect(chosen_database(params), read_only=True) as connection:
        yield connection


def read(connection: sa.Connection, asked: Wanted) -> Answer:
    """Return the answer, as much of it as was asked for."""
    limits, most = asked.limits, asked.limits.limit
    if limits.run:
        limits = replace(limits, run=find_run(connection, limits.run))
    rows = asked.question.ask(connection, limits)
    cut = 0 < most < len(rows)
    if not cut:
        return Answer(rows, cut)
    return Answer(rows[-most:] if asked.question.oldest_first else rows[:most], cut)


def report(asked: Wanted, answer: Answer) -> dict[str, Any]:
    """Return the rows, and the report if a format was given."""
    rows, cut = answer
    result: dict[str, Any] = {"rows": rows, "count": len(rows), "truncated": cut}
    if asked.form or asked.show:
        result["report"] = render(asked.form or "text", asked.question, rows, asked.note, cut=cut)
    # The action plugin takes this out again and prints.
    result["show"] = asked.show
    return result


DOOR = Query(name="audit_info", options=OPTIONS, connect=opened, wanted=wanted, read=read, report=report)
