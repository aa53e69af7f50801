# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: maas_storage
short_description: Lay out the disks of a machine in MAAS
version_added: 0.1.0
description:
  - Sets one of MAAS's storage layouts, or partitions, formats and mounts disks one by one, and builds RAIDs, volume groups
    with logical volumes and cached devices (bcache) of them.
  - This says what will be on the disks when the machine is deployed; the disks themselves are not touched before.
  - MAAS lets a layout be set only while the machine is Ready, and disks be changed one by one also while it is Allocated.
    Otherwise the task fails before the first write.
options:
  layout:
    description:
      - Layout of MAAS. What the disks look like now is compared with it and with those of its parameters that are
        given, but for sizes in percent.
    type: str
    choices: [flat, lvm, bcache, blank, vmfs6, vmfs7]
  root_device:
    description: Name of the disk for the root file system.
    type: str
  boot_size:
    description: Size of the boot partition, as V(1G).
    type: str
  root_size:
    description: Size of the root partition or volume group.
    type: str
  vg_name:
    description: Name of the volume group, for V(lvm).
    type: str
  lv_name:
    description: Name of the logical volume, for V(lvm).
    type: str
  lv_size:
    description: Size of the logical volume, for V(lvm).
    type: str
  cache_device:
    description: Name of the disk for the cache, for V(bcache).
    type: str
  cache_mode:
    description: How to cache, for V(bcache).
    type: str
    choices: [writeback, writethrough, writearound]
  cache_size:
    description: Size of the cache partition, for V(bcache).
    type: str
  cache_no_part:
    description: Use the whole cache disk without a partition, for V(bcache).
    type: bool
  disks:
    description:
      - Disks one by one, instead of a layout. Together with O(raids), O(volume_groups) and O(bcaches) this is all the
        storage of the machine, and a disk that is not mentioned has nothing on it. When something is not as wanted,
        everything is cleared and laid out as described.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the disk in MAAS.
        type: str
        required: true
      boot:
        description: Boot from it.
        type: bool
        default: false
      fstype:
        description: File system on the whole disk, as V(ext4). Not together with O(disks[].partitions).
        type: str
      label:
        description: Its label.
        type: str
      mount_point:
        description: Where it is mounted.
        type: str
      mount_options:
        description: How it is mounted.
        type: str
      partitions:
        description: Its partitions in order.
        type: list
        elements: dict
        suboptions:
          size:
            description: Size in powers of 1000, as V(512M) or V(100G); the last one takes the rest when not given.
            type: str
          bootable:
            description: Mark it bootable.
            type: bool
            default: false
          fstype:
            description: File system, as V(ext4), V(xfs), V(fat32) or V(swap).
            type: str
          label:
            description: Its label.
            type: str
          mount_point:
            description: Where it is mounted.
            type: str
          mount_options:
            description: How it is mounted.
            type: str
  raids:
    description:
      - RAIDs in software. What is on the device of one is said here as for a disk.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the RAID and of its device, as V(md0).
        type: str
        required: true
      level:
        description: RAID level.
        type: str
        required: true
        choices: [raid-0, raid-1, raid-5, raid-6, raid-10]
      devices:
        description:
          - Names of the disks, partitions and other devices it is built of.
          - A partition is named by its place, as V(sda-part1) for the first of V(sda), whatever its number in MAAS.
        type: list
        elements: str
        required: true
      spare_devices:
        description: Names of the spare ones.
        type: list
        elements: str
      fstype:
        description: File system on the whole RAID, as V(ext4). Not together with O(raids[].partitions).
        type: str
      label:
        description: Its label.
        type: str
      mount_point:
        description: Where it is mounted.
        type: str
      mount_options:
        description: How it is mounted.
        type: str
      partitions:
        description: Its partitions in order.
        type: list
        elements: dict
        suboptions:
          size:
            description: Size in powers of 1000, as V(512M) or V(100G); the last one takes the rest when not given.
            type: str
          bootable:
            description: Mark it bootable.
            type: bool
            default: false
          fstype:
            description: File system, as V(ext4), V(xfs), V(fat32) or V(swap).
            type: str
          label:
            description: Its label.
            type: str
          mount_point:
            description: Where it is mounted.
            type: str
          mount_options:
            description: How it is mounted.
            type: str
  volume_groups:
    description:
      - Volume groups of LVM.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the volume group.
        type: str
        required: true
      devices:
        description: Names of the disks, partitions, RAIDs and other devices it is built of.
        type: list
        elements: str
        required: true
      logical_volumes:
        description: Its logical volumes.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the volume; its device is named after group and volume, as V(vg0-root).
            type: str
            required: true
          size:
            description: Size in powers of 1000; the last one takes the rest when not given.
            type: str
          fstype:
            description: File system.
            type: str
          label:
            description: Its label.
            type: str
          mount_point:
            description: Where it is mounted.
            type: str
          mount_options:
            description: How it is mounted.
            type: str
  bcaches:
    description:
      - Devices that are cached on a faster one.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the cached device, as V(bcache0).
        type: str
        required: true
      backing_device:
        description: Name of the slow device.
        type: str
        required: true
      cache_device:
        description: Name of the fast device; it can cache several.
        type: str
        required: true
      cache_mode:
        description: How to cache.
        type: str
        choices: [writeback, writethrough, writearound]
        default: writethrough
      fstype:
        description: File system on the whole device, as V(ext4). Not together with O(bcaches[].partitions).
        type: str
      label:
        description: Its label.
        type: str
      mount_point:
        description: Where it is mounted.
        type: str
      mount_options:
        description: How it is mounted.
        type: str
      partitions:
        description: Its partitions in order.
        type: list
        elements: dict
        suboptions:
          size:
            description: Size in powers of 1000, as V(512M) or V(100G); the last one takes the rest when not given.
            type: str
          bootable:
            description: Mark it bootable.
            type: bool
            default: false
          fstype:
            description: File system, as V(ext4), V(xfs), V(fat32) or V(swap).
            type: str
          label:
            description: Its label.
            type: str
          mount_point:
            description: Where it is mounted.
            type: str
          mount_options:
            description: How it is mounted.
            type: str
