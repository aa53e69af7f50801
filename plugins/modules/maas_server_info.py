# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: maas_server_info
short_description: Read the version of a MAAS, and whether the API key works
version_added: 0.1.0
description:
  - Asks a MAAS for its version without the key, and then who the key belongs to.
  - A wrong URL, an untrusted certificate and a refused key each fail with what to do about it.
extends_documentation_fragment:
  - hwautomation.baremetal.maas
  - hwautomation.baremetal.attributes.reads
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: Check the MAAS before anything else
  hwautomation.baremetal.maas_server_info:
    maas_url: https://maas.example.com:5443/MAAS
    maas_api_key: "{{ vault_maas_api_key }}"
  register: maas

- name: The key must be an administrator's
  ansible.builtin.assert:
    that: maas.user.is_superuser
"""

RETURN = r"""
version:
  description: Version of MAAS.
  returned: success
  type: str
  sample: 3.7.3
supported:
  description: Whether this collection supports that version.
  returned: success
  type: bool
capabilities:
  description: What MAAS says it can do.
  returned: success
  type: list
  elements: str
user:
  description: The user the key belongs to.
  returned: success
  type: dict
  contains:
    username:
      description: Name.
      type: str
    is_superuser:
      description: Whether the user is an administrator.
      type: bool
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.region import read_server, server_info
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import connect
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import MAAS_OPTIONS

DOOR = Query(
    name="maas_server_info",
    options=MAAS_OPTIONS,
    connect=connect,
    wanted=dict,
    read=read_server,
    report=server_info,
)


def main() -> None:
    run_module(DOOR)


if __name__ == "__main__":
    main()
