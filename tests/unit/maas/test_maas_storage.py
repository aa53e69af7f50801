# SPDX-License-Identifier: GPL-3.0-or-later
"""What a recorded machine's disks look like, and when they are as wanted."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.disks import (
    Disk,
    disks_of,
    layout_of,
    same_disk,
    size_in_bytes,
    view,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.interface import WantedInterface
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.interface import view as shown
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.interfaces import CurrentInterface, decide
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from tests.support.maas_replay import load

GIB = 1024**3


@pytest.mark.parametrize(
    ("recording", "layout"), [("251", "lvm"), ("255", "bcache"), ("256", "blank"), ("259", "flat"), ("334", "flat")]
)
def test_recorded_layout(recording, layout):
    assert layout_of(load(recording)["response"]["body"]) == layout


def test_volumes_of_lvm_carry_their_names():
    assert view(load("251")["response"]["body"])["volumes"] == ["vg0-root"]


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
