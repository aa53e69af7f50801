# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers: who sets what, who overrides whom, and conflicts nobody settles."""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.layers import merge, resolve

LIBRARY = {
    "workloads/virtualisation": {"intents": {"virtualization": "enabled", "sriov": "enabled"}},
    "workloads/latency": {"intents": {"c_states": "disabled", "sriov": "disabled"}},
    "loop/a": {"extends": ["loop/b"]},
    "loop/b": {"extends": ["loop/a"]},
}


def layer(name, platform="", **document):
    return resolve(name, document, LIBRARY.__getitem__, platform)


def values(merged):
    return {setting.key: (setting.value, setting.layer) for setting in merged.settings}


def test_the_more_special_layer_counts_and_says_whom_it_overrides():
    merged = merge(
        [
            [layer("site", intents={"boot_mode": "uefi", "tpm": "enabled"})],
            [layer("host r01", intents={"boot_mode": "legacy"})],
        ]
    )

    assert values(merged) == {"boot_mode": ("legacy", "host r01"), "tpm": ("enabled", "site")}
    setting = next(setting for setting in merged.settings if setting.key == "boot_mode")
    assert setting.overrides == ({"layer": "site", "value": "uefi"},)


def test_null_takes_a_setting_back():
    merged = merge([[layer("site", attributes={"AssetTag": "x"})], [layer("type", attributes={"AssetTag": None})]])

    assert values(merged) == {}


def test_extends_lies_below_the_layer_itself():
    merged = merge([[layer("type", extends=["workloads/virtualisation"], intents={"sriov": "disabled"})]])

    assert values(merged) == {
        "virtualization": ("enabled", "workloads/virtualisation"),
        "sriov": ("disabled", "type"),
    }


def test_a_platform_part_counts_only_on_that_platform_and_more_than_the_rest():
    document = {"attributes": {"X": 1}, "platforms": {"dell_idrac9": {"attributes": {"X": 2, "Y": 3}}}}

    assert values(merge([[layer("type", "dell_idrac9", **document)]])) == {
        "X": (2, "type (dell_idrac9)"),
        "Y": (3, "type (dell_idrac9)"),
    }
    assert values(merge([[layer("type", "hpe_ilo6", **document)]])) == {"X": (1, "type")}


def test_two_groups_that_disagree_are_a_conflict():
    groups = [layer("group a", intents={"turbo": "enabled"}), layer("group b", intents={"turbo": "disabled"})]

    problems = merge([groups]).problems

    assert [(problem.attribute, problem.reason) for problem in problems] == [("turbo", "conflict")]
    assert "group a says 'enabled' and group b says 'disabled'" in problems[0].text


def test_a_host_settles_the_conflict_of_its_groups():
    groups = [layer("group a", intents={"turbo": "enabled"}), layer("group b", intents={"turbo": "disabled"})]

    merged = merge([groups, [layer("host", intents={"turbo": "enabled"})]])

    assert merged.problems == ()
    assert values(merged) == {"turbo": ("enabled", "host")}


def test_two_extended_layers_that_disagree_are_a_conflict_unless_the_layer_decides():
    both = ["workloads/virtualisation", "workloads/latency"]

    assert [problem.attribute for problem in merge([[layer("type", extends=both)]]).problems] == ["sriov"]
    assert merge([[layer("type", extends=both, intents={"sriov": "enabled"})]]).problems == ()


def test_a_layer_that_extends_itself_is_told_with_the_way_round_and_the_rest_kept():
    problems = []
    document = {"extends": ["loop/a"], "intents": {"turbo": "enabled"}}

    found = resolve("type", document, LIBRARY.__getitem__, problems=problems)

    assert [problem.text for problem in problems] == ["it extends itself: loop/a -> loop/b -> loop/a"]
    assert ("intent", "turbo") in found.settings


def test_nested_intents_are_written_flat():
    merged = merge([[layer("type", intents={"pxe": {"nic1": "enabled", "nic2": "disabled"}})]])

    assert values(merged) == {"pxe.nic1": ("enabled", "type"), "pxe.nic2": ("disabled", "type")}


def test_preserve_and_constraints_add_up_over_all_layers():
    merged = merge(
        [
            [layer("site", preserve=["*Mac*"], constraints=[{"when": {"a": 1}, "require": {"b": 2}}])],
            [layer("type", preserve=["*Mac*", "Boot*"])],
        ]
    )

    assert merged.preserve == ("*Mac*", "Boot*")
    assert len(merged.constraints) == 1
