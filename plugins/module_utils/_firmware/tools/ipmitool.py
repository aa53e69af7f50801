# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``ipmitool hpm upgrade`` (PICMG HPM.1), for BMCs that take their images as .hpm files over IPMI: AMI, older whiteboxes.

``force`` takes versions as they are, and ``activate`` makes the new one run
(``ipmitool hpm help`` of 1.8.19). The words are those of that binary; of a board that takes HPM.1 images there is no recording.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.tool import FlashTool
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.programs import IPMITOOL as PROGRAM

__all__ = ["IPMITOOL"]

IPMITOOL = FlashTool(
    program=PROGRAM,
    flash=dict.fromkeys(("bmc", "bios", "cpld"), ("hpm", "upgrade", "{image}", "force", "activate")),
    good=r"(?i)(?P<text>Firmware upgrade procedure successful[^\n]*)",
    # The first line that says what went wrong; "No components updated" stands before a success that is none.
    # "HPM: Retryable error detected" is none.
    bad=r"(?m)^\s*(?P<text>Error\b[^\n]*|[^\n]*(Firmware upgrade procedure failed|\bInvalid\b|Not compatible|not supported by"
    r" the IPMC|does not support|Upgrade undesirable|Self test failed|Rollback (failed|occurred)|No components updated|Cannot"
    r" continue)[^\n]*)",
    unproven="its words are those of the program; of a board that took an image with it there is no recording",
)
