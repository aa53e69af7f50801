# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Import in the main process what every worker would otherwise compile anew for each task.

To find one filter Ansible loads the filter files of the collection one after the other, in the worker, and the loader
of collections keeps no bytecode. A task that classifies a machine cost 115 ms of CPU that way, and costs 20 with this.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import importlib
from pathlib import Path

__all__ = ["preload"]

PLUGINS = "ansible_collections.hwautomation.baremetal.plugins"


def preload(*kinds: str) -> None:
    """Import all plugins of these kinds; one that cannot be imported tells so itself when it is used."""
    for kind in kinds:
        for path in sorted((Path(__file__).resolve().parents[1] / kind).glob("[a-z]*.py")):
            try:
                importlib.import_module(f"{PLUGINS}.{kind}.{path.stem}")
            except ImportError:
                continue
