# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Platforms on OpenBMC: as it comes, and as NVIDIA ships it on Grace and Blackwell machines."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import firmware_answers
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import (
    GENERIC,
    AccountAnswers,
    BiosAnswers,
)

__all__ = ["HGX", "STOCK"]

STOCK = replace(
    GENERIC,
    name="openbmc",
    title="OpenBMC",
    signs=({"manager_model": r"(?i)^OpenBmc"}, {"manager_oem": r"(?i)\bOpenBmc\b"}),
    bios=BiosAnswers(
        supported=False,
        why_not="stock OpenBMC has no BIOS attributes, only Bios.ResetBios",  # Q-N01, bmcweb bios.hpp
        reset_body=None,
    ),
    accounts=AccountAnswers(shortest=8, factory=("0penBmc",)),
    firmware=firmware_answers("openbmc"),
)

HGX = replace(
    STOCK,
    name="nvidia_hgx",
    title="NVIDIA OpenBMC (GH200, GB200)",
    signs=({"vendor": r"(?i)^NVIDIA"},),
    bios=BiosAnswers(
        # Settings start as {} and hold only what waits; AttributeRegistry is null on GH200, GB200, BlueField (Q-N06).
        registry=False,
        apply_time="never",
        reset_body=None,
        cancel="none",
    ),
    firmware=firmware_answers("nvidia_hgx"),
    # System_0 is the host, HGX_Baseboard_0 the GPU tray without a BIOS (Q-N05).
    host_system=r"^(System_0|Bluefield)$",
)
