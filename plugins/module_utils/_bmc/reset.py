# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restarting the BMC: the door bmc_reset.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.manager import (
    manager_resets,
    reset_manager,
    wait_for_manager,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.power import choose_reset
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Params, Run

__all__ = ["apply", "decide", "read", "report", "verify", "wanted"]

# Quanta's AMI firmware has its own word for it (Q-A05).
KINDS = {"graceful": ("GracefulRestart",), "force": ("ForceRestart", "IPMIColdReset")}


@dataclass(frozen=True)
class WantedReset:
    """The options of bmc_reset; times in seconds."""

    kind: str
    wait: bool
    wait_timeout: float
    wait_interval: float


@dataclass(frozen=True)
class CurrentManager:
    """The manager as it is, and the reset types it offers."""

    manager: t.Mapping[str, t.Any]
    allowed: t.Tuple[str, ...]
    machine: str
    resource: str
    protocol: str = "redfish"


def wanted(params: Params) -> WantedReset:
    """Take the options of the door."""
    return WantedReset(**{name: params[name] for name in WantedReset.__dataclass_fields__})


def read(service: Service, wanted: WantedReset) -> CurrentManager:
    """Read the manager."""
    return CurrentManager(
        service.manager, manager_resets(service), service.machine, service.manager_uri, service.client.protocol
    )


def decide(wanted: WantedReset, current: CurrentManager) -> Plan:
    """Choose the reset type.

    :raises NotSupportedError: naming the types on offer when there is none of the wanted kind.
    """
    preference = KINDS[wanted.kind] if wanted.kind != "any" else KINDS["graceful"] + KINDS["force"]
    kind = choose_reset(current.allowed, preference, current.machine)
    step = Step("reset", f"restart the BMC ({kind})", resource=current.resource, payload={"kind": kind})
    return Plan(steps=(step,), before={"bmc": "running"}, after={"bmc": "restarted"})


def apply(service: Service, record: StepRecord, run: Run) -> dict[str, t.Any]:
    """Restart it and wait until it is back."""
    reset_manager(service, record.step.payload["kind"])
    if not run.wanted.wait:
        return {}
    patience = Patience(run.wanted.wait_timeout, run.wanted.wait_interval, service.client.clock)
    return {"evidence": wait_for_manager(service, run.current.manager, patience)}


def verify(service: Service, run: Run) -> t.Any:
    """Return the state; that it is back was seen while waiting."""
    return run.plan.after


def report(run: Run) -> dict[str, t.Any]:
    """Return the result keys of the door and what the audit keeps."""
    outcome = "failed" if run.error else "planned" if run.context.check_mode else "done"
    change = {"setting": "BMC", "before": "running", "wanted": "restarted", "outcome": outcome}
    return {
        "protocol": run.current.protocol,
        "evidence": run.facts("reset").get("evidence", ""),
        "audit": {"bmc_changes": [change]},
    }
