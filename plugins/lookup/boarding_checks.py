# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: boarding_checks
short_description: Look up lists of boarding checks
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Returns one or more lists of boarding checks, or all of them.
  - They come from C(configs/boarding/*.yml) of the collection and of the directories of O(config_dir), and are checked
    against C(configs/schemas/boarding.schema.json) together. Every problem is reported with its file and line.
options:
  _terms:
    description: Names of lists. Without any, one dictionary with all lists by name is returned.
    type: list
    elements: str
  config_dir:
    description:
      - Directories laid out as C(configs/) of the collection. A list in one of them replaces the collection's one of
        the same name; a later directory wins.
    type: list
    elements: path
    default: []
    vars:
      - name: hwautomation_config_dir
    env:
      - name: HWAUTOMATION_CONFIG_DIR
    ini:
      - section: hwautomation
        key: config_dir
requirements:
  - jsonschema
seealso:
  - plugin: hwautomation.baremetal.boarding
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show what is checked before a server goes into service
  ansible.builtin.debug:
    msg: "{{ lookup('hwautomation.baremetal.boarding_checks', 'standard').checks | map(attribute='text') }}"
"""

RETURN = r"""
_raw:
  description:
    - The lists, in the order of the names asked for. Each has C(checks), C(name) and C(source).
    - Without names, a list of one dictionary that holds them all.
  type: list
  elements: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.library import BOARDING
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.lookup import ConfigsLookup


class LookupModule(ConfigsLookup):
    """Boarding checks by name."""

    KIND = BOARDING
