# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HPE iLO 5, 6 and 7."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors import licences
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import firmware_answers
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import (
    GENERIC,
    BiosAnswers,
    PowerAnswers,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.setup import setup_answers

__all__ = ["ILO4", "ILO5", "ILO6", "ILO7"]

ILO5 = replace(
    GENERIC,
    name="hpe_ilo5",
    title="HPE iLO 5",
    signs=({"oem": r"\bHpe\b", "manager_model": r"iLO 5"},),
    bios=BiosAnswers(
        # No apply time is announced and none is needed: the next reset applies (Q-H01).
        apply_time="never",
        # Partial success is told only in @Redfish.Settings.Messages of Bios after the reset (Q-H02); on a machine
        # that was never set over Redfish there are none, then values decide (Q-H03).
        evidence=("messages", "values"),
        waits_for_post=True,  # Q-H06, Q-H07
    ),
    power=PowerAnswers(
        # iLO 5 has no BootProgress at all (Q-G44).
        boot_progress=False,
        post_state=("Oem", "Hpe", "PostState"),
        post_busy=("InPost", "InPostDiscoveryComplete"),
        post_done=("FinishedPost",),
        # Cutting standby power is an OEM action, and only from ForceOff (Q-H18).
        ac_cycle="oem:#HpeComputerSystemExt.SystemReset:AuxCycle",
    ),
    firmware=firmware_answers("hpe_ilo5"),
    setup=setup_answers("hpe_ilo5"),
    licences=licences.HPE,
    # PATCH or reset during POST: 400, passes when POST is over (Q-H07).
    retryable=("UnableToModifyDuringSystemPOST", "iLOResetInProgress", *GENERIC.retryable),
)

ILO6 = replace(
    ILO5,
    name="hpe_ilo6",
    title="HPE iLO 6",
    signs=({"oem": r"\bHpe\b", "manager_model": r"iLO 6"},),
    firmware=firmware_answers("hpe_ilo6"),
)

ILO7 = replace(
    ILO6,
    name="hpe_ilo7",
    title="HPE iLO 7",
    # BootProgress is there and stays "None" while PostState says FinishedPost (Q-G44, rec DL360_Gen12).
    # A later iLO is taken for the newest known one.
    signs=({"oem": r"\bHpe\b", "manager_model": r"iLO ([7-9]|\d\d)"}, {"oem": r"\bHpe\b"}),
    firmware=firmware_answers("hpe_ilo7"),
)

ILO4 = replace(
    ILO5,
    name="hpe_ilo4",
    title="HPE iLO 4",
    signs=({"oem": r"\bHp\b"}, {"manager_model": r"iLO 4"}),
    bios=BiosAnswers(
        supported=False,
        # Attributes at the top level of Bios, settings behind links.Settings.href, registries gzip-only (Q-H05).
        why_not="iLO 4 (Gen9) predates the standard's BIOS settings; use its own tools",
    ),
    power=replace(ILO5.power, post_state=("Oem", "Hp", "PostState")),
    firmware=replace(firmware_answers("hpe_ilo5"), methods=()),
)
