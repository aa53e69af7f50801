# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # What needs the audit database, which only the controller has. List it before the fragment of the attributes.
    DOCUMENTATION = r"""
requirements:
  - SQLAlchemy >= 2.0
  - alembic >= 1.13
  - psycopg >= 3.1 (for PostgreSQL)
attributes:
  in_process:
    details: Always, whatever the task is delegated to.
options:
  database:
    description:
      - Path of the SQLite file, or a C(postgresql://) URL.
      - When not given, the database that records the current run, or the one the callback is configured to use.
    type: str
"""
