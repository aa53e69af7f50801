# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dell's racadm, for iDRACs whose Redfish service lacks an attribute.

``get`` and ``set`` work on a server configuration profile of the one component BIOS.Setup.1-1; ``-b NoReboot`` leaves
the restart to us.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.formats import (
    parse_settings,
    render_settings,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.tool import Settings, Tool, checked
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.programs import RACADM as PROGRAM

__all__ = ["RACADM"]


def _parse(text: str) -> Settings:
    return Settings(parse_settings(checked(text, "racadm"))["attributes"])


def _render(values: t.Mapping[str, t.Any], shown: Settings) -> str:
    return render_settings("scp", values)


RACADM = Tool(
    program=PROGRAM,
    read=("get", "-t", "xml", "-f", "{output}", "-c", "BIOS.Setup.1-1"),
    write=("set", "-t", "xml", "-f", "{input}", "-b", "NoReboot", "-s", "On"),
    parse=_parse,
    render=_render,
)
