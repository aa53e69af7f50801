# SPDX-License-Identifier: GPL-3.0-or-later

"""The columns of every table, as plain words: `name`, `name!` (never null), `name:int`, `name:bool`; else text.

Plain data, because the callback writes with the database driver alone: SQLAlchemy adds 18 MB to a controller that forks
for every task, which made a run of 1000 assertions 17 % slower. schema.py makes SQLAlchemy tables of these words for
everything that is not the hot path.
"""

from __future__ import annotations

__all__ = ["HEAD", "OF_HOST", "OF_RUN", "REVISIONS", "TABLES", "flags", "names"]

# Oldest first; the migration files below migrations/versions carry the same names.
REVISIONS = ("0001", "0002", "0003", "0004")
HEAD = REVISIONS[-1]

# Every row of these has run_id, seq, at and hash besides: its place in the run's chain (see chain.py).
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
    "cancel_requests": "target! requested_by reason",
}
# `result` is the seq of the result that reported the row; it is empty for one item of a loop.
_CHANGE = "before wanted after outcome reason result:int"
OF_HOST = {
    "stages": "name! position:int total:int state! percent:int duration_ms:int text",
    # One row per sighting that told something new; a run's last one says which machine the host name meant there.
    "servers": "key! serial uuid vendor model bmc_host system_id hostname device_type state",
    "bios_changes": f"attribute {_CHANGE}",
    "firmware_changes": f"component image sha256 task {_CHANGE}",
    "power_changes": f"reset_type {_CHANGE}",
    "bmc_changes": f"setting {_CHANGE}",
    "maas_transitions": "system_id before operation after outcome reason result:int",
    "backups": "kind sha256 content result:int",
    "plans": "reason steps result:int",
    "discoveries": "facts result:int",
    "locks": "name state holder reason result:int",
    # What a scan saw at an address, or no longer sees.
    "bmcs": (
        "address! status protocol port vendor product redfish_version uuid fingerprint issuer ipmi changed reason"
        " result:int"
    ),
    "certificates": "subject issuer sha256 not_before not_after operation outcome reason result:int",
    # One verdict per check of a server that is judged before it goes into service.
    "boarding_checks": "rack checklist name! text outcome! reason result:int",
}
TABLES = {**OF_RUN, **{name: f"host! {words}" for name, words in OF_HOST.items()}}


def names(table: str) -> tuple[str, ...]:
    """Return a chained table's column names in order."""
    own = (word.rstrip("!").partition(":")[0] for word in TABLES[table].split())
    return ("run_id", "seq", "at", *own, "hash")


def flags(table: str) -> frozenset[str]:
    """Return the names of a chained table's columns that are true or false."""
    return frozenset(word.partition(":")[0] for word in TABLES[table].split() if word.endswith(":bool"))
