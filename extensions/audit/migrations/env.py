# SPDX-License-Identifier: GPL-3.0-or-later

"""Alembic's entry: run the migrations on the connection, and in the transaction, that migrate.py hands over."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
