# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a machine says that it takes no changes: locked down by its administrator, or without the licence for them.

Values only; ``_redfish/readiness.py`` reads them.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

__all__ = ["DELL_GATES", "SUPERMICRO_GATES", "Gate"]


@dataclass(frozen=True)
class Gate:
    """One property that tells whether changes are taken.

    ``uri`` of the resource, with ``{manager}`` and ``{manager_id}``; where it is not there, nothing is in the way.
    ``path``    the property; its value is taken as text, a list as its items joined by blanks.
    ``closed``  pattern of values with which changes are refused.
    ``says``    what that means, and what to do, for people.
    """

    uri: str
    path: t.Tuple[str, ...]
    closed: str
    says: str


# All writes are answered with 400 or 403 and a text then, jobs cannot be cleared either (Q-D27).
DELL_GATES = (
    Gate(
        uri="{manager}/Oem/Dell/DellAttributes/{manager_id}",
        path=("Attributes", "Lockdown.1.SystemLockdown"),
        closed=r"(?i)^enabled$",
        says="the iDRAC is in system lockdown mode; set Lockdown.1.SystemLockdown to Disabled first",
    ),
)

SUPERMICRO_GATES = (
    # rec supermicro-x13-sys821ge.
    Gate(
        uri="{manager}/Oem/Supermicro/SysLockdown",
        path=("SysLockdownEnabled",),
        closed=r"^True$",
        says="the BMC is in system lockdown mode; set SysLockdownEnabled to false first",
    ),
    # BIOS settings and firmware need one of these; without it some answers are 401, 403 or 404 (Q-S02). Each licence is
    # a JSON text in the list, rec supermicro-x13-sys821ge.
    Gate(
        uri="{manager}/LicenseManager/QueryLicense",
        path=("Licenses",),
        closed=r"(?s)^(?!.*SFT-(OOB|DCMS|SDDC))",
        says="a licence is missing on the BMC; activate SFT-OOB-LIC or SFT-DCMS-SINGLE first",
    ),
)
