# SPDX-License-Identifier: GPL-3.0-or-later
"""What bmc_boot would send; a table of cases, no network."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.boot import (
    ENABLED_KEY,
    MODE,
    TARGET,
    UEFI_TARGET,
    CurrentBoot,
    WantedBoot,
    decide,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.registry import by_name

CLEAN = {TARGET: "None", ENABLED_KEY: "Disabled", MODE: "UEFI", UEFI_TARGET: None}
PXE_ONCE = {**CLEAN, TARGET: "Pxe", ENABLED_KEY: "Once"}
OFFERED = ("None", "Pxe", "Hdd", "Cd", "UsbCd", "UefiTarget")

CASES = {
    "network once": ("generic", WantedBoot("Pxe", "Once"), CLEAN, {TARGET: "Pxe", ENABLED_KEY: "Once"}),
    "already so": ("generic", WantedBoot("Pxe", "Once"), PXE_ONCE, None),
    "already so, and the mode too": ("generic", WantedBoot("Pxe", "Once", "UEFI"), PXE_ONCE, None),
    "another mode": (
        "generic",
        WantedBoot("Pxe", "Once", "Legacy"),
        PXE_ONCE,
        {TARGET: "Pxe", ENABLED_KEY: "Once", MODE: "Legacy"},
    ),
    "taken back": ("generic", WantedBoot(None, "Disabled"), PXE_ONCE, {ENABLED_KEY: "Disabled"}),
    "nothing to take back": ("generic", WantedBoot(None, "Disabled"), CLEAN, None),
    "Supermicro gets all three": (
        "supermicro_x12",
        WantedBoot("Pxe", "Once"),
        CLEAN,
        {TARGET: "Pxe", ENABLED_KEY: "Once", MODE: "UEFI"},
    ),
    "Supermicro's virtual CD goes by another name": (
        "supermicro_x13",
        WantedBoot("Cd", "Once", "UEFI"),
        CLEAN,
        {TARGET: "UsbCd", ENABLED_KEY: "Once", MODE: "UEFI"},
    ),
    "iDRAC refuses Enabled beside UefiTarget": (
        "dell_idrac9",
        WantedBoot("UefiTarget", "Once", None, "PciRoot(0)"),
        CLEAN,
        {TARGET: "UefiTarget", UEFI_TARGET: "PciRoot(0)"},
    ),
}


@pytest.mark.parametrize(("platform", "wanted", "values", "body"), CASES.values(), ids=CASES)
def test_request_of(platform, wanted, values, body):
    current = CurrentBoot(dict(values), "/redfish/v1/Systems/1", OFFERED, answers=by_name(platform).boot)

    plan = decide(wanted, current)

    assert [dict(step.payload["bodies"][0]) for step in plan.steps] == ([body] if body else [])
    assert bool(plan.reason) is (body is None)


def test_target_that_is_not_offered_names_those_that_are():
    with pytest.raises(NotSupportedError, match="it offers None, Pxe, Hdd"):
        decide(WantedBoot("UefiHttp", "Once"), CurrentBoot(CLEAN, "/redfish/v1/Systems/1", OFFERED))


def test_continuous_is_refused_where_only_once_is_offered():
    current = CurrentBoot(CLEAN, "/redfish/v1/Systems/1", OFFERED, enabled=("Disabled", "Once"))

    with pytest.raises(NotSupportedError, match="no boot override Continuous"):
        decide(WantedBoot("Pxe", "Continuous"), current)
