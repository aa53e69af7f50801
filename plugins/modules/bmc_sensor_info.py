# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bmc_sensor_info
short_description: Read the sensors of a server
version_added: 0.1.0
description:
  - Reads temperatures, fans, voltages, power and other sensors of the chassis in one form, with their limits.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.protocol
  - hwautomation.baremetal.attributes.reads
options:
  kinds:
    description: What to return. Everything when not given.
    type: list
    elements: str
    choices: [temperature, fan, voltage, power, current, other]
"""

EXAMPLES = r"""
- name: No sensor may be unhealthy
  hwautomation.baremetal.bmc_sensor_info:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
  register: now
  failed_when: now.unhealthy | length > 0
"""

RETURN = r"""
sensors:
  description: One entry per sensor that is there.
  returned: success
  type: list
  elements: dict
  sample:
    - {health: OK, kind: temperature, limits: {upper_critical: 47}, name: Inlet, reading: 22, unit: Cel}
unhealthy:
  description: Names of the sensors whose health is V(Warning) or V(Critical).
  returned: success
  type: list
  elements: str
protocol:
  description: Which protocol answered, V(redfish) or V(ipmi).
  returned: success
  type: str
unread:
  description: Resources that are linked and could not be read, with the reason.
  returned: success
  type: list
  elements: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery import sensors
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import (
    PROTOCOL_OPTIONS,
    connect_machine,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS

OPTIONS = (
    BMC_OPTIONS
    + PROTOCOL_OPTIONS
    + Options(spec={"kinds": {"type": "list", "elements": "str", "choices": list(sensors.KINDS)}})
)

DOOR = Query(
    name="bmc_sensor_info",
    options=OPTIONS,
    connect=connect_machine,
    wanted=sensors.wanted,
    read=sensors.read,
    report=sensors.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
