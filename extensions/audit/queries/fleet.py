# SPDX-License-Identifier: GPL-3.0-or-later

"""The fleet as it was last seen, the history of one server, its firmware, and what has drifted from what was set."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ..filters import Filter
from .changes import changes
from .servers import belongs, find_machine, host_keys

__all__ = ["drift", "firmware", "fleet", "history"]

_FLEET = sa.text("""
    SELECT s.key, s.host, s.serial, s.vendor, s.model, s.device_type, s.bmc_host, s.system_id, s.hostname, s.state,
           s.at AS seen_at, s.run_id
    FROM (SELECT servers.*, ROW_NUMBER() OVER (PARTITION BY key ORDER BY run_id DESC, seq DESC) AS place FROM servers) s
    WHERE s.place = 1
    ORDER BY s.host""")
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
    for found in connection.execute(_FLEET).mappings():
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


def drift(connection: sa.Connection, limits: Filter) -> list[dict[str, Any]]:
    """Return what differs from its baseline by the latest look at it, a check run.

    `outside` says that this collection had set the wanted value before: somebody else changed it since.
    """
    everything = Filter(**{**limits.__dict__, "since": "", "planned": True, "kinds": ("bios", "firmware", "bmc")})
    latest: dict[tuple[str, str, str], dict[str, Any]] = {}
    applied: dict[tuple[str, str, str], dict[str, Any]] = {}
    looks = _latest_looks(connection)
    for row in changes(connection, everything):
        place = (row["serial"] or row["host"], row["kind"], row["item"])
        latest[place] = row
        if row["outcome"] == "applied":
            applied[place] = row
    return [_drifted(row, applied.get(place)) for place, row in latest.items() if _differs(row, limits, looks)]


def _latest_looks(connection: sa.Connection) -> dict[str, str]:
    """Return the latest check run that finished on each host: a difference it no longer saw is no drift."""
    query = sa.text("""
        SELECT h.host, MAX(h.run_id) AS run_id FROM host_runs h JOIN runs r ON r.run_id = h.run_id
        WHERE r.check_mode AND h.state IN ('ok', 'changed') GROUP BY h.host""")
    return {row.host: row.run_id for row in connection.execute(query)}


def _differs(row: dict[str, Any], limits: Filter, looks: dict[str, str]) -> bool:
    seen_again = looks.get(row["host"], "") > row["run_id"]
    return row["outcome"] == "planned" and row["at"] >= limits.since and not seen_again


def _drifted(row: dict[str, Any], applied: dict[str, Any] | None) -> dict[str, Any]:
    return {
        **{key: row[key] for key in ("at", "host", "serial", "kind", "item")},
        "baseline": row["wanted"],
        "now": row["before"],
        "outside": applied is not None and applied["after"] != row["before"],
        "set_at": applied["at"] if applied else None,
        "set_by": applied["who"] if applied else None,
        "run_id": row["run_id"],
    }


_STAGES = "SELECT at, run_id, host, name, state, text FROM stages WHERE host IN :hosts AND at >= :since AND at < :until"
_SIGHTINGS = """
    SELECT at, run_id, host, serial, bmc_host, system_id, hostname, state FROM servers
    WHERE key = :key AND at >= :since AND at < :until"""


def history(connection: sa.Connection, limits: Filter) -> list[dict[str, Any]]:
    """Return everything that happened to one server, oldest first: sightings, stages and changes, through renames."""
    machine = find_machine(connection, limits.server or "")
    bound = {"since": limits.since, "until": limits.until}
    keys = host_keys(connection, machine.hosts)
    lines = []
    for row in connection.execute(sa.text(_SIGHTINGS), {**bound, "key": machine.key}).mappings():
        seen = ", ".join(f"{name} {row[name]}" for name in ("bmc_host", "system_id", "hostname", "state") if row[name])
        lines.append(_line(row, "seen", row["serial"], seen))
    stages = sa.text(_STAGES).bindparams(sa.bindparam("hosts", expanding=True))
    for row in connection.execute(stages, {**bound, "hosts": list(machine.hosts)}).mappings():
        if row["state"] != "started" and belongs(dict(row), machine, keys):
            lines.append(_line(row, "stage", row["name"], " ".join(filter(None, (row["state"], row["text"])))))
    for change in changes(connection, limits):
        what = f"{change['before']} -> {change['after'] or change['wanted']} ({change['outcome']}, {change['who']})"
        lines.append(_line(change, change["kind"], change["item"], what))
    return sorted(lines, key=lambda line: str(line["at"]))


def _line(row: Any, kind: str, item: str | None, what: str) -> dict[str, Any]:
    return {"at": row["at"], "host": row["host"], "kind": kind, "item": item, "what": what, "run_id": row["run_id"]}
