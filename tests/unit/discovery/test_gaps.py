# SPDX-License-Identifier: GPL-3.0-or-later
"""When IPMI is worth asking for what Redfish leaves empty, and what of its answer is taken."""

from __future__ import annotations

import copy

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.facts import wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.gaps import filled, missing
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.read import SUBSETS

REDFISH = {
    "platform": "supermicro_x10",
    "system": {
        "id": "1",
        "vendor": "Supermicro",
        "model": "Super Server",
        "serial": "S1",
        "uuid": "0b1c",
        "power": "On",
        "part_number": "PN-1",
        "asset_tag": "",
        "reset_types": [],
    },
    "bmc": {
        "id": "1",
        "firmware": "3.88",
        "product": "",
        "time": "2026-01-01T00:00:00Z",
        "clock_offset": 0,
        "macs": ["ac:1f:6b:18:a4:5a"],
        "interfaces": [{"id": "1"}],
        "hostname": "bmc1",
    },
    "temperatures": [{"name": "CPU", "celsius": 40, "health": "Warning"}],
    "fans": [{"name": "FAN1", "reading": 5000, "health": "OK"}],
    "unhealthy": [{"part": "temperatures", "name": "CPU", "health": "Warning"}],
    "sources": {"system": {"protocol": "redfish", "resources": ["/redfish/v1/Systems/1"]}},
}
IPMI = {
    "platform": "ipmi",
    "system": {
        "id": "ipmi",
        "vendor": "ACME",
        "model": "Rocket",
        "serial": "FRU-1",
        "uuid": "ffff",
        "power": "Off",
        "part_number": "PN-FRU",
        "asset_tag": "A-7",
        "reset_types": ["On", "ForceOff"],
    },
    "bmc": {
        "id": "ipmi",
        "firmware": "3.88",
        "product": "IPMI",
        "time": "",
        "clock_offset": None,
        "macs": ["52:54:00:aa:bb:01"],
        "interfaces": [{"id": "ipmi"}],
        "hostname": "",
    },
    "temperatures": [{"name": "Inlet", "celsius": 99, "health": "Critical"}],
    "fans": [],
    "unhealthy": [{"part": "temperatures", "name": "Inlet", "health": "Critical"}],
    "sources": {},
}
ALL = tuple(SUBSETS)


def without(*places):
    facts = copy.deepcopy(REDFISH)
    for place in places:
        holder, _dot, name = place.rpartition(".")
        inner = facts[holder] if holder else facts
        inner[name] = [] if isinstance(inner[name], list) else ""
    return facts


@pytest.mark.parametrize(
    ("gone", "subsets", "mode", "asked"),
    [
        # An asset tag that nobody gave is no reason to open a session.
        ((), ALL, "auto", {}),
        (("system.part_number", "bmc.hostname", "fans"), ALL, "auto", {}),
        (("system.serial",), ALL, "auto", {"": ("system.serial", "system.asset_tag")}),
        (("bmc.macs",), ALL, "auto", {"": ("system.asset_tag",), "bmc": ("bmc.macs",)}),
        (("temperatures", "fans"), ALL, "auto", {"": ("system.asset_tag",), "thermal": ("temperatures", "fans")}),
        # What was not read is no gap.
        (("temperatures", "bmc.macs"), ("system",), "auto", {}),
        ((), ALL, "always", {"": ("system.asset_tag",)}),
        (("temperatures",), ("system",), "always", {"": ("system.asset_tag",)}),
    ],
)
def test_ipmi_is_asked_for_what_every_machine_has(gone, subsets, mode, asked):
    assert missing(without(*gone), subsets, mode) == asked


def test_what_redfish_tells_stays_and_each_filled_fact_says_where_it_is_from():
    facts = without("system.serial", "system.uuid")

    merged = filled(facts, IPMI, missing(facts, ALL, "auto")[""])

    assert merged["system"] == {**REDFISH["system"], "serial": "FRU-1", "uuid": "ffff", "asset_tag": "A-7"}
    assert merged["bmc"] == REDFISH["bmc"]
    assert merged["sources"]["filled"] == {
        "system.serial": "ipmi",
        "system.uuid": "ipmi",
        "system.asset_tag": "ipmi",
    }
    assert merged["sources"]["system"] == REDFISH["sources"]["system"]
    assert facts == without("system.serial", "system.uuid"), "the argument stays as it is"


def test_what_ipmi_does_not_know_either_stays_empty():
    facts = without("fans", "bmc.hostname")

    merged = filled(facts, IPMI, ("fans", "bmc.hostname"))

    assert (merged["fans"], merged["bmc"]["hostname"], merged["sources"]["filled"]) == ([], "", {})


def test_parts_that_were_filled_count_as_unhealthy_too():
    facts = without("temperatures")
    facts["unhealthy"] = []

    merged = filled(facts, IPMI, ("temperatures",))

    assert merged["unhealthy"] == [{"part": "temperatures", "name": "Inlet", "health": "Critical"}]


@pytest.mark.parametrize(
    ("protocol", "mode", "becomes"),
    [
        ("auto", "auto", "auto"),
        # Who forbids IPMI as the way in gets none for gaps, unless it is asked for by name.
        ("redfish", "auto", "never"),
        ("redfish", "always", "always"),
        ("auto", "never", "never"),
    ],
)
def test_protocol_redfish_means_no_ipmi(protocol, mode, becomes):
    params = {"subsets": ["all"], "bmc_host": "192.0.2.1", "protocol": protocol, "ipmi_gaps": mode}

    assert wanted(params).ipmi_gaps == becomes
