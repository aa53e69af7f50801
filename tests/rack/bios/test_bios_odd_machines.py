# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of machines that do what their platform does not; the rows (Q-...) are in docs/rack_quirks.md."""

from __future__ import annotations

import pytest
import requests

from ansible_collections.hwautomation.baremetal.extensions.lab.images import Image, build
from tests.support.rack import Rack

ETAG = {"required": ["Bios"]}
# platform, what is odd about it, a setting and its other value
ODD = {
    "slashes": ("hpe_ilo5", {"oddities": {"slashed_links": True}}, {"TimeFormat": "Local"}),
    "no-manager": ("generic", {"oddities": {"lacks": ["ComputerSystem.Links.ManagedBy"]}}, {"QuietBoot": "Disabled"}),
    "no-ids": ("generic", {"words": {"ids": False}}, {"QuietBoot": "Disabled"}),
    "gzip": ("generic", {"oddities": {"gzip_weakens": True}, "etags": ETAG}, {"QuietBoot": "Disabled"}),
    "zero": ("generic", {"etags": {"style": "zero", **ETAG}}, {"QuietBoot": "Disabled"}),
    "empty": ("generic", {"etags": {"style": "empty"}}, {"QuietBoot": "Disabled"}),
    "number": (
        "generic",
        {"etags": {"style": "bare", **ETAG}, "oddities": {"if_match": "bare"}, "identity": {"system": "0"}},
        {"QuietBoot": "Disabled"},
    ),
    "fujitsu": ("generic", {"bios": {"shape": "delta_then_full"}}, {"QuietBoot": "Disabled"}),
    "no-time": ("generic", {"oddities": {"zero_reset_time": True}}, {"QuietBoot": "Disabled"}),
    "japanese": ("generic", {"oddities": {"registry_language": "ja"}}, {"QuietBoot": "Disabled"}),
    "elsewhere": ("generic", {"oddities": {"registry_location": "publication"}}, {"QuietBoot": "Disabled"}),
    "moved": ("dell_idrac9", {"oddities": {"task_becomes_job": True}}, {"NumLock": "Off"}),
    "url": ("dell_idrac9", {"oddities": {"task_location": "http"}}, {"NumLock": "Off"}),
    "sessions": ("dell_idrac9", {"identity": {"sessions": "/redfish/v1/Sessions"}}, {"NumLock": "Off"}),
    "large": ("generic", {}, {"AssetNumber": 2**40}),
    "1970": ("generic", {"oddities": {"stale_progress": True}}, {"QuietBoot": "Disabled"}),
    "for-ever": ("generic", {"sessions": {"timeout": 0.0}}, {"QuietBoot": "Disabled"}),
    "quanta": (
        "ami_megarac",
        {"identity": {"vendor": None, "product": None}, "power": {"manager_types": ["IPMIColdReset"]}},
        {"GBT0001": "Disable"},
    ),
}
CRAY = {"bios": {"settings": ""}, "oddities": {"bios_objects": True}}
RENAMES = {"oddities": {"bios_renames": ["QuietBoot:BootLogo"]}}


@pytest.fixture(scope="module")
def rack(tmp_path_factory):
    hosts = {name: {"lab_platform": platform, "lab_habits": habits} for name, (platform, habits, _set) in ODD.items()}
    hosts["cray"] = {"lab_platform": "generic", "lab_habits": CRAY}
    hosts["renames"] = {"lab_platform": "generic", "lab_habits": RENAMES}
    running = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:1000", maas=False)
    yield running
    running.stop()


@pytest.mark.parametrize("name", ODD)
def test_setting_is_applied_once(rack, run_door, name):
    wanted = ODD[name][2]
    first = run_door(rack, name, attributes=wanted, allow_reboot=True)
    rack.clear_journal()
    second = run_door(rack, name, attributes=wanted, allow_reboot=True)

    assert not first.get("failed"), first
    assert first["changed"]
    attribute, value = next(iter(wanted.items()))
    assert rack.state(name)["bios"][attribute] == value
    assert not second["changed"], second
    assert rack.journal(name, writes=True) == []


def test_attributes_that_are_objects_are_not_written(rack, run_door):
    done = run_door(rack, "cray", attributes={"QuietBoot": "Disabled"}, allow_reboot=True)
    assert done["failed"], done
    assert rack.journal("cray", writes=True) == []


def test_new_bios_is_asked_for_its_own_registry_within_a_run(rack, run_door):
    """Q-G11: what the run has kept of the old BIOS says nothing about the new one."""
    before = run_door(rack, "renames", attributes={"BootLogo": "Disabled"}, check=True)
    image = build(Image("any", "generic", "bios", "1.3.0"), 512)
    requests.post(f"{rack.control_url}/_lab/machines/renames/flash", image, timeout=30).raise_for_status()
    rack.wait("renames", lambda state: state["firmware_staged"])
    assert not run_door(rack, "renames", attributes={"HyperThreading": "Disabled"}, allow_reboot=True).get("failed")
    rack.wait("renames", lambda state: state["firmware"]["bios"] == "1.3.0")
    old = run_door(rack, "renames", attributes={"QuietBoot": "Disabled"}, check=True)
    done = run_door(rack, "renames", attributes={"BootLogo": "Disabled"}, allow_reboot=True)

    assert "BootLogo" in before["msg"] and "QuietBoot" in old["msg"]
    assert not done.get("failed"), done
    assert rack.state("renames")["bios"]["BootLogo"] == "Disabled"
