# SPDX-License-Identifier: GPL-3.0-or-later
"""The normal form over recordings of real machines (../shared/mockups) and over the shapes they lack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.inventory import normal_form
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import firmware_answers

MOCKUPS = Path(__file__).resolve().parents[3].parent / "shared" / "mockups"

needs_recordings = pytest.mark.skipif(
    not MOCKUPS.is_dir(), reason="no recordings of real machines beside the project (../shared/mockups)"
)

# recording, platform -> {component: (version, previous)} of the components that have one device.
RECORDED = {
    ("dell-idrac9-r750", "dell_idrac9"): {
        "bmc": ("6.00.30.00", "4.40.29.00"),
        "bios": ("1.8.2", "1.2.4"),
        "cpld": ("1.0.5", None),
    },
    ("hpe-ilo6-dl380agen11", "hpe_ilo6"): {
        "bmc": ("1.66 Dec 13 2024", None),
        "bios": ("U58 v2.44 (01/17/2025)", "U58 v2.44 (01/17/2025)"),
        "cpld": ("0x16", None),
    },
    ("supermicro-x13-sys821ge", "supermicro_x13"): {
        "bmc": ("11.01.01", None),
        "bios": ("BIOS Date: 08/04/2023 Ver 1.4", None),
    },
    ("openbmc-nvidia-gb200", "nvidia_hgx"): {
        "bmc": ("GB200Nvl-24.12-8", None),
        "bios": ("buildbrain-gcid-38635631", None),
    },
    ("dmtf-public-rackmount1", "generic"): {"bmc": ("1.45.455b66-rev4", None), "bios": ("P79 v1.45", None)},
    ("intel-s2600bpb", "intel"): {
        "bmc": ("1.93.870cf4f0", None),
        "bios": ("SE5C620.86B.02.01.0008.C0001.031920191559", None),
    },
}


def documents(name):
    found = (MOCKUPS / name / "redfish" / "v1" / "UpdateService").glob("*Inventory/*/index.json")
    read = [json.loads(path.read_text()) for path in found]
    return [document for document in read if "Version" in document and "Members" not in document]


@pytest.mark.skipif(
    not MOCKUPS.is_dir(), reason="no recordings of real machines beside the project (../shared/mockups)"
)
@pytest.mark.parametrize("recording", RECORDED, ids=lambda key: key[0])
def test_normal_form_of_a_recording_names_its_components(recording):
    name, platform = recording

    entries = normal_form(documents(name), firmware_answers(platform))

    for component, (version, previous) in RECORDED[recording].items():
        found = [entry for entry in entries if entry.component == component]
        assert [(entry.version, entry.previous) for entry in found] == [(version, previous)]


@pytest.mark.skipif(
    not MOCKUPS.is_dir(), reason="no recordings of real machines beside the project (../shared/mockups)"
)
def test_normal_form_of_dell_lists_each_device_once():
    entries = normal_form(documents("dell-idrac9-r750"), firmware_answers("dell_idrac9"))

    places = [entry.device for entry in entries]
    assert len(places) == len(set(places))
    assert sum(entry.component == "psu" for entry in entries) == 2
    assert all(entry.id.startswith("Installed-") for entry in entries)


def test_normal_form_attaches_the_staged_row_and_drops_the_golden_one():
    rows = [
        {"Id": "BMC", "Name": "BMC", "Version": "1.0", "Updateable": True},
        {"Id": "Staging_BMC", "Name": "BMC Staging", "Version": "1.2"},
        {"Id": "Golden_BMC", "Name": "BMC Golden", "Version": "0.9"},
        {"Id": "Backup_BMC", "Name": "BMC Backup", "Version": "Not Present"},
    ]

    (entry,) = normal_form(rows, firmware_answers("supermicro_x13"))

    assert (entry.version, entry.staged, entry.previous) == ("1.0", "1.2", None)


def test_normal_form_takes_versions_from_manager_and_system_where_the_inventory_has_none():
    entries = normal_form([], firmware_answers("supermicro_x10"), bmc_version="4.0", bios_version="1.2")

    assert {(entry.component, entry.version) for entry in entries} == {("bmc", "4.0"), ("bios", "1.2")}


def test_normal_form_of_lenovo_reads_pending_star_as_no_version():
    rows = [
        {"Id": "BMC-Primary", "Name": "BMC-Primary", "Version": "42S-2.83"},
        {"Id": "BMC-Primary-Pending", "Name": "BMC-Primary-Pending", "Version": "*"},
        {"Id": "BMC-Backup", "Name": "BMC-Backup", "Version": "40H-2.60"},
    ]

    (entry,) = normal_form(rows, firmware_answers("lenovo_xcc"))

    assert (entry.component, entry.staged, entry.previous) == ("bmc", None, "40H-2.60")
