# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry kept as text: nothing of it is lost, and only what is asked for is parsed."""

from __future__ import annotations

import json

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from ansible_collections.hwautomation.baremetal.extensions.lab.tree.registries import to_document
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.fetch import KeptRegistry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.index import index_of, pack, unpack
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry


@pytest.fixture(params=sorted(name for name, platform in PLATFORMS.items() if platform.registry))
def document(request):
    return to_document(PLATFORMS[request.param].registry(), "Registry.1.0.0", "/registry")


def test_unpacked_registry_is_the_packed_one(document):
    index = index_of(document)

    found = unpack(pack(index))

    assert found.id == "Registry.1.0.0"
    for part in ("rows", "dependencies", "setters", "displays", "shown"):
        assert dict(getattr(found, part)) == dict(getattr(index, part)), part


def test_attributes_are_the_same_from_either(document):
    packed, plain = Registry({}, unpack(pack(index_of(document)))), Registry(document)

    assert list(packed) == list(plain)
    assert all(packed.get(name) == plain.get(name) for name in plain)


def test_only_what_is_asked_for_is_parsed():
    rows = [{"AttributeName": f"A{number}", "Type": "String"} for number in range(3)]
    text = pack(index_of({"Id": "R", "RegistryEntries": {"Attributes": rows}}))
    damaged = text.replace(json.dumps(rows[1], separators=(",", ":")), "{")

    registry = Registry({}, unpack(damaged))

    assert (registry.get("A0").type, registry.get("A2").type, len(registry)) == ("String", "String", 3)
    with pytest.raises(ValueError, match="Expecting"):
        registry.get("A1")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 0}', "half a lin"])
def test_damaged_file_counts_as_not_kept(tmp_path, text):
    kept = KeptRegistry(str(tmp_path), "uuid", "R.1", "2.0")
    kept.store(Registry({"Id": "R", "RegistryEntries": {"Attributes": [{"AttributeName": "A"}]}}))
    (path,) = tmp_path.iterdir()
    path.write_text(text)

    assert kept.load() is None


def test_registry_is_kept_by_machine_id_and_bios_version(tmp_path):
    KeptRegistry(str(tmp_path), "uuid", "R.1", "2.0").store(Registry({"Id": "old"}))

    assert KeptRegistry(str(tmp_path), "uuid", "R.1", "2.0").load().id == "old"
    assert KeptRegistry(str(tmp_path), "uuid", "R.1", "2.1").load() is None
    assert KeptRegistry(str(tmp_path), "other", "R.1", "2.0").load() is None
    assert KeptRegistry(None, "uuid").load() is None
