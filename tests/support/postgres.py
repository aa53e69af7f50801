# SPDX-License-Identifier: GPL-3.0-or-later
"""A PostgreSQL of our own: a cluster in a temporary directory, on a free port, gone when it is closed."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.processes import descendants

PASSWORD = "audit-test-password"  # noqa: S105 - of a server that lives for one test session


def binaries() -> Path | None:
    """Return where initdb and postgres are: Debian keeps them off the PATH."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)
    candidates = [*found, shutil.which("initdb") or ""]
    return next((Path(path).parent for path in candidates if path and os.access(path, os.X_OK)), None)


class Postgres:
    """A running server; `database(name)` makes an empty database and returns its URL."""

    def __init__(self, bindir: Path) -> None:
        self._bindir = bindir
        # As root the server must run as somebody else, who must be able to reach its directory.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._directory = Path(tempfile.mkdtemp(prefix="audit-pg-"))
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(self._directory, owner.pw_uid, owner.pw_gid)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._make()
        self.start()

    def _run(self, *command: str) -> None:
        # A busy machine may take minutes for what takes a second.
        subprocess.run(  # noqa: S603
            command, check=True, user=self._user, cwd=self._directory, capture_output=True, text=True, timeout=300
        )

    def _make(self) -> None:
        secret = self._directory / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        data = str(self._directory / "data")
        auth = ("-U", "audit", "-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync", "-E", "UTF8", "--locale=C")
        self._run(str(self._bindir / "initdb"), "-D", data, *auth)

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        options = (
            f"-p {self.port} -k {self._directory} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60"
        )
        log = str(self._directory / "log")
        self._ctl("-o", options, "-l", log, "-t", "240", "start")

    def stop(self) -> None:
        """Stop the server at once; whoever is connected is thrown out."""
        self._ctl("-m", "immediate", "stop")

    @contextmanager
    def frozen(self) -> Iterator[Callable[[], None]]:
        """Give what freezes the server with all its sessions; kernels go on answering for it. It thaws at the end."""
        pids: list[int] = []

        def freeze() -> None:
            first = int((self._directory / "data" / "postmaster.pid").read_text().split()[0])
            pids.extend((first, *descendants(first)))
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)

        try:
            yield freeze
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def _ctl(self, *command: str) -> None:
        self._run(str(self._bindir / "pg_ctl"), "-D", str(self._directory / "data"), "-w", *command)

    def url(self, database: str, user: str = "audit", password: str = PASSWORD) -> str:
        """Return the URL of a database on this server."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def execute(self, sql: str, database: str = "postgres") -> None:
        """Run one statement as the owner, outside a transaction."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(sql)  # type: ignore[call-overload]

    def database(self, name: str) -> str:
        """Make an empty database and return its URL."""
        self.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def close(self) -> None:
        """Stop the server and remove its files."""
        self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the session; import it into a conftest."""
    bindir = binaries()
    if bindir is None:
        pytest.skip(
            "PostgreSQL's server is not installed (apt-get install postgresql): its half of these tests is not run"
        )
    server = Postgres(bindir)
    yield server
    server.close()
