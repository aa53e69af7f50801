# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans, backups, discoveries, locks, certificates, cancel requests, prunings; views for people with an SQL prompt.

Going down parks the tables under another name, so that going up again loses no row.
"""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import Column, Integer, Text, inspect

revision = "0002"
down_revision = "0001"

OF_HOST = {
    "backups": "kind sha256 content result:int",
    "plans": "reason steps result:int",
    "discoveries": "facts result:int",
    "locks": "name state holder reason result:int",
    "certificates": "subject issuer sha256 not_before not_after operation outcome reason result:int",
}
PARKED = "parked_0002_"

VIEWS = {
    # The status a person sees; whether a `running` one is still alive is decided by liveness.py.
    "run_states": """
        SELECT r.run_id, r.at AS started_at, e.at AS ended_at, COALESCE(e.status, 'running') AS status, e.reason,
               r.os_user, r.awx_user, COALESCE(r.awx_user, r.sudo_user, r.os_user) AS who, r.controller, r.playbook,
               r.check_mode, r.git_revision, r.job, r.resume_of, h.at AS heartbeat_at
        FROM runs r
        LEFT JOIN run_ends e ON e.run_id = r.run_id
        LEFT JOIN heartbeats h ON h.run_id = r.run_id""",
    # Which machine a host name meant in a run: the last sighting counts.
    "host_servers": """
        SELECT s.run_id, s.host, s.key, s.serial, s.vendor, s.model, s.bmc_host, s.system_id, s.hostname
        FROM servers s
        WHERE s.seq = (SELECT MAX(x.seq) FROM servers x WHERE x.run_id = s.run_id AND x.host = s.host)""",
    "host_states": """
        SELECT h.* FROM host_runs h
        WHERE h.seq = (SELECT MAX(x.seq) FROM host_runs x WHERE x.run_id = h.run_id AND x.host = h.host)""",
    "stage_states": """
        SELECT s.* FROM stages s
        WHERE s.seq = (SELECT MAX(x.seq) FROM stages x
                       WHERE x.run_id = s.run_id AND x.host = s.host AND x.name = s.name)""",
}
CHANGES = {
    "bios": "c.attribute AS item, c.before, c.wanted, c.after, c.outcome, c.reason FROM bios_changes",
    "firmware": "c.component AS item, c.before, c.wanted, c.after, c.outcome, c.reason FROM firmware_changes",
    "bmc": "c.setting AS item, c.before, c.wanted, c.after, c.outcome, c.reason FROM bmc_changes",
    "power": "'power' AS item, c.before, c.wanted, c.after, c.outcome, c.reason FROM power_changes",
    "maas": "c.operation AS item, c.before, NULL AS wanted, c.after, c.outcome, c.reason FROM maas_transitions",
}
VIEWS["changes"] = " UNION ALL ".join(
    f"""
        SELECT c.at, '{kind}' AS kind, c.host, v.serial, v.key, {columns} c
        LEFT JOIN host_servers v ON v.run_id = c.run_id AND v.host = c.host""".replace(
        "c.host,", "c.host, c.run_id, c.seq, r.who, r.git_revision,", 1
    )
    + "\n        LEFT JOIN run_states r ON r.run_id = c.run_id"
    for kind, columns in CHANGES.items()
)


def columns(words: str) -> list[Column[Any]]:
    """Return text columns, or integer ones for `name:int`."""
    return [Column(word.partition(":")[0], Integer() if ":" in word else Text()) for word in words.split()]


def create(name: str, *own: Column[Any], indexed: tuple[str, ...]) -> None:
    """Create a chained table, or take it back from where a downgrade parked it."""
    if inspect(op.get_bind()).has_table(PARKED + name):
        op.rename_table(PARKED + name, name)
    else:
        op.create_table(
            name,
            Column("run_id", Text(), primary_key=True),
            Column("seq", Integer(), primary_key=True, autoincrement=False),
            Column("at", Text(), nullable=False),
            *own,
            Column("hash", Text(), nullable=False),
        )
    op.create_index(f"ix_{name}_{indexed[0]}", name, indexed)


def upgrade() -> None:
    """Add the tables and the views."""
    for name, words in OF_HOST.items():
        create(name, Column("host", Text(), nullable=False), *columns(words), indexed=("host", "run_id"))
    create(
        "cancel_requests",
        Column("target", Text(), nullable=False),
        *columns("requested_by reason"),
        indexed=("target",),
    )
    if inspect(op.get_bind()).has_table(PARKED + "prunings"):
        op.rename_table(PARKED + "prunings", "prunings")
    else:
        op.create_table(
            "prunings",
            Column("run_id", Text(), primary_key=True),
            Column("at", Text(), nullable=False),
            *columns("pruned_by rows:int last_hash export_file export_sha256"),
        )
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query}")


def downgrade() -> None:
    """Drop the views and park the tables."""
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW {name}")
    for name in (*OF_HOST, "cancel_requests"):
        op.drop_index(f"ix_{name}_{'target' if name == 'cancel_requests' else 'host'}", name)
    for name in (*OF_HOST, "cancel_requests", "prunings"):
        op.rename_table(name, PARKED + name)
