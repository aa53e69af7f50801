# SPDX-License-Identifier: GPL-3.0-or-later

"""The door `stage`: says what a server is at; the callback files and shows it. None begins in a cancelled run."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Query
from ansible_collections.hwautomation.baremetal.plugins.modules.stage import OPTIONS

from ..current import current_run
from ..store import Store
from ._cancel import reader, stop_if_asked

__all__ = ["DOOR"]

Params = Mapping[str, Any]


def opened(params: Params, context: Context) -> AbstractContextManager[Store | None]:
    """Open the run's database where a stage begins; nothing is read at its end."""
    return reader(current_run(), context) if params["state"] == "started" else nullcontext()


def read(store: Store | None, params: Params) -> None:
    """Stop where somebody asked for it.

    :raises RunCancelled: instead of beginning the stage.
    """
    run = current_run()
    if store is not None and run is not None:
        stop_if_asked(store, run)


def report(params: Params, current: None) -> dict[str, Any]:
    """Return the stage under the key the callback reads."""
    return {"audit": {"stage": {name: value for name, value in params.items() if value is not None}}}


DOOR = Query(name="stage", options=OPTIONS, connect=opened, wanted=dict, read=read, report=report)
