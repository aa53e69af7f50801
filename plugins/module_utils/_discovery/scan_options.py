# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of a scan, for the door and the inventory plugin.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options

__all__ = ["SCAN_OPTIONS"]

SCAN_OPTIONS = Options(
    spec={
        "addresses": {"type": "list", "elements": "str", "default": []},
        "lease_files": {"type": "list", "elements": "path", "default": []},
        "exclude": {"type": "list", "elements": "str", "default": []},
        "max_addresses": {"type": "int", "default": 65536},
        "ports": {"type": "list", "elements": "int", "default": [443]},
        "ipmi": {"type": "bool", "default": True},
        "connect_timeout": {"type": "float", "default": 1.0},
        "timeout": {"type": "int", "default": 10},
        "deadline": {"type": "int", "default": 600},
        "rate": {"type": "int", "default": 10000},
        "concurrency": {"type": "int", "default": 1024},
    },
    required_one_of=(("addresses", "lease_files"),),
)
