# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Supermicro: X10 and X11, X12, X13 and later (H11 to H14 alike)."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors import licences
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import firmware_answers
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.gates import SUPERMICRO_GATES
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import (
    GENERIC,
    AccountAnswers,
    BiosAnswers,
    BootAnswers,
    PowerAnswers,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.setup import setup_answers

__all__ = ["X10", "X12", "X13"]

X12 = replace(
    GENERIC,
    name="supermicro_x12",
    title="Supermicro X11 and X12",
    signs=(
        {"oem": r"\bSupermicro\b", "chassis_model": r"^[XH]1[12]"},
        {"manufacturer": r"(?i)^Super ?micro", "chassis_model": r"^[XH]1[12]"},
        {"manufacturer": r"(?i)^Super ?micro", "model": r"^[XH]1[12]"},
        # Systems tell the generation by their digits: SYS-120C is X12, SYS-121C X13; AS-1114S is H12, AS-1115CS H13.
        {"manufacturer": r"(?i)^Super ?micro", "model": r"^((SYS|SSG)-\d20|AS ?-\d{3}[34])"},
    ),
    bios=BiosAnswers(
        # No SupportedApplyTimes; a reset applies, without a task (Q-S27).
        apply_time="never",
        # X12+: what waits cannot be cleared, only overwritten with the current values (Q-S06).
        cancel="write_back",
        # QuietBoot_3C3F: the suffix changes with board and ROM (Q-S04).
        names="stem",
        # rec SYS-821GE: ResetBios takes no body.
        reset_body=None,
    ),
    boot=BootAnswers(
        # X11, X12: an omitted mode falls back to the BMC's default, an omitted Enabled to Once (Q-S08).
        full_triple=True,
        # X12+: the virtual CD starts as UsbCd (Q-S09).
        aliases={"Cd": "UsbCd"},
    ),
    # 8 to 20 characters, locked after three tries for 30 s (Q-S23).
    accounts=AccountAnswers(shortest=8, longest=20, factory=("ADMIN",)),
    firmware=firmware_answers("supermicro_x12"),
    setup=setup_answers("supermicro_x12"),
    gates=SUPERMICRO_GATES,
    licences=licences.SUPERMICRO,
)

X13 = replace(
    X12,
    name="supermicro_x13",
    title="Supermicro X13 and later",
    signs=(
        {"oem": r"\bSupermicro\b", "bios": "yes"},
        {"manufacturer": r"(?i)^Super ?micro", "bios": "yes"},
    ),
    firmware=firmware_answers("supermicro_x13"),
)

X10 = replace(
    X12,
    name="supermicro_x10",
    title="Supermicro X10 and older",
    # Known by what it lacks: rec redfish-mocks supermicroX10 has no Bios link.
    signs=({"manufacturer": r"(?i)^Super ?micro", "bios": "^$"}, {"system_oem": r"\bSupermicro\b", "bios": "^$"}),
    bios=BiosAnswers(
        supported=False,
        why_not="this generation has no BIOS settings over Redfish; use the vendor's SUM tool",  # Q-S01
    ),
    # rec X10: neither BootProgress nor LastResetTime; its only log tells of a start.
    power=PowerAnswers(restart_log=r"^Log1$"),
    firmware=firmware_answers("supermicro_x10"),
)
