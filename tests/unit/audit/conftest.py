# SPDX-License-Identifier: GPL-3.0-or-later
"""The same tests on SQLite and on a PostgreSQL of our own."""

from __future__ import annotations

import itertools
import typing as t
from pathlib import Path

import pytest

from tests.support.postgres import Postgres, binaries

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> t.Iterator[Postgres]:
    """A PostgreSQL server for the session."""
    bindir = binaries()
    if bindir is None:
        pytest.skip(
            "PostgreSQL's server is not installed (apt-get install postgresql): its half of these tests is not run"
        )
    server = Postgres(bindir)
    yield server
    server.close()


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
