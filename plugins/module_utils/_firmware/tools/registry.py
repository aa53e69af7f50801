# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tools there are, and which of them are installed here.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.ilorest import ILOREST
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.ipmitool import IPMITOOL
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.racadm import RACADM
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.sum import SUM
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.tool import FlashTool
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.command import find_binary

__all__ = ["TOOLS", "Toolbox", "toolbox"]

TOOLS: t.Mapping[str, FlashTool] = {tool.name: tool for tool in (SUM, ILOREST, RACADM, IPMITOOL)}


class Toolbox(t.NamedTuple):
    """The tools of a machine: name -> executable of those that are installed, and why others are not there."""

    installed: t.Mapping[str, str] = {}
    missing: str = ""


def toolbox(names: t.Iterable[str], path: t.Optional[str] = None) -> Toolbox:
    """Look which of these tools are installed; names that are none of ours are left out.

    :param names: as the management tools of a device type, best first.
    :param path: where to look, ``PATH`` when not given.
    """
    wanted = [TOOLS[name] for name in names if name in TOOLS]
    found = {tool.name: find_binary(tool.binaries, path) for tool in wanted}
    missing = [
        f"{tool.name} is not installed ({' or '.join(tool.binaries)} is not in the PATH)"
        for tool in wanted
        if not found[tool.name]
    ]
    return Toolbox({name: binary for name, binary in found.items() if binary}, "; ".join(missing))
