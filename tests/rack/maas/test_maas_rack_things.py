# SPDX-License-Identifier: GPL-3.0-or-later
"""Zones, pools, tags, scripts, interfaces and disks against the rack's MAAS: run, run again, check."""

from __future__ import annotations

import pytest

SCRIPT = "#!/bin/sh\nexit 0\n"
THINGS = [
    ("maas_zone", "zone", {"name": "z1", "description": "Row 1"}, {"description": "Row 2"}),
    ("maas_resource_pool", "pool", {"name": "p1", "description": "Spare"}, {"description": "In use"}),
    ("maas_tag", "tag", {"name": "t1", "comment": "one", "kernel_opts": "quiet"}, {"comment": "two"}),
    (
        "maas_script",
        "script",
        {"name": "reach", "script": SCRIPT, "type": "testing", "tags": ["net"], "script_timeout": 60},
        {"script": SCRIPT + "# second\n"},
    ),
]


def ok(result):
    assert not result.get("failed"), result.get("msg")
    return result


@pytest.mark.parametrize(("door", "noun", "wanted", "change"), THINGS, ids=[row[0] for row in THINGS])
def test_life_of_a_named_thing(lab, door, noun, wanted, change):
    def run(**more):
        return ok(lab.run(door, **{**wanted, **more}))

    assert run(check=True)["changed"] and lab.maas_requests(writes=True) == []
    assert run(diff=True)["diff"][0]["before"] == {}
    assert not run()["changed"]
    assert run(check=True, **change)["changed"]
    changed = run(**change)
    assert changed["changed"] and {key: changed[noun][key] for key in change} == change
    assert not run(**change)["changed"]
    lab.rack.clear_journal()
    assert run(check=True, state="absent")["changed"] and lab.maas_requests(writes=True) == []
    assert run(state="absent")[noun] == {}
    assert not run(state="absent")["changed"]


@pytest.mark.parametrize(
    ("door", "name"),
    [("maas_zone", "default"), ("maas_resource_pool", "default"), ("maas_script", "smartctl-validate")],
)
def test_a_part_of_maas_is_not_deleted(lab, door, name):
    result = lab.run(door, name=name, state="absent")
    assert result["error_class"] == "ConfigurationError" and "part of MAAS" in result["msg"]
    assert lab.maas_requests(writes=True) == []


@pytest.fixture(scope="module")
def node(lab):
    ok(lab.machine("s4", state="ready"))
    return "s4"


def interface(lab, node, **wanted):
    return ok(lab.run("maas_interface", hostname=node, **wanted))


def names_of_ports(lab, node):
    macs = lab.rack.state(node)["macs"]
    return [interface(lab, node, mac_address=mac)["interface"]["name"] for mac in macs]


def there_and_unchanged(lab, node, **wanted):
    """Foresee without a write, do, and do again without a change; return the interface."""
    lab.rack.clear_journal()
    assert interface(lab, node, check=True, **wanted)["changed"] and lab.maas_requests(writes=True) == []
    done = interface(lab, node, diff=True, **wanted)
    assert done["changed"] and not interface(lab, node, **wanted)["changed"]
    return done["interface"]


def vlan_id(lab):
    """Return the number of a tagged VLAN; MAAS has to have it, which is nothing these modules manage."""
    with lab.client() as client:
        fabric = client.rows("fabrics/")[0]
        tagged = [vlan["vid"] for vlan in fabric["vlans"] if vlan["vid"]]
        return tagged[0] if tagged else client.post(f"fabrics/{fabric['id']}/vlans/", form={"vid": 100})["vid"]


