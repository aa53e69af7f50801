# SPDX-License-Identifier: GPL-3.0-or-later

"""Which process writes a run, and whether it still lives: pid, start time, boot and pid namespace, never a guess."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .clock import stamp

__all__ = ["STALE_AFTER", "Verdict", "identity", "verdict"]

# A run on another controller that gave no sign for so long counts as interrupted: longer than the longest single wait.
STALE_AFTER = timedelta(hours=6)


def _read(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return None


def _namespace() -> str | None:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return None


def process_started(pid: int) -> str | None:
    """Return when the process was started, in the system's own words; None when there is no such process."""
    stat = _read(f"/proc/{pid}/stat")
    if stat is not None:
        # The command name, in parentheses, may hold spaces; start time is field 22 (proc(5)). A zombie is dead.
        fields = stat.rpartition(")")[2].split()
        return None if fields[0] in ("Z", "X") else fields[19]
    if Path("/proc/self/stat").exists():
        return None
    told = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return " ".join(told.stdout.split()) or None


def identity() -> dict[str, Any]:
    """Return the columns of `runs` that tell this process from every other one, now and later."""
    return {
        "controller": socket.gethostname(),
        "boot_id": _read("/proc/sys/kernel/random/boot_id"),
        "pid_namespace": _namespace(),
        "pid": os.getpid(),
        "process_started": process_started(os.getpid()),
    }


@dataclass(frozen=True)
class Verdict:
    """Why a run counts as interrupted; only a `certain` one may be recorded, the other may still come back."""

    reason: str
    certain: bool


def verdict(run: Mapping[str, Any], heartbeat_at: str | None, now: datetime) -> Verdict | None:
    """Judge a run without an end; None while it runs, as far as one can tell from here.

    :param run: columns of `runs`.
    :param heartbeat_at: its last sign of life, if any.
    """
    here = run["controller"]
    if here == socket.gethostname():
        boot_id = _read("/proc/sys/kernel/random/boot_id")
        if boot_id and run["boot_id"] and boot_id != run["boot_id"]:
            return Verdict(f"{here} was restarted", certain=True)
        if run["pid_namespace"] == _namespace():
            if process_started(run["pid"]) == run["process_started"]:
                return None
            return Verdict(f"process {run['pid']} on {here} is gone", certain=True)
    last = heartbeat_at or run["at"]
    if last < stamp(now - STALE_AFTER):
        return Verdict(f"no sign of life from {here} since {last}", certain=False)
    return None
