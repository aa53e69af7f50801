# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  _terms:
    description: Names. Without any, one dictionary of all by name is returned.
    type: list
    elements: str
  config_dir:
    description:
      - Directories laid out as C(configs/) of the collection. What is in one of them replaces the collection's of the
        same name; a later directory wins.
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
