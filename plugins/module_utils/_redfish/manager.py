# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The management controller itself: restarting it, and knowing when it is really back.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    HWAutomationError,
    NotSupportedError,
    OutcomeUnknown,
    WaitTimeout,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service

__all__ = ["manager_resets", "reset_manager", "wait_for_manager"]

RESET = "#Manager.Reset"
# A restarting BMC answers now and then before it is done: so many good looks in a row count as back (Q-G36).
GOOD_LOOKS = 3
# Some take a while until they go down; without a sign of that, so many seconds later they are taken to have been quick.
GOES_DOWN_WITHIN = 90.0


def manager_resets(service: Service) -> tuple[str, ...]:
    """Return the reset types the manager offers; empty when it does not say."""
    action = (service.manager.get("Actions") or {}).get(RESET) or {}
    inline = action.get("ResetType@Redfish.AllowableValues")
    if inline:
        return tuple(map(str, inline))
    info = action.get("@Redfish.ActionInfo")
    parameters = (service.get(info).get("Parameters") or ()) if info else ()
    values = next((item.get("AllowableValues") for item in parameters if item.get("Name") == "ResetType"), None)
    return tuple(map(str, values or ()))


def reset_manager(service: Service, kind: str) -> None:
    """Restart the BMC. An answer that is lost is normal here: the BMC may be faster than its answer.

    :raises NotSupportedError: when the manager has no reset action.
    """
    target = ((service.manager.get("Actions") or {}).get(RESET) or {}).get("target")
    if not target:
        raise NotSupportedError("the BMC has no reset action", machine=service.machine, resource=service.manager_uri)
    with contextlib.suppress(OutcomeUnknown):
        service.client.post(str(target), {"ResetType": kind})


def wait_for_manager(service: Service, before: t.Mapping[str, t.Any], patience: Patience) -> str:
    """Wait until the BMC was away and is back; return the evidence that it was away.

    Back means root, manager and system with a power state, three times in a row.

    :param before: the manager as read before the reset.
    :raises WaitTimeout: when it is not back in time.
    """
    client, begun = service.client, patience.clock.monotonic()
    away, good, last = "", 0, ""
    client.patient = False
    try:
        for pause in patience.pauses():
            seen = _look(service)
            if isinstance(seen, str):
                away, good, last = away or seen, 0, seen
            else:
                changed = seen.get("LastResetTime") != before.get("LastResetTime")
                away = away or ("its last reset time changed" if changed else "")
                good += 1
                waited = patience.clock.monotonic() - begun
                if good >= GOOD_LOOKS and (away or waited >= GOES_DOWN_WITHIN):
                    return away or "none: it never stopped answering"
            patience.clock.sleep(pause)
    finally:
        client.patient = True
    raise WaitTimeout(
        f"waited {patience.timeout:g} s for the BMC to come back; {last or 'it never went away'}",
        machine=service.machine,
        resource=service.manager_uri,
        last_observation=last,
    )


def _look(service: Service) -> dict[str, t.Any] | str:
    """Return the manager when everything answers, or what was wrong."""
    try:
        service.client.get("/redfish/v1/", fresh=True)
        manager = service.get(service.manager_uri)
        if not service.refresh().get("PowerState"):
            return "the system has no power state yet"  # the root is up minutes before (Q-G37)
    except HWAutomationError as exc:
        return exc.message
    return manager
