# SPDX-License-Identifier: GPL-3.0-or-later
"""Who and what gets into a BMC, on the four platforms of the demo; one part that cannot be read fails no other."""

from __future__ import annotations

import shutil

import pytest

SERVERS = ("dell", "hpe", "smc", "std")
REDFISH = ["users", "protocols"]


@pytest.mark.parametrize("name", SERVERS)
def test_accounts_and_services_are_told_and_nothing_is_written(four_platforms, run_door, name):
    four_platforms.clear_journal()

    told = run_door(four_platforms, name, "bmc_security_info", subsets=REDFISH)

    assert not told.get("failed") and not told["changed"], told
    # Free slots are not accounts.
    (user,) = told["users"]
    assert (user["name"], user["role"], user["enabled"]) == (
        four_platforms.server(name).username,
        "Administrator",
        True,
    )
    assert told["protocols"]["https"] is True
    assert told["unread"] == [] and "ipmi_ciphers" not in told
    assert four_platforms.journal(name, writes=True) == []


@pytest.mark.parametrize("name", SERVERS)
def test_ipmi_that_is_off_lets_nobody_in_and_is_not_asked(four_platforms, run_door, name):
    run_door(four_platforms, name, "bmc_security", protocols={"ipmi": False})
    try:
        told = run_door(four_platforms, name, "bmc_security_info", subsets=["ipmi_ciphers"])
    finally:
        run_door(four_platforms, name, "bmc_security", protocols={"ipmi": True})

    assert (told["ipmi_ciphers"], told["unread"]) == ([], [])


def test_ipmi_that_is_on_and_silent_is_told(four_platforms, run_door):
    told = run_door(four_platforms, "std", "bmc_security_info", subsets=["ipmi_ciphers", "protocols"])

    assert told["ipmi_ciphers"] is None and told["protocols"]
    assert [item["part"] for item in told["unread"]] == ["ipmi_ciphers"]
    assert "IPMI" in told["unread"][0]["reason"]


@pytest.mark.parametrize("code", [403, 500])
def test_accounts_that_may_not_be_read_fail_nothing_else(four_platforms, run_door, code):
    four_platforms.fault("std", "status", "/redfish/v1/AccountService/Accounts", "GET", code=code)
    try:
        told = run_door(four_platforms, "std", "bmc_security_info", subsets=REDFISH)
    finally:
        four_platforms.clear_faults()

    assert told["users"] is None and told["protocols"]["https"] is True, told
    assert told["unread"][0]["part"] == "users" and str(code) in told["unread"][0]["reason"]


def test_wrong_password_is_a_failure_and_no_unread_part(four_platforms, run_door):
    told = run_door(four_platforms, "std", "bmc_security_info", subsets=REDFISH, bmc_password="wr0ng-wr0ng")

    assert told["failed"] and told["error_class"] == "AuthenticationError"


@pytest.mark.skipif(not shutil.which("ipmi_sim"), reason="ipmi_sim is not installed (Debian package openipmi)")
def test_cipher_suite_zero_is_found_where_the_bmc_takes_it_and_does_not_list_it(rack_of, run_door):
    rack = rack_of({"sim": {"lab_platform": "generic"}}, maas=False, ipmi="auto")
    rack.clear_journal()

    told = run_door(rack, "sim", "bmc_security_info", ipmi_port=rack.facts["lab_ipmi_port"])

    assert told["ipmi_ciphers"][0] == {"id": 0, "privilege": None}, told
    assert {"id": 3, "privilege": "Administrator"} in told["ipmi_ciphers"] and told["unread"] == []
    assert rack.journal(writes=True) == []
