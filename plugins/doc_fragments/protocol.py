# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  protocol:
    description:
      - How to talk to the BMC. The key C(protocol) of the result says how it was.
      - V(auto) is Redfish, and IPMI where nobody answers that; it then warns. It never turns to IPMI for a certificate
        that is not trusted, for refused credentials, or for a BMC that is known to speak Redfish, because this run has
        seen it or O(tls_fingerprint) is given.
      - IPMI gives away a hash of the password to whoever answers in place of the BMC. Where all BMCs speak Redfish,
        set V(redfish) in the module defaults of the group C(bmc).
    type: str
    choices: [redfish, ipmi, auto]
    default: auto
  ipmi_port:
    description:
      - UDP port of IPMI.
    type: int
    default: 623
"""
