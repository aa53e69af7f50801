# SPDX-License-Identifier: GPL-3.0-or-later
"""A BMC that refuses an image since it is in update mode: whether it may be restarted, and what is worth a second try."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import row_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.second_try import may_try_again
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.state import Unit, UpdateTask
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.update_mode import judge
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import firmware_answers

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "firmware" / "update_mode.yml").read_text())
ROW = row_of({"component": "bios", "version": "2.1", "image": "http://images/a.bin", "sha256": "0" * 64})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_judge_case(case):
    tasks = [UpdateTask(**task) for task in case["tasks"]]

    standing = judge(tasks, allowed=case.get("allowed", True), sure=case.get("sure", False))

    assert standing == (case["state"], case["why"])


@pytest.mark.parametrize(
    ("resend", "failure", "expected"),
    [
        ("pull", {"flashed": 50, "message_ids": ["ApplyFailed"]}, True),
        ("", {"flashed": 50, "message_ids": ["ApplyFailed"]}, False),
        ("pull", {"flashed": 0, "message_ids": ["TransferFailed"]}, False),
        ("pull", {"flashed": 5, "message_ids": ["VerificationFailed"]}, False),
        ("pull", {}, False),
    ],
    ids=["flash", "not_allowed", "nothing_was_flashed", "image_is_wrong", "nothing_known"],
)
def test_second_try_is_for_a_flash_that_had_begun(resend, failure, expected):
    unit = Unit(ROW, "1.4", "send", resend=resend)

    assert may_try_again(unit, failure, firmware_answers("supermicro_x13")) is expected
