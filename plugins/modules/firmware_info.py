# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: firmware_info
short_description: Read the firmware of a server in one form for all vendors
version_added: "0.1.0"
description:
  - Lists the components of a server with the version that runs, the one that is staged and the one in the other bank.
  - Also tells which updates the BMC knows of and which ways in its update service offers.
  - Sends nothing but GET requests.
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.firmware
  - hwautomation.baremetal.attributes.reads
seealso:
  - module: hwautomation.baremetal.firmware
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: Read the firmware of a server
  hwautomation.baremetal.firmware_info:
    bmc_host: 192.0.2.10
    bmc_username: admin
    bmc_password: "{{ vault_bmc_password }}"
  register: inventory

- name: Fail when the BIOS waits for a restart
  ansible.builtin.assert:
    that: item.staged is none
  loop: "{{ inventory.firmware.components | selectattr('component', 'eq', 'bios') }}"
"""

RETURN = r"""
firmware:
  description: The firmware of the server.
  returned: success
  type: dict
  contains:
    platform:
      description: Platform of the server.
      type: str
      returned: always
      sample: hpe_ilo6
    model:
      description: Model of the server.
      type: str
      returned: always
      sample: ProLiant DL380 Gen11
    components:
      description: One entry per component.
      type: list
      elements: dict
      returned: always
      contains:
        component:
          description: One of bmc, bios, cpld, nic, storage, psu, gpu, other.
          type: str
          sample: bios
        name:
          description: Name in the words of the BMC.
          type: str
          sample: System ROM
        device:
          description: Where it sits, in the words of the BMC.
          type: str
          sample: System Board
        version:
          description: The version that runs, in the words of the BMC.
          type: str
          sample: U58 v2.44 (01/17/2025)
        updateable:
          description: Whether the BMC takes updates for it.
          type: bool
          sample: true
        staged:
          description: The version that waits for a restart.
          type: str
        previous:
          description: The version in the other bank.
          type: str
          sample: U58 v2.30 (08/01/2024)
        available:
          description: The version of an image in the BMC's store that nobody has installed.
          type: str
        id:
          description: Id of the inventory row.
          type: str
          sample: "2"
        uri:
          description: URI of the inventory row.
          type: str
          sample: /redfish/v1/UpdateService/FirmwareInventory/2
    updates:
      description: Updates the BMC remembers, newest first.
      type: list
      elements: dict
      returned: always
      sample: [{uri: /redfish/v1/TaskService/Tasks/3, name: BIOS Update, state: running, percent: 40}]
    methods:
      description: Ways in that the BMC offers, best first.
      type: list
      elements: str
      returned: always
      sample: [pull, form_upload]
    max_bytes:
      description: Size of the largest image the BMC takes, when it says so.
      type: int
      returned: always
    obstacles:
      description: Why no update can start just now.
      type: list
      elements: str
      returned: always
      sample: []
audit:
  description: What the audit callback keeps.
  returned: success
  type: dict
  sample: {discovery: {firmware: [{component: bmc, version: "1.66"}]}}
"""

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.door import info, read_site
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.options import ANSWER_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.site import connect_reader
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS


def wanted(params: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any]:
    """Return the options: a reader wants nothing else."""
    return params


DOOR = Query(
    name="firmware_info",
    options=BMC_OPTIONS + ANSWER_OPTIONS,
    connect=connect_reader,
    wanted=wanted,
    read=read_site,
    report=info,
)


def main() -> None:
    """Run the module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
