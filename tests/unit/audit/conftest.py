# SPDX-License-Identifier: GPL-3.0-or-later
"""The same tests on SQLite and on a PostgreSQL of our own."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.support.postgres import postgres

__all__ = ["postgres"]
_NUMBERS = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return str(tmp_path / "audit.sqlite3")
    return str(request.getfixturevalue("postgres").database(f"audit{next(_NUMBERS)}"))


@pytest.fixture
def sqlite_file(tmp_path: Path) -> str:
    """A path for an SQLite database, where the kind of database does not matter."""
    return str(tmp_path / "audit.sqlite3")


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """The spool directory."""
    return tmp_path / "spool"
