# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: boarding_evidence
short_description: Turn what readers found out about a server into evidence for boarding checks
version_added: 0.1.0
author:
  - The hwautomation authors (@hwautomation)
description:
  - Takes the results of the modules that looked at a server and returns what C(look_at) and C(than) of boarding checks
    lead into.
  - What could not be read is not in it; C(unread) has the reason, by the path. Such a check is skipped and never passed.
options:
  _input:
    description:
      - The results by name. All are optional.
      - C(bmc) of M(hwautomation.baremetal.bmc_info), C(security) of M(hwautomation.baremetal.bmc_security_info), C(maas) of
        M(hwautomation.baremetal.maas_machine_info), C(bios) and C(boot_order) of M(hwautomation.baremetal.bios_settings) and
        M(hwautomation.baremetal.bios_boot_order) in check mode, C(firmware) as the role C(firmware) leaves it.
      - C(type) is the data of the device type, C(wanted.users) the names that may have an account on the BMC, and
        C(wanted.boot_order) the boot order asked for.
    type: dict
    required: true
seealso:
  - plugin: hwautomation.baremetal.boarding
    plugin_type: filter
  - module: hwautomation.baremetal.boarding_verdict
"""

EXAMPLES = r"""
- name: See how far the clock of the BMC is off
  ansible.builtin.debug:
    msg: "{{ ({'bmc': bmc_info_result} | hwautomation.baremetal.boarding_evidence).bmc.clock_offset }}"
"""

RETURN = r"""
_value:
  description:
    - C(bmc) (C(answers), C(clock_offset), C(users), C(foreign_users), C(missing_users), C(ipmi_ciphers),
      C(ipmi_unlisted)), C(facts), C(counts)
      (C(processors), C(gpus), C(drives), C(ports)), C(health.bad), C(firmware.left), C(bios.left),
      C(boot_order.left), C(maas), C(type), C(wanted) and C(unread).
  type: dict
  sample:
    bmc: {answers: true, clock_offset: 2, users: [root], foreign_users: [], missing_users: [], ipmi_ciphers: [3, 17],
      ipmi_unlisted: []}
    unread: {boot_order: the machine shows no boot order}
"""

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._boarding.evidence import collect


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by name."""
        return {"boarding_evidence": collect}
