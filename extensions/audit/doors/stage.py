# SPDX-License-Identifier: GPL-3.0-or-later

"""The door `stage`: says what a server is at, and at its beginning whether to go on, and whether it was done before."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Query
from ansible_collections.hwautomation.baremetal.plugins.modules.stage import OPTIONS

from ..current import current_run
from ..store import Store
from ._edge import finished_before, reader, stop_if_asked

__all__ = ["DOOR"]

Params = Mapping[str, Any]
Finished = Mapping[str, Any] | None
_TOLD = ("name", "index", "total", "state", "text", "percent", "server_state")


def opened(params: Params, context: Context) -> AbstractContextManager[Store | None]:
    """Open the run's database where a stage begins; nothing is read at its end."""
    return reader(current_run(), context) if _begins(params) else nullcontext()


def _begins(params: Params) -> bool:
    # One that is marked again tells how far it has come: that is no edge.
    return params["state"] == "started" and params.get("percent") is None


def read(store: Store | None, params: Params) -> Finished:
    """Stop where somebody asked for it; return the stage as a run before this one finished it.

    :raises RunCancelled: instead of beginning the stage.
    """
    run = current_run()
    if store is None or run is None:
        return None
    stop_if_asked(store, run, ends_stage=True)
    return finished_before(store, run, params.get("host"), params.get("name"))


def report(params: Params, finished: Finished) -> dict[str, Any]:
    """Return the stage under the key the callback reads, and whether there is anything to do in it."""
    told = {name: params[name] for name in _TOLD if params.get(name) is not None}
    skip = finished is not None and params.get("effect") is True
    if skip and finished is not None:
        told |= {"state": "skipped", "text": f"done by run {finished['run_id']}"}
    audit: dict[str, Any] = {"stage": told}
    if params.get("device_type"):
        audit["server"] = {"device_type": params["device_type"]}
    return {"skip": skip, "finished_stage": finished, "audit": audit}


DOOR = Query(name="stage", options=OPTIONS, connect=opened, wanted=dict, read=read, report=report)
