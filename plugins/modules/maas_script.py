# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: maas_script
short_description: Manage commissioning, testing and release scripts of MAAS
version_added: 0.1.0
description:
  - Uploads, changes and deletes the scripts that MAAS runs on machines. A changed script becomes a new revision.
  - What the metadata block inside the script says wins over the options here; give a value in one place only.
options:
  script:
    description:
      - Text of the script, beginning with C(#!). Needed for a new one.
    type: str
  type:
    description:
      - When it is run. MAAS takes V(testing) for a new one when nothing is said.
    type: str
    choices: [commissioning, testing, release]
  title:
    description:
      - Title.
    type: str
  description:
    description:
      - Free text.
    type: str
  tags:
    description:
      - Tags it must have; MAAS adds some of its own.
    type: list
    elements: str
  script_timeout:
    description:
      - Seconds after which MAAS stops it; V(0) for never.
    type: int
  may_reboot:
    description:
      - Whether the script may reboot the machine.
    type: bool
  destructive:
    description:
      - Whether the script destroys data. MAAS does not run such a test on a deployed machine.
    type: bool
  recommission:
    description:
      - Whether the built-in commissioning scripts are run again after it.
    type: bool
extends_documentation_fragment:
  - hwautomation.baremetal.maas
  - hwautomation.baremetal.maas_named
  - hwautomation.baremetal.attributes.changes
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: A test of the network
  hwautomation.baremetal.maas_script:
    maas_url: https://maas.example.com:5443/MAAS
    maas_api_key: "{{ vault_maas_api_key }}"
    name: reach-mirror
    type: testing
    script_timeout: 60
    tags: [network-check]
    script: |
      #!/bin/sh
      curl --fail --silent --show-error http://mirror.example.com/ >/dev/null
"""

RETURN = r"""
script:
  description: The script; empty when it is absent.
  returned: success
  type: dict
  sample: {name: reach-mirror, type: testing, script_timeout: 60, tags: [network-check, node]}
plan:
  description: The steps with their status, and the reason when there are none.
  returned: always
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.kinds import SCRIPT
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.named import door

DOOR = door("maas_script", SCRIPT)


def main() -> None:
    run_module(DOOR)


if __name__ == "__main__":
    main()
