# SPDX-License-Identifier: GPL-3.0-or-later
"""Boarding checks: the shipped list is valid, and each verdict says what was found."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._boarding.judge import RULES, judge
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.library import BOARDING, load

EVIDENCE: dict[str, Any] = {
    "bmc": {"answers": True, "clock_offset": 90, "ciphers": [0, 3, 17]},
    "health": {"bad": [], "fans": ["F1"]},
    "counts": {"ports": 2},
    "unread": {
        "counts.drives": "no storage resource",
        "counts.ports": "one adapter",
        "order": "no boot order",
        "health": "/Thermal: HTTP 500",
    },
    "firmware": {"left": ["bios 1.0 -> 2.0"]},
    "maas": {"status_name": "Ready", "memory_gib": 240, "disks": None},
    "type": {"match": {"memory_gib": 256}},
}

# id: (check, outcome, reason)
CASES = {
    "true": ({"look_at": "bmc.answers", "must": "be_true"}, "pass", ""),
    "too much": (
        {"look_at": "bmc.clock_offset", "must": "be_at_most", "value": 60, "otherwise": "warn"},
        "warn",
        "bmc.clock_offset: 90 is more than 60",
    ),
    "not empty": (
        {"look_at": "firmware.left", "must": "be_empty"},
        "fail",
        "firmware.left: still has bios 1.0 -> 2.0",
    ),
    "one of": ({"look_at": "maas.status_name", "must": "be_one_of", "value": ["Ready", "Deployed"]}, "pass", ""),
    "none of": (
        {"look_at": "maas.status_name", "must": "be_one_of", "value": ["New", "Broken"]},
        "fail",
        "maas.status_name: Ready is none of New, Broken",
    ),
    "less than the type asks": (
        {"look_at": "maas.memory_gib", "must": "be_at_least", "than": "type.match.memory_gib"},
        "fail",
        "maas.memory_gib: 240 is less than 256",
    ),
    "the type asks for nothing": (
        {"look_at": "maas.memory_gib", "must": "be_at_least", "than": "type.match.gpus"},
        "skipped",
        "the device type does not ask for it",
    ),
    "evidence missing": ({"look_at": "bios.left", "must": "be_empty"}, "skipped", "bios.left is not known"),
    "not read": ({"look_at": "counts.drives", "must": "be_at_least", "value": 1}, "skipped", "no storage resource"),
    "below what was not read": ({"look_at": "order.left", "must": "be_empty"}, "skipped", "no boot order"),
    "read in part and nothing found": (
        {"look_at": "health.bad", "must": "be_empty"},
        "skipped",
        "health.bad was read in part: /Thermal: HTTP 500",
    ),
    "read in part and bad enough": (
        {"look_at": "health.fans", "must": "be_empty"},
        "fail",
        "health.fans: still has F1",
    ),
    "read in part and enough": ({"look_at": "counts.ports", "must": "be_at_least", "value": 2}, "pass", ""),
    "read in part and too few": (
        {"look_at": "counts.ports", "must": "be_at_least", "value": 3},
        "skipped",
        "counts.ports was read in part: one adapter",
    ),
    "nobody asks": (
        {"look_at": "bmc.answers", "must": "be_true", "than": "wanted.users"},
        "skipped",
        "nobody asks for it (wanted.users)",
    ),
    "none of them": ({"look_at": "bmc.ciphers", "must": "have_none_of", "value": [1, 2]}, "pass", ""),
    "one of them is there": (
        {"look_at": "bmc.ciphers", "must": "have_none_of", "value": [0, 1]},
        "fail",
        "bmc.ciphers: has 0",
    ),
    "of another type": (
        {"look_at": "maas.status_name", "must": "be_at_least", "value": 3},
        "fail",
        "maas.status_name: Ready cannot be compared with 3",
    ),
}


@pytest.mark.parametrize(("check", "outcome", "reason"), CASES.values(), ids=CASES.keys())
def test_judge_each_rule_says_what_was_found(check: dict[str, Any], outcome: str, reason: str) -> None:
    verdict = judge([{"name": "x", "text": "x is right", "hint": "try", **check}], EVIDENCE)[0]

    assert (verdict["outcome"], verdict["reason"]) == (outcome, reason)
    assert verdict.get("told") == (
        f"not true that x is right ({reason}). Try: try" if outcome in ("warn", "fail") else None
    )


def test_judge_check_that_the_type_skips_is_not_judged() -> None:
    check = {"name": "x", "text": "x is right", "look_at": "firmware.left", "must": "be_empty"}

    assert judge([check], EVIDENCE, skip=["x"])[0]["outcome"] == "skipped"


def test_shipped_checks_use_rules_that_exist() -> None:
    lists = load(BOARDING)

    used = {check["must"] for item in lists.values() for check in item["checks"]}
    assert "standard" in lists
    assert used <= set(RULES)
