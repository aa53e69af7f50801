# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry and everything built on it, over recordings of real machines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.aim import aim
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.capture import capture
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.decide import decide
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.dependencies import lock, rules
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.layers import Setting
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, Wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import convert, same, speaks_displays
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.library import BiosLibrary

MOCKUPS = Path(__file__).resolve().parents[4] / "shared" / "mockups"


@dataclass(frozen=True)
class Recording:
    """Where a recording keeps its BIOS resource and registry, and what is known of them."""

    name: str
    bios: str
    registry: str
    attributes: int
    rules: int
    displays: bool = False


RECORDINGS = (
    Recording(
        "dell-idrac9-r750",
        "redfish/v1/Systems/System.Embedded.1/Bios",
        "redfish/v1/Systems/System.Embedded.1/Bios/BiosRegistry",
        682,
        588,
    ),
    Recording(
        "hpe-ilo5-dl385gen10plusv2",
        "redfish/v1/Systems/1/Bios",
        "redfish/v1/registrystore/registries/en/biosattributeregistrya42.v1_2_60",
        402,
        723,
    ),
    Recording(
        "hpe-ilo6-dl380agen11",
        "redfish/v1/Systems/1/bios",
        "redfish/v1/RegistryStore/registries/en/biosattributeregistryu58.v1_2_44",
        648,
        738,
    ),
    Recording(
        "supermicro-x13-sys821ge",
        "redfish/v1/Systems/1/Bios",
        "registries/BiosAttributeRegistry.1.0.0.json",
        495,
        350,
        displays=True,
    ),
    Recording(
        "ami-megarac-dgxh100",
        "redfish/v1/Systems/DGX/Bios",
        "redfish/v1/Registries/BiosAttributeRegistry113.en-US.1.1.3.json",
        223,
        25,
    ),
    Recording(
        "openbmc-nvidia-gb200",
        "redfish/v1/Systems/System_0/Bios",
        "redfish/v1/Registries/BiosAttributeRegistry/BiosAttributeRegistry",
        403,
        0,
    ),
    Recording("intel-s2600bpb", "redfish/v1/Systems/QSBP74100021/Bios", "", 0, 0),
    Recording("dmtf-public-rackmount1", "redfish/v1/Systems/437XR1138R2/Bios", "", 0, 0),
)
# Trees without BIOS settings over Redfish.
WITHOUT = ("openbmc-stock-qemu", "supermicro-x10-legacy")


def test_every_recorded_tree_is_in_the_tables_above():
    if not MOCKUPS.is_dir():
        pytest.skip(f"no recordings at {MOCKUPS}: the mockups are not part of the collection")

    trees = {folder.name for folder in MOCKUPS.iterdir() if folder.is_dir()}

    assert trees == {*(recording.name for recording in RECORDINGS), *WITHOUT}
    for name in WITHOUT:
        bodies = [json.loads(path.read_text()) for path in (MOCKUPS / name).rglob("[Bb]ios/index.json")]
        assert not any("Attributes" in body for body in bodies), name


def read(recording, resource):
    path = MOCKUPS / recording.name / resource / "index.json"
    if not path.exists():
        pytest.skip(f"no recording at {path}: the mockups are not part of the collection")
    return json.loads(path.read_text())


@pytest.fixture(params=RECORDINGS, ids=[recording.name for recording in RECORDINGS])
def recording(request):
    return request.param


@pytest.fixture
def state(recording):
    bios = read(recording, recording.bios)
    registry = Registry(read(recording, recording.registry)) if recording.registry else Registry.none()
    return BiosState(machine=recording.name, platform="recorded", current=bios["Attributes"], registry=registry)


def settable(state, kind):
    """Yield the attributes of a type that can be written on this machine as it is."""
    for name, value in state.current.items():
        attribute = state.registry.get(name)
        without_registry = {int: "Integer", str: "String", bool: "Boolean"}.get(type(value))
        if (attribute.type or without_registry) != kind or attribute.read_only:
            continue
        if lock(state.registry, name, state.current, state.current) is None:
            yield attribute


def test_registry_has_the_attributes_and_rules_of_the_recording(recording, state):
    assert len(state.registry) == recording.attributes
    assert sum(len(rules(state.registry, name)) for name in state.registry.index.dependencies) == recording.rules
    assert speaks_displays(state.registry, state.current) is recording.displays


