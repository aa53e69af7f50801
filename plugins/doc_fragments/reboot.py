# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  allow_reboot:
    description:
      - Whether the machine may be restarted when that is needed. It is never restarted otherwise.
    type: bool
    default: false
  reboot:
    description:
      - How to restart it, if O(allow_reboot) is set.
      - V(now) restarts it at once, without asking the operating system.
      - V(graceful) asks the operating system, and fails if that does not happen within O(graceful_timeout).
      - V(on_timeout) asks the operating system and forces the restart after O(graceful_timeout). It is forced at once
        where the machine offers no graceful restart or no operating system is running.
      - V(never) leaves it to the next maintenance window.
      - A machine that is off is powered on, and off again when the change has taken effect.
    type: str
    choices: [now, graceful, on_timeout, never]
    default: on_timeout
  graceful_timeout:
    description:
      - Seconds to give the operating system.
    type: int
    default: 300
  machine_status:
    description:
      - Status of the machine in MAAS, as M(hwautomation.baremetal.maas_machine_info) returns it.
      - A machine that is in use (C(Deployed), C(Commissioning) and so on) is not restarted.
    type: str
    default: ""
  allow_reboot_in_use:
    description:
      - Whether a machine may be restarted although O(machine_status) says that it is in use.
    type: bool
    default: false
"""
