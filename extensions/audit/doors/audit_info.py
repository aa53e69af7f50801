# SPDX-License-Identifier: GPL-3.0-or-later

"""The door `audit_info`: ask the audit database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Query
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.modules.audit_info import OPTIONS

from ..clock import utc_now
from ..database import connect
from ..filters import Filter, make_filter
from ..queries.registry import QUESTIONS, Question
from ..report import render
from ._common import chosen_database

__all__ = ["DOOR"]


@dataclass(frozen=True)
class Wanted:
    """A question with its limits, and the form of the report."""

    question: Question
    limits: Filter
    form: str | None
    show: bool = False


def wanted(params: Mapping[str, Any]) -> Wanted:
    """Return the question asked.

    :raises ConfigurationError: malformed dates, or a question without the option it needs.
    """
    question = QUESTIONS[params["query"]]
    if question.needs and not params.get(question.needs):
        raise ConfigurationError(f"query: {params['query']} needs {question.needs}")
    return Wanted(question, make_filter(params, utc_now()), params.get("format"), params["show"])


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
        result["report"] = render(asked.form or "text", asked.question, rows)
    # The action plugin takes this out again and prints.
    result["show"] = asked.show
    return result


DOOR = Query(name="audit_info", options=OPTIONS, connect=opened, wanted=wanted, read=read, report=report)
