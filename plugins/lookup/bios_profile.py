# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: bios_profile
short_description: Merge the layers of a BIOS template
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Merges the layers of a machine's BIOS template and keeps who set what. The result is the C(profile)
    option of M(hwautomation.baremetal.bios_settings).
  - The layers are, from the most general to the most special, C(site.yml), C(platforms/PLATFORM.yml), the profile
    C(profiles/NAME.yml) of the device type, C(groups/GROUP.yml) of each group that has such a file, and
    C(hosts/HOST.yml), all below C(configs/bios/).
  - All files are checked against their JSON Schemas together, and every mistake of the template is reported at once.
options:
  _terms:
    description:
      - Name of a profile, that is of a file of C(profiles/). Without it only the layers that hold for every device
        type count.
    type: list
    elements: str
  device_type:
    description:
      - Name of the device type. Settings of a C(template_rules.yaml) for it lie over those of the profile.
    type: str
    default: ""
  platform:
    description:
      - Platform of the machine, as M(hwautomation.baremetal.bmc_info) names it.
    type: str
    default: ""
  groups:
    description:
      - Groups of the host; those with a file of their own count.
    type: list
    elements: str
    default: []
  host:
    description:
      - Name of the host.
    type: str
    default: ""
  explain:
    description:
      - Name of an intent or attribute. Returns texts instead that say which layer set it, whom it overrides, and what
        it means on O(platform).
    type: str
    default: ""
  mistakes:
    description:
      - What to do about mistakes in the template.
      - V(fail) reports them all.
      - V(keep) returns them as C(problems) with the rest. M(hwautomation.baremetal.bios_settings) and the filter
        P(hwautomation.baremetal.bios_lint#filter) report them together with those that only a machine or its registry
        shows; the module writes nothing then.
    type: str
    choices: [fail, keep]
    default: fail
  config_dir:
    description:
      - Directories laid out as C(configs/) of the collection. A file in one of them replaces the collection's one of
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
  - module: hwautomation.baremetal.bios_settings
"""

EXAMPLES = r"""
- name: Bring a machine to the template of its device type
  hwautomation.baremetal.bios_settings:
    bmc_host: 192.0.2.11
    bmc_username: root
    bmc_password: "{{ vault_bmc_password }}"
    profile: "{{ lookup('hwautomation.baremetal.bios_profile', 'dell_compute', platform='dell_idrac9') }}"

- name: Ask why the boot mode is what it is
  ansible.builtin.debug:
    msg: >-
      {{ lookup('hwautomation.baremetal.bios_profile', 'dell_compute', platform='dell_idrac9', explain='BootMode') }}
"""

RETURN = r"""
_raw:
  description:
    - One merged template, with C(name), C(platform), C(settings) (each with C(kind), C(key), C(value), C(layer) and
      C(overrides)), C(preserve), C(constraints) and C(intent_maps); with O(mistakes=keep) also C(problems), if any.
    - With O(explain), texts.
  type: list
  elements: raw
"""

import typing as t
from pathlib import Path

from ansible import constants as C
from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.library import BiosLibrary
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._bios.profile import explain, profile_of


class LookupModule(LookupBase):
    """Merged BIOS templates."""

    def run(self, terms: list[str], variables: dict[str, t.Any] | None = None, **kwargs: t.Any) -> list[t.Any]:
        """Return the merged template, or what explains one of its values."""
        self.set_options(var_options=variables, direct=kwargs)
        directories = [Path(str(item)).expanduser() for item in self.get_option("config_dir")]
        try:
            merged = profile_of(
                BiosLibrary(directories, t.cast(t.Any, C).DEFAULT_LOCAL_TMP),
                str(terms[0]).strip() if terms else "",
                device_type=self.get_option("device_type"),
                platform=self.get_option("platform"),
                groups=[str(group) for group in self.get_option("groups")],
                host=self.get_option("host"),
                keep_mistakes=self.get_option("mistakes") == "keep",
            )
            return explain(merged, self.get_option("explain")) if self.get_option("explain") else [merged]
        except HWAutomationError as exc:
            raise AnsibleLookupError(str(exc)) from exc
