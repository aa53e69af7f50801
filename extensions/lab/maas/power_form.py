# SPDX-License-Identifier: GPL-3.0-or-later
"""Check power types and their parameters in the machine forms."""

from __future__ import annotations

import json
from typing import Any

from .forms import Changes
from .params import Params
from .power_types import POWER_TYPES, checked
from .records import Node
from .refusals import REQUIRED, BadRequest, no_choice_text
from .region import Region

PREFIX = "power_parameters_"


SKIP_CHECK = "power_parameters_skip_check"


def check_power(
    region: Region,
    node: Node | None,
    data: Params,
    changes: Changes,
    errors: dict[str, list[str]],
) -> None:
    """Check power type and parameters; what the type does not know is dropped unless the check is switched off."""
    given = power_parameters(data)
    kind = data.text("power_type") or (node.power_type if node else "")
    if not kind:
        return
    if kind not in POWER_TYPES:
        errors["power_type"] = [no_choice_text(kind)]
        return
    if node is None and kind != "ipmi" and not changes.macs:
        errors["power_type"] = [f"Can't set power type to {kind} without network interfaces"]
    if not given and not data.text("power_type"):
        return
    stored = node.power_parameters if node and node.power_type == kind else _shared_address(node)
    if data.text(SKIP_CHECK).lower() in ("true", "1"):
        merged, problems = {**checked(kind, given, stored)[0], **given}, list[str]()
    else:
        merged, problems = checked(kind, given, stored)
    if problems:
        errors["power_parameters"] = [REQUIRED] if not given and not stored else problems
    changes.values["power_type"] = kind
    changes.values["power_parameters"] = merged


def _shared_address(node: Node | None) -> dict[str, Any]:
    """Give what survives a change of power type: the BMC row keeps its address."""
    kept = {} if node is None else node.power_parameters
    return {key: kept[key] for key in ("power_address",) if key in kept}


def power_parameters(data: Params) -> dict[str, Any]:
    """Collect ``power_parameters_KEY`` fields and the JSON form of ``power_parameters``."""
    found: dict[str, Any] = {}
    if data.text("power_parameters"):
        try:
            found.update(json.loads(data.text("power_parameters")))
        except (ValueError, TypeError) as error:
            raise BadRequest("Failed to parse JSON power_parameters") from error
    for key in data.keys_starting(PREFIX):
        if key != SKIP_CHECK:
            many = data.many(key)
            found[key[len(PREFIX) :]] = many if len(many) > 1 else data.text(key)
    return found
