# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HPE's iLOrest, which knows BIOS settings of generations that predate the standard's (Gen9).

The account is read from a configuration file, here a pipe. ``get --json`` prints a selected resource, ``load`` takes a
file of resources with the values to set.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.tool import Settings, Tool, checked
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

__all__ = ["ILOREST"]

BIOS = "Bios."
# What iLOrest shows besides the attributes on a Gen9 server, whose attributes stand at the top level (Q-H05).
NOT_ATTRIBUTES = (
    "Actions",
    "AttributeRegistry",
    "Description",
    "Id",
    "Modified",
    "Name",
    "Oem",
    "SettingsResult",
    "Type",
)


def _parse(text: str) -> Settings:
    start = checked(text, "ilorest").find("{")
    try:
        body = json.JSONDecoder().raw_decode(text[start:])[0]
    except ValueError as exc:
        raise ConfigurationError(f"what ilorest has printed is not JSON: {exc}") from exc
    attributes = body.get("Attributes", body)
    return Settings(
        {
            name: value
            for name, value in attributes.items()
            if name not in NOT_ATTRIBUTES
            and not name.startswith(("@", "links"))
            and not isinstance(value, (dict, list))
        }
    )


def _render(values: t.Mapping[str, t.Any]) -> str:
    return json.dumps([{BIOS: {"/redfish/v1/systems/1/bios/settings/": {"Attributes": dict(values)}}}], indent=2)


ILOREST = Tool(
    name="ilorest",
    binaries=("ilorest",),
    read=("{binary}", "--config", "{secret}", "--nologo", "get", "--selector", BIOS, "--json"),
    write=("{binary}", "--config", "{secret}", "--nologo", "load", "--filename", "{input}"),
    parse=_parse,
    render=_render,
    secret="[redfish]\nurl = https://{host}\nusername = {username}\npassword = {password}\n",
    failures={"iLO license is needed": "a licence is missing on the iLO"},
)
