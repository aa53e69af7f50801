# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Whether to wait until the change has taken effect and to check that it has.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds after which a wait ends as a failure that says what was seen last.
    type: int
  wait_interval:
    description:
      - Longest pause in seconds between two looks; the first pauses are shorter and grow to it.
    type: float
    default: 10.0
"""
