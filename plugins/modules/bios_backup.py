# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: bios_backup
short_description: Take or restore a backup of BIOS settings
version_added: 0.1.0
description:
  - A backup holds all current values of a machine but passwords and other secrets, and their SHA-256. The audit
    callback keeps it in the database.
  - Restoring brings back every value that differs and can be written. What is read-only, locked, or gone with another
    BIOS version is left out with a warning. Everything else is as in M(hwautomation.baremetal.bios_settings).
options:
  state:
    description:
      - V(present) takes a backup and changes nothing.
      - V(restored) puts O(backup) back.
    type: str
    choices: [present, restored]
    default: present
  backup:
    description:
      - The C(content) of a backup, as text or as data.
    type: raw
  sha256:
    description:
      - SHA-256 the text of O(backup) must have.
    type: str
  allow_other_machine:
    description:
      - Whether a backup may be restored to a machine with another serial number. It must be of the same platform.
    type: bool
    default: false
  pending:
    description:
      - What to do about pending values that somebody else has set.
    type: str
    choices: [keep, overwrite]
    default: keep
  wait_timeout:
    description:
      - Seconds after which a wait ends as a failure that says what was seen last.
    type: int
    default: 1800
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.reboot
  - hwautomation.baremetal.wait
  - hwautomation.baremetal.attributes.changes
seealso:
  - module: hwautomation.baremetal.bios_settings
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: Keep the settings in a file
  hwautomation.baremetal.bios_backup:
    bmc_host: 192.0.2.11
    bmc_username: root
    bmc_password: "{{ vault_bmc_password }}"
  register: kept

- name: Put them back
  hwautomation.baremetal.bios_backup:
    bmc_host: 192.0.2.11
    bmc_username: root
    bmc_password: "{{ vault_bmc_password }}"
    state: restored
    backup: "{{ kept.backup.content }}"
    sha256: "{{ kept.backup.sha256 }}"
    allow_reboot: true
"""

RETURN = r"""
backup:
  description: The settings as they were before this task changed anything.
  returned: always
  type: dict
  contains:
    kind: {description: Always V(bios)., type: str}
    sha256: {description: SHA-256 of the content in UTF-8., type: str}
    content: {description: The backup as canonical JSON., type: str}
  sample: {"kind": "bios", "sha256": "9f86d081...", "content": "{\"attributes\": {}}"}
attributes:
  description: What became of every attribute that was put back, as M(hwautomation.baremetal.bios_settings) returns it.
  returned: always
  type: list
  elements: dict
  sample: []
before:
  description: Attributes that change, with their values.
  returned: always
  type: dict
  sample: {"BootMode (Boot Mode)": "Bios"}
after:
  description: The same afterwards.
  returned: always
  type: dict
  sample: {"BootMode (Boot Mode)": "Uefi"}
current:
  description: Current values of the attributes put back.
  returned: always
  type: dict
  sample: {"BootMode": "Uefi"}
pending:
  description: Everything that waits for a restart.
  returned: always
  type: dict
  sample: {}
reboot_required:
  description: Whether something that was put back waits for a restart.
  returned: always
  type: bool
  sample: false
platform:
  description: Platform of the machine.
  returned: always
  type: str
  sample: dell_idrac9
reason:
  description: Why there was nothing to do.
  returned: when nothing was done
  type: str
  sample: backup taken
plan:
  description: The steps and what became of them.
  returned: always
  type: dict
  sample: {"steps": [], "reason": "backup taken"}
audit:
  description: What the audit callback files.
  returned: always
  type: dict
  sample: {"backups": []}
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.door import apply, verify
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.machine import connect, read_whole
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.options import BACKUP_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.restore import (
    decide_backup,
    report_backup,
    wanted_backup,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module

DOOR = Door(
    name="bios_backup",
    options=BACKUP_OPTIONS,
    connect=connect,
    wanted=wanted_backup,
    read=read_whole,
    decide=decide_backup,
    apply=apply,
    verify=verify,
    report=report_backup,
)


def main() -> None:
    """Run as a module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
