# SPDX-License-Identifier: GPL-3.0-or-later
"""How a wave is summed up: tables of what role firmware leaves on servers -> the lines that a person reads."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.hwautomation.baremetal.plugins.filter.firmware_busy import firmware_busy
from ansible_collections.hwautomation.baremetal.plugins.filter.firmware_wave import firmware_wave

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "firmware" / "waves.yml").read_text())
BEHIND = {"compliant": False, "baseline": [{"component": "bmc", "version": "2"}]}
BROKE = {"failed": True, "msg": "it broke\nat 60 %", "plan": {"steps": [{}]}}
KINDS = {
    "done": {"firmware_state": BEHIND, "firmware_result": {"handles": [], "plan": {"steps": []}}},
    "there": {"firmware_state": {"compliant": True}, "firmware_result": {"skipped": True}},
    "failed": {"firmware_state": BEHIND, "firmware_result": BROKE},
    "rescued": {"firmware_state": BEHIND, "ansible_failed_result": BROKE},
    "sent": {"firmware_state": BEHIND, "firmware_result": {"handles": [{}], "plan": {"steps": [{}]}}},
    "looked": {"firmware_state": BEHIND, "firmware_result": {"handles": [], "plan": {"steps": [{}]}}},
    "waiting": {"firmware_state": BEHIND, "firmware_result": {"skipped": True}},
    "fresh": {},
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_wave_is_summed_up(case):
    hosts = {name: {"bmc_host": "127.0.0.1", **KINDS[kind]} for name, kind in case["servers"].items()}
    hosts |= {name: {} for name in case.get("campaign", ()) if name not in hosts}
    options = {key: case[key] for key in ("limit", "here", "campaign", "look") if key in case}

    lines = firmware_wave(hosts, list(case["servers"]), **options)["lines"]

    assert len(lines) == len(case["lines"]), lines
    for line, wanted in zip(lines, case["lines"], strict=True):
        assert line.startswith(wanted)


def test_busy_are_those_with_something_left_to_do():
    hosts = {name: {"bmc_host": "127.0.0.1", **variables} for name, variables in KINDS.items()}

    assert [one["name"] for one in firmware_busy(hosts, hosts)] == ["looked", "sent", "waiting"]
