# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_info
short_description: Read what a server is from the system that runs on it
version_added: 0.1.0
description:
  - Reads the inventory of a server with C(dmidecode), C(lscpu), C(lsblk), C(ip) and C(ethtool) over the ordinary
    connection, in the form of M(hwautomation.baremetal.bmc_info), for what a BMC does not tell.
  - A tool that is missing fails nothing; it is listed in RV(unread) with the reason. C(dmidecode) needs C(become).
  - Runs on the server itself and needs Python there, and nothing else.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.attributes
attributes:
  check_mode:
    support: full
    details: This module does not modify state.
  diff_mode:
    support: N/A
    details: This module does not modify state.
  idempotent:
    support: full
    details: This module does not modify state.
  in_process:
    support: none
    details: It always runs on the server.
seealso:
  - module: hwautomation.baremetal.bmc_info
  - plugin: hwautomation.baremetal.merge_facts
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Ask the running system
  hwautomation.baremetal.host_info:
  become: true
  register: host

- name: Fill what the BMC did not tell
  ansible.builtin.set_fact:
    hw_facts: "{{ hw_facts | hwautomation.baremetal.merge_facts(host.facts) }}"
"""

RETURN = r"""
facts:
  description: The server in the form of RV(hwautomation.baremetal.bmc_info#module:facts), as far as the tools tell.
  returned: success
  type: dict
unread:
  description: Tools that told nothing.
  returned: success
  type: list
  elements: dict
  sample:
    - {resource: dmidecode, reason: dmidecode is not installed}
audit:
  description: What the audit callback files.
  returned: success
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.host import info

DOOR = Query(
    name="host_info",
    options=Options(spec={}),
    connect=info.connect_here,
    wanted=info.wanted,
    read=info.read,
    report=info.report,
)


def main() -> None:
    """Run on the server."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
