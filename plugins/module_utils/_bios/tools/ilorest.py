# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HPE's iLOrest, which knows BIOS settings of generations that predate the standard's (Gen9).

``get`` and ``list`` show the values that wait for a restart as if they were there. Told to begin at the BIOS they show both
resources, and ``list`` also which is which (seen with 7.4.0.0). ``load`` takes a file of resources with the values to set; it
checks them against the registry of the machine. It has to look around for that: told to begin at the settings it sets them
and then fails.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.tool import Settings, Tool, checked
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.programs import ILOREST as PROGRAM

__all__ = ["ILOREST"]

TYPE = "Bios."
PATH = "/redfish/v1/systems/1/bios/"
# What iLOrest shows besides the attributes; of a Gen9 server also what else its resource has at the top level (Q-H05).
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
    found = _json(checked(text, "ilorest"))
    resources = [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]
    waiting = [one for one in resources if _is_settings(one)]
    current = [one for one in resources if not _is_settings(one)]
    if len(current) != 1 or len(waiting) > 1:
        raise ConfigurationError(
            f"ilorest shows {len(current)} BIOS resources and {len(waiting)} of pending settings, and one of each was expected"
        )
    return Settings(
        _attributes(current[0]),
        pending=_attributes(waiting[0]) if waiting else None,
        nested="HpBios." not in str(current[0].get("@odata.type") or current[0].get("Type")),
    )


def _json(text: str) -> t.Any:
    """Return the document in what was printed: before it stands how the discovery went."""
    start = min((place for place in (text.find("{"), text.find("[")) if place >= 0), default=0)
    try:
        return json.JSONDecoder().raw_decode(text[start:])[0]
    except ValueError as exc:
        raise ConfigurationError(f"what ilorest has printed is not JSON: {exc}") from exc


def _is_settings(resource: t.Mapping[str, t.Any]) -> bool:
    return str(resource.get("@odata.id") or "").rstrip("/").lower().endswith("/settings")


def _attributes(resource: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    return {
        name: value
        for name, value in resource.items()
        if name not in NOT_ATTRIBUTES and not name.startswith(("@", "links")) and not isinstance(value, (dict, list))
    }


def _render(values: t.Mapping[str, t.Any], shown: Settings) -> str:
    body = {"Attributes": dict(values)} if shown.nested else dict(values)
    return json.dumps([{TYPE: {f"{PATH}settings/": body}}], indent=2)


ILOREST = Tool(
    program=PROGRAM,
    read=("list", "--selector", TYPE, "--json", "--path", PATH),
    write=("load", "--filename", "{input}"),
    parse=_parse,
    render=_render,
)
