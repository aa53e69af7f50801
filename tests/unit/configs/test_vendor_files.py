# SPDX-License-Identifier: GPL-3.0-or-later
"""Platforms that a site describes in a file: read, checked, and known to identification."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
import yaml

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors import registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.from_data import NOT_DATA, profiles_from
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import GENERIC, Evidence
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.library import VENDORS, load

SCHEMA = Path(__file__).resolve().parents[3] / "configs" / "schemas" / "vendor.schema.json"
ACME = {
    "extends": "generic",
    "title": "Acme blade controller",
    "signs": [{"vendor": "^Acme"}, {"oem": r"\bAcme\b"}],
    "bios": {"apply_time": "never", "settings": ["Next"]},
    "power": {"post_state": ["Oem", "Acme", "PostState"], "post_busy": ["Running"], "conflict_tries": 3},
    "serial": [["Oem", "Acme", "Tag"], ["SerialNumber"]],
    "parallel": 2,
}


def written(tmp_path, vendors):
    (tmp_path / "vendors").mkdir()
    (tmp_path / "vendors" / "acme.yml").write_text(yaml.safe_dump({"vendors": vendors}))
    return load(VENDORS, [tmp_path])


@pytest.fixture
def added():
    yield registry.add
    registry.add(())


def test_file_makes_a_profile_and_a_machine_is_found_to_be_of_it(tmp_path, added):
    profiles = profiles_from(written(tmp_path, {"acme_blade": ACME}), registry.PROFILES)
    added(profiles)

    found = registry.identify({"Vendor": "Acme Corp"}, {}, {})

    assert found is profiles[0] is registry.by_name("acme_blade")
    assert (found.name, found.bios.apply_time, found.bios.settings) == ("acme_blade", "never", ("Next",))
    assert found.power.post_state == ("Oem", "Acme", "PostState")
    assert found.serial == (("Oem", "Acme", "Tag"), ("SerialNumber",))
    # What the file does not say is as in what it extends.
    assert found.power.off == GENERIC.power.off
    assert found.repairs == GENERIC.repairs
    assert hash(found.serial) and registry.identify({"Vendor": "Dell"}, {}, {}).name == "dell_idrac9"


def test_what_is_extended_gives_the_rest():
    (found,) = profiles_from({"my_dell": {"extends": "dell_idrac9", "signs": [{"model": "^My"}]}}, registry.PROFILES)

    assert found.bios.job is True
    assert found.accounts.factory == registry.by_name("dell_idrac9").accounts.factory


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"bios": {"aply_time": "never"}}, "did you mean apply_time"),
        ({"bios": {"apply_time": "sometimes"}}, "none of always, advertised, never"),
        ({"paralel": 2}, "did you mean parallel"),
        ({"signs": []}, "signs"),
        ({"signs": [{"vendr": "x"}]}, "did you mean vendor"),
        ({"parallel": 0}, "parallel"),
        ({"power": {"conflict_tries": "many"}}, "conflict_tries"),
    ],
)
def test_mistakes_are_told_with_file_and_line(tmp_path, change, words):
    with pytest.raises(ConfigurationError, match=words) as caught:
        written(tmp_path, {"acme_blade": {**ACME, **change}})

    assert "acme.yml:" in str(caught.value)


def test_what_no_schema_sees_is_told_together():
    with pytest.raises(ConfigurationError) as caught:
        profiles_from(
            {
                "dell_idrac9": {"signs": [{"vendor": "x"}]},
                "other": {"extends": "del_idrac9", "signs": [{"vendor": "("}]},
            },
            registry.PROFILES,
        )

    assert len(caught.value.facts["problems"]) == 3
    assert "did you mean dell_idrac9" in str(caught.value)


def test_schema_has_exactly_the_fields_of_a_profile():
    entry = json.loads(SCHEMA.read_text())["properties"]["vendors"]["additionalProperties"]["properties"]

    assert entry.keys() == {field.name for field in dataclasses.fields(GENERIC)} - set(NOT_DATA) | {"extends"}
    assert entry["signs"]["items"]["properties"].keys() == {field.name for field in dataclasses.fields(Evidence)}
    for name, data in entry.items():
        answers = getattr(GENERIC, name, None)
        if dataclasses.is_dataclass(answers):
            assert data["properties"].keys() == {field.name for field in dataclasses.fields(answers)}, name


@pytest.mark.parametrize("profile", registry.PROFILES, ids=lambda profile: profile.name)
def test_every_profile_of_the_collection_is_whole(profile):
    assert profile.title and [one.name for one in registry.PROFILES].count(profile.name) == 1
    assert bool(profile.signs) == (profile is not GENERIC)
    assert {key for sign in profile.signs for key in sign} <= {field.name for field in dataclasses.fields(Evidence)}
    assert profile.bios.apply_time in ("always", "advertised", "never")
    assert profile.bios.supported or profile.bios.why_not
    assert 1 <= profile.parallel <= 8
    assert profile.accounts.shortest <= profile.accounts.longest
