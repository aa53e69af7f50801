# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the doors for settings of the management controller share: compare, tell, read back.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import VerificationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service

__all__ = ["changes_for_audit", "server_of", "told", "verified"]

Values = t.Mapping[str, t.Any]


def told(value: t.Any) -> str:
    """Return a setting as messages show it."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "(none)"
    return {None: "(not set)", True: "on", False: "off"}.get(value, str(value))


def verified(service: Service, run: Run, after: Values, resource: str) -> Values:
    """Return what was read back.

    :raises VerificationError: naming each setting that is not what was written.
    """
    wrong = {key: after.get(key) for key, value in run.plan.after.items() if after.get(key) != value}
    if wrong:
        words = "; ".join(f"{key} is {told(value)}, wanted {told(run.plan.after[key])}" for key, value in wrong.items())
        raise VerificationError(
            f"the BMC took the change and did not keep it: {words}",
            machine=service.machine,
            resource=resource,
            hint="look for a setting of the BMC that controls this one, such as time servers from DHCP",
            ignored=sorted(wrong),
        )
    return after


def changes_for_audit(run: Run) -> list[dict[str, t.Any]]:
    """Return ``bmc_changes`` for the audit: one row per setting that the plan changes."""
    before, wanted = run.plan.before or {}, run.plan.after or {}
    after = run.after if isinstance(run.after, dict) else {}
    rows = []
    for key, value in wanted.items():
        if before.get(key) == value:
            continue
        outcome = "planned" if run.context.check_mode else "applied" if after.get(key) == value else "ignored_by_bmc"
        if run.error is not None and not run.started:
            outcome = "failed"
        rows.append(
            {"setting": key, "before": before.get(key), "wanted": value, "after": after.get(key), "outcome": outcome}
        )
    return rows


def server_of(service: Service) -> dict[str, t.Any]:
    """Return what the audit files of the server."""
    system = service.system
    return {
        "bmc_host": service.machine,
        "serial": service.asset_key(),
        "uuid": system.get("UUID"),
        "vendor": system.get("Manufacturer"),
        "model": system.get("Model"),
    }
