# SPDX-License-Identifier: GPL-3.0-or-later
"""Real playbook runs that the audit callback records, and what its database then says; needs no rack."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import sqlalchemy as sa
import yaml

from ansible_collections.hwautomation.baremetal.extensions.audit.clock import utc_now
from ansible_collections.hwautomation.baremetal.extensions.audit.database import connect
from ansible_collections.hwautomation.baremetal.extensions.audit.filters import make_filter
from ansible_collections.hwautomation.baremetal.extensions.audit.queries.registry import QUESTIONS
from ansible_collections.hwautomation.baremetal.extensions.audit.verify import verify
from tests.support.playbook import PlayResult, environment, run_playbook

CALLBACK = "hwautomation.baremetal.audit"
ASSERT = {"name": "Holds", "ansible.builtin.assert": {"that": [True]}}
FAIL_R02 = {"name": "Breaks", "ansible.builtin.fail": {"msg": "no power"}, "when": "inventory_hostname == 'r02'"}


def inventory(count: int, **variables: t.Any) -> dict[str, t.Any]:
    """Return an inventory of so many local hosts, r01 and on."""
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    hosts: dict[str, t.Any] = {f"r{number:02d}": {} for number in range(1, count + 1)}
    return {"all": {"vars": {**local, **variables}, "hosts": hosts}}


def play(*tasks: dict[str, t.Any], **more: t.Any) -> list[dict[str, t.Any]]:
    """Return a playbook of one play over all hosts."""
    return [{"name": "Audited", "hosts": "all", "gather_facts": False, **more, "tasks": list(tasks)}]


def audited(database: str, playbook: t.Any, hosts: t.Any, *args: str, **options: t.Any) -> PlayResult:
    """Run a playbook that is recorded, and wait for it."""
    env = {"HWAUTOMATION_AUDIT_DATABASE": database, **options.pop("env", {})}
    return run_playbook(playbook, hosts, *args, callbacks=[CALLBACK], env=env, **options)


def started(
    database: str, directory: Path, hosts: int, tasks: int = 60, **variables: t.Any
) -> tuple[subprocess.Popen[bytes], Path]:
    """Start a recorded run of many small tasks in a process group of its own; return it and its file of events."""
    directory.mkdir(exist_ok=True)
    playbook, where, events = directory / "play.yml", directory / "hosts.yml", directory / "events.jsonl"
    playbook.write_text(yaml.safe_dump(play(*[{**ASSERT, "name": f"Task {number}"} for number in range(tasks)])))
    where.write_text(yaml.safe_dump(inventory(hosts, **variables)))
    return launched(database, directory, playbook, where), events


def launched(
    database: str, directory: Path, playbook: Path | str, where: Path, *callbacks: str, **more: str
) -> subprocess.Popen[bytes]:
    """Start a recorded playbook; what it prints goes to `output` in the directory. `more` is its environment."""
    settings = {"HWAUTOMATION_AUDIT_DATABASE": database, **more}
    env = environment(directory / "events.jsonl", [*callbacks, CALLBACK], settings)
    command = [sys.executable, "-m", "ansible", "playbook", str(playbook), "-i", str(where)]
    with (directory / "output").open("wb") as output:
        return subprocess.Popen(  # noqa: S603
            command, env=env, start_new_session=True, stdout=output, stderr=subprocess.STDOUT
        )


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a run and everything it started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(condition: t.Callable[[], bool], seconds: float = 300) -> None:
    """Wait until something holds, and fail if it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen")
        time.sleep(0.02)


def query(database: str, sql: str) -> list[dict[str, t.Any]]:
    """Return the rows of an SQL query."""
    with connect(database, read_only=True) as connection:
        return [dict(row) for row in connection.execute(sa.text(sql)).mappings()]


def ask(database: str, question: str, **options: t.Any) -> list[dict[str, t.Any]]:
    """Return the answer to one of the questions."""
    with connect(database, read_only=True) as connection:
        return QUESTIONS[question].ask(connection, make_filter(options, utc_now()))


def findings(database: str) -> list[t.Any]:
    """Return what is not as it was written."""
    with connect(database, read_only=True) as connection:
        return list(verify(connection).findings)
