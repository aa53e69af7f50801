# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bmc_security
short_description: Close what of a BMC nobody needs
version_added: 0.1.0
description:
  - Switches network services of a BMC on and off, and the ways in from its own host; sets the oldest TLS version that its
    web server takes. All is read back, after the restart of the web server where a change causes one.
  - What the machine does not have fails before anything is written. Where a platform keeps a switch of its own is known
    for Dell, HPE, Lenovo and Supermicro.
  - Of a server that speaks IPMI only, nothing but cipher suite 0 can be closed.
author:
  - The hwautomation authors (@hwautomation)
extends_documentation_fragment:
  - hwautomation.baremetal.bmc
  - hwautomation.baremetal.protocol
  - hwautomation.baremetal.attributes.changes
options:
  protocols:
    description:
      - Services to switch on (V(true)) or off (V(false)), by their Redfish names in lower case, such as C(ssh), C(ipmi),
        C(snmp), C(telnet), C(http), C(kvmip) or C(virtualmedia). C(https) can not be switched off.
    type: dict
  host_interface:
    description:
      - Whether the operating system of the host may reach Redfish over its internal network interface.
    type: bool
  kcs:
    description:
      - Whether the operating system of the host may give IPMI commands over its local interface (KCS), which needs no
        password. MAAS uses it while it commissions a machine whose BMC it does not know.
    type: bool
  tls_minimum:
    description:
      - Oldest TLS version that the web server of the BMC takes. A machine that is stricter already is left as it is.
    type: str
    choices: ["1.0", "1.1", "1.2", "1.3"]
  forbid_cipher_zero:
    description:
      - Whether to close IPMI's cipher suite 0, which lets in whoever knows a user's name, without a password. The
        privilege of this suite is taken away and read back, those of all others stay; C(cipher_zero) in the result is
        the privilege that it gave, or V(closed).
      - Redfish has nothing for it, so it is read and written over IPMI with the same credentials. Where IPMI is off or is
        to be switched off, nothing is asked.
      - A BMC that does not list the suite is asked for a session with it, without a name or a password. When it agrees,
        nothing can be closed, and the task fails before anything is written.
    type: bool
"""

EXAMPLES = r"""
- name: Nothing but HTTPS, and nothing from the host
  hwautomation.baremetal.bmc_security:
    bmc_host: "{{ bmc_host }}"
    bmc_username: "{{ bmc_username }}"
    bmc_password: "{{ bmc_password }}"
    protocols: {ipmi: false, ssh: false, snmp: false}
    kcs: false
    host_interface: false
    tls_minimum: "1.2"
"""

RETURN = r"""
protocol:
  description: Which protocol was used, V(redfish) or V(ipmi); for O(forbid_cipher_zero) it is IPMI in any case.
  returned: success
  type: str
before:
  description: The settings before.
  returned: success
  type: dict
  sample: {"ipmi": true, "kcs": true, "tls_minimum": "1.0"}
after:
  description: The settings afterwards, as predicted in check mode and as read back otherwise.
  returned: success
  type: dict
  sample: {"ipmi": false, "kcs": false, "tls_minimum": "1.2"}
plan:
  description: The steps, and what became of each.
  returned: success
  type: dict
reason:
  description: Why there was nothing to do.
  returned: when nothing was to be done
  type: str
  sample: already set
audit:
  description: What the audit callback files.
  returned: success
  type: dict
"""

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc import security
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, run_module
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.both import connect_both

DOOR = Door(
    name="bmc_security",
    options=security.OPTIONS,
    connect=connect_both,
    wanted=security.wanted,
    read=security.read,
    decide=security.decide,
    apply=security.apply,
    verify=security.verify,
    report=security.report,
)


def main() -> None:
    """Run as an ordinary module."""
    run_module(DOOR)


if __name__ == "__main__":
    main()
