# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Supermicro's Update Manager (SUM).

UpdateBmc, UpdateBios and UpdateCpld of the SUM User's Guide 2.x work out-of-band and need the licence SFT-OOB-LIC or
SFT-DCMS-SINGLE for the BIOS. Without --reboot the new BIOS waits for the next restart of the host.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.tool import FlashTool
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.programs import SUM as PROGRAM

__all__ = ["SUM"]

SUM = FlashTool(
    program=PROGRAM,
    flash={
        "bmc": ("-c", "UpdateBmc", "--file", "{image}"),
        "bios": ("-c", "UpdateBios", "--file", "{image}"),
        "cpld": ("-c", "UpdateCpld", "--file", "{image}"),
    },
    good=r"(?i)(?P<text>(Status: )?The (BIOS|BMC|CPLD)[^\n]* (is|has been|was) (updated|flashed)[^\n]*)",
    # "ExitCode = 36" and "Description = ..." stand on lines of their own, also on success with a warning.
    bad=r"(?s)ExitCode\s*=\s*(?!0\b)\d+.*?Description\s*=\s*(?P<text>[^\n]+)",
    unproven="its commands and words are from the manual; none was recorded",
)
