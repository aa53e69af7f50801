# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: bios_lint
short_description: Check a BIOS template without a machine
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Checks a merged template against an attribute registry, as M(hwautomation.baremetal.bios_settings) would on a
    machine with that registry, with unknown names, values that are not allowed, what dependencies lock, and broken
    constraints.
positional: registry, current
options:
  _input:
    description: A template as the lookup P(hwautomation.baremetal.bios_profile#lookup) returns it.
    type: dict
    required: true
  registry:
    description: The registry as the BMC sends it.
    type: dict
    required: true
  current:
    description: Attribute values of such a machine. Without them, every attribute is taken to be there at its default.
    type: dict
"""

EXAMPLES = r"""
- name: No template is broken by the new BIOS version
  ansible.builtin.assert:
    that: template | hwautomation.baremetal.bios_lint(registry) == []
  vars:
    template: "{{ lookup('hwautomation.baremetal.bios_profile', 'dell_compute', platform='dell_idrac9') }}"
    registry: "{{ lookup('ansible.builtin.file', 'registry-1.9.1.json') | from_json }}"
"""

RETURN = r"""
_value:
  description: What is wrong, one text each; empty when nothing is.
  type: list
  elements: str
  sample: ["BootMod: this machine has no such attribute; did you mean BootMode? [profiles/dell_compute]"]
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.lint import lint
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError


def bios_lint(
    profile: t.Mapping[str, t.Any], registry: t.Mapping[str, t.Any], current: t.Mapping[str, t.Any] | None = None
) -> list[str]:
    """Check a template."""
    try:
        return lint(profile, registry, current)
    except HWAutomationError as exc:
        raise AnsibleFilterError(str(exc)) from exc


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by name."""
        return {"bios_lint": bios_lint}
