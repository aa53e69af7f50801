# SPDX-License-Identifier: GPL-3.0-or-later

"""What was changed: on a server or on all, in a span of time, by whom, from what to what, and was it read back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ..filters import Filter
from .servers import belongs, find_machine, host_keys
from .sql import with_lists

__all__ = ["KINDS", "changes", "counted"]

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
    """Return the changes, oldest first; `verified` says whether the value was read back after the change.

    With a limit, one more than the newest of that number: whoever asked can see that there are more.
    """
    machine = find_machine(connection, limits.server) if limits.server else None
    where = ["c.at >= :since", "c.at < :until"]
    bound: dict[str, Any] = {"since": limits.since, "until": limits.until}
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
    about, more = _about(limits)
    # Whose changes those of a renamed machine are is seen below, so the database cannot count them.
    newest = bool(limits.limit and not machine)
    order = "ORDER BY c.at DESC, c.seq DESC LIMIT :most" if newest else "ORDER BY c.at, c.seq"
    if newest:
        bound["most"] = limits.limit + 1
    sql = with_lists(f"{_COLUMNS} FROM ({' UNION ALL '.join(parts)}) c {_RUN} {about} {order}", *hosts)
    found = connection.execute(sql, {**bound, **more, **hosts})
    names = list(found.keys())
    # Row._mapping makes a view for each row, which for a year of changes takes twice as long.
    rows = [dict(zip(names, values, strict=True)) for values in found]
    if newest:
        rows.reverse()
    if machine:
        keys = host_keys(connection, machine.hosts)
        rows = [row for row in rows if belongs(row, machine, keys)]
    serials = _serials(connection, min((row["run_id"] for row in rows), default="~"))
    for row in rows:
        row["serial"] = serials.get((row["run_id"], row["host"]))
        # SQLite has no booleans.
        row["check_mode"] = bool(row["check_mode"])
        row["verified"] = row["outcome"] == "applied"
    return rows


_WHO = "COALESCE(r.awx_user, r.sudo_user, r.os_user)"
_COLUMNS = f"""
    SELECT c.at, c.kind, c.host, c.item, c.before, c.wanted, c.after, c.outcome, c.reason, c.run_id,
           {_WHO} AS who, r.check_mode, r.git_revision, r.awx_job_id"""
_RUN = "JOIN runs r ON r.run_id = c.run_id"


def _about(limits: Filter) -> tuple[str, dict[str, Any]]:
    conditions, bound = [], {}
    if limits.who:
        conditions.append(f"{_WHO} = :who")
        bound["who"] = limits.who
    if limits.item:
        conditions.append("LOWER(c.item) = :item")
        bound["item"] = limits.item.lower()
    return f"WHERE {' AND '.join(conditions)}" if conditions else "", bound


def _serials(connection: sa.Connection, first_run: str) -> dict[tuple[str, str], str]:
    """Return the serial number that each host had in each run, from a run on."""
    query = sa.text(
        "SELECT run_id, host, serial FROM servers WHERE run_id >= :first AND serial IS NOT NULL ORDER BY run_id, seq"
    )
    return {(run_id, host): serial for run_id, host, serial in connection.execute(query, {"first": first_run})}


def counted(connection: sa.Connection, limits: Filter) -> dict[str, tuple[int, int]]:
    """Return per person how many changes were made, and on how many servers; counted by the database."""
    where = "c.at >= :since AND c.at < :until AND COALESCE(c.outcome, '') <> 'planned'"
    parts = [_select(kind, where) for kind in (limits.kinds or KINDS)]
    about, more = _about(limits)
    sql = sa.text(
        f"SELECT {_WHO} AS who, COUNT(*) AS changes, COUNT(DISTINCT c.host) AS servers"
        f" FROM ({' UNION ALL '.join(parts)}) c {_RUN} {about} GROUP BY {_WHO}"
    )
    rows = connection.execute(sql, {"since": limits.since, "until": limits.until, **more})
    return {row.who: (row.changes, row.servers) for row in rows}
