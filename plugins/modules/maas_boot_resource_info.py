# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: maas_boot_resource_info
short_description: Read the boot images of MAAS
version_added: 0.1.0
description:
  - Reads which systems MAAS can deploy, and whether it is importing images now.
options:
  type:
    description:
      - Only images of this origin.
    type: str
    choices: [synced, uploaded]
extends_documentation_fragment:
  - hwautomation.baremetal.maas
  - hwautomation.baremetal.attributes.reads
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: What can be deployed
  hwautomation.baremetal.maas_boot_resource_info:
    maas_url: https://maas.example.com:5443/MAAS
    maas_api_key: "{{ vault_maas_api_key }}"
"""

RETURN = r"""
boot_resources:
  description: The images in the order of their names.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Number of the image.
      type: int
    name:
      description: Name, as the option O(hwautomation.baremetal.maas_machine#module:deploy.distro_series) takes it.
      type: str
      sample: ubuntu/noble
    title:
      description: Title.
      type: str
      sample: 24.04 LTS
    architecture:
      description: Architecture and kernel.
      type: str
      sample: amd64/ga-24.04
    type:
      description: Origin.
      type: str
      sample: Synced
series:
  description: The names alone, each once.
  returned: success
  type: list
  elements: str
importing:
  description: Whether MAAS is importing images now.
  returned: success
  type: bool
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.region import boot_resources, read_images
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import connect
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import MAAS_OPTIONS

DOOR = Query(
    name="maas_boot_resource_info",
    options=MAAS_OPTIONS + Options(spec={"type": {"type": "str", "choices": ["synced", "uploaded"]}}),
    connect=connect,
    wanted=dict,
    read=read_images,
    report=boot_resources,
)


def main() -> None:
    run_module(DOOR)


if __name__ == "__main__":
    main()
