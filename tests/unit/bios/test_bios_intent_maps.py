# SPDX-License-Identifier: GPL-3.0-or-later
"""The maps of configs/bios/intents against the registries of the rack's platforms and of recorded machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.bios import Bios
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from ansible_collections.hwautomation.baremetal.extensions.lab.tree.registries import to_document
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.intents import find_row, translate
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.names import Names
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import BadValue
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors import registry as vendors
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.library import BiosLibrary

MOCKUPS = Path(__file__).resolve().parents[4] / "shared" / "mockups"
MAPS = BiosLibrary().intent_maps
# platform, recording, its Bios, its registry
RECORDED = (
    (
        "dell_idrac9",
        "dell-idrac9-r750/redfish/v1/Systems/System.Embedded.1",
        "Bios",
        "Bios/BiosRegistry",
    ),
    (
        "hpe_ilo5",
        "hpe-ilo5-dl385gen10plusv2/redfish/v1",
        "systems/1/bios",
        "registrystore/registries/en/biosattributeregistrya42.v1_2_60",
    ),
    (
        "hpe_ilo6",
        "hpe-ilo6-dl380agen11/redfish/v1",
        "Systems/1/bios",
        "RegistryStore/registries/en/biosattributeregistryu58.v1_2_44",
    ),
    (
        "supermicro_x13",
        "supermicro-x13-sys821ge",
        "redfish/v1/Systems/1/Bios",
        "registries/BiosAttributeRegistry.1.0.0.json",
    ),
    (
        "ami_megarac",
        "ami-megarac-dgxh100/redfish/v1",
        "Systems/DGX/Bios",
        "Registries/BiosAttributeRegistry113.en-US.1.1.3.json",
    ),
    (
        "nvidia_hgx",
        "openbmc-nvidia-gb200/redfish/v1",
        "Systems/System_0/Bios",
        "Registries/BiosAttributeRegistry/BiosAttributeRegistry",
    ),
    ("intel", "intel-s2600bpb/redfish/v1/Systems/QSBP74100021", "Bios", ""),
)
# What the workloads that come with the collection are made of has to mean something everywhere.
CORE = ("virtualization", "iommu", "hyper_threading")


def from_rack(platform):
    personality = PLATFORMS[platform]
    rows = personality.registry()
    published = vendors.by_name(platform).bios.registry and personality.bios.registry_uri
    registry = Registry(to_document(rows, "R.1", "/r")) if published else Registry.none()
    return Names(Bios(rows, accepts_display=personality.bios.displays_values).factory(), registry)


def from_recording(_platform, root, bios, registry):
    folder = MOCKUPS / root
    if not folder.is_dir():
        pytest.skip(f"no recording at {folder}: the mockups are not part of the collection")
    current = json.loads((folder / bios / "index.json").read_text())["Attributes"]
    document = json.loads((folder / registry / "index.json").read_text()) if registry else {}
    return Names(current, Registry(document))


def misfits(platform, names):
    """Return why words of a map cannot be set on a machine, by intent; numbered intents stand for their number 1."""
    found = {}
    for intent in MAPS[platform]:
        numbered = intent.replace("{n}", "1")
        for word in find_row(numbered, MAPS[platform])["values"]:
            try:
                translate(numbered, word, MAPS[platform], names)
            except BadValue as exc:
                found.setdefault(numbered, []).append((exc.reason, f"{word}: {exc.text}"))
    return found


# What the recorded machine lacks, or has several of under one name; by the model, not by our map.
LACKS = {
    # UEFI only, an Intel board.
    "ami_megarac": {"boot_mode", "sub_numa"},
    # Mirroring is offered only where the memory is populated for it.
    "dell_idrac9": {"memory_mirroring"},
    # An AMD board: what it lacks cannot be switched there.
    "hpe_ilo5": {"virtualization", "aspm", "numa", "memory_mirroring", "pxe.nic1"},
    # UEFI only, no embedded NICs and none in slot 1.
    "hpe_ilo6": {"boot_mode", "pxe.nic1", "pxe.slot1"},
    "intel": set(),
    "nvidia_hgx": set(),
    # UEFI only, no mirroring; three TPM whose names differ in nothing but the suffix.
    "supermicro_x13": {"boot_mode", "tpm", "memory_mirroring"},
}


@pytest.mark.parametrize("intent", ["boot_mode", "hyper_threading", "secure_boot", "memory_mirroring"])
def test_without_a_registry_what_may_keep_a_machine_from_starting_is_not_guessed(intent):
    names = Names({"BootMode": 1, "ProcessorHyperThreadingDisable": 1, "SecureBootEnableFlag": 0, "MirrorMode": 0})

    with pytest.raises(BadValue, match="no such intent") as caught:
        translate(intent, "uefi" if intent == "boot_mode" else "enabled", MAPS["intel"], names)

    assert caught.value.reason == "unsupported"


def test_every_platform_with_bios_settings_has_a_map():
    assert {name for name, platform in PLATFORMS.items() if platform.registry} <= set(MAPS)


@pytest.mark.parametrize("platform", sorted(name for name in MAPS if PLATFORMS[name].registry))
def test_map_fits_the_platform_of_the_rack(platform):
    found = misfits(platform, from_rack(platform))

    wrong = [problem for problems in found.values() for problem in problems if problem[0] != "unsupported"]
    assert wrong == []
    assert not set(CORE) & set(found)


@pytest.mark.parametrize("recording", RECORDED, ids=[row[1].split("/")[0] for row in RECORDED])
def test_every_intent_means_something_on_a_recorded_machine(recording):
    found = misfits(recording[0], from_recording(*recording))

    assert set(found) == LACKS[recording[0]], found
