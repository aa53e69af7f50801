# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of named things, as rows; where each is found was measured on MAAS 3.7.3.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.named import Kind, item_path

__all__ = ["POOL", "SCRIPT", "TAG", "ZONE"]

TEXT = {"type": "str"}

ZONE = Kind("zone", "zones/", item_path("zones"), {"description": TEXT}, frozenset({"default"}))
# The item is below another name than the collection, and answers to a name as well as to a number.
POOL = Kind("pool", "resourcepools/", item_path("resourcepool"), {"description": TEXT}, frozenset({"default"}))
TAG = Kind("tag", "tags/", item_path("tags"), {"comment": TEXT, "definition": TEXT, "kernel_opts": TEXT})


SCRIPT_TYPES = {0: "commissioning", 2: "testing", 3: "release"}


def _seconds(text: t.Any) -> int:
    """Return ``1 day, 0:20:00`` or ``0:20:00`` as seconds."""
    days, _comma, clock = str(text or "0:00:00").rpartition(", ")
    hours, minutes, seconds = (int(float(part)) for part in clock.split(":"))
    return int(days.split()[0] if days else 0) * 86400 + hours * 3600 + minutes * 60 + seconds


SCRIPT = Kind(
    "script",
    "scripts/",
    item_path("scripts", slash=False),
    {
        "script": TEXT,
        "type": {"type": "str", "choices": list(SCRIPT_TYPES.values())},
        "title": TEXT,
        "description": TEXT,
        "tags": {"type": "list", "elements": "str"},
        "script_timeout": {"type": "int"},
        "may_reboot": {"type": "bool"},
        "destructive": {"type": "bool"},
        "recommission": {"type": "bool"},
    },
    normal={"type": lambda value: SCRIPT_TYPES.get(value, value), "script_timeout": _seconds},
    # MAAS adds tags of its own, as the type of the hardware.
    same={"tags": lambda wanted, current: set(wanted) <= set(current)},
    theirs={"script_timeout": "timeout"},
    also=lambda client, path: {"script": client.get(path, op="download")},
)
