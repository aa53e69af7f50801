# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the machine may be restarted so that staged settings take effect, and the steps for it.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, Wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Step

__all__ = ["Restart", "restart_step", "restarts"]

# MAAS statuses in which a system runs on the machine, or MAAS itself is at work on it: a restart would hurt.
IN_USE = (
    "Deployed",
    "Deploying",
    "Commissioning",
    "Testing",
    "Disk erasing",
    "Entering rescue mode",
    "Rescue mode",
    "Exiting rescue mode",
    "Releasing",
)


@dataclass(frozen=True)
class Restart:
    """Whether to restart, why not if not, and what to say about it."""

    planned: bool
    why_not: str = ""
    warnings: t.Tuple[str, ...] = ()


def restarts(wanted: Wanted, state: BiosState) -> Restart:
    """Say whether the machine is to be restarted once something is staged."""
    if wanted.restart == "never" or not wanted.allow_reboot:
        return Restart(False, "reboot is never" if wanted.restart == "never" else "allow_reboot is false")
    in_use = wanted.machine_status.lower() in {status.lower() for status in IN_USE}
    if in_use and not wanted.allow_reboot_in_use:
        text = f"MAAS says {wanted.machine_status}: not restarted; set allow_reboot_in_use if it may be"
        return Restart(False, f"MAAS says {wanted.machine_status}", (text,))
    return Restart(True)


def restart_step(wanted: Wanted, state: BiosState, number: int = 1, last: bool = True) -> Step:
    """Return the step that makes staged values take effect; a machine found off is left off."""
    off = state.power == "Off"
    how = {
        "now": "restart the machine at once",
        "graceful": "ask the operating system to restart the machine",
        "on_timeout": "ask the operating system to restart the machine, force it if it does not",
    }[wanted.restart]
    if off:
        how = "power the machine on" + (" and off again" if last else "")
    return Step(
        name="restart" if number == 1 else f"restart_{number}",
        text=f"{how}, wait until the settings have been taken",
        resource=state.resource,
        allow="allow_reboot",
        payload={"how": wanted.restart, "power_off_after": off and last, "part": number},
    )
