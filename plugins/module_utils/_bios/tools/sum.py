# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Supermicro's Update Manager (SUM), called SAA since 2024, for boards without BIOS settings over Redfish.

Commands as in the SUM User's Guide 2.x: GetCurrentBiosCfg and ChangeBiosCfg work out-of-band and need the licence
SFT-OOB-LIC or SFT-DCMS-SINGLE on the BMC.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.formats import (
    parse_settings,
    render_settings,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.tool import Settings, Tool, checked
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.programs import SUM as PROGRAM

__all__ = ["SUM"]


def _parse(text: str) -> Settings:
    found = parse_settings(checked(text, "sum"))
    return Settings(found["attributes"], tuple(_row(key, value, found) for key, value in found["attributes"].items()))


def _row(key: str, value: t.Any, found: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    name, _unused, menu = key.partition(" @ ")
    kind = "Boolean" if isinstance(value, bool) else "Integer" if isinstance(value, int) else "String"
    choices = found["choices"].get(key)
    return {
        "AttributeName": key,
        "DisplayName": name,
        "MenuPath": menu,
        "Type": "Enumeration" if choices else kind,
        "Value": [{"ValueName": choice} for choice in choices or ()],
    }


def _render(values: t.Mapping[str, t.Any], shown: Settings) -> str:
    return render_settings("bioscfg", values)


SUM = Tool(
    program=PROGRAM,
    read=("-c", "GetCurrentBiosCfg", "--file", "{output}", "--overwrite"),
    write=("-c", "ChangeBiosCfg", "--file", "{input}"),
    parse=_parse,
    render=_render,
)
