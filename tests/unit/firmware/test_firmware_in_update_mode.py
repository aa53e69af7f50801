# SPDX-License-Identifier: GPL-3.0-or-later
"""A BMC that refuses an image since it is in update mode: whether it may be restarted, and what a failure says of the next run."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import UpdateTask, Wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.update_mode import judge, next_run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import firmware_answers

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "firmware" / "update_mode.yml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_judge_case(case):
    tasks = [UpdateTask(**task) for task in case["tasks"]]

    standing = judge(tasks, allowed=case.get("allowed", True), watched=case.get("watched", False))

    assert standing == (case["state"], case["why"])


@pytest.mark.parametrize(
    ("platform", "allowed", "begins", "tells_of_bmc_reset"),
    [
        ("supermicro_x13", True, "run this again: the BMC may stay in update mode", False),
        ("supermicro_x13", False, "run this again with allow_reboot: true: the BMC may stay in update mode", True),
        ("generic", True, "run this again", False),
        ("generic", False, "run this again", False),
    ],
)
def test_failure_says_how_the_next_run_goes_on(platform, allowed, begins, tells_of_bmc_reset):
    profile = SimpleNamespace(firmware=firmware_answers(platform))
    site = SimpleNamespace(service=SimpleNamespace(profile=profile), wanted=Wanted(targets=(), allow_reboot=allowed))

    told = next_run(site)

    assert told.startswith(begins)
    assert ("bmc_reset" in told) is tells_of_bmc_reset
    assert ("watched for 15 minutes, restarted once" in told) is (platform != "generic")
