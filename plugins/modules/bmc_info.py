# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bmc_info
short_description: Read what a server is and what is in it
version_added: 0.1.0
description:
  - Reads the inventory of a server over Redfish, or what IPMI tells of it, and gives it in one form for all makers.
  - What Redfish leaves empty is filled over IPMI, as O(ipmi_gaps) says.
  - A resource that is missing or broken fails nothing; it is listed in RV(unread) with the reason.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.protocol
  - hwautomation.baremetal.attributes.reads
options:
  subsets:
    description:
      - What to read. Each part costs the BMC several requests.
      - The identity of the system and of its BMC is always there.
    type: list
    elements: str
    choices: [all, system, bmc, processors, memory, storage, network, power, thermal, licences]
    default: [all]
  ipmi_gaps:
    description:
      - Whether to ask IPMI, with the same credentials, for what Redfish leaves empty. RV(facts) says in C(sources.filled)
        what came from there. IPMI that does not answer fails nothing; it is listed in RV(unread).
      - V(auto) asks only where the BMC says that IPMI is on, O(protocol) is V(auto), and a fact is missing that every
        machine has, which is vendor, model, serial number, UUID, power state, firmware or MAC address of the BMC, or all
        temperatures. An asset tag or a part number that is empty is asked for together with these, never alone.
      - V(always) asks for each empty fact that IPMI could know, whatever the BMC says of IPMI and whatever O(protocol) is.
      - V(never) asks nothing. Every IPMI session costs seconds, and shows a hash of the password to whoever answers in
        place of the BMC.
    type: str
    choices: [auto, always, never]
    default: auto
"""

EXAMPLES = r"""
- name: Read everything
  hwautomation.baremetal.bmc_info:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
  register: server

- name: Show what it is
  ansible.builtin.debug:
    msg: "{{ server.facts.system.vendor }} {{ server.facts.system.model }}, {{ server.facts.memory.gib }} GiB"
"""

RETURN = r"""
platform:
  description: The class of machines that behave alike to which it belongs.
  returned: success
  type: str
  sample: dell_idrac9
protocol:
  description: Which protocol answered, V(redfish) or V(ipmi).
  returned: success
  type: str
facts:
  description: The server in one form. Parts that were not asked for are absent.
  returned: success
  type: dict
  contains:
    system:
      description: Identity, power, BIOS version, boot settings, TPM and health.
      type: dict
      returned: always
    bmc:
      description: Model, firmware, interfaces, protocols, and how far its clock is ahead in seconds.
      type: dict
      returned: always
    processors:
      description: One entry per processor.
      type: list
      returned: with subset processors
    gpus:
      description: GPUs and other accelerators, those of a GPU baseboard with a system of its own among them.
      type: list
      returned: with subset processors
    memory:
      description: Size in GiB, and one entry per module.
      type: dict
      returned: with subset memory
    storage:
      description: Controllers, drives and volumes.
      type: dict
      returned: with subset storage
    network:
      description: Adapters, and ports with MAC addresses in lower case.
      type: dict
      returned: with subset network
    power_supplies:
      description: One entry per power supply of all chassis of the system.
      type: list
      returned: with subset power
    fans:
      description: One entry per fan of all chassis of the system.
      type: list
      returned: with subset thermal
    temperatures:
      description: One entry per temperature sensor.
      type: list
      returned: with subset thermal
    licences:
      description: Licences of the BMC.
      type: list
      returned: with subset licences
    unhealthy:
      description: Every part whose health is Warning or Critical, with its place in the facts and its name.
      type: list
      elements: dict
      returned: always
    sources:
      description: For each part, the protocol that answered and the resources that were read. In C(filled), the protocol
        of each single fact that Redfish left empty, such as C(system.serial).
      type: dict
      returned: always
  sample:
    system: {vendor: Dell Inc., model: PowerEdge R750, serial: F54P1G3, power: "On"}
unread:
  description: Resources that are linked and could not be read.
  returned: success
  type: list
  elements: dict
  sample:
    - {resource: /redfish/v1/Chassis/1/NetworkAdapters, reason: GET was refused with HTTP 400}
audit:
  description: What the audit callback files.
  returned: success
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery import facts
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.gaps import MODES
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.read import SUBSETS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.both import connect_both
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import PROTOCOL_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS

OPTIONS = (
    BMC_OPTIONS
    + PROTOCOL_OPTIONS
    + Options(
        spec={
            "subsets": {"type": "list", "elements": "str", "choices": ["all", *SUBSETS], "default": ["all"]},
            "ipmi_gaps": {"type": "str", "choices": list(MODES), "default": "auto"},
        }
    )
)

DOOR = Query(
    name="bmc_info",
    options=OPTIONS,
    connect=connect_both,
    wanted=facts.wanted,
    read=facts.read,
    report=facts.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