extends_documentation_fragment:
  - hwautomation.baremetal.maas
  - hwautomation.baremetal.maas_owner
  - hwautomation.baremetal.attributes.changes
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: LVM on the first disk
  hwautomation.baremetal.maas_storage:
    maas_url: https://maas.example.com:5443/MAAS
    maas_api_key: "{{ vault_maas_api_key }}"
    hostname: node01
    layout: lvm
    root_device: sda
    vg_name: vg0

- name: Root on one disk, data on the other
  hwautomation.baremetal.maas_storage:
    hostname: node01
    disks:
      - name: sda
        boot: true
        partitions:
          - {size: 512M, fstype: fat32, mount_point: /boot/efi, bootable: true}
          - {fstype: ext4, mount_point: /}
      - name: sdb
        fstype: xfs
        mount_point: /data

- name: A mirror of two disks with LVM on it
  hwautomation.baremetal.maas_storage:
    hostname: node01
    disks:
      - name: sda
        boot: true
        partitions:
          - {size: 512M, fstype: fat32, mount_point: /boot/efi, bootable: true}
          - {}
      - name: sdb
        partitions:
          - {size: 512M}
          - {}
    raids:
      - {name: md0, level: raid-1, devices: [sda-part2, sdb-part2]}
    volume_groups:
      - name: vg0
        devices: [md0]
        logical_volumes:
          - {name: root, size: 100G, fstype: ext4, mount_point: /}
          - {name: data, fstype: xfs, mount_point: /data}
"""

RETURN = r"""
storage:
  description: The storage as read back, or as foreseen in check mode.
  returned: success
  type: dict
  contains:
    layout:
      description: What the disks look like; V(custom) for what is none of MAAS's layouts.
      type: str
      sample: flat
    disks:
      description: Disks with their partitions and file systems; sizes in bytes.
      type: list
      elements: dict
    volumes:
      description: Names of the devices that RAIDs, volume groups and caches make.
      type: list
      elements: str
    raids:
      description: RAIDs with their level, their devices and what is on them.
      type: list
      elements: dict
    volume_groups:
      description: Volume groups with their devices and logical volumes.
      type: list
      elements: dict
    bcaches:
      description: Cached devices with what they are built of and what is on them.
      type: list
      elements: dict
system_id:
  description: Id of the machine.
  returned: success
  type: str
plan:
  description: The steps with their status, and the reason when there are none.
  returned: always
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.storage import decide, read, report, verify
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.storage_steps import apply
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.storage_wanted import (
    STORAGE_OPTIONS,
    WantedStorage,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import connect

DOOR = Door(
    name="maas_storage",
    options=STORAGE_OPTIONS,
    connect=connect,
    wanted=WantedStorage.from_params,
    read=read,
    decide=decide,
    apply=apply,
    verify=verify,
    report=report,
)


def main() -> None:
    run_module(DOOR)


if __name__ == "__main__":
    main()
