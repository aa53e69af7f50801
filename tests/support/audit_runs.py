# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs recorded as the callback records them, without Ansible: a valid row of every table in one call."""

from __future__ import annotations

import typing as t
from datetime import datetime
from pathlib import Path

from ansible_collections.hwautomation.baremetal.extensions.audit import migrate
from ansible_collections.hwautomation.baremetal.extensions.audit.clock import new_run_id, utc_now
from ansible_collections.hwautomation.baremetal.extensions.audit.events import ResultEvent, TaskEvent
from ansible_collections.hwautomation.baremetal.extensions.audit.journal import Journal
from ansible_collections.hwautomation.baremetal.extensions.audit.process import identity
from ansible_collections.hwautomation.baremetal.extensions.audit.recorder import Recorder
from ansible_collections.hwautomation.baremetal.extensions.audit.redact import Redactor

# Loaded here once, and not in each child that upgrades a database.
PRELOADED = (migrate,)
FACTS = {
    "playbook": "playbooks/provision.yml",
    "project": "/srv/project",
    "os_user": "alice",
    "command_line": "ansible-playbook provision.yml",
    "check_mode": False,
    "git_revision": "0123abc",
    "git_dirty": False,
}


def full_audit(serial: str = "ABC1234", **more: t.Any) -> dict[str, t.Any]:
    """Return a door's `audit` with an entry for every table."""
    return {
        "server": {"serial": serial, "vendor": "Dell", "model": "R660", "bmc_host": "127.1.0.11",
                   "system_id": "4y3h7n"},
        "bios_changes": [
            {"attribute": "ProcVirtualization", "before": "Disabled", "wanted": "Enabled", "after": "Enabled",
             "outcome": "applied"},
            {"attribute": "SetupPassword", "before": "old-secret", "wanted": "new-secret", "outcome": "staged"},
        ],
        "firmware_changes": [
            {"component": "BMC", "before": "7.00", "wanted": "7.10", "after": "7.10", "image": "bmc-7.10.bin",
             "sha256": "aa", "task": "JID_1", "outcome": "applied"}
        ],
        "power_changes": [{"before": "On", "wanted": "Off", "after": "Off", "reset_type": "GracefulShutdown",
                           "outcome": "applied"}],
        "bmc_changes": [{"setting": "ntp", "before": None, "wanted": ["a", "b"], "after": ["a", "b"],
                         "outcome": "applied"}],
        "maas_transitions": [{"system_id": "4y3h7n", "before": "New", "operation": "commission", "after": "Ready",
                              "outcome": "applied"}],
        "backups": [{"kind": "bios", "sha256": "bb", "content": {"ProcVirtualization": "Disabled"}}],
        "plan": {"steps": [{"name": "set", "text": "set 2 attributes", "status": "done"}], "reason": ""},
        "discovery": {"cpus": 2, "memory_gib": 512},
        "locks": [{"name": "bmc-flash", "state": "acquired", "holder": "r01"}],
        "certificates": [{"subject": "CN=bmc", "issuer": "CN=ca", "sha256": "cc", "operation": "replaced",
                          "outcome": "applied"}],
        "bmcs": [{"address": "127.1.0.11", "status": "new", "protocol": "redfish", "port": 443, "vendor": "Dell",
                  "ipmi": False}],
        "boarding_checks": [{"rack": "A1", "checklist": "standard", "name": "memory", "text": "MAAS sees the memory",
                             "outcome": "fail", "reason": "maas.memory_gib: 240 is less than 256"}],
        "cancel_request": {"target": "20260101T000000-00000000", "requested_by": "bob", "reason": "wrong rack"},
        **more,
    }  # fmt: skip


def begin(database: str, spool: Path, started: datetime | None = None, **facts: t.Any) -> Recorder:
    """Open a run that is recorded."""
    journal = Journal(database, [spool], new_run_id(started or utc_now()))
    journal.open()
    recorder = Recorder(journal, Redactor())
    recorder.start({**FACTS, **identity(), **facts})
    recorder.task(
        TaskEvent("uuid-1", "provision", "BIOS to the template", "hwautomation.baremetal.bios_settings", "p:1")
    )
    return recorder


def tell(recorder: Recorder, host: str, audit: t.Mapping[str, t.Any] | None = None, **result: t.Any) -> None:
    """File one result of a host."""
    status = result.pop("status", "changed" if audit else "ok")
    recorder.host_task(host, "uuid-1")
    content = {"changed": status == "changed", **result, **({"audit": audit} if audit else {})}
    recorder.result(ResultEvent(host, "uuid-1", status, content))


def stage(recorder: Recorder, host: str, name: str, state: str, index: int = 1, text: str | None = None) -> None:
    """File a stage as the door `stage` reports it."""
    tell(
        recorder,
        host,
        {"stage": {"name": name, "state": state, "index": index, "total": 10, "text": text}},
        status="ok",
    )


def record_run(database: str, spool: Path, host: str = "r01", **facts: t.Any) -> str:
    """Record a whole run that fills every table; return its id."""
    recorder = begin(database, spool, **facts)
    stage(recorder, host, "bios", "started", 5)
    tell(recorder, host, full_audit())
    stage(recorder, host, "bios", "done", 5)
    recorder.finish()
    recorder.journal.close()
    return recorder.journal.run_id
