# SPDX-License-Identifier: GPL-3.0-or-later
"""The same runs recorded by ARA (ara[server], offline client, SQLite), for comparison; in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from ansible_collections.hwautomation.baremetal.extensions.audit.migrate import upgrade
from tests.benchmarks._measure import interleaved, measure, playbook_environment
from tests.benchmarks.audit_overhead import CALLBACK, HOSTS, TASKS, show, write_project

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
ENVIRONMENT = Path(os.environ.get("BENCH_ARA_VENV", Path(__file__).resolve().parents[2] / ".build" / "ara-venv"))


def ara_python() -> Path | None:
    """Return the interpreter of an environment with ARA and the same ansible-core; None, loudly, without an index."""
    python = ENVIRONMENT / "bin" / "python"
    if (ENVIRONMENT / "ready").exists():
        return python
    core = f"ansible-core=={metadata.version('ansible-core')}"
    libraries = ["SQLAlchemy", "alembic", "ara[server]", core]
    try:
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)  # noqa: S603
        subprocess.run([str(python), "-m", "pip", "install", "-q", *libraries], check=True)  # noqa: S603
    except subprocess.CalledProcessError as exc:
        print(f"SKIPPED: ARA could not be installed ({exc}); its figures are missing")
        return None
    (ENVIRONMENT / "ready").touch()
    return python


def main() -> None:
    python = ara_python()
    if python is None:
        return
    plugins = subprocess.run(  # noqa: S603
        [str(python), "-m", "ara.setup.callback_plugins"], check=True, capture_output=True, text=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory(prefix="bench-ara-") as directory:
        scratch = Path(directory)
        command = [str(python), *write_project(scratch)[1:]]
        database = str(scratch / "audit.sqlite3")
        upgrade(database)
        without = playbook_environment(scratch)
        audit = {"ANSIBLE_CALLBACKS_ENABLED": CALLBACK, "HWAUTOMATION_AUDIT_DATABASE": database}
        ara = {"ANSIBLE_CALLBACK_PLUGINS": plugins, "ARA_API_CLIENT": "offline", "ARA_BASE_DIR": str(scratch / "ara")}
        ara |= {"ANSIBLE_CALLBACKS_ENABLED": "ara_default"}
        runs = {
            "without": lambda: measure(command, without),
            "audit": lambda: measure(command, {**without, **audit}),
            "ARA": lambda: measure(command, {**without, **ara}),
        }
        print(f"{HOSTS} hosts x {TASKS} assertions, median of {ROUNDS} runs each, in turns")
        costs = interleaved(runs, ROUNDS)
        for name, cost in costs.items():
            show(name, cost, costs["without"])
