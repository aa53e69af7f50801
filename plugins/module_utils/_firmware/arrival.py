# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a version is on a machine that nobody saw it come to: after an answer that was lost, a tool that lost its BMC.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConflictError,
    NetworkError,
    WaitTimeout,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience, wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import assess, read
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.site import Site
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Unit
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.version import EQUAL

__all__ = ["arrived", "wait_for_arrival"]


def arrived(site: Site, unit: Unit) -> str:
    """Say how the wanted version has come to the machine, or nothing."""
    answers = site.service.profile.firmware
    entries, missing = assess.devices_of(unit.row, read.inventory(site.service))
    if missing:
        return ""
    if assess.standing(unit.row, entries, answers) == EQUAL:
        return f"{unit.row.label} is at {assess.shown(entries)} by now"
    staged = next((entry.staged for entry in entries if assess.has_staged(unit.row, entry, answers)), "")
    return f"the inventory shows {staged} as staged by now" if staged else ""


def wait_for_arrival(site: Site, unit: Unit, seconds: float) -> str:
    """Look for so long whether the wanted version comes, at least once; return what :func:`arrived` says in the end."""
    try:
        return wait_until(
            lambda: arrived(site, unit),
            bool,
            Patience(min(seconds, site.wanted.wait_timeout), site.wanted.wait_interval, site.clock),
            what=f"{unit.row.label} {unit.row.version} to show up",
            tolerate=(NetworkError, ConflictError),
            machine=site.client.machine,
        )
    except WaitTimeout:
        return ""
