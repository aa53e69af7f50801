# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tools there are, and which of them is used for what.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.ilorest import ILOREST
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.racadm import RACADM
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.sum import SUM
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.tool import TIMEOUT, Installed, Tool
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.command import Command, find_programs
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target

__all__ = ["TOOLS", "install"]

TOOLS: t.Mapping[str, Tool] = {tool.program.name: tool for tool in (SUM, ILOREST, RACADM)}


def install(
    names: t.Iterable[str], target: Target, *, verify: bool = True, path: t.Optional[str] = None
) -> tuple[Installed | None, str]:
    """Return the first of these tools that is known and can be used, and why there is none otherwise.

    :param names: as the management tools of a device type, best first; those for other purposes are left out.
    :param verify: whether it has to verify the BMC's certificate.
    :param path: where to look, ``PATH`` when not given.
    """
    found = find_programs((TOOLS[name].program for name in names if name in TOOLS), verify=verify, path=path)
    for name, binary in found.installed.items():
        tool = TOOLS[name]
        return Installed(tool, Command(tool.program, binary, target, TIMEOUT, verify)), ""
    return None, found.missing or "the device type names no tool for BIOS settings"
