# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server does when mains power returns.

Source: DSP0268 ComputerSystem.PowerRestorePolicy (AlwaysOn, AlwaysOff, LastState), which our transport fills over IPMI too.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.settings import (
    changes_for_audit,
    server_of,
    verified,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Params, Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import PROTOCOL_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS

__all__ = ["OPTIONS", "Current", "apply", "decide", "read", "report", "verify", "wanted"]

POLICIES = {"always_on": "AlwaysOn", "always_off": "AlwaysOff", "last_state": "LastState"}
OPTIONS = (
    BMC_OPTIONS
    + PROTOCOL_OPTIONS
    + Options(spec={"policy": {"type": "str", "required": True, "choices": list(POLICIES)}})
)


@dataclass(frozen=True)
class Current:
    """``policy`` is one of ours, the BMC's own word where it has another one, or None where it has none.

    ``allowed`` are those that it can be told, in its own words; None where it does not say.
    """

    machine: str
    server: t.Mapping[str, t.Any]
    system_uri: str
    policy: t.Optional[str]
    allowed: t.Optional[t.Tuple[str, ...]] = None
    protocol: str = "redfish"


def wanted(params: Params) -> str:
    """Return the wanted policy."""
    return str(params["policy"])


def read(service: Service, wanted: str) -> Current:
    """Read the policy."""
    system = service.refresh()
    told, allowed = system.get("PowerRestorePolicy"), system.get("PowerRestorePolicy@Redfish.AllowableValues")
    return Current(
        machine=service.machine,
        server=server_of(service),
        system_uri=service.system_uri,
        policy=next((name for name, word in POLICIES.items() if word == told), told),
        allowed=None if allowed is None else tuple(allowed),
        protocol=service.client.protocol,
    )


def decide(wanted: str, current: Current) -> Plan:
    """Plan the change.

    :raises NotSupportedError: when the BMC does not show the property, or cannot be told that policy.
    """
    if current.policy is None:
        raise _cannot("the BMC has no ComputerSystem.PowerRestorePolicy", current)
    before, after = {"power_policy": current.policy}, {"power_policy": wanted}
    if before == after:
        return Plan(before=before, after=after, reason="already set")
    if current.allowed is not None and POLICIES[wanted] not in current.allowed:
        offered = ", ".join(name for name, word in POLICIES.items() if word in current.allowed)
        raise _cannot(f"the BMC cannot be told {wanted}; it takes {offered or 'no policy'}", current)
    text = f"set what the server does when mains power returns: {current.policy} -> {wanted}"
    step = Step("policy", text, current.system_uri, payload={"PowerRestorePolicy": POLICIES[wanted]})
    return Plan(steps=(step,), before=before, after=after)


def _cannot(message: str, current: Current) -> NotSupportedError:
    return NotSupportedError(
        message,
        machine=current.machine,
        resource=current.system_uri,
        hint="set it with the vendor's tool, and leave power_policy out of the device type",
        protocol=current.protocol,
    )


def apply(service: Service, record: StepRecord, run: Run) -> None:
    """Write the policy."""
    service.client.patch(record.step.resource, record.step.payload)


def verify(service: Service, run: Run) -> t.Any:
    """Read it back."""
    seen = read(service, run.wanted)
    return verified(service, run, {"power_policy": seen.policy}, seen.system_uri)


def report(run: Run) -> dict[str, t.Any]:
    """Return what the door tells."""
    current: Current = run.current
    return {
        "protocol": current.protocol,
        "policy": (run.after or {}).get("power_policy", current.policy),
        "audit": {"server": dict(current.server), "bmc_changes": changes_for_audit(run)},
    }
