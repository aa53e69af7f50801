# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the runs of these tests are recorded: an SQLite file, and for what must hold on both, a PostgreSQL as well."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.support.postgres import postgres

__all__ = ["postgres"]
_NUMBERS = itertools.count(1)


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The path of an SQLite file."""
    return str(tmp_path / "audit.sqlite3")


@pytest.fixture(params=["sqlite", "postgresql"])
def each_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return str(tmp_path / "audit.sqlite3")
    return str(request.getfixturevalue("postgres").database(f"plays{next(_NUMBERS)}"))
