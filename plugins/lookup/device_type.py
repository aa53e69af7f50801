# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: device_type
short_description: Look up device types
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Returns the data of one or more device types, or of all of them.
  - Device types come from C(configs/device_types/*.yml) of the collection and of the directories of O(config_dir). A
    file C(bios/device_mappings.yaml) with the same root key C(device_types) in one of them is read as well.
  - All files are checked against C(configs/schemas/device_type.schema.json) together. Every problem is reported with
    its file and line.
options:
  _terms:
    description: Names of device types. Without any, one dictionary with all device types by name is returned.
    type: list
    elements: str
  config_dir:
    description:
      - Directories laid out as C(configs/) of the collection. A device type in one of them replaces the collection's
        one of the same name; a later directory wins.
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
- name: Show the BIOS profile of a device type
  ansible.builtin.debug:
    msg: "{{ lookup('hwautomation.baremetal.device_type', 'd1.c2.large').bios.profile }}"

- name: Show the names of all device types
  ansible.builtin.debug:
    msg: "{{ lookup('hwautomation.baremetal.device_type') | list }}"
"""

RETURN = r"""
_raw:
  description:
    - The device types, in the order of the names asked for. Each has the keys of its file, and C(name) and C(source).
    - Without names, a list of one dictionary that holds all device types.
  type: list
  elements: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.library import DEVICE_TYPES
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.lookup import ConfigsLookup


class LookupModule(ConfigsLookup):
    """Device types by name."""

    KIND = DEVICE_TYPES
