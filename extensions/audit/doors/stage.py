# SPDX-License-Identifier: GPL-3.0-or-later

"""The door `stage`: says what a server is at; the callback files and shows it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Query
from ansible_collections.hwautomation.baremetal.plugins.modules.stage import OPTIONS

__all__ = ["DOOR"]


def report(wanted: dict[str, Any], current: None) -> dict[str, Any]:
    """Return the stage under the key the callback reads."""
    return {"audit": {"stage": {name: value for name, value in wanted.items() if value is not None}}}


DOOR = Query(
    name="stage",
    options=OPTIONS,
    connect=lambda params, context: nullcontext(),
    wanted=dict,
    read=lambda client, wanted: None,
    report=report,
)
