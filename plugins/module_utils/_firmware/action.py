# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an action of the update service takes, as the machine says it, and the request made of that; pure but for one read.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.catalogue import Row
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.firmware import FirmwareAnswers

__all__ = ["Takes", "parameters_of", "simple_update_body", "takes_of", "targets_of"]

Json = t.Dict[str, t.Any]


@dataclass(frozen=True)
class Takes:
    """The parameters of an action (DSP2046 ActionInfo, and the AllowableValues in the action itself).

    ``names`` are all of them, empty where the machine does not list them; ``allowed`` are the values of those that are
    limited to a list.
    """

    names: t.Tuple[str, ...] = ()
    required: t.Tuple[str, ...] = ()
    allowed: t.Mapping[str, t.Tuple[str, ...]] = field(default_factory=dict)


def takes_of(service: Service, action: t.Mapping[str, t.Any]) -> Takes:
    """Read what an action takes; one that says nothing takes whatever is sent."""
    uri = action.get("@Redfish.ActionInfo")
    found = ((service.get_or_none(str(uri)) if uri else None) or {}).get("Parameters") or ()
    allowed = {str(item.get("Name")): _texts(item.get("AllowableValues")) for item in found}
    mark = "@Redfish.AllowableValues"
    allowed.update({key[: -len(mark)]: _texts(value) for key, value in action.items() if key.endswith(mark) and value})
    return Takes(
        names=tuple(str(item.get("Name")) for item in found),
        required=tuple(str(item.get("Name")) for item in found if item.get("Required")),
        allowed={name: values for name, values in allowed.items() if values},
    )


def _texts(values: t.Any) -> t.Tuple[str, ...]:
    return tuple(map(str, values or ()))


def targets_of(row: Row, uri: str, answers: FirmwareAnswers) -> t.List[str]:
    """Return the value of Targets, empty where none is to be sent.

    :param uri: the inventory row of the component.
    """
    if row.target:
        return [row.target]
    known = answers.targets.get(row.component, "")
    return [uri if known == "inventory" else known] if known else []


def simple_update_body(row: Row, uri: str, image: str, answers: FirmwareAnswers, takes: Takes) -> t.Tuple[Json, str]:
    """Return the body of SimpleUpdate, with only what this machine says it takes, and why it would be refused, or nothing.

    :param image: the URL, or the resource of an image that is on the machine.
    """
    body: Json = {"ImageURI": image, **parameters_of(row, answers, takes)}
    scheme = urlsplit(image).scheme.upper()
    if scheme in takes.allowed.get("TransferProtocol", ()):
        body["TransferProtocol"] = scheme
    allowed = takes.allowed.get("Targets", ())
    # Supermicro lists some targets as regular expressions (Q-S17); Lenovo refuses targets it does not list (Q-L08).
    targets = [
        one for one in targets_of(row, uri, answers) if not allowed or any(_matches(one, known) for known in allowed)
    ]
    if targets:
        body["Targets"] = targets
    return body, _problem(row, body, scheme, takes)


def parameters_of(row: Row, answers: FirmwareAnswers, takes: Takes) -> Json:
    """Return what the platform wants besides the image, without what this machine does not list; an annotation is no parameter."""
    wanted = answers.parameters.get(row.component) or answers.parameters.get("*") or {}
    return {name: one for name, one in wanted.items() if not takes.names or name.startswith("@") or name in takes.names}


def _matches(target: str, allowed: str) -> bool:
    try:
        return target == allowed or re.fullmatch(allowed, target) is not None
    except re.error:
        return False


def _problem(row: Row, body: Json, scheme: str, takes: Takes) -> str:
    if "TransferProtocol" in takes.required and "TransferProtocol" not in body and scheme:
        known = ", ".join(takes.allowed.get("TransferProtocol", ())) or "nothing that it names"
        return f"the BMC fetches images over {known}, and not over {scheme}"
    for name, values in takes.allowed.items():
        if name in body and name != "Targets" and str(body[name]) not in values:
            return f"SimpleUpdate of this BMC takes {', '.join(values)} for {name}, and {row.component} would be {body[name]}"
    lacking = [name for name in takes.required if name not in body and name != "TransferProtocol"]
    if lacking:
        values = takes.allowed.get(lacking[0], ())
        choice = f" ({', '.join(values)})" if values else ""
        return (
            f"SimpleUpdate of this BMC requires {lacking[0]}{choice}, and what {row.component} needs there is not known"
        )
    return ""
