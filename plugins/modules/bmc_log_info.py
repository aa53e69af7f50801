# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bmc_log_info
short_description: Read the logs of a BMC
version_added: 0.1.0
description:
  - Reads log entries of the manager, the system and the chassis (event log, SEL, life-cycle log) in one form.
  - Over IPMI there is one log, V(SEL).
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.protocol
  - hwautomation.baremetal.attributes.reads
options:
  logs:
    description: Names of the logs to read, such as V(SEL). All when not given.
    type: list
    elements: str
  limit:
    description: Entries to return per log at most, in the order of the BMC.
    type: int
    default: 100
  severity:
    description: The least severity to return.
    type: str
    choices: [OK, Warning, Critical]
    default: OK
"""

EXAMPLES = r"""
- name: What went wrong
  hwautomation.baremetal.bmc_log_info:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
    severity: Warning
"""

RETURN = r"""
entries:
  description: The entries.
  returned: success
  type: list
  elements: dict
  sample:
    - id: "1"
      log: SEL
      message_id: ""
      sensor: ""
      severity: Critical
      text: PSU 1 lost input
      time: "2026-01-02T03:04:05Z"
logs:
  description: Names of the logs that were read.
  returned: success
  type: list
  elements: str
counts:
  description: Number of entries returned per severity.
  returned: success
  type: dict
  sample: {Critical: 1, OK: 0, Warning: 0}
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
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery import logs
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import (
    PROTOCOL_OPTIONS,
    connect_machine,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS

OPTIONS = (
    BMC_OPTIONS
    + PROTOCOL_OPTIONS
    + Options(
        spec={
            "logs": {"type": "list", "elements": "str"},
            "limit": {"type": "int", "default": 100},
            "severity": {"type": "str", "choices": list(logs.SEVERITIES), "default": "OK"},
        }
    )
)

DOOR = Query(
    name="bmc_log_info",
    options=OPTIONS,
    connect=connect_machine,
    wanted=logs.wanted,
    read=logs.read,
    report=logs.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
