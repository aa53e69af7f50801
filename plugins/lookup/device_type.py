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
seealso:
  - ref: ansible_collections.hwautomation.baremetal.classify_filter
    description: Rank device types against what a machine is.
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

import typing as t
from pathlib import Path

from ansible import constants as C
from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.cache import once_per_run
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.device_types import data_files, load, pick


class LookupModule(LookupBase):
    """Device types by name."""

    def run(
        self, terms: list[str], variables: dict[str, t.Any] | None = None, **kwargs: t.Any
    ) -> list[dict[str, t.Any]]:
        """Return the device types asked for, or all."""
        self.set_options(var_options=variables, direct=kwargs)
        directories = [Path(str(item)).expanduser() for item in self.get_option("config_dir")]
        files = [*directories, *(path for group in data_files(directories) for path in group)]
        run_directory = t.cast(t.Any, C).DEFAULT_LOCAL_TMP
        try:
            types = once_per_run(run_directory, "device_types", files, lambda: load(directories))
            return [pick(types, str(term).strip()) for term in terms] if terms else [types]
        except HWAutomationError as exc:
            raise AnsibleLookupError(str(exc)) from exc
