# SPDX-License-Identifier: GPL-3.0-or-later
"""Cipher suites of IPMI: entries of 8 bits, privileges of 4, in the same order (IPMI 2.0 table 23-4)."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_ciphers import closed, suites

# A board as AMI's firmware lists it: 0, 1, 2, 3, 6, 7, 8, 11, 12; 0 for administrators, 6 not used.
ENTRIES = bytes([0, 0, 1, 2, 3, 6, 7, 8, 11, 12]).ljust(17, b"\0")
LEVELS = bytes.fromhex("00 44 44 40 44 04 00 00 00")


def test_each_suite_has_the_privilege_at_its_place():
    told = {suite["Id"]: suite["Privilege"] for suite in suites(bytes([9]), ENTRIES, LEVELS)}

    assert told == {
        0: "Administrator",
        1: "Administrator",
        2: "Administrator",
        3: "Administrator",
        6: None,
        7: "Administrator",
        8: "Administrator",
        11: "Administrator",
        12: "Administrator",
    }


@pytest.mark.parametrize(
    ("count", "entries", "levels"), [(None, ENTRIES, LEVELS), (b"\x09", None, LEVELS), (b"\x09", ENTRIES, None)]
)
def test_bmc_that_does_not_tell_has_none(count, entries, levels):
    assert suites(count, entries, levels) == []


@pytest.mark.parametrize(
    ("suite", "levels"),
    [
        (0, "004044404404000000"),
        (1, "000444404404000000"),
        (3, "004404404404000000"),
        (12, "004444404400000000"),
        (6, "004444404404000000"),  # closed already
    ],
)
def test_one_is_closed_and_the_others_stay(suite, levels):
    assert closed(ENTRIES, LEVELS, suite).hex() == levels


def test_closing_the_first_in_a_list_that_does_not_begin_with_0():
    assert closed(bytes([0, 3, 17, 0]), bytes([0, 0x44, 0x04]), 0) == bytes([0, 0x44, 0x00])
