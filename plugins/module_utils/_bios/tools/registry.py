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
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.tool import Installed, Tool

__all__ = ["TOOLS", "install"]

TOOLS: t.Mapping[str, Tool] = {tool.name: tool for tool in (SUM, ILOREST, RACADM)}


def install(
    names: t.Iterable[str], host: str, username: str, password: str, path: t.Optional[str] = None
) -> tuple[Installed | None, str]:
    """Return the first of these tools that is known and installed, and why there is none otherwise."""
    reasons = []
    for name in names:
        tool = TOOLS.get(name)
        if tool is None:
            continue  # device types name tools for firmware and other purposes too
        binary = tool.find(path)
        if binary:
            return Installed(tool, binary, host, username, password), ""
        reasons.append(f"{name} is not installed ({' or '.join(tool.binaries)} is not in the PATH)")
    return None, "; ".join(reasons) or "the device type names no tool for BIOS settings"
