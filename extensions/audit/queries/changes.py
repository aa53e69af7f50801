# SPDX-License-Identifier: GPL-3.0-or-later

"""What was changed: on a server or on all, in a span of time, by whom, from what to what, and was it read back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ..filters import Filter
from .servers import belongs, find_machine, host_keys
from .sql import with_lists

__all__ = ["KINDS", "changes"]

# kind -> table, and the column that says what was changed
KINDS = {
    "bios": ("bios_changes", "c.attribute", "c.wanted"),
    "firmware": ("firmware_changes", "c.component", "c.wanted"),
    "power": ("power_changes", "c.reset_type", "c.wanted"),
    "bmc": ("bmc_changes", "c.setting", "c.wanted"),
    "maas": ("maas_transitions", "c.operation", "NULL"),
    "certificate": ("certificates", "c.subject", "c.sha256"),
}


def _select(kind: str, where: str) -> str:
    name, item, wanted = KINDS[kind]
    before, after = ("NULL", "c.not_after") if kind == "certificate" else ("c.before", "c.after")
    return f"""
        SELECT c.at, '{kind}' AS kind, c.host, {item} AS item, {before} AS before, {wanted} AS wanted, {after} AS after,
               c.outcome, c.reason, c.run_id, c.seq
        FROM {name} c WHERE {where}"""


def changes(connection: sa.Connection, limits: Filter) -> list[dict[str, Any]]:
    """Return the changes, oldest first; `verified` says whether the value was read back after the change."""
    machine = find_machine(connection, limits.server) if limits.server else None
    where, bound = ["c.at >= :since", "c.at < :until"], {"since": limits.since, "until": limits.until}
    hosts: dict[str, Any] = {}
    if machine:
        where.append("c.host IN :hosts")
        hosts["hosts"] = list(machine.hosts)
    if limits.run:
        where.append("c.run_id = :run")
        bound["run"] = limits.run
    if not limits.planned:
        where.append("COALESCE(c.outcome, '') <> 'planned'")
    parts = [_select(kind, " AND ".join(where)) for kind in (limits.kinds or KINDS)]
    sql = with_lists(
        f"{_WITH_RUN} FROM ({' UNION ALL '.join(parts)}) c JOIN runs r ON r.run_id = c.run_id ORDER BY c.at, c.seq",
        *hosts,
    )
    rows = [dict(row) for row in connection.execute(sql, {**bound, **hosts}).mappings()]
    rows = [row for row in rows if _wanted(row, limits)]
    if machine:
        keys = host_keys(connection, machine.hosts)
        rows = [row for row in rows if belongs(row, machine, keys)]
    return _named(connection, rows)


_WITH_RUN = """
    SELECT c.*, COALESCE(r.awx_user, r.sudo_user, r.os_user) AS who, r.check_mode, r.git_revision, r.awx_job_id"""


def _wanted(row: dict[str, Any], limits: Filter) -> bool:
    if limits.who and row["who"] != limits.who:
        return False
    return not limits.item or (row["item"] or "").lower() == limits.item.lower()


def _named(connection: sa.Connection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add the serial number the host had in that run, and whether the change was verified."""
    serials = {
        (row.run_id, row.host): row.serial
        for row in connection.execute(_SERIALS, {"first": min((row["run_id"] for row in rows), default="~")})
    }
    return [
        {
            **{key: value for key, value in row.items() if key != "seq"},
            "serial": serials.get((row["run_id"], row["host"])),
            "check_mode": bool(row["check_mode"]),
            "verified": row["outcome"] == "applied",
        }
        for row in rows
    ]


_SERIALS = sa.text(
    "SELECT run_id, host, serial FROM servers WHERE run_id >= :first AND serial IS NOT NULL ORDER BY run_id, seq"
)