def test_convert_takes_every_current_value_as_it_is(state):
    for name, value in state.current.items():
        if value is not None:
            assert same(convert(state.registry.get(name), value, value), value), name


def test_aim_at_the_current_values_plans_nothing(state):
    settings = tuple(
        Setting("attribute", name, value, "x") for name, value in state.current.items() if value is not None
    )

    plan = decide(Wanted(settings=settings), state)

    assert (plan.steps, plan.reason) == ((), "already set")


def test_capture_then_apply_plans_nothing(state):
    template = capture(state, intent_map={}, preserve=("*Serial*", "*MAC*"))
    settings = tuple(Setting("attribute", name, value, "x") for name, value in template["attributes"].items())

    plan = decide(Wanted(settings=settings, preserve=tuple(template.get("preserve", ()))), state)

    assert (plan.steps, plan.reason) == ((), "already set")


PLATFORM = {
    "ami-megarac-dgxh100": "ami_megarac",
    "dell-idrac9-r750": "dell_idrac9",
    "dmtf-public-rackmount1": "generic",
    "hpe-ilo5-dl385gen10plusv2": "hpe_ilo5",
    "hpe-ilo6-dl380agen11": "hpe_ilo6",
    "intel-s2600bpb": "intel",
    "openbmc-nvidia-gb200": "nvidia_hgx",
    "supermicro-x13-sys821ge": "supermicro_x13",
}


def test_capture_in_intents_then_apply_plans_nothing(recording, state):
    maps = BiosLibrary().intent_maps
    template = capture(state, intent_map=maps[PLATFORM[recording.name]], everything=True)
    settings = (
        *(Setting("intent", name, value, "x") for name, value in template["intents"].items()),
        *(Setting("attribute", name, value, "x") for name, value in template["attributes"].items()),
    )

    plan = decide(Wanted(settings=settings, intent_maps={"recorded": maps[PLATFORM[recording.name]]}), state)

    assert (plan.steps, plan.reason) == ((), "already set")
    assert template["intents"] or recording.name == "dmtf-public-rackmount1"


WRONG = {
    "Enumeration": ("no such value at all", "not_in_list"),
    "Integer": ("many", "type"),
    "Boolean": ("perhaps", "type"),
    "String": (["a", "list"], "type"),
}


def test_wrong_values_are_refused_with_their_reasons(state):
    wrong = {item.name: (kind, *WRONG[kind]) for kind in WRONG for item in settable(state, kind)}
    settings = tuple(Setting("attribute", name, value, "x") for name, (_kind, value, _reason) in wrong.items())

    found = aim(Wanted(settings=settings), state)

    reasons = {problem.attribute.split(" (")[0]: problem.reason for problem in found.problems}
    assert wrong
    assert reasons == {name: reason for name, (_kind, _value, reason) in wrong.items()}


def test_integers_outside_their_bounds_are_refused(state):
    bounded = [item for item in settable(state, "Integer") if item.upper is not None]
    settings = tuple(Setting("attribute", item.name, item.upper + 1, "x") for item in bounded)

    found = aim(Wanted(settings=settings), state)

    assert [problem.reason for problem in found.problems] == ["out_of_range"] * len(bounded)


def test_every_other_value_of_every_writable_enumeration_can_be_wanted(state):
    for attribute in settable(state, "Enumeration"):
        for choice in attribute.choices:
            found = aim(Wanted(settings=(Setting("attribute", attribute.name, choice.name, "x"),)), state)
            assert not found.problems, found.problems


def test_rules_explain_every_lock_the_r750_shows_today():
    recording = RECORDINGS[0]
    registry = Registry(read(recording, recording.registry))
    current = read(recording, recording.bios)["Attributes"]

    by_rule = [
        name
        for name in current
        for rule in rules(registry, name)
        if rule.effect == "readonly" and rule.holds(current) and not registry.get(name).read_only
    ]

    # One of 193 rules says read-only where the flag does not.
    assert len(set(by_rule)) <= 1
    assert lock(registry, "ProcTurboMode", current, current).because == "SysProfile != Custom"
    assert lock(registry, "ProcTurboMode", {**current, "SysProfile": "Custom"}, current) is None
