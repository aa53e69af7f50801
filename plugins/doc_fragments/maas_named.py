# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Options of what MAAS knows by a name: zones, resource pools, tags, scripts."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - Its name.
    type: str
    required: true
  state:
    description:
      - Whether it must exist.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: hwautomation.baremetal.maas_machine
notes:
  - The rights of an administrator are needed.
"""
    # For those with a description and nothing more.
    DESCRIBED = r"""
options:
  description:
    description:
      - Free text.
    type: str
"""
