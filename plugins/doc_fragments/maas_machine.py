# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Options of a machine in MAAS that are forms of their own: how it is powered, and how operations are run."""

    DOCUMENTATION = r"""
options: {}
"""
    POWER = r"""
options:
  power_type:
    description:
      - How MAAS controls the power, as V(redfish), V(ipmi) or V(manual). A new machine needs it.
    type: str
  power_parameters:
    description:
      - Parameters of the power type. Those not given stay as they are; those given are compared with what MAAS has
        stored, passwords too, and written only when they differ.
    type: dict
    suboptions:
      power_address:
        description: Address of the BMC; for V(redfish) optionally with a scheme and a port.
        type: str
      power_user:
        description: Account on the BMC.
        type: str
      power_pass:
        description: Its password.
        type: str
      node_id:
        description: Redfish id of the system; empty for the first one.
        type: str
      power_driver:
        description: IPMI version.
        type: str
        choices: [LAN, LAN_2_0]
      power_boot_type:
        description: Firmware type for the IPMI boot device.
        type: str
        choices: [auto, legacy, efi]
      privilege_level:
        description: IPMI privilege level.
        type: str
        choices: [USER, OPERATOR, ADMIN]
      cipher_suite_id:
        description: IPMI cipher suite, as V(17).
        type: str
      k_g:
        description: IPMI BMC key.
        type: str
      workaround_flags:
        description: Workarounds for IPMI implementations, as V(opensesspriv).
        type: list
        elements: str
      mac_address:
        description: MAC address of the BMC, by which MAAS finds its address.
        type: str
      power_off_mode:
        description: Whether to ask the system to shut down or to cut the power.
        type: str
        choices: [soft, hard]
      power_id:
        description: Name of the virtual machine for V(virsh).
        type: str
      power_on_uri:
        description: For V(webhook).
        type: str
      power_off_uri:
        description: For V(webhook).
        type: str
      power_query_uri:
        description: For V(webhook).
        type: str
      power_on_regex:
        description: For V(webhook).
        type: str
      power_off_regex:
        description: For V(webhook).
        type: str
      power_token:
        description: For V(webhook).
        type: str
      power_verify_ssl:
        description: For V(webhook).
        type: str
        choices: ['y', 'n']
"""
    OPERATIONS = r"""
options:
  commission:
    description:
      - How to commission, where the way to O(state) goes through it.
    type: dict
    suboptions:
      enable_ssh:
        description: Leave the machine on and reachable afterwards.
        type: bool
      skip_bmc_config:
        description: Leave the BMC alone; otherwise MAAS may add an account of its own.
        type: bool
      skip_networking:
        description: Keep the network configuration MAAS has.
        type: bool
      skip_storage:
        description: Keep the storage configuration MAAS has.
        type: bool
      commissioning_scripts:
        description: Names or tags of scripts to run; MAAS chooses when not given.
        type: list
        elements: str
      testing_scripts:
        description: Names or tags of tests to run afterwards; V(none) for no test.
        type: list
        elements: str
      parameters:
        description: Parameters of the scripts, as C(NAME_OF_SCRIPT_parameter) or C(parameter).
        type: dict
  deploy:
    description:
      - What to deploy. A deployed machine that differs from what is named here is released (O(allow_release)) and
        deployed anew; O(deploy.user_data) cannot be read back and makes no difference.
    type: dict
    suboptions:
      osystem:
        description: Operating system, as V(ubuntu).
        type: str
      distro_series:
        description: Release, as V(noble), V(ubuntu/noble) or V(custom/golden); MAAS's default when not given.
        type: str
      hwe_kernel:
        description: Kernel, as V(ga-24.04).
        type: str
      user_data:
        description: Text for cloud-init. It is encoded here.
        type: raw
      ephemeral_deploy:
        description: Run the system from memory and leave the disks alone.
        type: bool
      register_vmhost:
        description: Make it a virtual machine host of MAAS (LXD).
        type: bool
      install_kvm:
        description: Make it a virtual machine host of MAAS (libvirt).
        type: bool
      enable_hw_sync:
        description: Let the deployed system report changes of its hardware.
        type: bool
      enable_kernel_crash_dump:
        description: Set up kdump. Needs MAAS 3.6.
        type: bool
      bridge_all:
        description: Put a bridge on each interface.
        type: bool
      bridge_type:
        description: Kind of those bridges.
        type: str
        choices: [standard, ovs]
      bridge_stp:
        description: Spanning tree on those bridges.
        type: bool
      bridge_fd:
        description: Forward delay of those bridges in seconds.
        type: int
      vcenter_registration:
        description: Register a VMware ESXi host with the vCenter MAAS knows.
        type: bool
      license_key:
        description: Licence key for Windows.
        type: str
  release:
    description:
      - How to release, where the way to O(state) goes through it.
    type: dict
    suboptions:
      erase:
        description: Erase the disks. Needs O(allow_erase).
        type: bool
      secure_erase:
        description: Let the disks do it where they can.
        type: bool
      quick_erase:
        description: Erase only the beginning and the end.
        type: bool
"""
