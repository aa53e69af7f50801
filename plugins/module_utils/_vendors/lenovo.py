# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lenovo XClarity Controller (XCC, XCC2)."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import firmware_answers
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import (
    GENERIC,
    AccountAnswers,
    BiosAnswers,
    PowerAnswers,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.setup import setup_answers

__all__ = ["XCC"]

XCC = replace(
    GENERIC,
    name="lenovo_xcc",
    title="Lenovo XClarity Controller",
    # GB300 by Lenovo runs AMI or OpenBMC and says so in Product (Q-L19), so those platforms are asked first.
    signs=({"vendor": r"(?i)^Lenovo"}, {"oem": r"\bLenovo\b"}),
    bios=BiosAnswers(
        # XCC, XCC2: OnReset is announced, and a PATCH that holds it is refused whole with PropertyUnknown (Q-L02).
        apply_time="never",
        # rec SR670V2: @Redfish.Settings has Time and Messages, but they stay empty.
        evidence=("values",),
        # The action's own parameter is required (Q-L04).
        reset_body={"ResetType": "Reset"},
        # With some settings the host restarts twice before they are in force (Q-L20).
        boots=2,
    ),
    power=PowerAnswers(ac_cycle="oem:#LenovoComputerSystem.SystemReset:ACPowerCycle"),  # Q-L12
    accounts=AccountAnswers(shortest=10, factory=("PASSW0RD",)),
    firmware=firmware_answers("lenovo_xcc"),
    setup=setup_answers("lenovo_xcc"),
)
