# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bmc_scan
short_description: Find BMCs in a network
version_added: 0.1.0
description:
  - Looks for management controllers over TLS, the Redfish service root and IPMI, which all answer without a log-in.
    No credentials are ever sent.
  - Runs once, where the network can be reached; use C(run_once) and C(delegate_to) as needed.
  - Shows every few seconds how far it has come, unless it runs on another host than the controller.
  - The audit callback keeps what was seen. M(hwautomation.baremetal.audit_info) with O(hwautomation.baremetal.audit_info#module:query=bmcs)
    returns it, in the form of O(known).
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.scan
  - hwautomation.baremetal.attributes.reads
options:
  known:
    description:
      - RV(bmcs) of an earlier scan, or what the audit database knows of earlier ones. Each BMC is then told to be new,
        known or changed, and those that no longer answer are listed as missing.
      - An address that was not tried, because it is excluded or the O(deadline) came first, is never missing.
    type: list
    elements: dict
    default: []
seealso:
  - plugin: hwautomation.baremetal.bmc_scan
    plugin_type: inventory
  - module: hwautomation.baremetal.audit_info
"""

EXAMPLES = r"""
- name: Look for BMCs
  hwautomation.baremetal.bmc_scan:
    addresses: [10.0.0.0/24]
    exclude: [10.0.0.1]
  register: found
  run_once: true
  delegate_to: localhost

- name: Keep them as an inventory
  ansible.builtin.copy:
    content: "{{ found.inventory | to_nice_yaml }}"
    dest: inventory/found.yml
    mode: "0644"
  run_once: true
  delegate_to: localhost

# What is new, changed or missing since the last time: the playbook find_bmcs.yml does this.
- name: What earlier scans saw
  hwautomation.baremetal.audit_info:
    query: bmcs
  register: earlier

- name: Look again
  hwautomation.baremetal.bmc_scan:
    addresses: [10.0.0.0/24]
    known: "{{ earlier.rows }}"
"""

RETURN = r"""
bmcs:
  description: One entry per address that answered, and per address of O(known) that no longer does.
  returned: success
  type: list
  elements: dict
  contains:
    address:
      description: Its address.
      type: str
    protocol:
      description: V(redfish), V(ipmi), or V(none) for something else, with RV(bmcs[].reason).
      type: str
    reason:
      description: What speaks against a BMC.
      type: str
    port:
      description: TCP port that answered.
      type: int
    vendor:
      description: Maker, as the service root tells it.
      type: str
    product:
      description: Product, as the service root tells it.
      type: str
    redfish_version:
      description: Version of the standard.
      type: str
    uuid:
      description: UUID of the service.
      type: str
    fingerprint:
      description: SHA-256 of its certificate.
      type: str
    issuer:
      description: Who signed the certificate.
      type: str
    ipmi:
      description: Whether it answers on UDP port 623.
      type: bool
    status:
      description: V(new), V(known), V(changed) (see RV(bmcs[].changed)) or V(missing), compared with O(known).
      type: str
    changed:
      description: Keys that changed.
      type: list
  sample:
    - {address: 10.0.0.5, protocol: redfish, vendor: Dell, redfish_version: 1.18.0, status: new, ipmi: false}
counts:
  description: Number of addresses, of those that were tried, and of each protocol and status.
  returned: success
  type: dict
  sample: {addresses: 254, tried: 254, redfish: 12, new: 12}
complete:
  description: Whether all addresses were tried before O(deadline).
  returned: success
  type: bool
inventory:
  description:
    - An inventory of the BMCs found. Those with Redfish are in the group C(servers), ready for the playbook
      C(provision.yml); those that speak IPMI only are in C(ipmi_only).
  returned: success
  type: dict
csv:
  description: RV(bmcs) as a table with a header, in the form of comma-separated values.
  returned: success
  type: str
audit:
  description: What the audit callback files.
  returned: success
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery import scan
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.scan_options import SCAN_OPTIONS

KNOWN = Options(spec={"known": {"type": "list", "elements": "dict", "default": []}})

DOOR = Query(
    name="bmc_scan",
    options=SCAN_OPTIONS + KNOWN,
    connect=scan.connect_nowhere,
    wanted=scan.wanted,
    read=scan.read,
    report=scan.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
