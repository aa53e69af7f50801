# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bmc_trust
short_description: Trust the certificate a BMC shows, and notice when it changes
version_added: 0.1.0
description:
  - Looks at the TLS certificate of a BMC and holds it against the one that is trusted. One that nobody trusted before is
    trusted from now on; another one than the trusted one fails the task, which names both.
  - The audit callback P(hwautomation.baremetal.audit#callback) keeps what is trusted, with the time and the run. The
    lookup P(hwautomation.baremetal.trusted_fingerprint#lookup) reads it, for O(trusted) and for the option
    C(tls_fingerprint) of every other module.
  - Sends a TLS handshake and no credentials.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.attributes.changes
options:
  bmc_host:
    description: Address or name of the management controller (BMC).
    type: str
    required: true
  bmc_port:
    description: TCP port of its HTTPS server.
    type: int
    default: 443
  timeout:
    description: Seconds to wait for the handshake.
    type: int
    default: 10
  trusted:
    description:
      - What is trusted so far, with the key C(fingerprint), and C(at) and C(run_id) for messages. An empty dictionary
        stands for nothing.
    type: dict
    required: true
  allow_change:
    description: Trust another certificate than the trusted one from now on.
    type: bool
    default: false
requirements:
  - cryptography >= 42
seealso:
  - plugin: hwautomation.baremetal.trusted_fingerprint
    plugin_type: lookup
"""

EXAMPLES = r"""
# The playbook trust_bmcs.yml does this for every server.
- name: Trust the BMC, or fail when it shows another certificate than last time
  hwautomation.baremetal.bmc_trust:
    bmc_host: "{{ bmc_host }}"
    trusted: "{{ lookup('hwautomation.baremetal.trusted_fingerprint', bmc_host, record=true) }}"

- name: Use what is trusted
  hwautomation.baremetal.bmc_info:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
    tls_fingerprint: "{{ lookup('hwautomation.baremetal.trusted_fingerprint', bmc_host) }}"
"""

RETURN = r"""
fingerprint:
  description: SHA-256 of the certificate that is shown.
  returned: success
  type: str
certificate:
  description: What it says.
  returned: success
  type: dict
  sample: {subject: "CN=10.0.0.5", issuer: "CN=10.0.0.5", not_after: "2031-01-01T00:00:00+00:00", self_signed: true}
trusted:
  description: The fingerprint that is trusted.
  returned: when another one is shown
  type: str
shown:
  description: The fingerprint that is shown.
  returned: when another one is trusted
  type: str
before:
  description: What was trusted before.
  returned: success
  type: dict
after:
  description: What is trusted now.
  returned: success
  type: dict
plan:
  description: The steps, and what became of each.
  returned: success
  type: dict
audit:
  description: What the audit callback files.
  returned: success
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import trust
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module

DOOR = Door(
    name="bmc_trust",
    options=trust.OPTIONS,
    connect=trust.connect,
    wanted=trust.wanted,
    read=trust.read,
    decide=trust.decide,
    apply=trust.apply,
    verify=trust.verify,
    report=trust.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
