# SPDX-License-Identifier: GPL-3.0-or-later

"""What scans of BMC networks saw, address by address; certificates are found by what they are of.

Going down parks the table under another name, so that going up again loses no row.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, Text, inspect

revision = "0003"
down_revision = "0002"

COLUMNS = "status protocol port vendor product redfish_version uuid fingerprint issuer ipmi changed reason"
PARKED = "parked_0003_bmcs"


def upgrade() -> None:
    """Add the table, or take it back from where a downgrade parked it."""
    if inspect(op.get_bind()).has_table(PARKED):
        op.rename_table(PARKED, "bmcs")
    else:
        op.create_table(
            "bmcs",
            Column("run_id", Text(), primary_key=True),
            Column("seq", Integer(), primary_key=True, autoincrement=False),
            Column("at", Text(), nullable=False),
            Column("host", Text(), nullable=False),
            Column("address", Text(), nullable=False),
            *(Column(name, Text()) for name in COLUMNS.split()),
            Column("result", Integer()),
            Column("hash", Text(), nullable=False),
        )
    op.create_index("ix_bmcs_host", "bmcs", ("host", "run_id"))
    op.create_index("ix_bmcs_address", "bmcs", ("address",))
    op.create_index("ix_certificates_subject", "certificates", ("subject",))


def downgrade() -> None:
    """Park the table."""
    op.drop_index("ix_certificates_subject", "certificates")
    op.drop_index("ix_bmcs_address", "bmcs")
    op.drop_index("ix_bmcs_host", "bmcs")
    op.rename_table("bmcs", PARKED)
