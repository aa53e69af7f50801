# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  protocol:
    description:
      - How to talk to the BMC.
      - V(auto) turns to IPMI where nobody answers Redfish, and warns. It never does so for a certificate that is not
        trusted or for refused credentials.
      - IPMI gives away a hash of the password to whoever listens, so it is only used when asked for.
    type: str
    choices: [redfish, ipmi, auto]
    default: redfish
  ipmi_port:
    description:
      - UDP port of IPMI.
    type: int
    default: 623
"""
