# SPDX-License-Identifier: GPL-3.0-or-later

"""The hash chain of a run: each row's hash covers the row and the hash before it.

`hash = SHA-256(previous hash + LF + canonical JSON of [table, row])`, the first previous hash being the run id. Columns
that are null are left out, so that a column added by a later migration does not change old hashes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Link", "digest"]

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


def digest(previous: str, table: str, row: Mapping[str, Any]) -> str:
    """Return the hash of a row that follows `previous`; the row's own `hash` is not part of it."""
    content = {name: value for name, value in row.items() if value is not None and name != "hash"}
    return hashlib.sha256(f"{previous}\n{_encode([table, content])}".encode()).hexdigest()


@dataclass
class Link:
    """The end of a chain, and the only place that gives out the next `seq` and `hash`."""

    run_id: str
    seq: int = 0
    hash: str = ""

    def seal(self, table: str, row: Mapping[str, Any], at: str) -> dict[str, Any]:
        """Return the row with its place in the chain; the chain's end moves on."""
        sealed = {**row, "run_id": self.run_id, "seq": self.seq + 1, "at": at}
        sealed["hash"] = digest(self.hash or self.run_id, table, sealed)
        self.seq, self.hash = sealed["seq"], sealed["hash"]
        return sealed
