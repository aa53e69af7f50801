# SPDX-License-Identifier: GPL-3.0-or-later

"""Read back what a run has written so far: for a file that nobody can open any more but the connection that has it open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .columns import TABLES, flags
from .store import Sealed, Store

__all__ = ["written"]


def written(store: Store, run_id: str) -> list[Sealed]:
    """Return a run's rows in the order of its chain, as they were sealed."""
    found = [
        (name, _sealed(name, row))
        for name in TABLES
        for row in store.query(f"SELECT * FROM {name} WHERE run_id = :run_id", {"run_id": run_id})
    ]
    return sorted(found, key=lambda entry: entry[1]["seq"])


def _sealed(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row as the chain knows it: without empty columns, and with truths, which SQLite keeps as numbers."""
    return {
        column: bool(value) if column in flags(name) else value for column, value in row.items() if value is not None
    }
