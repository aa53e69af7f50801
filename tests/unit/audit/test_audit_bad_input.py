# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is wrong with the database is told in one clear line, before anything is written."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.extensions.audit.address import parse
from ansible_collections.hwautomation.baremetal.extensions.audit.database import connect
from ansible_collections.hwautomation.baremetal.extensions.audit.journal import Journal
from ansible_collections.hwautomation.baremetal.extensions.audit.migrate import upgrade
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    ConfigurationError,
    HWAutomationError,
    NetworkError,
)
from tests.support.postgres import PASSWORD, Postgres


def opened(database: str, tmp_path: Path) -> HWAutomationError:
    """Open a journal as the callback does and return why it could not; readers must say the same."""
    journal = Journal(database, [tmp_path / "spool"], "20260101T000000-00000000")
    journal.open()
    if journal.failure is None:
        raise AssertionError("the database could be opened")
    assert "\n" not in str(journal.failure)
    assert "Traceback" not in str(journal.failure)
    with pytest.raises(type(journal.failure)), connect(database, read_only=True) as connection:
        connection.exec_driver_sql("SELECT 1 FROM runs")
    return journal.failure


def test_missing_directory(tmp_path: Path) -> None:
    failure = opened(str(tmp_path / "no" / "audit.sqlite3"), tmp_path)

    assert isinstance(failure, ConfigurationError)
    assert f"directory {tmp_path}/no for the audit database does not exist" in str(failure)
    assert "mkdir -p" in str(failure)


def test_directory_instead_of_a_file(tmp_path: Path) -> None:
    assert "is a directory, not an audit database" in str(opened(str(tmp_path), tmp_path))


def test_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello " * 1000)

    assert "is not an SQLite database" in str(opened(str(path), tmp_path))
    assert path.read_text() == "hello " * 1000


def test_damaged_database(tmp_path: Path) -> None:
    path = tmp_path / "audit.sqlite3"
    upgrade(str(path))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[100:] = b"\x55" * (len(content) - 100)
    path.write_bytes(content)

    assert "is damaged" in str(opened(str(path), tmp_path))


# As root nothing is unreadable, so these run as nobody where they can.
_AS_NOBODY = """
import os, sys
from ansible_collections.hwautomation.baremetal.extensions.audit.journal import Journal
os.setgroups([]); os.setgid(65534); os.setuid(65534)
journal = Journal(sys.argv[1], [sys.argv[2]], "20260101T000000-00000000")
journal.open()
print(journal.failure)
"""


def as_nobody(database: Path, spool: Path) -> str:
    if os.geteuid() != 0:
        pytest.skip("only root can become nobody; run as root to test permissions")
    links = Path(__file__).resolve().parents[3] / ".build" / "links"
    env = {**os.environ, "PYTHONPATH": str(links)}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _AS_NOBODY, str(database), str(spool)],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture
def reachable(tmp_path: Path) -> t.Iterator[Path]:
    """A directory that nobody can reach, below one that pytest keeps to itself."""
    import shutil
    import tempfile

    directory = Path(tempfile.mkdtemp(prefix="audit-perm-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


def test_unreadable_file(reachable: Path) -> None:
    path = reachable / "audit.sqlite3"
    upgrade(str(path))
    path.chmod(0o600)

    told = as_nobody(path, reachable / "spool")

    assert "cannot be opened" in told
    assert "check the owner and mode" in told


def test_read_only_place(reachable: Path) -> None:
    path = reachable / "audit.sqlite3"
    upgrade(str(path))
    path.chmod(0o644)

    told = as_nobody(path, reachable / "spool")

    assert "cannot be written" in told


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://u@h/d", "begins with mysql://, which nobody here speaks"),
        ("postgresql+asyncpg://u@h/d", "begins with postgresql+asyncpg://"),
        ("oracle://u:canary@h/d", "begins with oracle://"),
        ("postgresql://u@h:port/d", "cannot be read"),
    ],
)
def test_url_of_another_kind(url: str, words: str, tmp_path: Path) -> None:
    failure = opened_by_url(url, tmp_path)

    assert words in str(failure)
    assert "canary" not in str(failure)


def opened_by_url(url: str, tmp_path: Path) -> HWAutomationError:
    with pytest.raises(ConfigurationError) as caught:
        parse(url)
    journal = Journal(url, [tmp_path / "spool"], "20260101T000000-00000000")
    journal.open()
    assert str(journal.failure) == str(caught.value)
    return caught.value


def test_wrong_password(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.url("postgres", password="canary-wrong")  # noqa: S106

    failure = opened(url, tmp_path)

    assert isinstance(failure, AuthenticationError)
    assert "refused the password" in str(failure)
    assert "canary-wrong" not in str(failure) and PASSWORD not in str(failure)


def test_unknown_database(postgres: Postgres, tmp_path: Path) -> None:
    assert "createdb it first" in str(opened(postgres.url("nowhere"), tmp_path))


def test_server_that_is_not_there(tmp_path: Path) -> None:
    failure = opened("postgresql://audit@127.0.0.1:1/audit", tmp_path)

    assert isinstance(failure, NetworkError)
    assert "connection refused" in str(failure)


def test_host_that_does_not_exist(tmp_path: Path) -> None:
    failure = opened("postgresql://audit:canary@audit.invalid/audit", tmp_path)

    assert isinstance(failure, NetworkError)
    assert "canary" not in str(failure)


def test_missing_driver(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    failure = opened("postgresql://audit@127.0.0.1/audit", tmp_path)

    assert "missing Python library psycopg" in str(failure)
    assert "pip install" in str(failure)


def test_shown_address_has_no_password() -> None:
    assert parse("postgresql://audit:canary@db/audit").shown == "postgresql://audit:***@db/audit"
    assert parse("postgresql://audit@db/audit").shown == "postgresql://audit@db/audit"
    assert parse("sqlite:////srv/audit.sqlite3").shown == "/srv/audit.sqlite3"


def test_reader_does_not_create_a_database(tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigurationError, match="there is no audit database at"),
        connect(str(tmp_path / "audit.sqlite3"), read_only=True),
    ):
        pass

    assert list(tmp_path.iterdir()) == []
