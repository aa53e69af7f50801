# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bmc_certificate_info
short_description: Look at the HTTPS certificate of a BMC
version_added: 0.1.0
description:
  - Tells which certificate a BMC shows in a TLS handshake, trusted or not. Nothing but the handshake is sent, so neither
    credentials nor trust are needed.
  - Compare the fingerprint with what the machine shows on a console before pinning it.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.attributes.reads
"""

EXAMPLES = r"""
- name: See what it shows
  hwautomation.baremetal.bmc_certificate_info:
    bmc_host: "{{ bmc_host }}"
  register: seen

- name: It must last a while
  ansible.builtin.assert:
    that: seen.days_left > 30
"""

RETURN = r"""
fingerprint:
  description: SHA-256 of the certificate, for O(tls_fingerprint).
  returned: success
  type: str
certificate:
  description: What it says.
  returned: success
  type: dict
  sample:
    common_name: idrac
    fingerprint: 6d1f...
    issuer: O=Dell Inc.,CN=idrac
    names: [idrac.example.com]
    not_after: "2032-11-23T01:28:00+00:00"
    not_before: "2022-11-22T01:28:00+00:00"
    self_signed: true
    subject: O=Dell Inc.,CN=idrac
days_left:
  description: Days until it expires, negative when it has.
  returned: success
  type: float
valid_for_host:
  description: Whether it is for O(bmc_host).
  returned: success
  type: bool
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import certificate
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.redfish import connect

DOOR = Query(
    name="bmc_certificate_info",
    options=BMC_OPTIONS,
    connect=connect,
    wanted=lambda params: None,
    read=lambda client, wanted: certificate.info(client, client.clock.epoch()),
    report=lambda wanted, current: current,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
