# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tools there are, and which of them can be used here.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.ilorest import ILOREST
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.ipmitool import IPMITOOL
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.racadm import RACADM
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.sum import SUM
from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.tools.tool import FlashTool
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.command import Toolbox, find_programs

__all__ = ["TOOLS", "toolbox"]

TOOLS: t.Mapping[str, FlashTool] = {tool.name: tool for tool in (SUM, ILOREST, RACADM, IPMITOOL)}


def toolbox(names: t.Iterable[str], *, verify: bool = True, path: t.Optional[str] = None) -> Toolbox:
    """Look which of these tools can be used here; names that are none of ours are left out.

    :param names: as the management tools of a device type, best first.
    :param verify: whether they have to verify the BMC's certificate.
    :param path: where to look, ``PATH`` when not given.
    """
    return find_programs((TOOLS[name].program for name in names if name in TOOLS), verify=verify, path=path)
