# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of each captured machine in the one normal form."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.normal import normal_form
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.read import (
    SUBSETS,
    chassis_of,
    read_resources,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.words import mac, text
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import open_service

# name: vendor, model, serial, CPUs, cores, GPUs, GiB, modules, drives, first port
MACHINES = {
    "ami-megarac-dgxh100": ("NVIDIA", "DGXH100", "1662923610124", 2, 112, 0, 2048, 32, 11, "5c:ff:35:fe:04:b1"),
    "dell-idrac9-r750": ("Dell Inc.", "PowerEdge R750", "F54P1G3", 2, 36, 1, 512, 16, 3, "70:b5:e8:f0:52:dc"),
    "dmtf-public-rackmount1": ("Contoso", "3500", "437XR1138R2", 1, 8, 1, 96, 3, 2, "12:44:6a:3b:04:11"),
    "hpe-ilo5-dl385gen10plusv2": (
        "HPE", "ProLiant DL385 Gen10 Plus v2", "MXQ302099S", 2, 128, 0, 1024, 16, 18, "50:7c:6f:11:f2:a6"),
    "hpe-ilo6-dl380agen11": (
        "HPE", "ProLiant DL380a Gen11 -- SIMULATED", "2M2D2J00L4", 2, 64, 2, 512, 16, 7, "58:a2:e1:03:96:f2"),
    "intel-s2600bpb": ("Intel Corporation", "S2600BPB", "QSBP74100021", 2, 8, 0, 48, 6, 0, None),
    "openbmc-nvidia-gb200": ("NVIDIA", "GB200 NVL", "1583124820080", 2, 144, 0, 960, 2, 9, None),
    "openbmc-stock-qemu": ("", "", "", 0, 0, 0, 0, 0, 0, None),
    "supermicro-x10-legacy": ("Supermicro", "Super Server", "", 1, 8, 0, 64, 4, 0, "ac:1f:6b:18:a4:5a"),
    "supermicro-x13-sys821ge": (
        "Supermicro", "SYS-821GE-TNHR", "S889914X3710910", 2, 64, 0, 2048, 32, 8, "94:6d:ae:91:fb:22"),
}  # fmt: skip


@pytest.fixture
def facts_of(tree):
    def read(name):
        resources = read_resources(open_service(tree(name)), SUBSETS)
        return normal_form(resources, SUBSETS), resources

    return read


@pytest.mark.parametrize("name", MACHINES)
def test_machine_in_normal_form(facts_of, name):
    facts, _resources = facts_of(name)
    system = facts["system"]

    ports = facts["network"]["ports"]
    assert (
        system["vendor"],
        system["model"],
        system["serial"],
        len(facts["processors"]),
        sum(cpu["cores"] for cpu in facts["processors"]),
        len(facts["gpus"]),
        facts["memory"]["gib"],
        len(facts["memory"]["modules"]),
        len(facts["storage"]["drives"]),
        ports[0]["mac"] if ports else None,
    ) == MACHINES[name]


# tree: power supplies, fans, temperatures, type of the TPM, licences
CHASSIS = {
    # Its resource Power lists no power supply; they are in PowerSubsystem.
    "ami-megarac-dgxh100": (6, 36, 107, "TPM2_0", []),
    "dell-idrac9-r750": (2, 6, 5, "TPM2_0", ["iDRAC9 15g Enterprise License"]),
    "dmtf-public-rackmount1": (1, 2, 3, "TPM1_2", []),
    "hpe-ilo5-dl385gen10plusv2": (2, 6, 47, "TPM2_0", ["iLO Advanced"]),
    "hpe-ilo6-dl380agen11": (4, 6, 29, "TPM2_0", ["iLO Advanced"]),
    "intel-s2600bpb": (2, 6, 28, None, []),
    "supermicro-x13-sys821ge": (8, 6, 36, None, ["SFT-DCMS-SINGLE"]),
}


@pytest.mark.parametrize("name", CHASSIS)
def test_what_the_chassis_holds(facts_of, name):
    facts, _resources = facts_of(name)

    assert (
        len(facts["power_supplies"]),
        len(facts["fans"]),
        len(facts["temperatures"]),
        next((item["type"] for item in facts["system"]["tpm"]), None),
        [item["name"] for item in facts["licences"]],
    ) == CHASSIS[name]


def test_unhealthy_parts_are_named(facts_of):
    facts, _resources = facts_of("hpe-ilo5-dl385gen10plusv2")

    assert {"part": "storage.drives", "name": "Secondary Storage Device", "health": "Critical"} in facts["unhealthy"]


def chassis(number, contains=(), systems=()):
    links = {"Contains": [{"@odata.id": f"/c/{item}"} for item in contains]}
    links["ComputerSystems"] = [{"@odata.id": f"/s/{item}"} for item in systems]
    return f"/c/{number}", {"Links": links}


@pytest.mark.parametrize(
    ("linked", "rows", "chosen"),
    [
        ([1], [chassis(1), chassis(2)], ["/c/1"]),
        ([1], [chassis(1, contains=[3]), chassis(2), chassis(3, contains=[4]), chassis(4)], ["/c/1", "/c/3", "/c/4"]),
        ([1], [chassis(1), chassis(2, systems=[1])], ["/c/1", "/c/2"]),
        # The enclosure holds both nodes; what it has beside ours is another node's.
        ([1], [chassis(9, contains=[1, 2], systems=[]), chassis(1), chassis(2, systems=[2])], ["/c/1"]),
        ([1], [chassis(1, contains=[1])], ["/c/1"]),
        ([1], [chassis(2)], []),
        ([], [chassis(1), chassis(2)], []),
    ],
)
def test_chassis_of_a_system(linked, rows, chosen):
    system = {"Links": {"Chassis": [{"@odata.id": f"/C/{item}/"} for item in linked]}}

    assert [uri for uri, _body in chassis_of("/s/1", system, rows)] == chosen


@pytest.mark.parametrize("name", MACHINES)
def test_all_machines_have_the_same_keys(facts_of, name):
    facts, _resources = facts_of(name)
    reference, _resources = facts_of("dell-idrac9-r750")

    assert facts.keys() == reference.keys()
    assert facts["system"].keys() == reference["system"].keys()
    assert facts["bmc"].keys() == reference["bmc"].keys()
    assert facts["sources"]["memory"]["protocol"] == "redfish"


def test_broken_link_is_listed_and_fails_nothing(facts_of):
    facts, resources = facts_of("supermicro-x10-legacy")

    assert [item.resource for item in resources.unread] == ["/redfish/v1/Systems/1/Storage"]
    assert "no such resource" in resources.unread[0].reason
    assert facts["memory"]["gib"] == 64


def test_only_what_was_asked_for_is_read(tree):
    client = tree("dell-idrac9-r750")

    resources = read_resources(open_service(client), ("memory",))

    assert resources.sections.keys() == {"memory"}
    assert not any("Processors" in path for path in client.paths)


def test_expanded_collection_needs_one_request(tree):
    client = tree("dell-idrac9-r750")
    members = [client.get(f"/redfish/v1/Systems/System.Embedded.1/Processors/CPU.Socket.{n}").body for n in (1, 2)]
    plain = client.get

    def expanding(path, **options):
        if path.startswith("/redfish/v1/Systems/System.Embedded.1/Processors?$expand"):
            client.paths.append(path)
            return type(plain("/redfish/v1"))(200, {"Members": members})
        return plain(path, **options)

    client.get = expanding
    client.paths.clear()

    resources = read_resources(open_service(client), ("processors",))

    assert len(resources.sections["processors"]) == 2
    assert [path for path in client.paths if "Processors" in path] == [
        "/redfish/v1/Systems/System.Embedded.1/Processors?$expand=.($levels=1)"
    ]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("To be filled by O.E.M.", ""),
        ("....................", ""),
        (None, ""),
        (" SOLUM CO., LTD.                  ", "SOLUM CO., LTD."),
        ("Not Specified", ""),
        ("R750", "R750"),
        (0, ""),
    ],
)
def test_placeholders_are_no_facts(raw, clean):
    assert text(raw) == clean


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("70:B5:E8:F0:52:DC", "70:b5:e8:f0:52:dc"),
        ("70b5e8f052dc", "70:b5:e8:f0:52:dc"),
        ("00:00:00:00:00:00", ""),
        ("", ""),
        ("58:a2:e1:03:00:f2:96:f2", ""),
    ],
)
def test_mac_addresses_have_one_form(raw, clean):
    assert mac(raw) == clean