def test_bond_vlan_and_bridge(lab, node):
    first, second = names_of_ports(lab, node)
    subnet = "10.77.0.0/16"
    bond = {
        "type": "bond",
        "name": "bond0",
        "parents": [first, second],
        "bond_mode": "802.3ad",
        "bond_lacp_rate": "fast",
        "mtu": 9000,
        "links": [{"mode": "auto", "subnet": subnet}],
    }
    made = there_and_unchanged(lab, node, **bond)
    assert made["parents"] == sorted([first, second]) and made["mtu"] == 9000
    assert made["links"] == [{"mode": "auto", "subnet": subnet, "ip_address": "", "default_gateway": False}]

    routed = {**bond, "links": [{"mode": "auto", "subnet": subnet, "default_gateway": True}]}
    lab.rack.clear_journal()
    foreseen = interface(lab, node, check=True, **routed)
    assert [step["name"] for step in foreseen["plan"]["steps"]] == ["set_default_gateway"]
    assert lab.maas_requests(writes=True) == []
    assert interface(lab, node, **routed)["interface"]["links"][0]["default_gateway"]
    assert not interface(lab, node, **routed)["changed"] and not interface(lab, node, **bond)["changed"]

    static = [{"mode": "static", "subnet": subnet, "ip_address": "10.77.9.9", "default_gateway": True}]
    changed = interface(lab, node, type="bond", name="bond0", links=static)
    assert [step["name"] for step in changed["plan"]["steps"]] == ["unlink_subnet", "link_subnet"]
    assert not interface(lab, node, type="bond", name="bond0", links=static)["changed"]

    link_up = [{"mode": "link_up"}]
    client_vlan = {"type": "vlan", "parents": ["bond0"], "vlan": {"vid": vlan_id(lab)}, "links": link_up}
    made = there_and_unchanged(lab, node, **client_vlan)
    assert (made["type"], made["parents"], made["vlan"]["vid"]) == ("vlan", ["bond0"], vlan_id(lab))
    assert interface(lab, node, name=made["name"], state="absent")["changed"]

    bridge = there_and_unchanged(lab, node, type="bridge", name="br0", parents=["bond0"], bridge_stp=False)
    assert bridge["parents"] == ["bond0"]

    for name in ("br0", "bond0"):
        assert interface(lab, node, name=name, state="absent")["changed"]
        assert not interface(lab, node, name=name, state="absent")["changed"]


@pytest.mark.parametrize(
    ("wanted", "error", "words"),
    [
        ({"type": "bond", "name": "b", "parents": ["nope"]}, "ConfigurationError", "has no interface 'nope'"),
        ({"name": "nic9"}, "ConfigurationError", "needs mac_address"),
        (
            {"mac_address": "02:00:00:00:00:01", "name": "n", "links": [{"mode": "auto", "subnet": "nowhere"}]},
            "ConfigurationError",
            "no subnet 'nowhere'",
        ),
        ({"name": "x", "links": [{"mode": "static"}]}, "ConfigurationError", "needs subnet and ip_address"),
        (
            {"name": "x", "links": [{"mode": "dhcp", "subnet": "pxe", "default_gateway": True}]},
            "ConfigurationError",
            "default_gateway goes with mode auto or static, not dhcp",
        ),
        ({"name": "x", "bond_mode": "802.3ad"}, "ConfigurationError", "only for type bond"),
        ({"hostname": "nobody", "name": "x"}, "ConfigurationError", "is not in MAAS"),
    ],
)
def test_wrong_interfaces_are_refused_before_a_write(lab, node, wanted, error, words):
    result = lab.run("maas_interface", **{"hostname": node, **wanted})
    assert result["error_class"] == error and words in result["msg"], result["msg"]
    assert lab.maas_requests(writes=True) == []


def test_readers(lab, node):
    info = ok(lab.run("maas_server_info"))
    assert info["version"].startswith("3.7") and info["supported"] and info["user"]["is_superuser"]
    images = ok(lab.run("maas_boot_resource_info"))
    assert "ubuntu/noble" in images["series"] and images["importing"] is False
    events = ok(lab.run("maas_event_info", hostname=[node], limit=5))["events"]
    assert 0 < len(events) <= 5 and {event["hostname"] for event in events} == {node}
    assert lab.run("maas_event_info", limit=5000)["error_class"] == "ConfigurationError"

    lab.rack.clear_journal()
    machines = ok(lab.run("maas_machine_info", status=["Ready"]))["machines"]
    assert node in [machine["hostname"] for machine in machines]
    assert {machine["status_name"] for machine in machines} == {"Ready"}
    assert len(lab.maas_requests()) == 1
    assert lab.run("maas_machine_info", status=["Redy"])["hint"] == "one of Ready"
    assert "details" not in machines[0]
    details = ok(lab.run("maas_machine_info", hostname=[node], details=True))["machines"][0]["details"]
    assert details["cpu"]["total"] and details["memory"]["total"]
    found = {port["address"] for card in details["network"]["cards"] for port in card["ports"]}
    assert found == set(lab.rack.state(node)["macs"])
    refused = lab.run("maas_machine_info", zone=["defolt"])
    assert "No such zone" in refused["msg"] and refused["hint"] == "MAAS has no zone 'defolt' (did you mean default?)"


