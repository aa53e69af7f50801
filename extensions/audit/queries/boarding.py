# SPDX-License-Identifier: GPL-3.0-or-later

"""The boarding checks of each machine when it was judged last: check by check, and summed up per rack."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa

from ..boarding import NO_RACK, OUTCOMES
from ..filters import Filter
from .runs import find_run
from .servers import find_machine
from .sql import with_lists

__all__ = ["per_rack", "per_server"]

Row = dict[str, Any]

# `judged` reads nothing but an index. A run that judges a server twice means the last time; a check run judges a machine
# that it has yet to change, so it counts only where planned ones are asked for. The last sighting in the run says which
# machine the name meant then, and its key outlives a rename.
_LATEST = """
    WITH judged AS MATERIALIZED (
        SELECT host, run_id, MAX(result) AS result FROM boarding_checks b {where} GROUP BY host, run_id),
    last AS MATERIALIZED (
        SELECT host, run_id, result FROM (
            SELECT j.*, ROW_NUMBER() OVER (PARTITION BY host ORDER BY run_id DESC) AS place FROM judged j {counts}) p
        WHERE place = 1),
    latest AS MATERIALIZED (
        SELECT l.host, l.run_id, l.result, s.key, s.serial FROM last l
        LEFT JOIN servers s ON s.host = l.host AND s.run_id = l.run_id
         AND s.seq = (SELECT MAX(x.seq) FROM servers x WHERE x.host = l.host AND x.run_id = l.run_id))
    SELECT {columns} FROM latest l JOIN boarding_checks b ON b.host = l.host AND b.run_id = l.run_id
     AND (b.result = l.result OR l.result IS NULL) {group}"""
_CHECKS = "l.key, l.serial, b.host, b.run_id, b.rack, b.outcome, b.at, b.name, b.reason, b.text, b.checklist, b.seq"
# Only what needs a look is told by name.
_NAME = "CASE WHEN b.outcome IN ('fail', 'warn') THEN b.name END"
_SUMS = f"""
    b.host, b.outcome, {_NAME} AS name, MAX(l.key) AS key, MAX(b.run_id) AS run_id, MAX(b.rack) AS rack,
    COUNT(*) AS checks, MAX(b.at) AS at"""
_BY_NAME = f"GROUP BY b.host, b.outcome, {_NAME}"


def per_server(connection: sa.Connection, limits: Filter) -> list[Row]:
    """Return one row per check of each machine, in the order of the rack and the name.

    :raises ConfigurationError: for a server that nobody knows.
    """
    rows = [row for row in _latest(connection, limits, _CHECKS) if limits.item in (None, row["name"])]
    return sorted(rows, key=lambda row: (row["rack"] or "", row["host"], row["seq"]))


def per_rack(connection: sa.Connection, limits: Filter) -> list[Row]:
    """Return one row per rack: servers, verdicts by outcome, and by name what failed and what was warned about."""
    racks: dict[str, list[Row]] = {}
    for row in _latest(connection, limits, _SUMS, _BY_NAME):
        racks.setdefault(row["rack"] or NO_RACK, []).append(row)
    return [{"rack": rack, **_summed(rows)} for rack, rows in sorted(racks.items())]


def _summed(rows: list[Row]) -> Row:
    found: Counter[str] = Counter()
    for row in rows:
        found[row["outcome"]] += row["checks"]
    named = {
        outcome: sorted(f"{row['host']}: {row['name']}" for row in rows if row["outcome"] == outcome)
        for outcome in ("fail", "warn")
    }
    return {
        "servers": len({row["host"] for row in rows}),
        **{outcome: found[outcome] for outcome in OUTCOMES},
        "failing": named["fail"],
        "warned": named["warn"],
        "last_at": max(row["at"] for row in rows),
    }


def _latest(connection: sa.Connection, limits: Filter, columns: str, group: str = "") -> list[Row]:
    """Return rows of the latest judgement of each machine, or of the one that is asked for."""
    machine = find_machine(connection, limits.server) if limits.server else None
    bound: Row = {"since": limits.since, "until": limits.until}
    # The time is no part of the index, so it is asked for only where somebody limits it.
    where = ["b.at >= :since AND b.at < :until"] if (limits.since, limits.until) != (Filter.since, Filter.until) else []
    bound = bound if where else {}
    if machine:
        where.append("b.host IN :hosts")
        bound["hosts"] = list(machine.hosts)
    if limits.run:
        where.append("b.run_id = :run")
        bound["run"] = find_run(connection, limits.run)
    all_runs = limits.planned or limits.run
    sql = _LATEST.format(
        where=f"WHERE {' AND '.join(where)}" if where else "",
        counts="" if all_runs else "WHERE j.run_id NOT IN (SELECT run_id FROM runs WHERE check_mode)",
        columns=columns,
        group=group,
    )
    query = with_lists(sql, *(["hosts"] if machine else []))
    result = connection.execute(query, bound)
    names = list(result.keys())
    # Row._mapping makes a view for each row, which takes twice as long.
    rows = [dict(zip(names, values, strict=True)) for values in result]
    return _under_latest_names(rows, machine.key if machine else None)


def _under_latest_names(rows: list[Row], only: str | None) -> list[Row]:
    """Leave out what was judged under a name that the machine, or the name's owner, has no more."""
    last: dict[str, tuple[str, str]] = {}
    for row in rows:
        key = row["key"] or f"host:{row['host']}"
        last[key] = max(last.get(key, ("", "")), (row["run_id"], row["host"]))
    return [
        row
        for row in rows
        if last[row["key"] or f"host:{row['host']}"] == (row["run_id"], row["host"])
        and (only is None or row["key"] in (only, None))
    ]
