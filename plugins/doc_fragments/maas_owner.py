# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Options that name the machine whose interfaces or disks are managed."""

    DOCUMENTATION = r"""
options:
  system_id:
    description:
      - Id of the machine.
    type: str
  hostname:
    description:
      - Hostname of the machine.
    type: str
  allow_other_owner:
    description:
      - Whether to act on a machine that belongs to another user of MAAS.
    type: bool
    default: false
seealso:
  - module: hwautomation.baremetal.maas_machine
"""
