# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: vendor_profile
short_description: Look up the site's own vendor profiles
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Returns the profiles of platforms that the site describes in C(vendors/*.yml) below the directories of O(config_dir),
    and checks all of these files against C(configs/schemas/vendor.schema.json). Every problem is reported with its file
    and line.
  - Modules that talk to a BMC use these profiles by themselves; the lookup is for looking at them, and for checking them.
options:
  _terms:
    description: Names of vendor profiles. Without any, one dictionary with all vendor profiles by name is returned.
    type: list
    elements: str
  config_dir:
    description:
      - Directories laid out as C(configs/) of the collection; a later one wins.
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
"""

EXAMPLES = r"""
- name: Check the site's vendor profiles
  ansible.builtin.debug:
    msg: "{{ lookup('hwautomation.baremetal.vendor_profile') | list }}"
"""

RETURN = r"""
_raw:
  description:
    - The vendor profiles, in the order of the names asked for. Each has the keys of its file, and C(name) and C(source).
    - Without names, a list of one dictionary that holds all vendor profiles.
  type: list
  elements: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.library import VENDORS
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.lookup import ConfigsLookup


class LookupModule(ConfigsLookup):
    """Vendor profiles by name."""

    KIND = VENDORS
