# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Intel server boards with their own BMC firmware."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import firmware_answers
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import GENERIC, PowerAnswers

__all__ = ["S2600"]

S2600 = replace(
    GENERIC,
    name="intel",
    title="Intel server board",
    # rec S2600BPB: no Vendor, no Oem in the root; the id of the system is the board's serial number (Q-I01).
    signs=(
        {"manufacturer": r"^Intel", "system_oem": r"Intel"},
        {"manufacturer": r"^Intel", "model": r"^S\d{4}"},
    ),
    # No BootProgress (Q-G44), no LastResetTime (rec S2600BPB): only the event log tells of a start.
    power=PowerAnswers(boot_progress=False, restart_log=r"^(SEL|Log1)$"),
    firmware=firmware_answers("intel"),
)