def storage(lab, node, **wanted):
    return ok(lab.run("maas_storage", hostname=node, **wanted))


def test_layouts(lab, node):
    first = storage(lab, node, layout="flat")["storage"]["disks"][0]["name"]
    for wanted in (
        {"layout": "lvm", "root_device": first, "vg_name": "vg7"},
        {
            "layout": "lvm",
            "root_device": first,
            "vg_name": "vg7",
            "lv_name": "os",
            "lv_size": "100G",
            "boot_size": "2G",
        },
        {"layout": "lvm", "lv_size": "50G"},
        {"layout": "blank"},
        {"layout": "flat", "root_size": "80G"},
        {"layout": "flat", "root_size": "90G", "boot_size": "1G"},
    ):
        lab.rack.clear_journal()
        assert storage(lab, node, check=True, **wanted)["changed"] and lab.maas_requests(writes=True) == []
        done = storage(lab, node, diff=True, **wanted)
        assert done["changed"] and done["storage"]["layout"] == wanted["layout"]
        assert not storage(lab, node, **wanted)["changed"]


def test_disks_one_by_one(lab, node):
    names = [disk["name"] for disk in storage(lab, node, layout="flat")["storage"]["disks"]]
    wanted = [
        {
            "name": names[0],
            "boot": True,
            "partitions": [
                {"size": "512M", "fstype": "fat32", "mount_point": "/boot/efi", "bootable": True},
                {"fstype": "ext4", "mount_point": "/", "label": "root"},
            ],
        },
        {"name": names[1], "fstype": "xfs", "mount_point": "/data"},
    ]
    assert storage(lab, node, check=True, disks=wanted)["changed"]
    done = storage(lab, node, disks=wanted)
    assert [disk["mount_point"] for disk in done["storage"]["disks"][:2]] == [None, "/data"]
    assert not storage(lab, node, disks=wanted)["changed"]
    wanted[1]["mount_point"] = "/srv"
    assert storage(lab, node, disks=wanted)["changed"]
    storage(lab, node, layout="flat")


ROOT = {"fstype": "ext4", "mount_point": "/"}


def mirrored(first, second):
    """A boot partition, and a mirror with LVM on it."""
    halves = [{"size": "1G"}, {}]
    return {
        "disks": [
            {
                "name": first,
                "boot": True,
                "partitions": [{"size": "1G", "fstype": "fat32", "mount_point": "/boot/efi"}, {}],
            },
            {"name": second, "partitions": halves},
        ],
        "raids": [{"name": "md0", "level": "raid-1", "devices": [f"{first}-part2", f"{second}-part2"]}],
        "volume_groups": [
            {
                "name": "vg0",
                "devices": ["md0"],
                "logical_volumes": [
                    {"name": "root", "size": "100G", **ROOT},
                    {"name": "data", "fstype": "xfs", "mount_point": "/data"},
                ],
            }
        ],
    }


def partitioned_raid(first, second):
    """A striped RAID of whole disks, with partitions on it."""
    parts = [{"size": "50G", **ROOT}, {"fstype": "swap"}]
    return {"raids": [{"name": "md1", "level": "raid-0", "devices": [first, second], "partitions": parts}]}


def cached(first, second):
    """Two devices cached on one."""
    part = {"size": "100G"}
    return {
        "disks": [{"name": first, "partitions": [part, part]}, {"name": second}],
        "bcaches": [
            {"name": "bcache0", "backing_device": f"{first}-part1", "cache_device": second, **ROOT},
            {
                "name": "bcache1",
                "backing_device": f"{first}-part2",
                "cache_device": second,
                "cache_mode": "writeback",
                "fstype": "ext4",
                "mount_point": "/srv",
            },
        ],
    }


@pytest.fixture(scope="module")
def disk_names(lab, node):
    return [disk["name"] for disk in storage(lab, node, layout="flat")["storage"]["disks"]][:2]


