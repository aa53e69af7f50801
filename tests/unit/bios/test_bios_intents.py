# SPDX-License-Identifier: GPL-3.0-or-later
"""Intents on machines that spell the same thing differently."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.aim import aim
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.intents import recognise, translate, word
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.layers import Setting
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, Wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.names import Names
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import BadValue

SWITCH = {"enabled": ["Enabled", "Enable"], "disabled": ["Disabled", "Disable"]}
MAP = {
    "boot_mode": {"attribute": "BootMode", "values": {"uefi": "Uefi", "legacy": "Bios"}},
    "hyper_threading": {"attribute": ["LogicalProc", "Hyper_Threading_ALL_"], "values": SWITCH},
    "secure_boot": {"attribute": "SecureBoot", "values": SWITCH},
    "c_states": {
        "values": {
            "enabled": {"SysProfile": "Custom", "ProcCStates": "Enabled"},
            "disabled": {"SysProfile": "Custom", "ProcCStates": "Disabled"},
        }
    },
    "pxe.nic{n}": {"attribute": "PxeDev{n}EnDis", "values": SWITCH},
}
DELL = {
    "BootMode": "Uefi",
    "LogicalProc": "Enabled",
    "SysProfile": "Custom",
    "ProcCStates": "Disabled",
    "PxeDev1EnDis": "Enabled",
    "PxeDev2EnDis": "Disabled",
    "SecureBoot": "Disabled",
}
SUPERMICRO = {"Hyper_Threading_ALL__F27F": "Enable"}
SUPERMICRO_REGISTRY = Registry(
    {
        "RegistryEntries": {
            "Attributes": [
                {
                    "AttributeName": "Hyper_Threading_ALL__F27F",
                    "Type": "Enumeration",
                    "DisplayName": "Hyper-Threading [ALL]",
                    "Value": [
                        {"ValueName": "0", "ValueDisplayName": "Enable"},
                        {"ValueName": "1", "ValueDisplayName": "Disable"},
                    ],
                }
            ]
        }
    }
)


def pairs(intent, value, current, registry=None):
    return [
        (item.attribute, item.value)
        for item in translate(intent, value, MAP, Names(current, registry or Registry.none()))
    ]


@pytest.mark.parametrize("value", [True, "on", "Enabled", "yes", "ENABLE"])
def test_word_knows_the_usual_spellings(value):
    assert word(value) == "enabled"


def test_translate_uses_the_attribute_and_the_spelling_the_machine_has():
    assert pairs("hyper_threading", "disabled", DELL) == [("LogicalProc", "Disabled")]
    assert pairs("hyper_threading", False, SUPERMICRO, SUPERMICRO_REGISTRY) == [
        ("Hyper_Threading_ALL__F27F", "Disable")
    ]


def test_translate_sets_several_attributes_together():
    assert pairs("c_states", "enabled", DELL) == [("SysProfile", "Custom"), ("ProcCStates", "Enabled")]


def test_translate_numbers_a_numbered_intent():
    assert pairs("pxe.nic2", "enabled", DELL) == [("PxeDev2EnDis", "Enabled")]


@pytest.mark.parametrize(
    ("intent", "value", "reason", "text"),
    [
        ("boot_mod", "uefi", "intent", "did you mean boot_mode"),
        ("quantum", "on", "unsupported", "no such intent"),
        ("boot_mode", "csm", "intent", "not one of its words (uefi, legacy)"),
        ("pxe.nic9", "enabled", "unsupported", "this machine has no PxeDev9EnDis"),
    ],
)
def test_translate_refuses_with_a_reason(intent, value, reason, text):
    with pytest.raises(BadValue) as caught:
        pairs(intent, value, DELL)

    assert caught.value.reason == reason
    assert text in caught.value.text


def test_recognise_finds_what_the_values_amount_to():
    found = {intent: meaning for intent, (meaning, _names) in recognise(MAP, Names(DELL)).items()}

    assert found == {
        "boot_mode": "uefi",
        "hyper_threading": "enabled",
        "c_states": "disabled",
        "pxe.nic1": "enabled",
        "pxe.nic2": "disabled",
        "secure_boot": "disabled",
    }


def problems(*settings, constraints=(), fail_unsupported=True):
    state = BiosState(platform="here", current=DELL)
    wanted = Wanted(
        settings=settings, intent_maps={"here": MAP}, constraints=constraints, fail_unsupported=fail_unsupported
    )
    return aim(wanted, state)


def test_an_attribute_of_a_higher_layer_overrules_an_intent():
    found = problems(
        Setting("intent", "boot_mode", "uefi", "site", 0), Setting("attribute", "BootMode", "Bios", "host", 3)
    )

    assert found.problems == []
    assert found.goals["BootMode"].value == "Bios"


def test_an_attribute_and_an_intent_of_one_layer_that_disagree_are_a_conflict():
    found = problems(
        Setting("intent", "boot_mode", "uefi", "site", 0), Setting("attribute", "BootMode", "Bios", "site", 0)
    )

    assert [problem.reason for problem in found.problems] == ["conflict"]


NEEDS_UEFI = {"when": {"secure_boot": "enabled"}, "require": {"boot_mode": "uefi"}, "because": "it is a UEFI feature"}


def test_a_constraint_looks_at_what_is_wanted_and_else_at_the_machine():
    secure = Setting("intent", "secure_boot", "enabled", "site")
    legacy = Setting("intent", "boot_mode", "legacy", "site")

    assert problems(secure, constraints=[NEEDS_UEFI]).problems == []
    broken = problems(secure, legacy, constraints=[NEEDS_UEFI]).problems
    assert [problem.reason for problem in broken] == ["constraint"]
    assert "secure_boot: enabled needs boot_mode: uefi (it is a UEFI feature), but legacy is wanted" in broken[0].text


def test_what_a_machine_lacks_is_an_error_or_a_warning_by_policy():
    lacking = Setting("intent", "pxe.nic9", "enabled", "site")

    assert [problem.reason for problem in problems(lacking).problems] == ["unsupported"]
    warned = problems(lacking, fail_unsupported=False)
    assert (warned.problems, warned.goals) == ([], {})
    assert "PxeDev9EnDis" in warned.warnings[0]
