# SPDX-License-Identifier: GPL-3.0-or-later
"""Every template and every intent of the collection against the registries of the platforms they name."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from ansible_collections.hwautomation.baremetal.extensions.lab.bios import Bios
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from ansible_collections.hwautomation.baremetal.extensions.lab.tree.registries import to_document
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.decide import decide, is_settled
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.layers import TASK_ORDER, Setting
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.lint import lint
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.options import as_wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.library import BiosLibrary
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.profile import explain, profile_of

LIBRARY = BiosLibrary()
PROFILES = {name.split("/")[1]: layer["platform"] for name, layer in LIBRARY.layers.items() if "profiles/" in name}
# Besides those of the profiles; what a board of these lacks is left out with a warning by policy.
FURTHER = ("dell_idrac10", "hpe_ilo5", "hpe_ilo7", "lenovo_xcc", "supermicro_x12")
WORKLOADS = [name for name in LIBRARY.layers if name.startswith("workloads/")]


def rack_machine(platform):
    personality = PLATFORMS[platform]
    registry = personality.registry()
    document = to_document(registry, "Registry.1.0.0", "/registry")
    return document, Bios(registry, None, personality.bios.displays_values).factory()


@pytest.mark.parametrize("profile", PROFILES)
def test_profile_fits_the_machines_of_the_rack(profile):
    platform = PROFILES[profile]
    document, current = rack_machine(platform)

    assert lint(profile_of(LIBRARY, profile, platform=platform), document, current) == []


@pytest.mark.parametrize("platform", sorted({*PROFILES.values(), *FURTHER}))
@pytest.mark.parametrize("workload", WORKLOADS)
def test_workload_fits_the_machines_of_the_rack(workload, platform, tmp_path):
    (tmp_path / "bios" / "profiles").mkdir(parents=True)
    (tmp_path / "bios" / "profiles" / "try.yml").write_text(yaml.safe_dump({"extends": [workload]}))
    document, current = rack_machine(platform)

    merged = profile_of(BiosLibrary([tmp_path]), "try", platform=platform)

    assert lint(merged, document, current) == []


def test_every_platform_speaks_the_common_words():
    common = {"boot_mode", "virtualization", "hyper_threading", "turbo", "power_profile", "serial_console"}

    for platform in set(PROFILES.values()):
        assert common <= set(LIBRARY.intent_maps[platform]), platform


def test_explain_tells_layer_overridden_value_and_attribute(tmp_path):
    (tmp_path / "bios" / "hosts").mkdir(parents=True)
    (tmp_path / "bios" / "hosts" / "r07.yml").write_text("intents: {boot_mode: legacy}\n")
    merged = profile_of(BiosLibrary([tmp_path]), "dell_compute", platform="dell_idrac9", host="r07")

    expected = (
        "intent boot_mode: legacy, set by hosts/r07, overrides 'uefi' of site; on dell_idrac9 that is BootMode = Bios"
    )
    assert explain(merged, "BootMode") == [expected]
    assert explain(merged, "boot_mode") == [expected]


def test_files_of_the_seed_load_unchanged(tmp_path):
    """The form the collection grew out of: one flat mapping per device type, of words and attributes."""
    (tmp_path / "bios").mkdir()
    (tmp_path / "bios" / "template_rules.yaml").write_text(
        "templates:\n  nv1.c4.large:\n    boot_mode: UEFI\n    virtualization: Enabled\n    NumLock: 'Off'\n"
    )
    (tmp_path / "bios" / "device_mappings.yaml").write_text(
        "device_types:\n  nv1.c4.large:\n    vendor: NewVendor\n    model: ServerModel X1\n"
        "    bios_vendor: NewVendor\n    management_tools:\n      - newvendor-cli\n"
    )

    merged = profile_of(BiosLibrary([tmp_path]), device_type="nv1.c4.large", platform="dell_idrac9")

    found = {setting["key"]: (setting["kind"], setting["value"]) for setting in merged["settings"]}
    assert found["boot_mode"] == ("intent", "UEFI")
    assert found["virtualization"] == ("intent", "Enabled")
    assert found["NumLock"] == ("attribute", "Off")
    document, current = rack_machine("dell_idrac9")
    assert lint(merged, document, current) == []


def test_every_mistake_of_a_template_is_told_at_once(tmp_path):
    folder = tmp_path / "bios" / "profiles"
    folder.mkdir(parents=True)
    (folder / "bad.yml").write_text(
        yaml.safe_dump(
            {
                "platform": "hpe_ilo6",
                "extends": ["profiles/loop", "workloads/storag"],
                "intents": {"boot_mod": "uefi", "boot_mode": "legacy", "secure_boot": "enabled"},
                "attributes": {"AssetTag": "x"},
            }
        )
    )
    (folder / "loop.yml").write_text(yaml.safe_dump({"extends": ["profiles/loop"]}))
    groups = tmp_path / "bios" / "groups"
    groups.mkdir()
    for name, value in (("one", "enabled"), ("other", "disabled")):
        (groups / f"{name}.yml").write_text(yaml.safe_dump({"intents": {"turbo": value}}))
    with pytest.raises(ConfigurationError) as caught:
        profile_of(BiosLibrary([tmp_path]), "bad", platform="dell_idrac9", groups=["none", "one", "other"])

    text = str(caught.value)
    for part in (
        "it is for hpe_ilo6 and this machine is dell_idrac9",
        "profiles/loop -> profiles/loop",
        "did you mean workloads/storage",
        "boot_mod: there is no such intent; did you mean boot_mode",
        "secure_boot: enabled needs boot_mode: uefi (Secure Boot is a feature of UEFI), and legacy is wanted",
        "AssetTag: the preserve pattern '*AssetTag*' keeps it as it is",
        "turbo",
    ):
        assert part in text
    reasons = {problem["reason"] for problem in caught.value.facts["problems"]}
    assert reasons == {"platform", "cycle", "extends", "intent", "constraint", "preserved", "conflict"}


def test_mistakes_of_template_and_machine_are_told_in_one_error(tmp_path):
    (tmp_path / "bios" / "profiles").mkdir(parents=True)
    attributes = {
        "NumLokc": "Off",
        "BootMode": "Csm",
        "SystemModelName": "X",
        "OsWatchdogTimer": "yes",
        "AssetTag": "x",
    }
    (tmp_path / "bios" / "profiles" / "bad.yml").write_text(
        yaml.safe_dump(
            {
                "extends": ["profiles/loop"],
                "intents": {"boot_mod": "uefi", "turbo": "sometimes", "power_profile": "custom"},
                "attributes": attributes,
            }
        )
    )
    (tmp_path / "bios" / "profiles" / "loop.yml").write_text(yaml.safe_dump({"extends": ["profiles/loop"]}))
    (tmp_path / "bios" / "groups").mkdir()
    for name, value in (("one", "enabled"), ("other", "disabled")):
        (tmp_path / "bios" / "groups" / f"{name}.yml").write_text(yaml.safe_dump({"intents": {"sriov": value}}))
    document, current = rack_machine("dell_idrac9")
    merged = profile_of(
        BiosLibrary([tmp_path]), "bad", platform="dell_idrac9", groups=["one", "other"], keep_mistakes=True
    )
    state = BiosState(machine="r01", platform="dell_idrac9", current=current, registry=Registry(document))

    with pytest.raises(ConfigurationError) as caught:
        decide(as_wanted(merged), state)

    found = [(item["attribute"].split(" (")[0], item["reason"]) for item in caught.value.facts["problems"]]
    assert sorted(found) == [
        ("AssetTag", "preserved"),
        ("BootMode", "not_in_list"),
        ("NumLokc", "unknown"),
        ("OsWatchdogTimer", "not_in_list"),
        ("SystemModelName", "read_only"),
        ("boot_mod", "intent"),
        ("profiles/bad", "cycle"),
        ("sriov", "conflict"),
        ("turbo", "intent"),
    ]
    assert not is_settled(as_wanted(merged), state)
    assert len(lint(merged, document, current)) == len(found)


def test_template_for_another_platform_is_told_once_with_the_mistakes_of_the_task():
    merged = profile_of(LIBRARY, "hpe_compute", platform="dell_idrac9", keep_mistakes=True)
    document, current = rack_machine("dell_idrac9")
    task = Setting("attribute", "NumLokc", "Off", "attributes of the task", TASK_ORDER)
    wanted = as_wanted(merged)

    with pytest.raises(ConfigurationError) as caught:
        decide(
            replace(wanted, settings=(*wanted.settings, task)),
            BiosState(machine="r01", platform="dell_idrac9", current=current, registry=Registry(document)),
        )

    assert [item["reason"] for item in caught.value.facts["problems"]] == ["platform", "unknown"]


def test_schema_errors_name_file_and_line(tmp_path):
    (tmp_path / "bios" / "profiles").mkdir(parents=True)
    (tmp_path / "bios" / "profiles" / "bad.yml").write_text("intent:\n  boot_mode: uefi\npreserve: Boot*\n")

    with pytest.raises(ConfigurationError) as caught:
        BiosLibrary([tmp_path])

    assert "bad.yml" in str(caught.value)
    assert "intent (did you mean intents" in str(caught.value)
    assert "'Boot*' is not a list" in str(caught.value)
