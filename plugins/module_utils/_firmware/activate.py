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
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.action import takes_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.offers import action_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.site import Site
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Unit
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.version import EQUAL
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish import power
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.manager import (
    manager_resets,
    reset_manager,
)

__all__ = ["activate", "is_active", "reset_bmc", "reset_host"]

# The method whose images are committed.
COMMITS = "multipart_then_commit"
# Graceful first: a BMC that is killed while it writes is one to replace.
BMC_RESETS = ("GracefulRestart", "ForceRestart", "IPMIColdReset")


def activate(site: Site, unit: Unit) -> t.Dict[str, t.Any]:
    """Do what makes the image active, unless it is already; return what was done and what was seen before.

    A reset whose answer was lost is not sent again: whether it happened shows when the version is read back.
    """
    if is_active(site, unit):
        return {"needed": False}
    _commit(site, unit)
    done = {"host_reset": reset_host, "bmc_reset": reset_bmc, "ac_cycle": _cycle_power}[unit.activation](site)
    return {"needed": True, "activated_at": site.clock.epoch(), **done}


def _commit(site: Site, unit: Unit) -> None:
    """Have the image copied to where the platform keeps its second one, where it wants that before a restart (Q-N07).

    Both recordings that have CommitImage call it a background copy and list the inventory rows it takes (rec GB200, DGX
    H100); what is not listed is not asked for. Of an update that an earlier task has begun the method is not known.
    """
    if unit.method not in (COMMITS, "") or COMMITS not in site.service.profile.firmware.methods:
        return
    action = action_of(read.update_service(site.service), "CommitImage")
    if not action.get("target"):
        return
    takes = takes_of(site.service, action)
    entries, _missing = assess.devices_of(unit.row, read.inventory(site.service))
    allowed = takes.allowed.get("Targets", ())
    targets = [entry.uri for entry in entries if entry.uri and (not allowed or entry.uri in allowed)]
    named = bool(allowed) or "Targets" in takes.required
    if targets or not named:
        site.client.post(str(action["target"]), {"Targets": targets} if named else {})


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


def reset_bmc(site: Site) -> t.Dict[str, t.Any]:
    """Restart the BMC; it may go away before it has answered, and that is what was asked for.

    :raises NotSupportedError: when it offers no restart of itself.
    """
    kind = power.choose_reset(manager_resets(site.service), BMC_RESETS, site.client.machine)
    with contextlib.suppress(NetworkError):
        reset_manager(site.service, kind)
    return {"reset_type": kind, "was_off": False, "before": None}


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
