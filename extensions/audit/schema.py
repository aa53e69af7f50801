# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of the audit database.

Every table of a run is append-only: a change of state is one more row, and every row carries its place in the run's
hash chain (`seq`, `hash`; see chain.py). Times are UTC in ISO 8601 text, so that they sort and read the same in
SQLite and PostgreSQL; a run id begins with its start time and therefore sorts by time as well.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Table, Text, text

__all__ = ["CHAINED", "HEAD", "REVISIONS", "metadata", "table"]

# Oldest first; the migration files below migrations/versions carry the same names.
REVISIONS = ("0001", "0002")
HEAD = REVISIONS[-1]

metadata = MetaData()


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text) for name in names]


def _chained(name: str, *columns: Column[str] | Column[int] | Column[bool]) -> Table:
    return Table(
        name,
        metadata,
        Column("run_id", Text, primary_key=True),
        Column("seq", Integer, primary_key=True, autoincrement=False),
        Column("at", Text, nullable=False),
        *columns,
        Column("hash", Text, nullable=False),
    )


def _of_host(name: str, *columns: Column[str] | Column[int] | Column[bool]) -> Table:
    created = _chained(name, Column("host", Text, nullable=False), *columns)
    Index(f"ix_{name}_host", created.c.host, created.c.run_id)
    return created


runs = _chained(
    "runs",
    *_texts("playbook", "project", "os_user", "sudo_user", "controller", "boot_id", "pid_namespace"),
    Column("pid", Integer),
    *_texts("process_started", "command_line", "inventory"),
    Column("check_mode", Boolean),
    Column("diff_mode", Boolean),
    *_texts("host_limit", "tags", "skip_tags"),
    Column("forks", Integer),
    *_texts("git_revision"),
    Column("git_dirty", Boolean),
    *_texts("collection_version", "ansible_version", "python_version", "launcher"),
    *_texts("awx_user", "awx_job_id", "awx_workflow_job_id", "awx_job_template", "awx_launch_type", "job"),
    *_texts("resume_of", "anchor_run", "anchor_hash"),
)
Index("ix_runs_job", runs.c.job)

run_ends = _chained(
    "run_ends",
    Column("status", Text, nullable=False),
    *_texts("reason", "closed_by"),
    Column("duration_ms", Integer),
)

tasks = _chained("tasks", *_texts("play", "name", "action", "path", "task_uuid"))

host_runs = _chained(
    "host_runs",
    Column("host", Text, nullable=False),
    Column("state", Text, nullable=False),
    *(Column(name, Integer) for name in ("ok", "changed", "failed", "unreachable", "skipped", "rescued", "ignored")),
    Column("message", Text),
)

results = _chained(
    "results",
    Column("host", Text, nullable=False),
    Column("task", Integer),
    Column("status", Text, nullable=False),
    Column("changed", Boolean),
    Column("duration_ms", Integer),
    Column("attempts", Integer),
    *_texts("delegated_to", "error_class", "resource", "message", "result"),
)
# Successes are never looked for across runs; failures are.
_BAD = text("status IN ('failed', 'unreachable')")
Index("ix_results_failures", results.c.run_id, results.c.host, sqlite_where=_BAD, postgresql_where=_BAD)

stages = _of_host(
    "stages",
    Column("name", Text, nullable=False),
    Column("position", Integer),
    Column("total", Integer),
    Column("state", Text, nullable=False),
    Column("percent", Integer),
    Column("duration_ms", Integer),
    Column("text", Text),
)

# One row per sighting that told something new; the last one of a run says which machine the host name meant there.
servers = _of_host(
    "servers",
    Column("key", Text, nullable=False),
    *_texts("serial", "uuid", "vendor", "model", "bmc_host", "system_id", "hostname", "device_type", "state"),
)
Index("ix_servers_key", servers.c.key)

bios_changes = _of_host(
    "bios_changes", *_texts("attribute", "before", "wanted", "after", "outcome", "reason"), Column("result", Integer)
)
firmware_changes = _of_host(
    "firmware_changes",
    *_texts("component", "before", "wanted", "after", "image", "sha256", "task", "outcome", "reason"),
    Column("result", Integer),
)
power_changes = _of_host(
    "power_changes", *_texts("before", "wanted", "after", "reset_type", "outcome", "reason"), Column("result", Integer)
)
bmc_changes = _of_host(
    "bmc_changes", *_texts("setting", "before", "wanted", "after", "outcome", "reason"), Column("result", Integer)
)
maas_transitions = _of_host(
    "maas_transitions",
    *_texts("system_id", "before", "operation", "after", "outcome", "reason"),
    Column("result", Integer),
)
backups = _of_host("backups", *_texts("kind", "sha256", "content"), Column("result", Integer))
plans = _of_host("plans", *_texts("reason", "steps"), Column("result", Integer))
discoveries = _of_host("discoveries", Column("facts", Text), Column("result", Integer))
locks = _of_host("locks", *_texts("name", "state", "holder", "reason"), Column("result", Integer))
certificates = _of_host(
    "certificates",
    *_texts("subject", "issuer", "sha256", "not_before", "not_after", "operation", "outcome", "reason"),
    Column("result", Integer),
)
cancel_requests = _chained("cancel_requests", Column("target", Text, nullable=False), *_texts("requested_by", "reason"))
Index("ix_cancel_requests_target", cancel_requests.c.target)

CHAINED: tuple[str, ...] = tuple(metadata.tables)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("at", Text, nullable=False),
)

# What is left of a pruned run, so that a later run that was anchored to it still verifies.
prunings = Table(
    "prunings",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("pruned_by", Text),
    Column("rows", Integer),
    Column("last_hash", Text),
    Column("export_file", Text),
    Column("export_sha256", Text),
)


def table(name: str) -> Table:
    """Return the table of that name; a KeyError is a defect of the caller."""
    return metadata.tables[name]
