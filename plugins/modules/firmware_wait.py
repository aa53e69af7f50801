# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: firmware_wait
short_description: Wait for the firmware updates of many servers in one task
version_added: "0.1.0"
description:
  - Looks at all servers in turn until each needs somebody again, because its update has ended, failed, or waits for a
    restart. Hundreds of updates are waited for by one process this way, instead of one process each.
  - Shows how many servers are at which stage whenever that has changed.
  - Sends nothing but GET requests, judges nothing and fails for no server. What comes next is the business of
    M(hwautomation.baremetal.firmware), which reads the server again.
  - Meant for one task with C(run_once), between two tasks with C(wait=false) of M(hwautomation.baremetal.firmware).
options:
  machines:
    description:
      - The servers to wait for.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the server in RV(machines).
        type: str
        required: true
      baseline:
        description: What was given to O(hwautomation.baremetal.firmware#module:baseline).
        type: list
        elements: dict
        required: true
      handles:
        description: What was returned as RV(hwautomation.baremetal.firmware#module:handles).
        type: list
        elements: dict
        required: true
      bmc_host:
        description: Address of its BMC.
        type: str
        required: true
      bmc_port:
        description: Port of its BMC.
        type: int
        default: 443
      bmc_username:
        description: Account on its BMC.
        type: str
      bmc_password:
        description: Password of that account.
        type: str
      system_id:
        description: Id of the system, for a BMC that serves more than one.
        type: str
      validate_certs:
        description: Whether the certificate must be valid.
        type: bool
        default: true
      ca_path:
        description: File with the authorities to trust.
        type: path
      tls_fingerprint:
        description: SHA-256 fingerprint of the certificate.
        type: str
      timeout:
        description: Seconds to wait for one answer.
        type: int
        default: 60
  wait_timeout:
    description:
      - Seconds after which a server is given back as V(late).
    type: int
    default: 7200
  wait_interval:
    description:
      - Longest pause in seconds between two looks at one server; one that is through with flashing, and about to arrive, is
        looked at four times as often. All servers together are looked at 50 times a second at most, so while more than
        500 wait the pause is longer.
    type: float
    default: 10.0
extends_documentation_fragment:
  - hwautomation.baremetal.attributes.reads
seealso:
  - module: hwautomation.baremetal.firmware
author:
  - The hwautomation authors (@hwautomation)
"""

EXAMPLES = r"""
- name: Begin on every server
  hwautomation.baremetal.firmware:
    baseline: "{{ firmware_rows }}"
    allow_reboot: true
    wait: false
  register: begun

- name: Wait for all of them together
  hwautomation.baremetal.firmware_wait:
    machines: "{{ machines_with_handles }}"
  run_once: true
"""

RETURN = r"""
machines:
  description:
    - Per server, C(state) is V(settled) when the next step can be taken, V(silent) when its BMC does not answer any
      more, V(late) when its time is over; C(text) is what was seen last.
  returned: success
  type: dict
  sample: {r01: {state: settled, text: bmc is at 7.10.30.00, component: bmc}}
counts:
  description: How many servers are in which state.
  returned: success
  type: dict
  sample: {settled: 12}
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware import together

DOOR = Query(
    name="firmware_wait",
    options=together.WAIT_OPTIONS,
    connect=together.connect_all,
    wanted=together.wanted_machines,
    read=together.wait_for_all,
    report=together.report_all,
)


def main() -> None:
    """Run the module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
