# SPDX-License-Identifier: GPL-3.0-or-later

"""The verdicts of boarding checks, one row per check of a server.

Going down parks the table under another name, so that going up again loses no row.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, Text, inspect

revision = "0004"
down_revision = "0003"

PARKED = "parked_0004_boarding_checks"


def upgrade() -> None:
    """Add the table, or take it back from where a downgrade parked it."""
    if inspect(op.get_bind()).has_table(PARKED):
        op.rename_table(PARKED, "boarding_checks")
    else:
        op.create_table(
            "boarding_checks",
            Column("run_id", Text(), primary_key=True),
            Column("seq", Integer(), primary_key=True, autoincrement=False),
            Column("at", Text(), nullable=False),
            Column("host", Text(), nullable=False),
            Column("rack", Text()),
            Column("checklist", Text()),
            Column("name", Text(), nullable=False),
            Column("text", Text()),
            Column("outcome", Text(), nullable=False),
            Column("reason", Text()),
            Column("result", Integer()),
            Column("hash", Text(), nullable=False),
        )
    op.create_index("ix_boarding_checks_host", "boarding_checks", ("host", "run_id", "result"))


def downgrade() -> None:
    """Park the table."""
    op.drop_index("ix_boarding_checks_host", "boarding_checks")
    op.rename_table("boarding_checks", PARKED)
