# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: classify
short_description: Find the device type of a machine
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Holds the facts of a discovered machine against device types and returns the one it is of, with the evidence.
  - A device type that states something the machine contradicts is out. Of the others, the one that names the machine
    most precisely is taken, and among equals the one that asks for most of the hardware.
  - Where that leaves no single one, the verdict is V(ambiguous) or V(unknown) and no device type is returned.
positional: device_types
options:
  _input:
    description: RV(hwautomation.baremetal.bmc_info#module:facts).
    type: dict
    required: true
  device_types:
    description: Device types by name, as the lookup P(hwautomation.baremetal.device_type#lookup) returns them.
    type: dict
    required: true
seealso:
  - module: hwautomation.baremetal.bmc_info
  - plugin: hwautomation.baremetal.device_type
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Find the device type
  ansible.builtin.set_fact:
    found: "{{ server.facts | hwautomation.baremetal.classify(lookup('hwautomation.baremetal.device_type')) }}"

- name: Refuse a machine that fits none, or several
  ansible.builtin.assert:
    that: found.verdict == 'known'
    fail_msg: "{{ found.reason }}"
"""

RETURN = r"""
_value:
  description: The verdict with its evidence.
  type: dict
  contains:
    verdict:
      description: V(known), V(ambiguous) or V(unknown).
      type: str
    device_type:
      description: Name of the device type; null unless the verdict is V(known).
      type: str
    reason:
      description: The evidence for the device type, or why there is none.
      type: str
    candidates:
      description: The best candidates, each with a score and the evidence for and against it.
      type: list
      elements: dict
  sample:
    verdict: known
    device_type: d1.c2.large
    reason: model PowerEdge R750 matches PowerEdge R750*; vendor Dell Inc. matches Dell*
    candidates: []
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.classify import classify

Data = t.Mapping[str, t.Any]


def classify_machine(facts: Data, device_types: Data) -> dict[str, t.Any]:
    """Return the classification as plain data.

    :raises AnsibleFilterError: when the arguments are not what bmc_info and the lookup return.
    """
    if not isinstance(facts, t.Mapping) or "system" not in facts:
        raise AnsibleFilterError("classify: the input is not the key facts of bmc_info")
    if not isinstance(device_types, t.Mapping):
        raise AnsibleFilterError("classify: device_types is not a dictionary of device types by name")
    return classify(facts, device_types).as_result()


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by name."""
        return {"classify": classify_machine}
