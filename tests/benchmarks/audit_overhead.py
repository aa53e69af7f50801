# SPDX-License-Identifier: GPL-3.0-or-later
"""What the audit callback costs: 100 hosts x 10 assertions with it and without it, in turns."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import yaml

from ansible_collections.hwautomation.baremetal.extensions.audit.migrate import upgrade
from tests.benchmarks._measure import Cost, interleaved, measure, playbook_environment

HOSTS = int(os.environ.get("BENCH_HOSTS", "100"))
TASKS = int(os.environ.get("BENCH_TASKS", "10"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
CALLBACK = "hwautomation.baremetal.audit"


def write_project(scratch: Path, hosts: int = HOSTS, tasks: int = TASKS) -> list[str]:
    """Write the playbook and its inventory; return the command that runs them."""
    task = {"name": "Holds", "ansible.builtin.assert": {"that": [True]}}
    play = {"hosts": "all", "gather_facts": False, "tasks": [task] * tasks}
    inventory = {"all": {"hosts": {f"h{i}": {"ansible_connection": "local"} for i in range(hosts)}}}
    (scratch / "play.yml").write_text(yaml.safe_dump([play]))
    (scratch / "hosts.yml").write_text(yaml.safe_dump(inventory))
    return [
        sys.executable,
        "-m",
        "ansible",
        "playbook",
        str(scratch / "play.yml"),
        "-i",
        str(scratch / "hosts.yml"),
        "-f",
        "10",
    ]


def show(name: str, cost: Cost, baseline: Cost) -> None:
    """Print one line with its ratios to the run without a callback."""
    print(
        f"{name:<10} wall {cost.wall:6.2f} s  cpu {cost.cpu:6.2f} s  peak {cost.peak:5.0f} MiB"
        f"   wall x {cost.wall / baseline.wall:.3f}  cpu x {cost.cpu / baseline.cpu:.3f}"
    )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-audit-") as directory:
        scratch = Path(directory)
        command = write_project(scratch)
        database = str(scratch / "audit.sqlite3")
        upgrade(database)
        without = playbook_environment(scratch)
        recorded = {"ANSIBLE_CALLBACKS_ENABLED": CALLBACK, "HWAUTOMATION_AUDIT_DATABASE": database}
        runs = {
            "without": lambda: measure(command, without),
            "audit": lambda: measure(command, {**without, **recorded}),
        }
        print(f"{HOSTS} hosts x {TASKS} assertions, median of {ROUNDS} runs each, in turns; aim: <= 1.05")
        costs = interleaved(runs, ROUNDS)
        for name, cost in costs.items():
            show(name, cost, costs["without"])
