# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: bios_settings_info
short_description: Read the BIOS settings of a machine
version_added: 0.1.0
description:
  - Returns what is current and what is pending, the display names, and on request what the attribute registry says.
  - Sends only reads.
options:
  attributes:
    description:
      - Shell patterns of attribute names (with or without the suffix that changes with the ROM) or display names to
        return. Everything when not given.
    type: list
    elements: str
    default: []
  registry:
    description:
      - Whether to return type, allowed values, bounds, default, menu and lock of each attribute as well.
    type: bool
    default: false
  template:
    description:
      - Whether to return a template of this machine in RV(template).
    type: bool
    default: false
  preserve:
    description:
      - Shell patterns of attributes that must not get into the template.
    type: list
    elements: str
    default: []
  intent_maps:
    description:
      - Maps of intents to attributes; with them RV(intents) says what the values amount to.
    type: dict
    default: {}
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.attributes.reads
seealso:
  - module: hwautomation.baremetal.bios_settings
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: See what locks the turbo settings
  hwautomation.baremetal.bios_settings_info:
    bmc_host: 192.0.2.11
    bmc_username: root
    bmc_password: "{{ vault_bmc_password }}"
    attributes: ["*turbo*"]
    registry: true
  register: turbo

- name: Show it
  ansible.builtin.debug:
    var: turbo.registry
"""

RETURN = r"""
current:
  description: Current values by attribute name.
  returned: always
  type: dict
  sample: {"BootMode": "Uefi"}
pending:
  description: Values that wait for a restart, and differ from the current ones.
  returned: always
  type: dict
  sample: {}
display_names:
  description: Names in the set-up screen by attribute name.
  returned: always
  type: dict
  sample: {"BootMode": "Boot Mode"}
registry:
  description: What the attribute registry says of each attribute.
  returned: when O(registry) is true
  type: dict
  sample: {"BootMode": {"type": "Enumeration", "values": {"Uefi": "UEFI", "Bios": "BIOS"}, "default": null}}
registry_id:
  description: Id of the attribute registry; empty if the machine has none.
  returned: always
  type: str
  sample: BiosAttributeRegistry.v1_0_3
intents:
  description: What the current values amount to, in neutral words.
  returned: when O(intent_maps) has the platform of the machine
  type: dict
  sample: {"boot_mode": "uefi"}
template:
  description:
    - What differs from the defaults of the registry, as a layer of a template. Applied to the same machine it changes
      nothing.
    - What an intent says is not said again as an attribute. Read-only attributes, passwords and what belongs to one
      machine only are not in it.
  returned: when O(template) is true
  type: dict
  sample: {"platform": "dell_idrac9", "intents": {"boot_mode": "uefi"}, "attributes": {"NumLock": "Off"}}
job:
  description: The configuration job that holds pending values, on platforms with such jobs.
  returned: when there is one
  type: dict
  sample: {"uri": "/redfish/v1/Managers/1/Jobs/JID_1", "state": "waiting", "text": "Task successfully scheduled."}
defaults_pending:
  description: Whether the next restart loads the defaults.
  returned: always
  type: bool
  sample: false
reboot_required:
  description: Whether something waits for a restart.
  returned: always
  type: bool
  sample: false
platform:
  description: Platform of the machine.
  returned: always
  type: str
  sample: dell_idrac9
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.info import report_info
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.machine import connect, read_whole
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.options import INFO_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query, run_module

DOOR = Query(
    name="bios_settings_info",
    options=INFO_OPTIONS,
    connect=connect,
    wanted=dict,
    read=read_whole,
    report=report_info,
)


def main() -> None:
    """Run as a module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
