# SPDX-License-Identifier: GPL-3.0-or-later
"""What a recorded machine's disks look like, and when they are as wanted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import validate
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.disks import (
    Disk,
    Filesystem,
    disks_of,
    same_disk,
    size_in_bytes,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.groups import Group, Volume
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.interface import WantedInterface
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.interface import view as shown
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.interfaces import CurrentInterface, decide
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.layouts import layout_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.storage import CurrentStorage
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.storage import decide as decide_storage
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.storage_wanted import (
    STORAGE_OPTIONS,
    WantedStorage,
)
from tests.support.maas_replay import load

GIB = 1024**3


@pytest.mark.parametrize(
    ("recording", "layout"), [("251", "lvm"), ("255", "bcache"), ("256", "blank"), ("259", "flat"), ("334", "flat")]
)
def test_recorded_layout(recording, layout):
    assert layout_of(load(recording)["response"]["body"]) == layout


@pytest.mark.parametrize(
    ("wanted", "same"),
    [
        ({"partitions": [{"fstype": "ext4", "mount_point": "/"}]}, True),
        ({"partitions": [{"fstype": "ext4", "mount_point": "/", "label": "root"}]}, True),
        ({"partitions": [{"size": "480.1G", "fstype": "ext4", "mount_point": "/"}]}, True),
        ({"partitions": [{"fstype": "xfs", "mount_point": "/"}]}, False),
        ({"partitions": [{"size": "100G", "fstype": "ext4", "mount_point": "/"}]}, False),
        ({"partitions": [{"fstype": "ext4", "mount_point": "/", "label": "other"}]}, False),
        ({"fstype": "ext4", "mount_point": "/"}, False),
        ({}, False),
    ],
)
def test_a_recorded_disk_is_compared_but_for_rounding(wanted, same):
    disk = disks_of(load("259")["response"]["body"])[0]
    assert same_disk(Disk.wanted({"name": "sda", **wanted}), disk) is same


@pytest.mark.parametrize(("text", "size"), [("512M", 512_000_000), ("100G", 10**11), ("1.5t", 15 * 10**11), ("7", 7)])
def test_sizes_are_in_powers_of_1000(text, size):
    assert size_in_bytes(text) == size


@pytest.mark.parametrize("text", ["", "G", "10 apples", "-5G", "1e9"])
def test_what_is_no_size(text):
    with pytest.raises(ConfigurationError):
        size_in_bytes(text)


def nics(*recordings):
    bodies = tuple(load(number)["response"]["body"] for number in recordings)
    return CurrentInterface(Machine("f4xwyh", "node01", status_name="Ready"), bodies)


def want(**options):
    given = {"hostname": "node01", "state": "present", "type": "physical", **options}
    given["links"] = [{"default_gateway": False, **link} for link in given["links"]] if "links" in given else None
    return WantedInterface.from_params(given)


def test_a_recorded_bond_is_as_wanted():
    wanted = want(type="bond", name="bond0", parents=["eno1", "eno2"], bond_mode="802.3ad", mtu=9000, links=[])
    current = nics("286", "272", "274")
    assert not decide(wanted, current).steps
    assert shown(current.named("bond0"))["links"] == []


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        ({"mtu": 9000}, ["update"]),
        ({"tags": ["sriov"]}, []),
        ({"tags": ["fast"]}, ["update"]),
        ({"vlan": {"vid": 0}}, []),
        ({"vlan": {"vid": 0, "fabric": "fabric-1"}}, []),
        ({"vlan": {"vid": 100}}, ["update"]),
        ({"links": [{"mode": "auto", "subnet": "pxe"}]}, []),
        ({"links": [{"mode": "auto", "subnet": "10.77.0.0/24"}]}, []),
        ({"links": [{"mode": "dhcp", "subnet": "pxe"}]}, ["unlink_subnet", "link_subnet"]),
        ({"links": [{"mode": "auto", "subnet": "pxe", "default_gateway": True}]}, ["set_default_gateway"]),
        ({"links": []}, ["unlink_subnet"]),
        ({"state": "absent"}, ["delete"]),
        ({"name": "eth0", "mac_address": "52:54:00:aa:00:01"}, ["update"]),
    ],
)
def test_plan_for_a_recorded_interface(options, steps):
    plan = decide(want(**{"name": "eno1", **options}), nics("272"))
    assert [step.name for step in plan.steps] == steps
    assert plan.steps or plan.reason


ROOT = {"fstype": "ext4", "mount_point": "/"}


def store(**options):
    given = {"maas_url": "https://m/MAAS", "maas_api_key": "a:b:c", "hostname": "node01", **options}
    return WantedStorage.from_params(validate(STORAGE_OPTIONS, given)[0])


def raid(name="md0", level="raid-1", devices=("sda", "sdb"), **more):
    return {"name": name, "level": level, "devices": list(devices), **more}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"raids": [raid(level="raid-5", **ROOT)]}, "raid-5 needs at least 3 devices, not 2"),
        ({"raids": [raid(level="raid-0", spare_devices=["sdc"], **ROOT)]}, "no use for spare_devices"),
        ({"raids": [raid(devices=["sda", "sda"], **ROOT)]}, "sda is used more than once"),
        ({"raids": [raid(spare_devices=["sdb"], **ROOT)]}, "sdb is used more than once"),
        ({"raids": [raid(**ROOT), raid(devices=["sdc", "sdd"])]}, "md0 is described more than once"),
        ({"disks": [{"name": "sda", **ROOT}], "raids": [raid()]}, "sda cannot have a file system"),
        ({"disks": [{"name": "sda", "partitions": [ROOT]}], "raids": [raid()]}, "sda cannot be used whole"),
        ({"raids": [raid(partitions=[ROOT], fstype="xfs")]}, "partitions or a file system, not both"),
        ({"raids": [raid()]}, "no file system is mounted at /"),
        (
            {"raids": [raid("md0", devices=["md1", "sda"], **ROOT), raid("md1", devices=["md0", "sdb"])]},
            "md0, md1: built of each other",
        ),
        (
            {"volume_groups": [{"name": "vg", "devices": ["sda"], "logical_volumes": [{"name": "a"}, {"name": "b"}]}]},
            "only the last logical volume",
        ),
        ({"vg_name": "vg0", "disks": [{"name": "sda", **ROOT}]}, "go with layout, not with disks"),
        ({"layout": "flat", "root_size": "-5"}, "root_size: '-5' is not a size"),
    ],
)
def test_storage_that_cannot_be_is_refused_before_maas_is_asked(options, words):
    with pytest.raises(ConfigurationError) as caught:
        store(**options)
    assert words in str(caught.value)


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(ConfigurationError) as caught:
        store(raids=[raid(level="raid-6"), raid("md1", devices=["sda", "sdc"])])
    assert len(caught.value.facts["problems"]) == 3


def recorded_storage(number, *groups):
    body = load(number)["response"]["body"]
    return CurrentStorage(Machine("f4xwyh", "node01", status_name="Ready"), body, tuple(groups))


VG = Group("volume_groups", "vg0", ("sda-part1",), volumes=(Volume("root", 480092618752, Filesystem("ext4", "/")),))


@pytest.mark.parametrize(
    ("recording", "options", "steps"),
    [
        ("251", {"layout": "lvm"}, 0),
        ("251", {"layout": "lvm", "vg_name": "vg0", "lv_name": "root"}, 0),
        ("251", {"layout": "lvm", "root_device": "sda", "root_size": "480.1G", "lv_size": "480.1G"}, 0),
        ("251", {"layout": "lvm", "lv_size": "50%"}, 0),
        ("251", {"layout": "lvm", "lv_size": "100G"}, 1),
        ("251", {"layout": "lvm", "boot_size": "1G"}, 1),
        ("251", {"layout": "lvm", "vg_name": "vg1"}, 1),
        ("251", {"layout": "lvm", "root_device": "sdb"}, 1),
        ("251", {"layout": "flat"}, 1),
        ("255", {"layout": "bcache", "cache_device": "sdb", "cache_no_part": False}, 0),
        ("255", {"layout": "bcache", "cache_device": "sdb", "cache_size": "960.19G", "boot_size": "1074M"}, 0),
        ("255", {"layout": "bcache", "cache_no_part": True}, 1),
        ("259", {"layout": "flat", "root_size": "480.1G"}, 0),
        ("259", {"layout": "flat", "root_size": "100G"}, 1),
        ("256", {"layout": "blank"}, 0),
    ],
)
def test_a_layout_with_its_parameters_is_compared_with_recorded_disks(recording, options, steps):
    current = recorded_storage(recording, *([VG] if recording == "251" else []))
    assert len(decide_storage(store(**options), current).steps) == steps


@pytest.mark.parametrize(
    ("volumes", "same"),
    [
        ([{"name": "root", **ROOT}], True),
        ([{"name": "root", "size": "480.09G", **ROOT}], True),
        ([{"name": "root", "size": "100G", **ROOT}], False),
        ([{"name": "os", **ROOT}], False),
        ([{"name": "root", "fstype": "xfs", "mount_point": "/"}], False),
        ([{"name": "root", "size": "1G", **ROOT}, {"name": "data"}], False),
    ],
)
def test_recorded_lvm_is_compared_with_what_is_wanted_one_by_one(volumes, same):
    wanted = store(
        disks=[{"name": "sda", "partitions": [{}]}],
        volume_groups=[{"name": "vg0", "devices": ["sda-part1"], "logical_volumes": volumes}],
    )
    plan = decide_storage(wanted, recorded_storage("251", VG))
    assert plan.changes is not same and (plan.changes or plan.reason)


def test_a_disk_nobody_mentions_has_to_be_empty():
    wanted = store(disks=[{"name": "sdb", "partitions": [ROOT]}])
    plan = decide_storage(wanted, recorded_storage("259"))
    assert [step.name for step in plan.steps] == ["set_storage_layout", "create_partition"]


def test_a_partition_of_a_disk_is_named_with_near_matches():
    wanted = store(
        disks=[{"name": "sda", "partitions": [{"size": "1G"}, ROOT]}, {"name": "sdb"}],
        raids=[raid(devices=["sda-part3", "sdb"])],
    )
    with pytest.raises(ConfigurationError) as caught:
        decide_storage(wanted, recorded_storage("259"))
    assert "no disk sda-part3" in str(caught.value) and "sda-part2" in caught.value.hint


@pytest.mark.parametrize("user", ["alice", "admin"])
def test_the_network_and_disks_of_somebody_elses_machine_are_left_alone(user):
    theirs = replace(Machine("f4xwyh", "node01", status_name="Allocated"), owner="alice")
    disks = CurrentStorage(theirs, load("259")["response"]["body"], user=user)
    given = {"maas_url": "https://m/MAAS", "maas_api_key": "a:b:c", "hostname": "node01"}
    root = {"disks": [{"name": "sda", "fstype": "ext4", "mount_point": "/"}]}
    plans = [
        lambda **more: decide_storage(
            WantedStorage.from_params(validate(STORAGE_OPTIONS, {**given, **root, **more})[0]), disks
        ),
        lambda **more: decide(
            want(type="bond", name="bond7", parents=["eno1"], **more),
            replace(nics("272"), machine=theirs, user=user),
        ),
    ]
    for plan in plans:
        assert plan(allow_other_owner=True).steps
        if user == "alice":
            assert plan().steps
            continue
        with pytest.raises(ConflictError, match="belongs to alice, the API key to admin"):
            plan()
