# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: merge_facts
short_description: Fill gaps in the facts of a server from another source
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Adds to the facts of a BMC what it does not tell and another source does. What the BMC tells is never replaced.
  - Ports are matched by MAC address, drives and memory modules by serial number. Ports that only the other source knows
    are added.
  - C(sources.filled) lists every place that was filled, and from where.
positional: more, source
options:
  _input:
    description: RV(hwautomation.baremetal.bmc_info#module:facts).
    type: dict
    required: true
  more:
    description: RV(hwautomation.baremetal.host_info#module:facts), or the facts of another M(hwautomation.baremetal.bmc_info).
    type: dict
    required: true
  source:
    description: What to call the other source.
    type: str
    default: host
seealso:
  - module: hwautomation.baremetal.host_info
"""

EXAMPLES = r"""
- name: Fill what the BMC did not tell
  ansible.builtin.set_fact:
    hw_facts: "{{ hw_facts | hwautomation.baremetal.merge_facts(host.facts) }}"

- name: Fill what Redfish did not tell from IPMI
  ansible.builtin.set_fact:
    hw_facts: "{{ server.facts | hwautomation.baremetal.merge_facts(over_ipmi.facts, 'ipmi') }}"
"""

RETURN = r"""
_value:
  description: The facts of both.
  type: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.merge import merge_facts


def merge(facts: t.Any, more: t.Any, source: str = "host") -> dict[str, t.Any]:
    """Return the facts of both.

    :raises AnsibleFilterError: when one of them is not what bmc_info and host_info return.
    """
    for one in (facts, more):
        if not isinstance(one, t.Mapping) or "system" not in one:
            raise AnsibleFilterError("merge_facts: wants the key facts of bmc_info, and that of host_info")
    return merge_facts(facts, more, source)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by name."""
        return {"merge_facts": merge}
