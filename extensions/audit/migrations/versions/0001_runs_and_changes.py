# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs, their results and stages, the servers seen, and what was changed on them.

A migration is a record of the past: it names its columns itself and is never edited after a release.
"""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import Boolean, Column, Integer, Text, inspect, text

revision = "0001"
down_revision = None

OF_RUN = {
    "runs": (
        "playbook project os_user sudo_user controller boot_id pid_namespace pid:int process_started command_line"
        " inventory check_mode:bool diff_mode:bool host_limit tags skip_tags forks:int git_revision git_dirty:bool"
        " collection_version ansible_version python_version launcher awx_user awx_job_id awx_workflow_job_id"
        " awx_job_template awx_launch_type job resume_of anchor_run anchor_hash"
    ),
    "run_ends": "status! reason closed_by duration_ms:int",
    "tasks": "play name action path task_uuid",
    "host_runs": (
        "host! state! ok:int changed:int failed:int unreachable:int skipped:int rescued:int ignored:int message"
    ),
    "results": (
        "host! task:int status! changed:bool duration_ms:int attempts:int delegated_to error_class resource message"
        " result"
    ),
}
OF_HOST = {
    "stages": "name! position:int total:int state! percent:int duration_ms:int text",
    "servers": "key! serial uuid vendor model bmc_host system_id hostname device_type state",
    "bios_changes": "attribute before wanted after outcome reason result:int",
    "firmware_changes": "component before wanted after image sha256 task outcome reason result:int",
    "power_changes": "before wanted after reset_type outcome reason result:int",
    "bmc_changes": "setting before wanted after outcome reason result:int",
    "maas_transitions": "system_id before operation after outcome reason result:int",
}
TYPES = {"int": Integer, "bool": Boolean, "": Text}


def columns(words: str) -> list[Column[Any]]:
    """Return the columns for `name`, `name!` (not null), `name:int`, `name:bool`."""
    made = []
    for word in words.split():
        name, _unused, kind = word.rstrip("!").partition(":")
        made.append(Column(name, TYPES[kind](), nullable=not word.endswith("!")))
    return made


def create(name: str, words: str) -> None:
    """Create a chained table."""
    op.create_table(
        name,
        Column("run_id", Text(), primary_key=True),
        Column("seq", Integer(), primary_key=True, autoincrement=False),
        Column("at", Text(), nullable=False),
        *columns(words),
        Column("hash", Text(), nullable=False),
    )


def upgrade() -> None:
    """Create the tables."""
    for name, words in OF_RUN.items():
        create(name, words)
    for name, words in OF_HOST.items():
        create(name, f"host! {words}")
        op.create_index(f"ix_{name}_host", name, ["host", "run_id"])
    op.create_index("ix_host_runs_host", "host_runs", ["host", "run_id"])
    op.create_index("ix_runs_job", "runs", ["job"])
    op.create_index("ix_servers_key", "servers", ["key"])
    bad = text("status IN ('failed', 'unreachable')")
    op.create_index("ix_results_failures", "results", ["run_id", "host"], sqlite_where=bad, postgresql_where=bad)
    op.create_table("heartbeats", Column("run_id", Text(), primary_key=True), Column("at", Text(), nullable=False))


def downgrade() -> None:
    """Drop everything, also what later revisions parked: nothing below this one could take the rows back."""
    parked = [name for name in inspect(op.get_bind()).get_table_names() if name.startswith("parked_")]
    for name in ("heartbeats", *OF_HOST, *OF_RUN, *parked):
        op.drop_table(name)
