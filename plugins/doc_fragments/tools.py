# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  allow_unverified_tools:
    description:
      - Whether a tool may be used that does not verify the BMC's certificate although the options say that it is to be
        verified. V(ilorest) never does, and nothing shows that V(sum) does. V(racadm) stops at a certificate that the
        authorities of the system do not vouch for; it knows nothing of O(ca_path) and O(tls_fingerprint).
      - With O(validate_certs=false) this makes no difference.
    type: bool
    default: false
"""
