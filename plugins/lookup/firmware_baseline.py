# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: firmware_baseline
short_description: Look up firmware baselines
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Returns firmware baselines, or all of them.
  - They come from C(configs/firmware/baselines/*.yml) of the collection and of the directories of O(config_dir), root
    key C(firmware_baselines), and are checked against C(configs/schemas/firmware_baseline.schema.json). Every problem is reported with its
    file and line.
extends_documentation_fragment:
  - hwautomation.baremetal.configs
"""

EXAMPLES = r"""
- name: Show the names of all
  ansible.builtin.debug:
    msg: "{{ lookup('hwautomation.baremetal.firmware_baseline') | list }}"
"""

RETURN = r"""
_raw:
  description:
    - Those asked for, in that order, with the keys of their file and C(name) and C(source).
    - Without names, a list of one dictionary that holds all.
  type: list
  elements: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.library import Kind
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.lookup import ConfigsLookup


class LookupModule(ConfigsLookup):
    """Firmware baselines by name."""

    KIND = Kind("firmware/baselines", "firmware_baselines", "firmware_baseline", "firmware baseline")
