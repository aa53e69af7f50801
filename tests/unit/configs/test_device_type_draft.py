# SPDX-License-Identifier: GPL-3.0-or-later
"""A drafted device type is a valid one, and says nothing that the machine did not."""

from __future__ import annotations

from pathlib import Path

import yaml

from ansible_collections.hwautomation.baremetal.plugins.filter.device_type_draft import device_type_draft
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.library import DEVICE_TYPES, load

FACTS = {
    "platform": "dell_idrac9",
    "system": {"vendor": "Dell Inc.", "model": "PowerEdge R750", "serial": "F54P1G3"},
    "processors": [{"cores": 32, "model": "Xeon Gold 6430"}, {"cores": 32, "model": "Xeon Gold 6430"}],
    "gpus": [],
    "memory": {"gib": 512, "modules": []},
    "network": {"adapters": [], "ports": [{"mac": "52:54:00:00:00:01"}, {"mac": "52:54:00:00:00:02"}]},
    "storage": {"drives": [{"bytes": 960_197_124_096}, {"bytes": None}]},
}


def test_draft_of_a_whole_machine_is_valid_and_complete(tmp_path: Path) -> None:
    draft = device_type_draft(FACTS)

    (tmp_path / "device_types").mkdir()
    (tmp_path / "device_types" / "new.yml").write_text(yaml.safe_dump({"device_types": {"d2.c1.small": draft}}))
    assert load(DEVICE_TYPES, [tmp_path])["d2.c1.small"]["match"] == {
        "cpu": {"sockets": 2, "cores": 64, "model": "Xeon Gold 6430"},
        "memory_gib": 512,
        "nics": 2,
        "disks": {"count": 2, "total_gb": 960},
    }


def test_draft_of_a_machine_that_tells_little_leaves_the_rest_out() -> None:
    system = {"vendor": "", "model": "X", "serial": ""}

    draft = device_type_draft({"platform": "generic", "system": system})

    assert draft == {"description": "X, drafted from a machine", "model": "X", "platform": "generic"}


def test_what_the_machine_does_not_tell_is_left_out() -> None:
    draft = device_type_draft({"system": {"model": "R750"}, "processors": [{}], "storage": {"drives": [{}]}})

    assert draft == {
        "description": "R750, drafted from a machine",
        "model": "R750",
        "match": {"cpu": {"sockets": 1}, "disks": {"count": 1}},
    }
