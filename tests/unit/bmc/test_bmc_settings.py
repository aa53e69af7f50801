# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doors for the BMC's time and power policy decide."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import power_policy, time
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NotSupportedError,
)

CURRENT: dict[str, Any] = {
    "machine": "10.0.0.11",
    "server": {},
    "ntp_uri": "/redfish/v1/Managers/1/NetworkProtocol",
    "clock_uri": "/redfish/v1/Managers/1",
    "ntp_enabled": True,
    "ntp_servers": ("a", "b"),
    "offset": 0.2,
}

# id: (wanted, what differs in the machine, steps)
TIME = {
    "same servers": ((("a", "b"), False, 60), {}, []),
    "other order": ((("b", "a"), False, 60), {}, ["set the time servers of the BMC: a, b -> b, a"]),
    "servers right but NTP off": (
        (("a", "b"), False, 60),
        {"ntp_enabled": False},
        ["set the time servers of the BMC: a, b -> a, b"],
    ),
    "none wanted": (((), False, 60), {}, ["set the time servers of the BMC: a, b -> (none)"]),
    "left alone": ((None, True, 60), {}, []),
    "clock within the tolerance": ((None, True, 60), {"offset": -60.0}, []),
    "clock behind": ((None, True, 60), {"offset": -61.0}, ["set the clock of the BMC, 61 s behind"]),
    "clock not told": ((None, True, 60), {"offset": None}, ["set the clock of the BMC, which tells no time"]),
    "clock wrong but not to be set": ((("a", "b"), False, 60), {"offset": 4000.0}, []),
}


@pytest.mark.parametrize(("wanted", "machine", "steps"), TIME.values(), ids=TIME.keys())
def test_decide_time_plans_only_what_differs(wanted: Any, machine: dict[str, Any], steps: list[str]) -> None:
    plan = time.decide(time.Wanted(*wanted), time.Current(**{**CURRENT, **machine}))

    assert [step.text for step in plan.steps] == steps
    assert bool(plan.reason) is not bool(steps)


@pytest.mark.parametrize(
    ("wanted", "missing", "words"),
    [
        ((("a",), False, 60), {"ntp_uri": ""}, "no time servers over Redfish"),
        ((("a",), False, 60), {"ntp_uri": "", "protocol": "ipmi"}, "over IPMI, which knows none"),
        ((None, True, 0), {"clock_uri": ""}, "no clock"),
        ((None, True, 0), {"clock_uri": "", "offset": None}, "no clock"),
    ],
)
def test_decide_time_without_the_setting_says_so(wanted: Any, missing: dict[str, Any], words: str) -> None:
    current = time.Current(**{**CURRENT, "offset": 9.0, **missing})

    with pytest.raises(NotSupportedError, match=words):
        time.decide(time.Wanted(*wanted), current)


def test_wanted_time_negative_tolerance_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        time.Wanted.from_params({"ntp_servers": None, "set_clock": True, "clock_tolerance": -1})


# id: (wanted, current, steps)
POLICY = {
    "same": ("last_state", "last_state", []),
    "other": (
        "always_on",
        "last_state",
        ["last_state -> always_on"],
    ),
    "a word of its own": (
        "always_on",
        "Smart",
        ["Smart -> always_on"],
    ),
}


@pytest.mark.parametrize(("wanted", "current", "steps"), POLICY.values(), ids=POLICY.keys())
def test_decide_power_policy_plans_only_what_differs(wanted: str, current: str, steps: list[str]) -> None:
    plan = power_policy.decide(wanted, power_policy.Current("10.0.0.11", {}, "/redfish/v1/Systems/1", current))

    assert [step.text.partition(": ")[2] for step in plan.steps] == steps


def test_decide_power_policy_without_the_property_says_so() -> None:
    with pytest.raises(NotSupportedError, match="PowerRestorePolicy"):
        power_policy.decide("always_on", power_policy.Current("10.0.0.11", {}, "/redfish/v1/Systems/1", None))


@pytest.mark.parametrize(
    ("allowed", "words"), [(("AlwaysOff",), "it takes always_off"), ((), "it takes no policy")], ids=["other", "none"]
)
def test_decide_power_policy_that_the_bmc_does_not_take_says_so(allowed: tuple[str, ...], words: str) -> None:
    current = power_policy.Current("10.0.0.11", {}, "/redfish/v1/Systems/1", "always_off", allowed)

    with pytest.raises(NotSupportedError, match=words):
        power_policy.decide("last_state", current)
    assert power_policy.decide("always_off", current).reason == "already set"


# id: (what the BMC tells, seconds ahead)
TOLD = {
    "UTC": ("1970-01-01T00:02:00Z", 20.0),
    "another zone": ("1970-01-01T01:02:00+01:00", 20.0),
    "without a zone": ("1970-01-01T00:00:40", -60.0),
    "not a date": ("", None),
    "nothing": (None, None),
}


@pytest.mark.parametrize(("told", "ahead"), TOLD.values(), ids=TOLD.keys())
def test_offset_of_what_the_bmc_tells(told: Any, ahead: float | None) -> None:
    assert time.offset_of(told, 100.0, None) == ahead
