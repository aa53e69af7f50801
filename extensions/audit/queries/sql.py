# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL with lists in it."""

from __future__ import annotations

import sqlalchemy as sa

__all__ = ["with_lists"]


def with_lists(sql: str, *names: str) -> sa.TextClause:
    """Return SQL in which each named parameter takes a list of texts; an empty one matches nothing.

    The type is said, since PostgreSQL would not compare the NULL of an empty list with a text.
    """
    return sa.text(sql).bindparams(*(sa.bindparam(name, expanding=True, type_=sa.Text) for name in names))
