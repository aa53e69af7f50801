# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make a staged image the active one: restart the host or the BMC, or cut the power, as the platform needs it.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    NetworkError,
    NotSupportedError,
    OutcomeUnknown,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import assess, read
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.offers import action_target
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.site import Site
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Unit
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.version import EQUAL
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish import power

__all__ = ["activate", "is_active", "reset_host"]

MANAGER_RESET = "#Manager.Reset"
# Graceful first: a BMC that is killed while it writes is one to replace.
BMC_RESETS = ("GracefulRestart", "ForceRestart", "IPMIColdReset")


def activate(site: Site, unit: Unit) -> t.Dict[str, t.Any]:
    """Do what makes the image active, unless it is already; return what was done and what was seen before.

    A reset whose answer was lost is not sent again: whether it happened shows when the version is read back.
    """
    if is_active(site, unit):
        return {"needed": False}
    if unit.method == "multipart_then_commit":
        site.client.post(action_target(read.update_service(site.service), "CommitImage"), {})
    done = {"host_reset": reset_host, "bmc_reset": _reset_bmc, "ac_cycle": _cycle_power}[unit.activation](site)
    return {"needed": True, "activated_at": site.clock.epoch(), **done}


def is_active(site: Site, unit: Unit) -> bool:
    """Whether the wanted version runs now."""
    components = read.inventory(site.service)
    entries, missing = assess.devices_of(unit.row, components)
    return not missing and assess.standing(unit.row, entries, site.service.profile.firmware) == EQUAL


def reset_host(site: Site) -> t.Dict[str, t.Any]:
    """Restart the host; one that is off is started, and remembered to be put back.

    Of the types that restart it, the one is preferred that an update names which has ended and still needs it: a NIC may
    want its power cut, and a warm restart leaves it at the old version (Q-D36).
    """
    service = site.service
    before = power.settled(service, site.patience(120.0))
    was_off = before.power == "Off"
    answers = service.profile.power
    wanted = answers.on if was_off else read.restarts_named_first(site.service, answers.restart)
    kind = power.choose_reset(power.allowed_resets(service), wanted, service.machine)
    with contextlib.suppress(OutcomeUnknown):
        power.reset(service, kind)
    return {"reset_type": kind, "was_off": was_off, "before": before}


def _reset_bmc(site: Site) -> t.Dict[str, t.Any]:
    action = (site.service.manager.get("Actions") or {}).get(MANAGER_RESET) or {}
    target = action.get("target")
    if not target:
        raise NotSupportedError(
            "the BMC offers no restart of itself",
            machine=site.client.machine,
            resource=site.service.manager_uri,
            hint="restart the BMC by hand, then run this again",
        )
    kind = power.choose_reset(_manager_resets(site, action), BMC_RESETS, site.client.machine)
    # It may go away before it has answered; that is what was asked for.
    with contextlib.suppress(OutcomeUnknown, NetworkError):
        site.client.post(str(target), {"ResetType": kind})
    return {"reset_type": kind, "was_off": False, "before": None}


def _manager_resets(site: Site, action: t.Mapping[str, t.Any]) -> t.Tuple[str, ...]:
    inline = action.get("ResetType@Redfish.AllowableValues")
    if inline:
        return tuple(map(str, inline))
    info = action.get("@Redfish.ActionInfo")
    body = site.service.get_or_none(str(info)) if info else None
    for item in (body or {}).get("Parameters") or ():
        if item.get("Name") == "ResetType":
            return tuple(map(str, item.get("AllowableValues") or ()))
    return ()


def _cycle_power(site: Site) -> t.Dict[str, t.Any]:
    service = site.service
    before = power.settled(service, site.patience(120.0))
    kind = service.profile.power.ac_cycle
    if kind.startswith("oem:"):
        raise NotSupportedError(
            f"{service.profile.title} cuts its power only through an action of its own ({kind[4:]})",
            machine=service.machine,
            hint="cycle its power at the PDU, then run this again: it reads the version back",
        )
    power.choose_reset(power.allowed_resets(service), (kind,), service.machine)
    with contextlib.suppress(OutcomeUnknown):
        power.reset(service, kind)
    return {"reset_type": kind, "was_off": False, "before": before}
