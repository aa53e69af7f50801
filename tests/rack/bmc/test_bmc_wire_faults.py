# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong once on the way of a read is mended by our client, or told; each fault strikes as often as it says."""

from __future__ import annotations

import time

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock

CLOCK = Clock(sleep=lambda seconds: time.sleep(min(seconds, 0.05)))
SYSTEM = "/redfish/v1/Systems/system"
# Fault, its options -> requests of the system that a reader needs then.
MENDED = {
    "drop": ({}, 2),
    "rst": ({}, 2),
    "lost_answer": ({}, 2),
    "truncate": ({}, 2),
    "status": ({"code": 503, "retry_after": 1}, 2),
    "html": ({"code": 503}, 2),
    "redirect": ({"code": 308}, 2),
    "drip": ({"seconds": 0.3}, 1),
    "slow_first_byte": ({"seconds": 0.3}, 1),
}


@pytest.fixture
def rack(four_platforms):
    four_platforms.clear_journal()
    yield four_platforms
    four_platforms.clear_faults()


def read(run_door, rack, **options):
    return run_door(rack, "std", "bmc_info", clock=CLOCK, subsets=["system"], **options)


def asked(rack):
    return [entry for entry in rack.journal("std") if entry["path"].rstrip("/") == SYSTEM]


@pytest.mark.parametrize("kind", MENDED)
def test_read_that_goes_wrong_once_is_mended(rack, run_door, kind):
    options, requests = MENDED[kind]
    whole = read(run_door, rack)
    rack.clear_journal()
    number = rack.fault("std", kind, path=SYSTEM, method="GET", count=1, **options)

    result = read(run_door, rack)

    assert not result.get("failed"), result
    assert result["facts"]["system"] == whole["facts"]["system"]
    assert [one["hits"] for one in rack.control("GET", "/_lab/faults") if one["id"] == number] == [1]
    assert len(asked(rack)) == requests


def test_page_in_place_of_a_resource_is_told_with_the_resource(rack, run_door):
    rack.fault("std", "html", path=SYSTEM, method="GET", count=1)

    result = read(run_door, rack)
    again = read(run_door, rack)

    assert result["error_class"] == "NotSupportedError"
    assert "is not Redfish (HTTP 200, text/html)" in result["msg"] and SYSTEM in result["msg"], result
    assert not again.get("failed"), again


def test_answer_that_is_too_late_is_asked_for_once_more_and_not_oftener(rack, run_door):
    rack.fault("std", "slow_first_byte", path=SYSTEM, method="GET", count=1, seconds=3)
    once = read(run_door, rack, timeout=1)
    rack.clear_faults()
    rack.clear_journal()
    number = rack.fault("std", "slow_first_byte", path=SYSTEM, method="GET", count=9, seconds=3)

    always = read(run_door, rack, timeout=1, protocol="redfish")

    assert not once.get("failed"), once
    assert always["error_class"] == "NetworkError" and "no answer within 1 s" in always["msg"], always
    assert [one["hits"] for one in rack.control("GET", "/_lab/faults") if one["id"] == number] == [2]


@pytest.mark.parametrize("kind", ["drop", "rst", "truncate"])
def test_connection_that_always_breaks_is_given_up_after_a_few_tries(rack, run_door, kind):
    number = rack.fault("std", kind, path=SYSTEM, method="GET")

    result = read(run_door, rack, protocol="redfish")

    assert result["error_class"] == "NetworkError" and "the connection broke" in result["msg"], result
    assert rack.server("std").bmc_host in result["msg"]
    assert [one["hits"] <= 5 for one in rack.control("GET", "/_lab/faults") if one["id"] == number] == [True]
