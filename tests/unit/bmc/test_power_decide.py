# SPDX-License-Identifier: GPL-3.0-or-later
"""Which resets bmc_power would send; a table of cases, no network."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.power import (
    CurrentPower,
    WantedPower,
    decide,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.power import (
    Sight,
    restart_seen,
    sight_of,
    start_over,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.registry import PROFILES, by_name

ALL = ("On", "ForceOff", "GracefulShutdown", "GracefulRestart", "ForceRestart", "PowerCycle")
# iLO 5 1.45 (rec BL460c) offers nothing graceful.
ROUGH = ("On", "ForceOff", "ForceRestart", "Nmi", "PushPowerButton")

CASES = {
    "on when off": ({"state": "on"}, "Off", ALL, ["On"]),
    "on when on": ({"state": "on"}, "On", ALL, []),
    "off when off": ({"state": "off"}, "Off", ALL, []),
    "off asks the system first": ({"state": "off"}, "On", ALL, ["GracefulShutdown"]),
    "off by force": ({"state": "off", "graceful": False}, "On", ALL, ["ForceOff"]),
    "off when the machine does not say what it can": ({"state": "off"}, "On", (), ["GracefulShutdown"]),
    "restart asks the system": ({"state": "restarted"}, "On", ALL, ["GracefulRestart"]),
    "restart by force": ({"state": "restarted", "graceful": False}, "On", ROUGH, ["ForceRestart"]),
    "restart of a host that is off": ({"state": "restarted"}, "Off", ALL, ["On"]),
    "restart without a graceful restart is off and on": (
        {"state": "restarted"},
        "On",
        ("On", "ForceOff", "GracefulShutdown", "ForceRestart"),
        ["GracefulShutdown", "On"],
    ),
    "cycle is off and on": ({"state": "cycled", "graceful": False}, "On", ALL, ["ForceOff", "On"]),
    "cycle of a host that is off": ({"state": "cycled"}, "Off", ALL, ["On"]),
}


@pytest.mark.parametrize(("options", "power", "allowed", "resets"), CASES.values(), ids=CASES)
def test_resets_of(options, power, allowed, resets):
    plan = decide(WantedPower(**options), CurrentPower(Sight(power=power), allowed))

    assert [step.payload["kind"] for step in plan.steps] == resets
    assert bool(plan.reason) is not bool(resets)
    assert plan.after == {"power": "Off" if options["state"] == "off" else "On"}
    disturbing = [step for step in plan.steps if step.payload["kind"] != "On"]
    assert all(step.allow == "allow_reboot" for step in disturbing)


def test_graceful_is_never_swapped_for_force():
    with pytest.raises(NotSupportedError, match="offers no GracefulShutdown; it offers On, ForceOff"):
        decide(WantedPower("off"), CurrentPower(Sight(power="On"), ROUGH, machine="10.0.0.1"))


def test_force_after_the_time_out_is_in_the_plan_when_it_was_asked_for():
    plan = decide(WantedPower("off", on_timeout="force"), CurrentPower(Sight(power="On"), ALL))

    assert plan.steps[0].payload["force"] == "ForceOff"
    assert "ForceOff after the time-out" in plan.steps[0].text


@pytest.mark.parametrize(
    ("before", "now", "evidence"),
    [
        (Sight("On", reset_time="a"), Sight("On", reset_time="b"), "last reset time"),
        (Sight("On"), Sight("Off"), "seen off"),
        (Sight("On", logged="1"), Sight("On", logged="2"), "event log tells of a start"),
        (Sight("On", logged="1"), Sight("On", logged=""), ""),
        (Sight("On", "OSRunning", "1"), Sight("On", "OSRunning", "2"), "boot progress moved"),
        (Sight("On", "OSRunning"), Sight("On", "MemoryInitializationStarted"), "went back"),
        (Sight("On", post_state="FinishedPost"), Sight("On", post_state="InPost"), "in POST"),
        (Sight("On", "OSRunning", "1"), Sight("On", "OSRunning", "1"), ""),
        (Sight("On"), Sight("On"), ""),
    ],
)
def test_a_restart_needs_evidence(before, now, evidence):
    found = restart_seen(before, now, by_name("hpe_ilo6").power)

    assert evidence in found
    assert bool(found) is bool(evidence)


@pytest.mark.parametrize(
    ("platform", "system", "over"),
    [
        # iLO 7: BootProgress stays None although POST is over (Q-G44).
        ("hpe_ilo7", {"PowerState": "On", "Oem": {"Hpe": {"PostState": "FinishedPost"}},
                      "BootProgress": {"LastState": "None"}}, True),
        ("hpe_ilo6", {"PowerState": "On", "Oem": {"Hpe": {"PostState": "InPost"}}}, False),
        # X12 never gets further without an agent (Q-G45).
        ("supermicro_x12", {"PowerState": "On",
                            "BootProgress": {"LastState": "SystemHardwareInitializationComplete"}}, True),
        ("generic", {"PowerState": "On", "BootProgress": {"LastState": "MemoryInitializationStarted"}}, False),
        ("generic", {"PowerState": "On"}, None),
        ("generic", {"PowerState": "Off", "BootProgress": {"LastState": "OSRunning"}}, False),
    ],
)  # fmt: skip
def test_end_of_the_start(platform, system, over):
    answers = by_name(platform).power

    assert start_over(sight_of(system, answers), answers) is over


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_every_platform_can_be_switched_and_restarted(profile):
    for options in CASES.values():
        if options[2] == ALL:
            decide(WantedPower(**options[0]), CurrentPower(Sight(power=options[1]), ALL, profile.power))
