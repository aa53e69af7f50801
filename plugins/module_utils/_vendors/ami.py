# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Platforms on AMI's MegaRAC: Gigabyte, Quanta, ASRock Rack, NVIDIA DGX H100."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import firmware_answers
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import (
    GENERIC,
    AccountAnswers,
    BiosAnswers,
    BootAnswers,
    PowerAnswers,
    Repair,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.repairs import real_booleans

__all__ = ["MEGARAC"]

MEGARAC = replace(
    GENERIC,
    name="ami_megarac",
    title="AMI MegaRAC",
    # "AMI" is also the Vendor of NVIDIA DGX H100 and Lenovo GB300, which behave the same (Q-G49).
    signs=({"vendor": r"^AMI"}, {"oem": r"\b(Ami|AMI)\b"}, {"product": r"^AMI Redfish"}),
    bios=BiosAnswers(
        # Gigabyte 12.84: @Redfish.Settings links no object, the resource is Bios/SD all the same (Q-A01).
        settings=("SD", "Settings", "Pending"),
        apply_time="never",
        # Messages hold "SettingsFailed" from the factory on (Q-A04), so they prove nothing.
        evidence=("values",),
    ),
    # AMI, ASRock Rack: mode, enabled and target have to come together (Q-G55).
    boot=BootAnswers(full_triple=True, settings=True),
    accounts=AccountAnswers(shortest=8, factory=("superuser",)),
    # rec DGX H100: no BootProgress; LastResetTime is there, by whole seconds.
    power=PowerAnswers(restart_log=r"^(SEL|Log1)$"),
    firmware=firmware_answers("ami_megarac"),
    # $expand drops fields (Q-G60).
    expand=False,
    # DGX H100 shows its GPU baseboard as a second system (Q-N05).
    host_system=r"^(DGX|Self)$",
    repairs=(*GENERIC.repairs, Repair(r"^#AttributeRegistry\.", real_booleans)),
)
