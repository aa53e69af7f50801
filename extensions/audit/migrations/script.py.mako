# SPDX-License-Identifier: GPL-3.0-or-later

"""${message}."""

from __future__ import annotations

revision = "${up_revision}"
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Say what is added."""


def downgrade() -> None:
    """Take it away again without losing rows."""
