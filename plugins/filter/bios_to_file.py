# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: bios_to_file
short_description: Write BIOS settings as a vendor's tool wants them
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - The counterpart of P(hwautomation.baremetal.bios_from_file#filter). The file has only the given settings; a tool
    leaves the others as they are.
positional: dialect, model
options:
  _input:
    description: Settings by name; for V(bioscfg) with the menu, C(Quiet Boot @ Advanced/Boot Feature).
    type: dict
    required: true
  dialect:
    description: V(bioscfg) for SUM, V(scp) for a Dell server configuration profile in XML, V(conrep) for HPE.
    type: str
    required: true
    choices: [bioscfg, conrep, scp]
  model:
    description: Model to name in a server configuration profile.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Write a server configuration profile
  ansible.builtin.copy:
    content: "{{ {'BootMode': 'Uefi'} | hwautomation.baremetal.bios_to_file('scp', 'PowerEdge R750') }}"
    dest: /srv/profiles/uefi.xml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The content of the file.
  type: str
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.formats import render_settings
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError


def bios_to_file(attributes: t.Mapping[str, t.Any], dialect: str, model: str = "") -> str:
    """Write a file of settings."""
    try:
        return render_settings(dialect, attributes, model=model)
    except HWAutomationError as exc:
        raise AnsibleFilterError(str(exc)) from exc


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by name."""
        return {"bios_to_file": bios_to_file}
