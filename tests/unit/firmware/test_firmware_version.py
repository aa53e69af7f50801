# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import version
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import firmware_answers

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "firmware" / "versions.yml").read_text())
OPPOSITE = {"older": "newer", "newer": "older", "equal": "equal", "unknown": "unknown"}


def read(text, platform="generic", component="bmc"):
    answers = firmware_answers(platform)
    return version.parse(text, answers.versions.get(component, answers.versions["*"]), answers.generation)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['platform']}-{case['one']}-{case['other']}")
def test_compare_of_wordings_says_what_the_table_says(case):
    pair = [read(case[side], case["platform"], case["component"]) for side in ("one", "other")]

    assert version.compare(*pair) == case["says"]
    assert version.compare(*reversed(pair)) == OPPOSITE[case["says"]]


@pytest.mark.parametrize("text", ["", None, "*", "N/A", "Not Present", " unknown "])
def test_parse_of_a_placeholder_gives_no_version(text):
    assert read(text) is None


def test_compare_across_generations_is_unknown_even_for_equal_looking_numbers():
    assert version.compare(read("1.20.25.00", "dell_idrac10"), read("7.10.30.00", "dell_idrac9")) == version.UNKNOWN
    assert version.compare(read("1.20.25.00", "dell_idrac10"), read("1.20.25.00", "dell_idrac9")) == version.UNKNOWN


numbers = st.lists(st.integers(0, 9999), min_size=1, max_size=5)


@given(numbers, numbers)
def test_compare_of_numbers_is_an_order(one, other):
    first, second = read(".".join(map(str, one))), read(".".join(map(str, other)))

    assert OPPOSITE[version.compare(first, second)] == version.compare(second, first)
    assert (version.compare(first, second) == "equal") == (first.number == second.number)


@given(st.text(max_size=40))
def test_parse_of_any_text_never_breaks_and_equals_itself(text):
    for platform in ("generic", "hpe_ilo6", "supermicro_x13", "lenovo_xcc", "nvidia_hgx"):
        for component in ("bmc", "bios", "cpld", "nic"):
            found = read(text, platform, component)
            assert found is None or version.compare(found, found) == version.EQUAL
