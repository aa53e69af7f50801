# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: bios_password
short_description: Set or remove a BIOS password
version_added: 0.1.0
description:
  - Sets, changes or removes a password of the BIOS. It takes effect at the next restart.
  - No machine shows a password, nor whether one is set, so each run sends the change. A wrong old password is refused
    by the BMC; it is tried once.
options:
  name:
    description:
      - Name of the password, such as V(SetupPassword) or V(AdminPassword). A name the machine does not have is
        refused with those it has.
    type: str
    required: true
  old_password:
    description:
      - The present password. Empty or not given when there is none.
    type: str
  new_password:
    description:
      - The new password. An empty one removes it.
    type: str
    required: true
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.attributes.changes
attributes:
  diff_mode:
    support: none
  idempotent:
    support: none
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: Set the set-up password
  hwautomation.baremetal.bios_password:
    bmc_host: 192.0.2.11
    bmc_username: root
    bmc_password: "{{ vault_bmc_password }}"
    name: SetupPassword
    new_password: "{{ vault_setup_password }}"
"""

RETURN = r"""
reboot_required:
  description: Whether the change waits for a restart.
  returned: always
  type: bool
  sample: true
platform:
  description: Platform of the machine.
  returned: always
  type: str
  sample: dell_idrac9
plan:
  description: The step and what became of it.
  returned: always
  type: dict
  sample: {"steps": [{"name": "password", "text": "set the password SetupPassword", "status": "done"}], "reason": ""}
audit:
  description: What the audit callback files; no password is in it.
  returned: always
  type: dict
  sample: {"bios_changes": []}
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.machine import connect
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.options import PASSWORD_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.password import (
    apply,
    decide,
    read,
    report,
    verify,
    wanted_password,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module

DOOR = Door(
    name="bios_password",
    options=PASSWORD_OPTIONS,
    connect=connect,
    wanted=wanted_password,
    read=read,
    decide=decide,
    apply=apply,
    verify=verify,
    report=report,
)


def main() -> None:
    """Run as a module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
