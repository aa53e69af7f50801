# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bmc_boot
short_description: Choose what a server boots from next
version_added: 0.1.0
description:
  - Sets the boot override of a server and reads every field back, since some BMCs accept a request and
    keep half of it.
  - Does not restart the server; see M(hwautomation.baremetal.bmc_power).
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.protocol
  - hwautomation.baremetal.attributes.changes
options:
  target:
    description:
      - What to boot from. V(none) takes an override back.
    type: str
    choices: [none, pxe, hdd, cd, usb, floppy, sd_card, bios_setup, utilities, diagnostics, uefi_shell, uefi_http,
      uefi_target, remote_drive]
    required: true
  enabled:
    description:
      - For the next start only, or for all.
      - Where a BMC does not keep V(continuous), the task fails and says so; it is never silently taken as V(once).
    type: str
    choices: [once, continuous, disabled]
    default: once
  mode:
    description: Firmware mode of that start. Left as it is when not given.
    type: str
    choices: [uefi, legacy]
  uefi_target:
    description: UEFI device path, for O(target=uefi_target).
    type: str
"""

EXAMPLES = r"""
- name: Boot from the network next time
  hwautomation.baremetal.bmc_boot:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
    target: pxe
    mode: uefi

- name: Take the override back
  hwautomation.baremetal.bmc_boot:
    bmc_host: "{{ bmc_host }}"
    target: none
"""

RETURN = r"""
before:
  description: The fields of the override before, with Redfish's names.
  returned: always
  type: dict
  sample: {"BootSourceOverrideEnabled": "Disabled", "BootSourceOverrideTarget": "None"}
after:
  description: The same fields afterwards, as predicted in check mode and as read back otherwise.
  returned: always
  type: dict
  sample: {"BootSourceOverrideEnabled": "Once", "BootSourceOverrideTarget": "Pxe"}
reboot_required:
  description: Whether the BMC made a job of the boot mode, which waits for the next start of the host.
  returned: always
  type: bool
not_persisted:
  description: Fields the BMC accepted and did not keep.
  returned: when that made the task fail
  type: list
  elements: str
protocol:
  description: Which protocol answered, V(redfish) or V(ipmi).
  returned: always
  type: str
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
  returned: always
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import boot
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import (
    PROTOCOL_OPTIONS,
    connect_machine,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS

OPTIONS = (
    BMC_OPTIONS
    + PROTOCOL_OPTIONS
    + Options(
        spec={
            "target": {"type": "str", "choices": list(boot.TARGETS), "required": True},
            "enabled": {"type": "str", "choices": list(boot.ENABLED), "default": "once"},
            "mode": {"type": "str", "choices": list(boot.MODES)},
            "uefi_target": {"type": "str"},
        },
        required_if=(("target", "uefi_target", ("uefi_target",)),),
    )
)

DOOR = Door(
    name="bmc_boot",
    options=OPTIONS,
    connect=connect_machine,
    wanted=boot.wanted,
    read=boot.read,
    decide=boot.decide,
    apply=boot.apply,
    verify=boot.verify,
    report=boot.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
