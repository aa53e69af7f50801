# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs from its baseline by the latest look at it, a check run, and whether somebody else changed it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from ..filters import Filter
from .changes import KINDS
from .servers import find_machine, host_keys
from .sql import with_lists

__all__ = ["drift"]

Row = dict[str, Any]
Place = tuple[str, str, str]
_COMPARED = ("bios", "firmware", "bmc")


def drift(connection: sa.Connection, limits: Filter) -> list[Row]:
    """Return the differences that still stand, one row per server and item.

    `outside` says that this collection had set the wanted value before: it was changed by somebody else since. Asked in
    two steps, since few of a year's changes are planned ones: those first, then the history of just their servers.
    """
    planned = _planned(connection, limits)
    looks = _latest_looks(connection, {row["host"] for row in planned})
    planned = [row for row in planned if looks.get(row["host"], "") <= row["run_id"]]
    if not planned:
        return []
    names = _all_names(connection, {row["host"] for row in planned})
    keys = host_keys(connection, names)
    # A check run that did not identify its machines: the name means what it meant last.
    keys |= {("", host): key for (_unused, host), key in keys.items()}
    latest = {_place(row, keys): row for row in planned}
    applied: dict[Place, Row] = {}
    for row in _done(connection, names, {row["item"] for row in planned}):
        place = _place(row, keys)
        if place not in latest:
            continue
        if row["run_id"] > latest[place]["run_id"]:
            del latest[place]
        elif row["outcome"] == "applied":
            applied[place] = row
    serials = {row.key: row.serial for row in connection.execute(sa.text("SELECT DISTINCT key, serial FROM servers"))}
    people = _people(connection, {row["run_id"] for row in applied.values()})
    return [_told(row, serials.get(place[0]), applied.get(place), people) for place, row in latest.items()]


def _place(row: Row, keys: dict[tuple[str, str], str]) -> Place:
    known = keys.get((row["run_id"], row["host"])) or keys.get(("", row["host"])) or f"host:{row['host']}"
    return known, row["kind"], row["item"]


def _select(where: str) -> str:
    parts = [
        f"SELECT c.at, '{kind}' AS kind, c.host, {KINDS[kind][1]} AS item, c.before, c.wanted, c.after, c.outcome,"
        f" c.run_id, c.seq FROM {KINDS[kind][0]} c WHERE {where.replace('ITEM', KINDS[kind][1])}"
        for kind in _COMPARED
    ]
    return " UNION ALL ".join(parts) + " ORDER BY run_id, seq"


def _planned(connection: sa.Connection, limits: Filter) -> list[Row]:
    where = "c.outcome = 'planned' AND c.at >= :since AND c.at < :until"
    bound: dict[str, Any] = {"since": limits.since, "until": limits.until}
    sql = sa.text(_select(where))
    if limits.server:
        sql = with_lists(_select(f"{where} AND c.host IN :hosts"), "hosts")
        bound["hosts"] = list(find_machine(connection, limits.server).hosts)
    return [dict(row) for row in connection.execute(sql, bound).mappings()]


def _latest_looks(connection: sa.Connection, hosts: Collection[str]) -> dict[str, str]:
    """Return the latest check run that finished on each host: a difference it no longer saw is no drift."""
    sql = """
        SELECT h.host, MAX(h.run_id) AS run_id FROM host_runs h JOIN runs r ON r.run_id = h.run_id
        WHERE h.host IN :hosts AND r.check_mode AND h.state IN ('ok', 'changed') GROUP BY h.host"""
    rows = connection.execute(with_lists(sql, "hosts"), {"hosts": list(hosts)})
    return {row.host: row.run_id for row in rows}


def _all_names(connection: sa.Connection, hosts: Collection[str]) -> set[str]:
    """Return these names and every other name their machines have gone by."""
    sql = "SELECT DISTINCT o.host FROM servers s JOIN servers o ON o.key = s.key WHERE s.host IN :hosts"
    return {*hosts, *connection.execute(with_lists(sql, "hosts"), {"hosts": list(hosts)}).scalars()}


def _done(connection: sa.Connection, hosts: Collection[str], items: Collection[str]) -> list[Row]:
    sql = with_lists(_select("c.host IN :hosts AND c.outcome <> 'planned' AND ITEM IN :items"), "hosts", "items")
    rows = connection.execute(sql, {"hosts": list(hosts), "items": list(items)})
    return [dict(row) for row in rows.mappings()]


def _people(connection: sa.Connection, run_ids: Collection[str]) -> dict[str, str]:
    sql = "SELECT run_id, COALESCE(awx_user, sudo_user, os_user) AS who FROM runs WHERE run_id IN :runs"
    rows = connection.execute(with_lists(sql, "runs"), {"runs": list(run_ids)})
    return {row.run_id: row.who for row in rows}


def _told(row: Row, serial: str | None, applied: Row | None, people: dict[str, str]) -> Row:
    return {
        **{key: row[key] for key in ("at", "host", "kind", "item")},
        "serial": serial,
        "baseline": row["wanted"],
        "now": row["before"],
        "outside": applied is not None and applied["after"] != row["before"],
        "set_at": applied["at"] if applied else None,
        "set_by": people.get(applied["run_id"]) if applied else None,
        "run_id": row["run_id"],
    }
