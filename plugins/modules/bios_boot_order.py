# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: bios_boot_order
short_description: Set the persistent boot order of a machine
version_added: 0.1.0
description:
  - Puts boot options first, in the order given; the others follow in the order they have.
  - Works on C(Boot.BootOrder) of the standard. A machine without it is refused; its boot order may be a BIOS attribute.
  - For one boot only, M(hwautomation.baremetal.bmc_boot) is the module.
options:
  order:
    description:
      - Shell patterns (any case) of boot options, by display name, reference, alias or UEFI path, such as V(PXE*),
        V(Hdd).
      - A pattern that fits none is refused, with the names there are.
    type: list
    elements: str
    required: true
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.attributes.changes
seealso:
  - module: hwautomation.baremetal.bmc_boot
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: Boot from the network first, then from disk
  hwautomation.baremetal.bios_boot_order:
    bmc_host: 192.0.2.11
    bmc_username: root
    bmc_password: "{{ vault_bmc_password }}"
    order: ["PXE*", Hdd]
"""

RETURN = r"""
boot_order:
  description: References of the boot options, in their order.
  returned: always
  type: list
  elements: str
  sample: [Boot0002, Boot0001]
boot_options:
  description: The boot options of the machine.
  returned: always
  type: list
  elements: dict
  sample: [{"reference": "Boot0001", "name": "Boot from disk"}]
platform:
  description: Platform of the machine.
  returned: always
  type: str
  sample: dell_idrac9
reason:
  description: Why there was nothing to do.
  returned: when nothing was done
  type: str
  sample: already in that order
plan:
  description: The step and what became of it.
  returned: always
  type: dict
  sample: {"steps": [], "reason": "already in that order"}
audit:
  description: What the audit callback files.
  returned: always
  type: dict
  sample: {"bmc_changes": []}
"""

import contextlib
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios import boot_order
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.options import BOOT_ORDER_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import (
    Context,
    Door,
    Params,
    run_module,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, open_service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport import redfish


@contextlib.contextmanager
def connect(params: Params, context: Context) -> t.Iterator[Service]:
    """Open the system."""
    with redfish.connect(params, context) as client:
        yield open_service(client, params["system_id"])


DOOR = Door(
    name="bios_boot_order",
    options=BOOT_ORDER_OPTIONS,
    connect=connect,
    wanted=lambda params: tuple(params["order"]),
    read=boot_order.read,
    decide=boot_order.decide,
    apply=boot_order.apply,
    verify=boot_order.verify,
    report=boot_order.report,
)


def main() -> None:
    """Run as a module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
