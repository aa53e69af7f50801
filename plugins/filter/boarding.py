# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: boarding
short_description: Judge a server by a list of boarding checks
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Compares what was found out about a server with a list of checks and returns a verdict for each.
  - What could not be read proves nothing. A check of it is skipped with the reason, which C(unread) of the evidence has by
    path, and never passed. One that was read in part may still show what is wrong.
  - A check whose comparison C(than) is missing is skipped, since nothing was asked for.
positional: checks, skip
options:
  _input:
    description: What is known of the server; the paths C(look_at) and C(than) of the checks lead into it.
    type: dict
    required: true
  checks:
    description: The checks, as in C(configs/boarding/*.yml).
    type: list
    elements: dict
    required: true
  skip:
    description: Names of checks that do not apply.
    type: list
    elements: str
    default: []
seealso:
  - plugin: hwautomation.baremetal.boarding_checks
    plugin_type: lookup
  - plugin: hwautomation.baremetal.boarding_evidence
    plugin_type: filter
  - module: hwautomation.baremetal.boarding_verdict
"""

EXAMPLES = r"""
- name: Show what is wrong with the server
  ansible.builtin.debug:
    msg: "{{ verdicts | selectattr('outcome', 'in', ['warn', 'fail']) | map(attribute='reason') }}"
  vars:
    standard: "{{ lookup('hwautomation.baremetal.boarding_checks', 'standard').checks }}"
    verdicts: "{{ {'bmc': {'answers': true}} | hwautomation.baremetal.boarding(standard) }}"
"""

RETURN = r"""
_value:
  description:
    - One verdict per check with C(name), C(text), C(outcome) (V(pass), V(warn), V(fail) or V(skipped)) and C(reason).
    - Those that are not passed have C(told) as well, all of it in one line for a person.
  type: list
  elements: dict
  sample:
    - name: memory
      text: MAAS sees the memory of the device type
      outcome: fail
      reason: "maas.memory_gib: 240 is less than 256"
      told: "not true that MAAS sees the memory of the device type (maas.memory_gib: 240 is less than 256)"
"""

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._boarding.judge import judge


def boarding(
    evidence: t.Mapping[str, t.Any], checks: list[t.Mapping[str, t.Any]], skip: t.Collection[str] = ()
) -> list[dict[str, str]]:
    """Return the verdicts."""
    return judge(checks, evidence, skip)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by name."""
        return {"boarding": boarding}
