# SPDX-License-Identifier: GPL-3.0-or-later

"""The door `audit_info`: ask the audit database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Query
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.modules.audit_info import OPTIONS

from ..address import parse
from ..clock import utc_now
from ..database import connect
from ..filters import Filter, make_filter
from ..queries.registry import QUESTIONS, Question
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


def wanted(params: Mapping[str, Any]) -> Wanted:
    """Return the question asked.

    :raises ConfigurationError: malformed dates, or a question without the option it needs.
    """
    question = QUESTIONS[params["query"]]
    if question.needs and not params.get(question.needs):
        raise ConfigurationError(f"query: {params['query']} needs {question.needs}")
    now = utc_now()
    return Wanted(question, make_filter(params, now), params.get("format"), params["show"], _note(params, now))


def _note(params: Mapping[str, Any], now: datetime) -> str:
    """Return what was asked, when and of which database: a page is read long after, and by others."""
    limits = [f"{name} {shown(params[name])}" for name in _LIMITS if params.get(name)]
    return "; ".join([f"asked {now:%Y-%m-%d %H:%M} of {parse(chosen_database(params)).shown}", *limits])


@contextmanager
def opened(params: Mapping[str, Any], context: Context) -> Iterator[sa.Connection]:
    """Open the database for reading only."""
    with connect(chosen_database(params), read_only=True) as connection:
        yield connection


def read(connection: sa.Connection, asked: Wanted) -> list[dict[str, Any]]:
    """Return the answer."""
    rows = asked.question.ask(connection, asked.limits)
    return rows[: asked.limits.limit] if asked.limits.limit else rows


def report(asked: Wanted, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the rows, and the report if a format was given."""
    result: dict[str, Any] = {"rows": rows, "count": len(rows)}
    if asked.form or asked.show:
        result["report"] = render(asked.form or "text", asked.question, rows, asked.note)
    # The action plugin takes this out again and prints.
    result["show"] = asked.show
    return result


DOOR = Query(name="audit_info", options=OPTIONS, connect=opened, wanted=wanted, read=read, report=report)
