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
  - Sets one of MAAS's storage layouts, or partitions, formats and mounts disks one by one.
  - This says what will be on the disks when the machine is deployed; the disks themselves are not touched before.
  - MAAS lets storage be changed only while the machine is Ready. Otherwise the task fails before the first write.
options:
  system_id:
    description:
      - Id of the machine.
    type: str
  hostname:
    description:
      - Hostname of the machine.
    type: str
  layout:
    description:
      - Layout of MAAS. What the disks look like now is compared with it, and of the parameters what MAAS lets one
        see; sizes are not compared.
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
      - Disks one by one, instead of a layout. When one of them is not as wanted, all storage of the machine is
        cleared and laid out as described here.
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
extends_documentation_fragment:
  - hwautomation.baremetal.maas
  - hwautomation.baremetal.attributes.changes
seealso:
  - module: hwautomation.baremetal.maas_machine
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
      description: Logical volumes and cached devices.
      type: list
      elements: str
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
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.storage import (
    STORAGE_OPTIONS,
    WantedStorage,
    apply,
    decide,
    read,
    report,
    verify,
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
