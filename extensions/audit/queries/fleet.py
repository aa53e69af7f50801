# SPDX-License-Identifier: GPL-3.0-or-later

"""The fleet as it was last seen, the history of one server, and firmware."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from ..boarding import counted
from ..filters import Filter
from .changes import changes
from .servers import belongs, find_machine, host_keys
from .sql import with_lists

__all__ = ["firmware", "fleet", "history"]

# In the order of writing, so that a machine's last row counts; numbering all sightings of a year takes four times as long.
_FLEET = sa.text("""
    SELECT s.key, s.host, s.serial, s.vendor, s.model, s.device_type, s.bmc_host, s.system_id, s.hostname, s.state,
           s.at AS seen_at, s.run_id
    FROM (SELECT key, MAX(run_id) AS run_id FROM servers GROUP BY key) l
    JOIN servers s ON s.run_id = l.run_id AND s.key = l.key
    ORDER BY s.run_id, s.seq""")
# The last outcome of each host name, and the stage it was at last.
_OUTCOMES = sa.text("""
    SELECT h.host, h.state, h.run_id FROM host_runs h
    JOIN (SELECT host, MAX(run_id) AS run_id FROM host_runs GROUP BY host) l ON l.host = h.host AND l.run_id = h.run_id
    ORDER BY h.run_id, h.seq""")
_LAST_STAGES = sa.text("""
    SELECT s.host, s.name, s.state, s.position, s.total FROM stages s
    JOIN (SELECT host, MAX(run_id) AS run_id FROM stages GROUP BY host) l ON l.host = s.host AND l.run_id = s.run_id
    ORDER BY s.run_id, s.seq""")


def fleet(connection: sa.Connection, limits: Filter) -> list[dict[str, Any]]:
    """Return one row per machine ever seen: what it is, where it is, and how its latest run ended."""
    outcomes = {row.host: row for row in connection.execute(_OUTCOMES)}
    stages = {row.host: row for row in connection.execute(_LAST_STAGES)}
    rows = []
    latest = {found["key"]: found for found in connection.execute(_FLEET).mappings()}
    for found in sorted(latest.values(), key=lambda found: found["host"]):
        if not limits.since <= found["seen_at"] < limits.until:
            continue
        outcome, stage = outcomes.get(found["host"]), stages.get(found["host"])
        rows.append(
            {
                **found,
                "last_run": outcome.run_id if outcome else found["run_id"],
                "outcome": outcome.state if outcome else None,
                "stage": f"{stage.name} {stage.state}" if stage else None,
            }
        )
    return rows


def firmware(connection: sa.Connection, limits: Filter) -> list[dict[str, Any]]:
    """Return the history of firmware per server and component; `compliant` says whether it had what was wanted."""
    everything = Filter(**{**limits.__dict__, "kinds": ("firmware",), "planned": True})
    return [
        {
            **{key: row[key] for key in ("at", "host", "serial", "item", "before", "wanted", "after", "outcome")},
            "compliant": row["wanted"] is not None
            and (row["before"] if row["check_mode"] else row["after"]) == row["wanted"],
            "who": row["who"],
            "run_id": row["run_id"],
        }
        for row in changes(connection, everything)
    ]


_STAGES = "SELECT at, run_id, host, name, state, text FROM stages WHERE host IN :hosts AND at >= :since AND at < :until"
_VERDICTS = """
    SELECT at, run_id, host, name, outcome FROM boarding_checks
    WHERE host IN :hosts AND at >= :since AND at < :until ORDER BY run_id, seq"""
_SIGHTINGS = """
    SELECT at, run_id, host, serial, bmc_host, system_id, hostname, state FROM servers
    WHERE key = :key AND at >= :since AND at < :until
    ORDER BY run_id, seq"""


def history(connection: sa.Connection, limits: Filter) -> list[dict[str, Any]]:
    """Return everything that happened to one server, oldest first: sightings, stages and changes, through renames."""
    machine = find_machine(connection, limits.server or "")
    bound = {"since": limits.since, "until": limits.until}
    keys = host_keys(connection, machine.hosts)
    lines = _seen(connection.execute(sa.text(_SIGHTINGS), {**bound, "key": machine.key}).mappings())
    stages = with_lists(_STAGES, "hosts")
    for row in connection.execute(stages, {**bound, "hosts": list(machine.hosts)}).mappings():
        if row["state"] != "started" and belongs(dict(row), machine, keys):
            lines.append(_line(row, "stage", row["name"], " ".join(filter(None, (row["state"], row["text"])))))
    verdicts = connection.execute(with_lists(_VERDICTS, "hosts"), {**bound, "hosts": list(machine.hosts)}).mappings()
    lines += _judged([dict(row) for row in verdicts if belongs(dict(row), machine, keys)])
    for change in changes(connection, limits):
        what = f"{change['before']} -> {change['after'] or change['wanted']} ({change['outcome']}, {change['who']})"
        lines.append(_line(change, change["kind"], change["item"], what))
    return sorted(lines, key=lambda line: str(line["at"]))


def _judged(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one line per run that judged the server."""
    by_run: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_run.setdefault(row["run_id"], []).append(row)
    return [
        _line(found[-1], "boarding", "boarding checks", counted({row["name"]: row["outcome"] for row in found}))
        for found in by_run.values()
    ]


def _seen(sightings: Iterable[Any]) -> list[dict[str, Any]]:
    """Return a line for every sighting, and one for every state that is another than the one before it."""
    lines, state, told = [], None, None
    for row in sightings:
        seen = ", ".join(f"{name} {row[name]}" for name in ("bmc_host", "system_id", "hostname") if row[name])
        # A row that tells of another state and of nothing else is the state's line alone.
        if seen and (row["run_id"], seen) != told:
            lines.append(_line(row, "seen", row["serial"], seen))
        told = (row["run_id"], seen)
        if row["state"] and row["state"] != state:
            lines.append(_line(row, "state", row["state"], f"{state or 'unknown'} -> {row['state']}"))
            state = row["state"]
    return lines


def _line(row: Any, kind: str, item: str | None, what: str) -> dict[str, Any]:
    return {"at": row["at"], "host": row["host"], "kind": kind, "item": item, "what": what, "run_id": row["run_id"]}
