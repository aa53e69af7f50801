# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: bios_from_file
short_description: Read a vendor's file of BIOS settings
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Reads a C(BiosCfg) file of Supermicro's SUM, a server configuration profile of Dell in XML or JSON, or a C(conrep)
    file of HPE.
  - Passwords are left out. A file with a DTD is refused.
  - Names of a C(BiosCfg) are display names with their menu, C(Quiet Boot @ Advanced/Boot Feature), which
    M(hwautomation.baremetal.bios_settings) takes as they are.
options:
  _input:
    description: The content of the file.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Apply what a file of SUM says, over Redfish
  hwautomation.baremetal.bios_settings:
    bmc_host: 192.0.2.11
    bmc_username: ADMIN
    bmc_password: "{{ vault_bmc_password }}"
    attributes: "{{ (lookup('ansible.builtin.file', 'x13.xml') | hwautomation.baremetal.bios_from_file).attributes }}"
"""

RETURN = r"""
_value:
  description: C(dialect), C(attributes), C(choices) (the values a file says are allowed) and C(model).
  type: dict
  sample: {"dialect": "scp", "attributes": {"BootMode": "Uefi"}, "choices": {}, "model": "PowerEdge R750"}
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.formats import parse_settings
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError


def bios_from_file(text: str) -> dict[str, t.Any]:
    """Read a file of settings."""
    try:
        return parse_settings(str(text))
    except HWAutomationError as exc:
        raise AnsibleFilterError(str(exc)) from exc


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by name."""
        return {"bios_from_file": bios_from_file}
