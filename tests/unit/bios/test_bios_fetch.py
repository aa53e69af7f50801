# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a machine's attribute registry is: what Bios names, what the collection lists, and what a member points to."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.fetch import location_of, match_member

ROOT = "/redfish/v1/Registries"


@pytest.mark.parametrize(
    ("named", "members", "first"),
    [
        ("BiosAttributeRegistry.v1_0_3", ["BiosAttributeRegistry.v1_0_3"], "BiosAttributeRegistry.v1_0_3"),
        ("BiosAttributeRegistryU58.v1_2_44", ["Base.1.8", "biosattributeregistryu58.v1_2_44"], None),
        ("BiosAttributeRegistry.v1_0_0", ["Base.1.8", "BiosAttributeRegistry.1.0.3"], None),
        ("BiosAttributeRegistry.v1_0_0", ["BiosAttributeRegistryOld.v1_0_0", "BiosAttributeRegistry"], None),
        ("SomethingElse.1.0.0", ["Base.1.8", "BiosAttributeRegistry113.en-US.1.1.3"], None),
        (None, ["Base.1.8", "BiosAttributeRegistry.1.0.0"], None),
        ("X", ["Base.1.8", "BIOS_Setup"], None),
    ],
    ids=["exact", "case", "version", "version-before-prefix", "other-name", "no-name", "only-bios"],
)
def test_member_is_found_under_the_names_machines_use(named, members, first):
    found = match_member(named, [f"{ROOT}/{member}" for member in members])

    assert found[0] == f"{ROOT}/{first or members[-1]}"
    assert f"{ROOT}/Base.1.8" not in found


def test_machine_without_a_bios_registry_has_none():
    assert match_member("BiosAttributeRegistry.v1_0_0", [f"{ROOT}/Base.1.8", f"{ROOT}/TaskEvent.1.0"]) == []


@pytest.mark.parametrize(
    ("places", "path"),
    [
        (
            [{"Language": "en", "Uri": "/redfish/v1/Systems/1/Bios/BiosRegistry"}],
            "/redfish/v1/Systems/1/Bios/BiosRegistry",
        ),
        ([{"Language": "en-US", "Uri": "/registries/Bios.1.0.0.json"}], "/registries/Bios.1.0.0.json"),
        ([{"Language": "zh", "Uri": "/zh"}, {"Language": "en", "Uri": "/en"}], "/en"),
        ([{"Language": "zh", "Uri": "/zh"}], "/zh"),
        (
            [{"Language": "en", "Uri": {"extref": "/redfish/v1/registrystore/en/bios"}}],
            "/redfish/v1/registrystore/en/bios",
        ),
        ([{"Uri": "https://192.0.2.1/redfish/v1/x"}], "/redfish/v1/x"),
        ([{"ArchiveUri": "/registries/bios.json.gz"}], "/registries/bios.json.gz"),
        ([{"PublicationUri": "https://vendor.example/bios.json"}], ""),
        (["odd"], ""),
        (None, ""),
    ],
    ids=["usual", "outside", "english", "only-language", "extref", "absolute", "archive", "publication", "odd", "none"],
)
def test_registry_is_fetched_from_where_the_member_points_on_this_bmc(places, path):
    assert location_of({"Location": places}) == path
