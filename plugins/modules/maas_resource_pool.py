# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: maas_resource_pool
short_description: Manage resource pools of MAAS
version_added: 0.1.0
description:
  - Creates, describes and deletes resource pools. MAAS moves the machines of a deleted pool to the default one.
extends_documentation_fragment:
  - hwautomation.baremetal.maas
  - hwautomation.baremetal.maas_named
  - hwautomation.baremetal.maas_named.described
  - hwautomation.baremetal.attributes.changes
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: A pool for production
  hwautomation.baremetal.maas_resource_pool:
    maas_url: https://maas.example.com:5443/MAAS
    maas_api_key: "{{ vault_maas_api_key }}"
    name: production
    description: Machines in service
"""

RETURN = r"""
pool:
  description: The pool; empty when it is absent.
  returned: success
  type: dict
  sample: {name: production, description: Machines in service}
plan:
  description: The steps with their status, and the reason when there are none.
  returned: always
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.kinds import POOL
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.named import door

DOOR = door("maas_resource_pool", POOL)


def main() -> None:
    run_module(DOOR)


if __name__ == "__main__":
    main()
