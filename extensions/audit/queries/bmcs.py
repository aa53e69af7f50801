# SPDX-License-Identifier: GPL-3.0-or-later

"""The BMCs that scans have found, each as it was seen last."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from ..filters import Filter

__all__ = ["bmcs"]

_LAST = sa.text("""
    SELECT * FROM (
        SELECT b.*, ROW_NUMBER() OVER (PARTITION BY address ORDER BY run_id DESC, seq DESC) AS place,
               MIN(at) OVER (PARTITION BY address) AS first_seen,
               MAX(CASE WHEN status <> 'missing' THEN at END) OVER (PARTITION BY address) AS last_seen
        FROM bmcs b WHERE at >= :since AND at < :until) s
    WHERE place = 1""")
_NOT_TOLD = ("place", "seq", "hash", "result", "host")


def bmcs(connection: sa.Connection, limits: Filter) -> list[dict[str, Any]]:
    """Return one row per address in the form that bmc_scan reports and takes as `known`, in order of address."""
    found = [_row(dict(row)) for row in connection.execute(_LAST, _span(limits)).mappings()]
    return sorted(found, key=lambda row: [int(part) if part.isdigit() else 0 for part in row["address"].split(".")])


def _span(limits: Filter) -> dict[str, str]:
    return {"since": limits.since, "until": limits.until}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in row.items() if name not in _NOT_TOLD and value is not None}
    told["changed"] = json.loads(row["changed"]) if row["changed"] else []
    return {**told, "ipmi": row["ipmi"] == "true", **({"port": int(row["port"])} if row["port"] else {})}
