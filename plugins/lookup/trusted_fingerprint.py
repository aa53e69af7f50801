# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: trusted_fingerprint
short_description: Find the certificate of a BMC that is trusted
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Returns the SHA-256 fingerprint that M(hwautomation.baremetal.bmc_trust) recorded in the audit database for a BMC.
  - Fails when there is none, so that a certificate nobody looked at is never accepted in silence.
options:
  _terms:
    description: Addresses of BMCs, as in C(bmc_host).
    type: list
    elements: str
    required: true
  port:
    description: TCP port of its HTTPS server.
    type: int
    default: 443
  record:
    description:
      - Return a dictionary with C(fingerprint), C(at) and C(run_id) for M(hwautomation.baremetal.bmc_trust), empty when
        there is none.
      - Fails when the run is not recorded, since what is trusted now could not be remembered.
    type: bool
    default: false
  database:
    description: The audit database. That of the run being recorded, or the configured one, when not given.
    type: str
seealso:
  - module: hwautomation.baremetal.bmc_trust
"""

EXAMPLES = r"""
# group_vars/all.yml: every task of the collection accepts the certificate that is trusted, and no other
# tls_fingerprint: "{{ lookup('hwautomation.baremetal.trusted_fingerprint', bmc_host, port=bmc_port | default(443)) }}"

- name: Show what is trusted
  ansible.builtin.debug:
    msg: "{{ lookup('hwautomation.baremetal.trusted_fingerprint', bmc_host, record=true) }}"
"""

RETURN = r"""
_raw:
  description: One fingerprint per BMC, or one dictionary with O(record).
  type: list
  elements: raw
"""

import typing as t

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.hwautomation.baremetal.extensions.audit.trusted import (
    check_recording,
    find_trusted,
    trusted_fingerprint,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError


class LookupModule(LookupBase):
    """Trusted certificates."""

    def run(self, terms: list[str], variables: dict[str, t.Any] | None = None, **kwargs: t.Any) -> list[t.Any]:
        """Return what is trusted for each BMC."""
        self.set_options(var_options=variables, direct=kwargs)
        database, port = self.get_option("database"), self.get_option("port")
        endpoints = [f"{str(term).strip()}:{port}" for term in terms]
        try:
            if not self.get_option("record"):
                return [trusted_fingerprint(endpoint, database) for endpoint in endpoints]
            if not database:
                check_recording()
            return [find_trusted(endpoint, database) for endpoint in endpoints]
        except HWAutomationError as exc:
            hint = f" ({exc.hint})" if exc.hint and exc.hint not in str(exc) else ""
            raise AnsibleLookupError(f"{exc}{hint}") from exc
