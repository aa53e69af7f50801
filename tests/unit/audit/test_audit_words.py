# SPDX-License-Identifier: GPL-3.0-or-later
"""A stage says each of its changes once, from the first state to the last."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.audit.words import Seen


def firmware(component: str, before: str, after: str, outcome: str, wanted: str = "") -> dict[str, Any]:
    row = {"component": component, "before": before, "after": after, "wanted": wanted, "outcome": outcome}
    return {"firmware_changes": [row]}


def bios(attributes: str, outcome: str) -> dict[str, Any]:
    return {"bios_changes": [{"attribute": name, "outcome": outcome} for name in attributes]}


def move(after: str) -> dict[str, Any]:
    return {"maas_transitions": [{"operation": "op", "after": after, "outcome": "applied"}]}


CASES: dict[str, tuple[list[dict[str, Any]], str]] = {
    "nothing": ([{}], ""),
    "an update told when sent and when read back": (
        [firmware("bmc", "7.00", "7.00", "started", "7.10"), firmware("bmc", "7.00", "7.10", "applied", "7.10")],
        "bmc 7.00 -> 7.10",
    ),
    "an update that changed nothing yet": ([firmware("bmc", "7.00", "7.00", "started", "7.10")], ""),
    "only a plan": (
        [
            firmware("bmc", "7.00", "7.00", "planned", "7.10"),
            {"bios_changes": [{"attribute": "A", "outcome": "planned"}]},
        ],
        "to do: bmc 7.00 -> 7.10, 1 BIOS attribute",
    ),
    "a plan and then the deed": (
        [firmware("bmc", "7.00", "7.00", "planned", "7.10"), firmware("bmc", "7.00", "7.10", "applied")],
        "bmc 7.00 -> 7.10",
    ),
    "an attribute told twice counts once": (
        [
            {"bios_changes": [{"attribute": name, "outcome": outcome} for name in "AB"]}
            for outcome in ("staged", "applied")
        ],
        "2 BIOS attributes",
    ),
    "settings of the BMC": (
        [
            {
                "bmc_changes": [
                    {"setting": "ntp_enabled", "wanted": True, "outcome": "applied"},
                    {"setting": "ntp_servers", "wanted": ["a", "b"], "outcome": "applied"},
                ]
            }
        ],
        "ntp_enabled on, ntp_servers a b",
    ),
    "MAAS": ([move("New"), move("Ready"), move("Ready")], "New -> Ready"),
}


@pytest.mark.parametrize(("results", "expected"), CASES.values(), ids=CASES)
def test_changes_are_told_once(results: list[dict[str, Any]], expected: str) -> None:
    seen = Seen()
    for audit in results:
        seen.add(audit)

    assert seen.tell() == expected
