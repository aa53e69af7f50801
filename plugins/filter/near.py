# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: near
short_description: Find the known words most like a mistyped one
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Returns up to three of the known words that are most like the given one, the best first, ignoring case.
  - For messages about names that do not exist.
positional: known
options:
  _input:
    description: The word that is not known.
    type: str
    required: true
  known:
    description: The words that are.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Refuse an unknown device type with a helpful message
  ansible.builtin.assert:
    that: hw_device_type in known
    fail_msg: >-
      unknown device type {{ hw_device_type }};
      near: {{ hw_device_type | hwautomation.baremetal.near(known) | join(', ') }}
  vars:
    known: "{{ lookup('hwautomation.baremetal.device_type') | list }}"
"""

RETURN = r"""
_value:
  description: Known words, at most three; empty when none is like it.
  type: list
  elements: str
  sample: [d1.c2.large]
"""

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by name."""
        return {"near": lambda word, known: near(str(word), [str(item) for item in known])}
