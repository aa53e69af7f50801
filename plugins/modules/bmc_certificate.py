# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bmc_certificate
short_description: Give a BMC another HTTPS certificate
version_added: 0.1.0
description:
  - Has a BMC make a certificate request (O(state=requested)), whose private key never leaves it, and installs the signed
    certificate (O(state=present)).
  - An installation counts when a TLS handshake shows the new certificate, also on BMCs that restart their web server or
    themselves for it.
  - Needs the Python library cryptography where the module runs.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.attributes.changes
seealso:
  - module: hwautomation.baremetal.bmc_certificate_info
options:
  state:
    description:
      - V(present) installs O(certificate) unless it is in use already.
      - V(requested) returns a request, unless the certificate in use has all the names, is not self-signed and is valid
        for more than O(renew_days).
    type: str
    choices: [present, requested]
    default: present
  certificate:
    description:
      - The certificate in PEM, followed by those of its chain if there are any. Needed for O(state=present).
    type: str
  private_key:
    description:
      - Its private key in PEM without a passphrase, for a key that the BMC has not made. Never in a result or a log.
    type: str
  common_name:
    description:
      - Name of the BMC. Needed for O(state=requested).
    type: str
  alternative_names:
    description:
      - Further DNS names and addresses. HPE iLO puts in its own and does not take any.
    type: list
    elements: str
  organization:
    description:
      - Organization; many BMCs want it.
    type: str
  organizational_unit:
    description:
      - Its unit; many BMCs want it.
    type: str
  city:
    description:
      - City; many BMCs want it.
    type: str
  state_or_province:
    description:
      - State or province; many BMCs want it.
    type: str
  country:
    description:
      - Country, two letters; many BMCs want it.
    type: str
  email:
    description:
      - Address of who is responsible.
    type: str
  key_algorithm:
    description:
      - Algorithm of the key in the words of Redfish, as C(TPM_ALG_RSA). The first that the BMC offers when it wants one.
    type: str
  renew_days:
    description:
      - Days that a certificate must be valid yet for V(requested) to have nothing to do.
    type: int
    default: 30
"""

EXAMPLES = r"""
- name: Ask for a certificate request
  hwautomation.baremetal.bmc_certificate:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
    state: requested
    common_name: "{{ inventory_hostname }}.bmc.example.com"
    alternative_names: ["{{ bmc_host }}"]
  register: wanted

- name: Install what the authority made of it
  hwautomation.baremetal.bmc_certificate:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
    certificate: "{{ signed_certificate }}"
"""

RETURN = r"""
fingerprint:
  description: SHA-256 of the certificate that the BMC shows, for O(tls_fingerprint).
  returned: success
  type: str
csr:
  description: The certificate request in PEM.
  returned: when a request was made
  type: str
before:
  description: The certificate before.
  returned: success
  type: dict
  sample: {"fingerprint": "6d1f...", "subject": "CN=idrac", "valid_until": "2032-11-23T01:28:00+00:00"}
after:
  description: The certificate afterwards.
  returned: success
  type: dict
  sample: {"fingerprint": "93ab...", "subject": "CN=r01.bmc.example.com", "valid_until": "2027-11-23T00:00:00+00:00"}
plan:
  description: The steps, and what became of each.
  returned: success
  type: dict
reason:
  description: Why there was nothing to do.
  returned: when nothing was to be done
  type: str
  sample: already in use
audit:
  description: What the audit callback files.
  returned: success
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import certificate
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import connect_service

DOOR = Door(
    name="bmc_certificate",
    options=certificate.OPTIONS,
    connect=connect_service,
    wanted=certificate.wanted,
    read=certificate.read,
    decide=certificate.decide,
    apply=certificate.apply,
    verify=certificate.verify,
    report=certificate.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
