# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: maas_tag
short_description: Manage tags of MAAS
version_added: 0.1.0
description:
  - Creates, changes and deletes tags, also those that MAAS gives to machines by their hardware.
  - Machines get a tag with the option C(tags) of M(hwautomation.baremetal.maas_machine).
options:
  comment:
    description:
      - Free text.
    type: str
  definition:
    description:
      - XPath expression over the output of lshw. Machines that match get the tag when they are commissioned, and at
        once when the definition changes.
    type: str
  kernel_opts:
    description:
      - Kernel options for machines with this tag.
    type: str
extends_documentation_fragment:
  - hwautomation.baremetal.maas
  - hwautomation.baremetal.maas_named
  - hwautomation.baremetal.attributes.changes
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: A tag for machines with GPU pass-through
  hwautomation.baremetal.maas_tag:
    maas_url: https://maas.example.com:5443/MAAS
    maas_api_key: "{{ vault_maas_api_key }}"
    name: gpu
    comment: has a GPU
    kernel_opts: iommu=pt

- name: A tag MAAS gives by itself
  hwautomation.baremetal.maas_tag:
    name: dell
    definition: //node[@class="system"]/vendor[contains(., "Dell")]
"""

RETURN = r"""
tag:
  description: The tag; empty when it is absent.
  returned: success
  type: dict
  sample: {name: gpu, comment: has a GPU, definition: '', kernel_opts: iommu=pt}
plan:
  description: The steps with their status, and the reason when there are none.
  returned: always
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.kinds import TAG
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.named import door

DOOR = door("maas_tag", TAG)


def main() -> None:
    run_module(DOOR)


if __name__ == "__main__":
    main()
