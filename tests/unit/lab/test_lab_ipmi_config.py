# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a machine cannot be told to IPMI."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.clock import Clock
from ansible_collections.hwautomation.baremetal.extensions.lab.ipmi.config import problem
from ansible_collections.hwautomation.baremetal.extensions.lab.machine import Machine


@pytest.mark.parametrize(
    ("username", "password", "told"),
    [
        ("admin", "x" * 20, ""),
        ("admin", "x" * 21, "no password over 20 characters"),
        ("a" * 17, "x", "no user name over 16"),
        ("admin", 'a"b', "quotation mark"),
    ],
)
def test_an_account_that_ipmi_cannot_have_is_told(username: str, password: str, told: str) -> None:
    machine = Machine("r01", "generic", Clock("hand"), username=username, password=password)
    assert told in problem(machine) and bool(told) is bool(problem(machine))
