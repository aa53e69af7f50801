# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure a command as a whole process tree: wall, CPU of it and its children, peak resident memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
import typing as t
from dataclasses import dataclass
from pathlib import Path

from tests.support.playbook import ROOT, environment


@dataclass(frozen=True)
class Cost:
    """What a command cost: seconds of wall and CPU, MiB at the peak of its largest process."""

    wall: float
    cpu: float
    peak: float


def measure(command: t.Sequence[str], env: t.Mapping[str, str], *, timeout: float = 900) -> Cost:
    """Run a command once and return its cost; its output is shown only if it fails.

    :raises RuntimeError: when it exits with another code than 0, with the end of its output.
    """
    with tempfile.TemporaryFile("w+") as output:
        begun = time.monotonic()
        process = subprocess.Popen(command, cwd=ROOT, env=dict(env), stdout=output, stderr=subprocess.STDOUT)  # noqa: S603
        pid, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{_ends(output.read())}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _ends(text: str) -> str:
    return text if len(text) < 5000 else f"{text[:2500]}\n[...]\n{text[-2500:]}"


def interleaved(runs: t.Mapping[str, t.Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """Run each kind once per round, in turns, so that a busy machine hurts all alike; return medians."""
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for turn in range(rounds):
        names = list(runs) if turn % 2 == 0 else list(reversed(runs))
        for name in names:
            costs[name].append(runs[name]())
    return {name: median(several) for name, several in costs.items()}


def median(costs: t.Sequence[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(*(statistics.median(getattr(cost, field) for cost in costs) for field in ("wall", "cpu", "peak")))


def playbook_environment(scratch: Path, **extra: str) -> dict[str, str]:
    """Return the environment of a playbook run without the tests' recording callback."""
    env = environment(scratch / "events.jsonl", (), extra)
    env.pop("ANSIBLE_CALLBACKS_ENABLED")
    # The checkout's own ansible.cfg would bring its callbacks along.
    config = scratch / "empty.cfg"
    config.touch()
    return {**env, "ANSIBLE_CONFIG": str(config), **extra}
