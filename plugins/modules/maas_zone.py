# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: maas_zone
short_description: Manage physical zones of MAAS
version_added: 0.1.0
description:
  - Creates, describes and deletes physical zones.
extends_documentation_fragment:
  - hwautomation.baremetal.maas
  - hwautomation.baremetal.maas_named
  - hwautomation.baremetal.maas_named.described
  - hwautomation.baremetal.attributes.changes
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: A zone per rack
  hwautomation.baremetal.maas_zone:
    maas_url: https://maas.example.com:5443/MAAS
    maas_api_key: "{{ vault_maas_api_key }}"
    name: rack-a
    description: Row 3, rack A
"""

RETURN = r"""
zone:
  description: The zone; empty when it is absent.
  returned: success
  type: dict
  sample: {name: rack-a, description: Row 3, rack A}
plan:
  description: The steps with their status, and the reason when there are none.
  returned: always
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.kinds import ZONE
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.named import door

DOOR = door("maas_zone", ZONE)


def main() -> None:
    run_module(DOOR)


if __name__ == "__main__":
    main()
