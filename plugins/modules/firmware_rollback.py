# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: firmware_rollback
short_description: Bring back the firmware version in the other bank of a server
version_added: "0.1.0"
description:
  - Makes the version that ran before the active one again, where platform and server keep it. No image is sent.
  - Give O(version) to make the task idempotent. Without it, every run swaps the banks.
options:
  component:
    description:
      - The component.
    type: str
    required: true
    choices: [bmc, bios, cpld, nic, storage, psu, gpu, other]
  device:
    description:
      - Part of the name or the place of the device, where the server has several of O(component).
    type: str
  version:
    description:
      - The version that must be in the other bank. Another one there is refused; the running one is nothing to do.
    type: str
  wait:
    description:
      - Without waiting, the rollback is begun and not followed.
    type: bool
    default: true
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.wait
  - hwautomation.baremetal.firmware.changes
  - hwautomation.baremetal.attributes.changes
seealso:
  - module: hwautomation.baremetal.firmware
  - module: hwautomation.baremetal.firmware_info
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: Go back to the BIOS that ran before
  hwautomation.baremetal.firmware_rollback:
    bmc_host: 192.0.2.10
    bmc_username: admin
    bmc_password: "{{ vault_bmc_password }}"
    component: bios
    version: 1.6.6
    allow_reboot: true
"""

RETURN = r"""
firmware:
  description: What the server had, what it has, and what was done; as of M(hwautomation.baremetal.firmware).
  returned: success, and failure after something was begun
  type: dict
  sample:
    before: {bios: 1.8.2}
    after: {bios: 1.6.6}
reason:
  description: Why there was nothing to do.
  returned: when nothing changed
  type: str
  sample: bios is at 1.6.6 already
plan:
  description: The steps with what became of each.
  returned: always
  type: dict
  sample: {steps: [{name: send bios 1.6.6, status: done}], reason: ""}
audit:
  description: What the audit callback keeps.
  returned: always
  type: dict
  sample: {firmware_changes: []}
"""

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import door
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.rollback import (
    ROLLBACK_OPTIONS,
    decide_rollback,
    rollback_of,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.site import Site, connect_for


def connect(params: t.Mapping[str, t.Any], context: Context) -> t.ContextManager[Site]:
    """Open the machine; there is no image to check."""
    return connect_for(rollback_of(params), params, context)


DOOR = Door(
    name="firmware_rollback",
    options=ROLLBACK_OPTIONS,
    connect=connect,
    wanted=rollback_of,
    read=door.read_for_change,
    decide=decide_rollback,
    apply=door.apply_step,
    verify=door.verify,
    report=door.report,
)


def main() -> None:
    """Run the module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
