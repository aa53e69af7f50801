# SPDX-License-Identifier: GPL-3.0-or-later
"""Which processes belong to a run of Ansible."""

from __future__ import annotations

import contextlib
from pathlib import Path


def descendants(number: int) -> list[int]:
    """Return all processes below one: each worker of Ansible is in a session of its own, so no group holds them."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
    found: list[int] = []
    fresh = [number]
    while fresh:
        fresh = [child for child, parent in parents.items() if parent in fresh]
        found += fresh
    return found
