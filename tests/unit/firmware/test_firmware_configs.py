# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue and the baselines of the collection fit together, and fit the rack that serves their images."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab import images
from ansible_collections.hwautomation.baremetal.extensions.lab.rackfile import load as load_rack
from ansible_collections.hwautomation.baremetal.plugins.lookup.firmware_baseline import LookupModule as BaselineLookup
from ansible_collections.hwautomation.baremetal.plugins.lookup.firmware_image import LookupModule as ImageLookup
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.baseline import (
    Machine,
    baselines_of,
    rows_for,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import rows_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.inventory import Component
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.registry import PROFILES
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.library import load

ROOT = Path(__file__).resolve().parents[3]
ORIGIN = ("name", "source", "vendor")


def catalogue():
    items = load(ImageLookup.KIND).values()
    rows = [{key: value for key, value in item.items() if key not in ORIGIN} for item in items]
    return rows_of(rows, "http://images.example")


def baselines():
    return baselines_of(load(BaselineLookup.KIND).values())


@pytest.mark.parametrize("baseline", baselines().values(), ids=lambda baseline: baseline.name)
def test_every_baseline_has_an_image_for_each_of_its_versions(baseline):
    entries = tuple(Component(key, key, key, "0.0") for key in baseline.components)

    rows = rows_for(Machine(baseline.platform, "", entries), catalogue(), baseline)

    assert {row.component: row.version for row in rows} == dict(baseline.components)


def test_platforms_of_the_catalogue_are_known():
    known = {profile.name for profile in PROFILES}

    assert {row.platform for row in catalogue()} <= known
    assert {baseline.platform for baseline in baselines().values()} <= known


def test_images_of_the_rack_are_those_of_the_catalogue():
    rows = {row.file_name: row for row in catalogue()}

    for plan in load_rack(ROOT / "inventory" / "lab" / "rack.yml").images:
        header = images.Image(
            plan.vendor or plan.platform.partition("_")[0], plan.platform, plan.component, plan.version
        )
        data = images.build(header, plan.size, plan.seed)
        assert (rows[plan.name].sha256, rows[plan.name].size) == (images.sha256(data), len(data))


def test_a_file_with_mistakes_tells_all_of_them_with_file_and_line(tmp_path):
    folder = tmp_path / "firmware" / "images"
    folder.mkdir(parents=True)
    (folder / "mine.yml").write_text(
        "firmware_images:\n"
        "  one:\n    platform: dell_idrac9\n    component: boot\n    version: 1.10\n    file: a.bin\n"
        "  two:\n    platform: dell_idrac9\n    component: bios\n    version: '1.0'\n    file: a.bin\n"
        "    sha256: abc\n    prio: low\n"
    )

    with pytest.raises(ConfigurationError) as caught:
        load(ImageLookup.KIND, [tmp_path])

    for words in ("mine.yml:", "'boot' is none of", "1.1 is not a string", "sha256", "prio (did you mean priority?)"):
        assert words in str(caught.value)
