# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to look at on the live machine before the first write, besides lockdown and licences: POST and the BMC's clock.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NetworkError, WaitTimeout
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience, wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.power import (
    Sight,
    look,
    start_over,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.tasks import epoch_of

__all__ = ["clock_remark", "wait_for_post"]

# A smaller offset does no harm here: times of the BMC are compared with each other only. One of days means a clock that
# was never set: 1970, or the year of the firmware (Q-G51).
CLOCK_OFFSET = 86_400.0


def clock_remark(service: Service) -> str:
    """Return a warning about a BMC's clock that was never set, or an empty string; no time, or an odd one, is no sign."""
    told = epoch_of(service.manager.get("DateTime"))
    offset = told - service.client.clock.epoch() if told is not None else service.client.clock_offset or 0.0
    if abs(offset) < CLOCK_OFFSET:
        return ""
    return (
        f"the clock of the BMC is {abs(offset) / 86_400:.0f} days {'ahead' if offset > 0 else 'behind'}: the times of its"
        " log, its jobs and its maintenance windows are wrong; bmc_time sets it"
    )


def wait_for_post(service: Service, patience: Patience) -> None:
    """Wait until the host has left POST, on platforms that refuse changes meanwhile (Q-H06, Q-H07).

    :raises WaitTimeout: when it stays there; nothing was written then.
    """
    if not service.profile.bios.waits_for_post:
        return
    try:
        wait_until(
            lambda: look(service),
            lambda sight: not _in_post(service, sight),
            patience,
            what="the host to leave POST, in which the BMC takes no settings",
            describe=Sight.as_result,
            tolerate=(NetworkError,),
            machine=service.machine,
            resource=service.system_uri,
        )
    except WaitTimeout as exc:
        exc.facts["changed"] = False
        raise


def _in_post(service: Service, sight: Sight) -> bool:
    return sight.power == "On" and start_over(sight, service.profile.power) is False
