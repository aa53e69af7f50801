# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: secure_boot
short_description: Switch UEFI Secure Boot of a server on or off
version_added: 0.1.0
description:
  - Sets Secure Boot for the next start of the host, and restarts the host where O(allow_reboot) is set.
  - Tells apart what is in force since the last start and what waits for the next one.
  - Refuses before anything is written on a machine that does not start by UEFI, and on one without keys.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.wait
  - hwautomation.baremetal.attributes.changes
options:
  state:
    description:
      - Whether Secure Boot shall be in force. When not given, it is left as it is.
    type: str
    choices: [enabled, disabled]
  keys:
    description:
      - V(default) enrolls the keys of the vendor where no platform key is enrolled; keys that are there stay.
      - V(none) takes the platform key away.
    type: str
    choices: [default, none]
  allow_reset_keys:
    description:
      - Whether O(keys) may change the key databases.
    type: bool
    default: false
  allow_reboot:
    description:
      - Whether a host that is on may be restarted so that the change comes into force. A host that is off is left off.
    type: bool
    default: false
  graceful:
    description:
      - Whether to ask the operating system for the restart.
    type: bool
    default: true
  graceful_timeout:
    description:
      - Seconds to give the operating system.
    type: int
    default: 300
  on_timeout:
    description:
      - What to do when it does not answer in time.
    type: str
    choices: [fail, force]
    default: fail
  wait:
    default: true
  wait_timeout:
    default: 1800
"""

EXAMPLES = r"""
- name: Secure Boot from the next start on
  hwautomation.baremetal.secure_boot:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
    state: enabled

- name: Secure Boot now, with the vendor's keys where there are none
  hwautomation.baremetal.secure_boot:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
    state: enabled
    keys: default
    allow_reset_keys: true
    allow_reboot: true
"""

RETURN = r"""
before:
  description: Secure Boot before; C(state) is in force, C(next_start) is staged.
  returned: success
  type: dict
  sample: {"keys": "enrolled", "next_start": "disabled", "state": "disabled"}
after:
  description: The same afterwards, as predicted in check mode and as read back otherwise.
  returned: success
  type: dict
  sample: {"keys": "enrolled", "next_start": "enabled", "state": "disabled"}
pending:
  description: Whether something waits for a start of the host.
  returned: success
  type: bool
mode:
  description: SecureBootMode of the machine before.
  returned: success
  type: str
  sample: UserMode
plan:
  description: The steps, and what became of each.
  returned: success
  type: dict
reason:
  description: Why there was nothing to do.
  returned: when nothing was to be done
  type: str
  sample: already set
audit:
  description: What the audit callback files.
  returned: success
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import secure_boot
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import connect_service

DOOR = Door(
    name="secure_boot",
    options=secure_boot.OPTIONS,
    connect=connect_service,
    wanted=secure_boot.wanted,
    read=secure_boot.read,
    decide=secure_boot.decide,
    apply=secure_boot.apply,
    verify=secure_boot.verify,
    report=secure_boot.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
