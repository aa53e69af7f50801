# SPDX-License-Identifier: GPL-3.0-or-later

"""The boarding checks of each machine when it was judged last: check by check, and summed up per rack."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ..boarding import NO_RACK, OUTCOMES
from ..filters import Filter
from .runs import find_run
from .servers import find_machine

__all__ = ["per_rack", "per_server"]

Row = dict[str, Any]

# A check run judges a machine that the run has yet to change, so it counts only where planned ones are asked for.
_JUDGED = """
    SELECT b.host, MAX(b.run_id) AS run_id FROM boarding_checks b
    WHERE b.at >= :since AND b.at < :until AND (CAST(:run AS TEXT) = '' OR b.run_id = :run)
      AND (CAST(:planned AS INTEGER) = 1 OR b.run_id NOT IN (SELECT run_id FROM runs WHERE check_mode))
    GROUP BY b.host"""
# Which machine the name meant then; its key outlives a rename.
_LATEST = sa.text(f"""
    SELECT l.host, l.run_id, s.key, s.serial FROM ({_JUDGED}) l
    LEFT JOIN servers s ON s.host = l.host AND s.run_id = l.run_id
     AND s.seq = (SELECT MAX(x.seq) FROM servers x WHERE x.host = l.host AND x.run_id = l.run_id)
    ORDER BY l.run_id""")
_VERDICTS = sa.text(f"""
    SELECT b.at, b.rack, b.host, b.name, b.outcome, b.reason, b.text, b.checklist, b.run_id
    FROM boarding_checks b JOIN ({_JUDGED}) l ON l.host = b.host AND l.run_id = b.run_id
    ORDER BY b.host, b.seq""")


def per_server(connection: sa.Connection, limits: Filter) -> list[Row]:
    """Return one row per check of each machine, in the order of the rack and the name.

    :raises ConfigurationError: for a server that nobody knows.
    """
    machine = find_machine(connection, limits.server) if limits.server else None
    places = _places(connection, limits)
    if machine:
        places = {
            place: seen for place, seen in places.items() if seen["key"] in (machine.key, f"host:{machine.asked}")
        }
    rows: dict[tuple[str, str], Row] = {}
    for values in connection.execute(_VERDICTS, _bound(connection, limits)).mappings():
        seen = places.get((values["run_id"], values["host"]))
        if seen and limits.item in (None, values["name"]):
            # A server that is judged twice in one run has its last verdict.
            rows[values["host"], values["name"]] = {**values, "serial": seen["serial"]}
    return sorted(rows.values(), key=lambda row: (row["rack"] or "", row["host"]))


def per_rack(connection: sa.Connection, limits: Filter) -> list[Row]:
    """Return one row per rack: servers, verdicts by outcome, and by name what failed and what was warned about."""
    racks: dict[str, list[Row]] = {}
    for row in per_server(connection, limits):
        racks.setdefault(row["rack"] or NO_RACK, []).append(row)
    return [{"rack": rack, **_summed(rows)} for rack, rows in sorted(racks.items())]


def _summed(rows: list[Row]) -> Row:
    by_outcome = {outcome: [row for row in rows if row["outcome"] == outcome] for outcome in OUTCOMES}
    named = {outcome: [f"{row['host']}: {row['name']}" for row in by_outcome[outcome]] for outcome in ("fail", "warn")}
    return {
        "servers": len({row["host"] for row in rows}),
        **{outcome: len(found) for outcome, found in by_outcome.items()},
        "failing": named["fail"],
        "warned": named["warn"],
        "last_at": max(row["at"] for row in rows),
    }


def _places(connection: sa.Connection, limits: Filter) -> dict[tuple[str, str], Row]:
    """Return the run and name under which each machine was judged last."""
    latest: dict[str, Row] = {}
    for row in connection.execute(_LATEST, _bound(connection, limits)).mappings():
        key = row["key"] or f"host:{row['host']}"
        latest[key] = {**row, "key": key}
    return {(row["run_id"], row["host"]): row for row in latest.values()}


def _bound(connection: sa.Connection, limits: Filter) -> Row:
    run = find_run(connection, limits.run) if limits.run else ""
    return {"since": limits.since, "until": limits.until, "run": run, "planned": int(limits.planned or bool(run))}
