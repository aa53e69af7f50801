# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run of ``maas_machine`` reports: the machine, and the rows for the audit.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.apply import latest
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import UNBORN, Machine

__all__ = ["report", "server"]

OUTCOMES = {"done": "applied", "failed": "failed", "skipped": "skipped", "planned": "planned"}


def report(run: Run) -> dict[str, t.Any]:
    """Return ``machine`` as read back, or as predicted in check mode, and the ``audit`` key; no secrets in either."""
    predicted = run.context.check_mode and run.plan.changes
    machine: Machine | None = run.plan.facts.get("machine") if predicted else latest(run)
    known = machine or run.current.machine
    return {
        "machine": machine.as_result() if machine else {},
        "system_id": known.system_id if known and known.system_id != UNBORN else None,
        "audit": {"server": _seen(run, known), "maas_transitions": _transitions(run)},
    }


def _seen(run: Run, known: Machine | None) -> dict[str, t.Any]:
    """Return what the audit keeps of the server; its state is what was read, never what a check run predicts."""
    if run.context.check_mode:
        return server(run.current.machine)
    gone = known is not None and latest(run) is None
    return {**server(known), "state": "deleted"} if gone else server(known)


def server(machine: Machine | None) -> dict[str, t.Any]:
    """Return what is known of a server, under the names all doors use."""
    if machine is None:
        return {}
    hardware = dict(machine.hardware_info)
    known = {
        "system_id": machine.system_id,
        "hostname": machine.hostname,
        "serial": machine.serial,
        "uuid": machine.hardware_uuid,
        "vendor": hardware.get("system_vendor"),
        "model": hardware.get("system_product"),
        "state": machine.status_name.lower() if machine.system_id != UNBORN else None,
    }
    return {name: value for name, value in known.items() if value and value != UNBORN}


def _transitions(run: Run) -> list[dict[str, t.Any]]:
    rows = []
    before = run.current.machine.status_name if run.current.machine else None
    for record in run.records:
        after = _status_after(record, before, run)
        rows.append(
            {
                "system_id": _system_id(run),
                "before": before,
                "operation": record.step.name,
                "after": after,
                "outcome": OUTCOMES[record.status],
                "reason": str(run.error) if record.status == "failed" and run.error else record.step.text,
            }
        )
        before = after
    return rows


def _status_after(record: StepRecord, before: str | None, run: Run) -> str | None:
    if record.status == "skipped":
        return None
    if record.step.name == "delete" and record.status != "failed":
        return None
    seen = record.facts.get("machine")
    if seen is not None:
        return t.cast(str, seen.status_name)
    hop = record.step.payload.get("hop")
    if record.status == "planned" and hop is not None:
        return t.cast(str, hop.target)
    return "New" if record.step.name == "create" and record.status == "planned" else before


def _system_id(run: Run) -> str | None:
    machine = latest(run)
    return machine.system_id if machine else None
