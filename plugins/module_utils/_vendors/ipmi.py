# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that speaks IPMI and no Redfish, whoever made it: its resources are made by our own transport.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import (
    GENERIC,
    AccountAnswers,
    BiosAnswers,
    BootAnswers,
    PowerAnswers,
)

__all__ = ["IPMI"]

IPMI = replace(
    GENERIC,
    name="ipmi",
    title="IPMI without Redfish",
    signs=({"product": r"^IPMI$"},),
    bios=BiosAnswers(supported=False, why_not="IPMI has no BIOS settings; use a tool of the vendor"),
    # Chassis status (IPMI 2.0 28.2) tells of power and of nothing that comes after it; of a restart the event log tells.
    power=PowerAnswers(boot_progress=False, ac_cycle=""),
    # The boot flags are one value (28.13): what is not sent is reset.
    boot=BootAnswers(full_triple=True),
    # Slot 1 is the user without a name (22.26); 20 bytes is the longest password (22.30).
    accounts=AccountAnswers(slots=True, reserved=("1",), longest=20),
    # One session answers one request at a time.
    parallel=1,
)
