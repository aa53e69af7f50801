# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: maas_machine_info
short_description: Read machines from MAAS
version_added: 0.1.0
description:
  - Reads all machines, or those that match; MAAS does the filtering. One request, unless O(details) or
    O(power_parameters) asks for more.
  - Several values of one filter widen it, several filters narrow it.
options:
  system_id:
    description:
      - Ids in MAAS.
    type: list
    elements: str
  hostname:
    description:
      - Hostnames without their domain.
    type: list
    elements: str
  mac_address:
    description:
      - MAC addresses of network interfaces.
    type: list
    elements: str
  status:
    description:
      - Statuses, as V(Ready) or V(failed_deployment).
    type: list
    elements: str
  zone:
    description:
      - Physical zones.
    type: list
    elements: str
  pool:
    description:
      - Resource pools.
    type: list
    elements: str
  domain:
    description:
      - DNS domains.
    type: list
    elements: str
  tags:
    description:
      - Tags; a machine must have all of them.
    type: list
    elements: str
  not_tags:
    description:
      - Tags a machine must not have.
    type: list
    elements: str
  owner:
    description:
      - Users who allocated the machine.
    type: list
    elements: str
  agent_name:
    description:
      - Name under which the machine was allocated.
    type: str
  details:
    description:
      - Whether to read the hardware as commissioning saw it (one more request per machine).
    type: bool
    default: false
  power_parameters:
    description:
      - Whether to read the power parameters (one more request for all). Passwords and keys are left out.
    type: bool
    default: false
extends_documentation_fragment:
  - hwautomation.baremetal.maas
  - hwautomation.baremetal.attributes.reads
seealso:
  - module: hwautomation.baremetal.maas_machine
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: Machines that wait for somebody
  hwautomation.baremetal.maas_machine_info:
    maas_url: https://maas.example.com:5443/MAAS
    maas_api_key: "{{ vault_maas_api_key }}"
    status: [Failed commissioning, Failed testing, Failed deployment, Broken]

- name: One machine, with its memory modules and disks
  hwautomation.baremetal.maas_machine_info:
    hostname: [node01]
    details: true
"""

RETURN = r"""
machines:
  description:
    - The machines in the order of their hostnames.
    - Each has the form of RV(hwautomation.baremetal.maas_machine#module:machine).
  returned: success
  type: list
  elements: dict
  contains:
    system_id:
      description: Id in MAAS.
      type: str
      sample: f4xwyh
    hostname:
      description: Hostname without its domain.
      type: str
    status_name:
      description: Status in the words of MAAS.
      type: str
      sample: Ready
    power_parameters:
      description: Power parameters without secrets.
      returned: when O(power_parameters) is true
      type: dict
    details:
      description: The hardware resources in the form of LXD, as the last successful commissioning reported them.
      returned: when O(details) is true
      type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.listing import (
    INFO_OPTIONS,
    filters,
    machines,
    read_machines,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import connect

DOOR = Query(
    name="maas_machine_info",
    options=INFO_OPTIONS,
    connect=connect,
    wanted=filters,
    read=read_machines,
    report=machines,
)


def main() -> None:
    run_module(DOOR)


if __name__ == "__main__":
    main()
