# SPDX-License-Identifier: GPL-3.0-or-later
"""Every path of the decision, as a table of cases."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.decide import decide, is_settled
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.layers import Setting
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, Job, Wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import BiosAnswers

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "bios" / "decide.yml").read_text())


def enumeration(name, *values, **more):
    choices = [dict(zip(("ValueName", "ValueDisplayName"), value, strict=True)) for value in values]
    return {"AttributeName": name, "Type": "Enumeration", "Value": choices, **more}


def on_off(name, **more):
    return enumeration(name, ("Enabled", "Enabled"), ("Disabled", "Disabled"), **more)


def when(attribute, condition, value, to, effect, result):
    terms = [{"MapFromAttribute": attribute, "MapFromCondition": condition, "MapFromValue": value}]
    mapping = {"MapFrom": terms, "MapToAttribute": to, "MapToProperty": effect, "MapToValue": result}
    return {"Type": "Map", "DependencyFor": to, "Dependency": mapping}


REGISTRY = {
    "Id": "Testbed.1.0.0",
    "RegistryEntries": {
        "Attributes": [
            enumeration("BootMode", ("Uefi", "UEFI"), ("Bios", "BIOS"), DisplayName="Boot Mode", DefaultValue="Uefi"),
            enumeration("NumLock", ("On", "On"), ("Off", "Off"), DefaultValue="Off"),
            {"AttributeName": "Retries", "Type": "Integer", "LowerBound": 0, "UpperBound": 10, "DefaultValue": 0},
            {"AttributeName": "Timeout", "Type": "Integer", "LowerBound": 0, "UpperBound": -1, "DefaultValue": 30},
            {"AttributeName": "Quiet", "Type": "Boolean", "DefaultValue": False},
            {"AttributeName": "Serial", "Type": "String", "ReadOnly": True},
            {"AttributeName": "SetupPassword", "Type": "Password"},
            enumeration("Profile", ("Max", "Max"), ("Custom", "Custom"), DisplayName="System Profile"),
            on_off("Turbo", ReadOnly=True),
            on_off("Virtualization"),
            on_off("X2Apic"),
            on_off("AfterBoot"),
        ],
        "Dependencies": [
            when("Profile", "NEQ", "Custom", "Turbo", "ReadOnly", True),
            when("NumLock", "EQU", "Off", "AfterBoot", "Hidden", True),
            when("Virtualization", "EQU", "Disabled", "X2Apic", "CurrentValue", "Disabled"),
        ],
    },
}
CURRENT = {
    "BootMode": "Uefi",
    "NumLock": "On",
    "Retries": 3,
    "Timeout": 60,
    "Quiet": True,
    "Serial": "S1",
    "SetupPassword": None,
    "Profile": "Max",
    "Turbo": "Enabled",
    "Virtualization": "Enabled",
    "X2Apic": "Enabled",
    "AfterBoot": "Enabled",
}
WANTED_KEYS = (
    "state",
    "overwrite_pending",
    "two_steps",
    "allow_reboot",
    "allow_reboot_in_use",
    "restart",
    "machine_status",
    "platform",
)


def wanted_of(case):
    wishes, order = case.get("wanted", {}), case.get("order", 0)
    settings = tuple(Setting("attribute", key, value, "the task", order) for key, value in wishes.items())
    given = {key: case[key] for key in WANTED_KEYS if key in case}
    return Wanted(settings=settings, preserve=tuple(case.get("preserve", ())), **given)


def state_of(case):
    return BiosState(
        machine="r01",
        platform="testbed",
        resource="/bios",
        settings_resource="/bios/settings",
        current={**CURRENT, **case.get("current", {})},
        pending=case.get("pending", {}),
        registry=Registry(REGISTRY),
        ways=BiosAnswers(**case.get("ways", {})),
        job=Job("/jobs/1", case["job"]) if "job" in case else None,
        defaults_pending=case.get("defaults_pending", False),
        power=case.get("power", "On"),
        obstacles=tuple(case.get("obstacles", ())),
    )


def texts(value):
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_decide_case(case):
    wanted, state = wanted_of(case), state_of(case)

    if "error" in case:
        with pytest.raises(HWAutomationError) as caught:
            decide(wanted, state)
        assert type(caught.value).__name__ == case["error"]
        for text in texts(case.get("says", [])):
            assert text in str(caught.value)
        return

    plan = decide(wanted, state)

    assert [step.name for step in plan.steps] == case["steps"]
    assert plan.reason == case.get("reason", "")
    assert bool(plan.steps) is not bool(plan.reason)
    if "write" in case:
        staged = next(step for step in plan.steps if step.name == "stage")
        assert staged.payload["attributes"] == case["write"]
    if "after" in case:
        assert plan.after == case["after"]
    if "warns" in case:
        assert any(case["warns"] in warning for warning in plan.warnings)
    if "silent" in case:
        assert not plan.warnings
    if "says_step" in case:
        assert any(case["says_step"] in step.text for step in plan.steps)


def test_decide_restart_step_needs_leave():
    plan = decide(wanted_of({"wanted": {"BootMode": "Bios"}, "allow_reboot": True}), state_of({}))

    assert [step.allow for step in plan.steps] == ["", "allow_reboot"]


@pytest.mark.parametrize(
    ("case", "settled"),
    [
        ({"wanted": {"BootMode": "Uefi", "Retries": "3"}}, True),
        ({"wanted": {"BootMode": "UEFI"}}, False),  # only the registry knows that this is a display name
        ({"wanted": {"BootMode": "Uefi"}, "pending": {"Retries": 5}}, False),
        ({"wanted": {"BootMode": "Bios"}}, False),
        ({"wanted": {"Nonsense": 1}}, False),
        ({"wanted": {"BootMode": "Uefi"}, "state": "replaced"}, False),
    ],
    ids=["equal", "display name", "pending", "different", "unknown", "replaced"],
)
def test_is_settled_without_registry(case, settled):
    state = state_of(case)
    bare = BiosState(machine="r01", current=state.current, pending=state.pending)

    assert is_settled(wanted_of(case), bare) is settled
