# SPDX-License-Identifier: GPL-3.0-or-later
"""Every template and every intent of the collection against the registries of the platforms they name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from ansible_collections.hwautomation.baremetal.extensions.lab.bios import Bios
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from ansible_collections.hwautomation.baremetal.extensions.lab.tree.registries import to_document
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.intents import find_row, translate
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.lint import lint
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.names import Names
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import BadValue
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.library import BiosLibrary
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.profile import explain, profile_of

LIBRARY = BiosLibrary()
PROFILES = {name.split("/")[1]: layer["platform"] for name, layer in LIBRARY.layers.items() if "profiles/" in name}
WORKLOADS = [name for name in LIBRARY.layers if name.startswith("workloads/")]
MOCKUPS = Path(__file__).resolve().parents[4] / "shared" / "mockups"
RECORDED = {
    "dell_idrac9": (
        "dell-idrac9-r750/redfish/v1/Systems/System.Embedded.1/Bios",
        "dell-idrac9-r750/redfish/v1/Systems/System.Embedded.1/Bios/BiosRegistry",
    ),
    "hpe_ilo6": (
        "hpe-ilo6-dl380agen11/redfish/v1/Systems/1/bios",
        "hpe-ilo6-dl380agen11/redfish/v1/RegistryStore/registries/en/biosattributeregistryu58.v1_2_44",
    ),
    "supermicro_x13": (
        "supermicro-x13-sys821ge/redfish/v1/Systems/1/Bios",
        "supermicro-x13-sys821ge/registries/BiosAttributeRegistry.1.0.0.json",
    ),
}
# What the recorded machine lacks, or has several of under one name; by the model, not by our map.
NOT_ON_RECORDED = {
    "dell_idrac9": {"memory_mirroring"},
    # UEFI only, no embedded NICs and none in slot 1.
    "hpe_ilo6": {"boot_mode", "pxe.nic1", "pxe.slot1"},
    # UEFI only, no mirroring; three TPM and two serial consoles whose names differ in nothing but the suffix.
    "supermicro_x13": {"boot_mode", "tpm", "serial_console", "memory_mirroring"},
}


def rack_machine(platform):
    personality = PLATFORMS[platform]
    registry = personality.registry()
    document = to_document(registry, "Registry.1.0.0", "/registry")
    return document, Bios(registry, None, personality.bios.displays_values).factory()


def recorded_machine(platform):
    bios, registry = (MOCKUPS / place / "index.json" for place in RECORDED[platform])
    if not bios.exists():
        pytest.skip(f"no recording at {bios}: the mockups are not part of the collection")
    return json.loads(registry.read_text()), json.loads(bios.read_text())["Attributes"]


@pytest.mark.parametrize("profile", PROFILES)
def test_profile_fits_the_machines_of_the_rack(profile):
    platform = PROFILES[profile]
    document, current = rack_machine(platform)

    assert lint(profile_of(LIBRARY, profile, platform=platform), document, current) == []


@pytest.mark.parametrize("platform", sorted(set(PROFILES.values())))
@pytest.mark.parametrize("workload", WORKLOADS)
def test_workload_fits_the_machines_of_the_rack(workload, platform, tmp_path):
    (tmp_path / "bios" / "profiles").mkdir(parents=True)
    (tmp_path / "bios" / "profiles" / "try.yml").write_text(yaml.safe_dump({"extends": [workload]}))
    document, current = rack_machine(platform)

    merged = profile_of(BiosLibrary([tmp_path]), "try", platform=platform)

    assert lint(merged, document, current) == []


@pytest.mark.parametrize("platform", RECORDED)
def test_every_intent_means_something_on_a_recorded_machine(platform):
    document, current = recorded_machine(platform)
    names = Names(current, Registry(document))
    failed = {}
    for intent in LIBRARY.intent_maps[platform]:
        numbered = intent.replace("{n}", "1")
        for word in find_row(numbered, LIBRARY.intent_maps[platform])["values"]:
            try:
                translate(numbered, word, LIBRARY.intent_maps[platform], names)
            except BadValue as exc:
                failed.setdefault(numbered, []).append(f"{word}: {exc.text}")

    assert set(failed) == NOT_ON_RECORDED[platform], failed


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
    with pytest.raises(ConfigurationError) as caught:
        profile_of(BiosLibrary([tmp_path]), "bad", platform="dell_idrac9", groups=["none"])

    text = str(caught.value)
    for part in ("it is for hpe_ilo6 and this machine is dell_idrac9", "profiles/loop -> profiles/loop"):
        assert part in text


def test_schema_errors_name_file_and_line(tmp_path):
    (tmp_path / "bios" / "profiles").mkdir(parents=True)
    (tmp_path / "bios" / "profiles" / "bad.yml").write_text("intent:\n  boot_mode: uefi\npreserve: Boot*\n")

    with pytest.raises(ConfigurationError) as caught:
        BiosLibrary([tmp_path])

    assert "bad.yml" in str(caught.value)
    assert "intent (did you mean intents" in str(caught.value)
    assert "'Boot*' is not a list" in str(caught.value)