@pytest.mark.parametrize(
    ("build", "steps"),
    [
        (mirrored, ["create_raid", "create_volume_group", "create_logical_volume", "create_logical_volume"]),
        (partitioned_raid, ["create_raid", "create_partition", "create_partition"]),
        (cached, ["create_cache_set", "create_bcache", "format", "create_bcache", "format"]),
    ],
)
def test_what_is_built_of_disks(lab, node, disk_names, build, steps):
    wanted = build(*disk_names)
    lab.rack.clear_journal()
    foreseen = storage(lab, node, check=True, **wanted)
    assert [step["name"] for step in foreseen["plan"]["steps"]][-len(steps) :] == steps
    assert lab.maas_requests(writes=True) == []
    done = storage(lab, node, diff=True, **wanted)
    assert [row["name"] for kind in ("raids", "volume_groups", "bcaches") for row in done["storage"][kind]] == [
        row["name"] for kind in ("raids", "volume_groups", "bcaches") for row in wanted.get(kind, [])
    ]
    lab.rack.clear_journal()
    assert not storage(lab, node, **wanted)["changed"] and lab.maas_requests(writes=True) == []


def test_the_disks_of_an_allocated_machine_are_changed_one_by_one(lab, node, disk_names):
    mirror, striped, caches = (build(*disk_names) for build in (mirrored, partitioned_raid, cached))
    storage(lab, node, **mirror)
    ok(lab.machine(node, state="allocated"))
    assert lab.run("maas_storage", hostname=node, layout="flat")["error_class"] == "ConflictError"
    for wanted in (caches, striped, {"disks": [{"name": disk_names[0], **ROOT}]}, mirror):
        done = storage(lab, node, **wanted)
        assert "set_storage_layout" not in [step["name"] for step in done["plan"]["steps"]]
        assert done["changed"] and not storage(lab, node, **wanted)["changed"]
    ok(lab.machine(node, state="deployed"))
    assert lab.run("maas_storage", hostname=node, **caches)["error_class"] == "ConflictError"
    ok(lab.machine(node, state="ready", allow_release=True))


def test_somebody_elses_machine_is_left_alone_unless_allowed(lab, node, disk_names):
    ok(lab.machine(node, state="ready"))
    ok(lab.as_operator("maas_machine", hostname=node, state="allocated"))
    lab.rack.clear_journal()
    mine = {
        "maas_storage": cached(*disk_names),
        "maas_interface": {"name": "eth9", "mac_address": "02:aa:00:00:00:09"},
    }
    for door, wanted in mine.items():
        refused = lab.run(door, hostname=node, **wanted)
        assert (
            refused["error_class"] == "ConflictError" and "belongs to operator, the API key to admin" in refused["msg"]
        )
        assert lab.maas_requests(writes=True) == []
        assert ok(lab.run(door, hostname=node, allow_other_owner=True, check=True, **wanted))["changed"]
    ok(lab.machine(node, state="ready", allow_other_owner=True))


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (
            {"raids": [{"name": "md0", "level": "raid-1", "devices": ["sdx", "sdy"], **ROOT}]},
            "has no disk sdx, sdy",
        ),
        ({"layout": "lvm", "lv_size": "much"}, "lv_size: 'much' is not a size"),
        ({"layout": "lvm", "root_device": "sdz"}, "has no disk sdz"),
        ({"disks": [{"name": "sda", "fstype": "ext4", "mount_point": "/data"}]}, "no file system is mounted at /"),
        ({"disks": [{"name": "sda", "partitions": [{"size": "much"}]}]}, "is not a size"),
        ({"disks": [{"name": "sda", "partitions": [{}, {}]}]}, "only the last partition"),
        ({"layout": "flat", "disks": []}, "mutually exclusive"),
    ],
)
def test_wrong_storage_is_refused_before_a_write(lab, node, wanted, words):
    result = lab.run("maas_storage", hostname=node, **wanted)
    assert result["failed"] and words in result["msg"], result["msg"]
    assert lab.maas_requests(writes=True) == []


def test_a_machine_that_is_not_ready_is_left_alone(lab):
    ok(lab.machine("s8"))
    lab.rack.clear_journal()
    result = lab.run("maas_storage", hostname="s8", layout="lvm")
    assert result["error_class"] == "ConflictError" and "only while it is Ready" in result["msg"]
    assert lab.maas_requests(writes=True) == []
