# SPDX-License-Identifier: GPL-3.0-or-later

"""What `stage` and `checkpoint` share: look at the edge of a stage whether the run was asked to stop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConflictError,
    HWAutomationError,
)

from ..complaints import explanation
from ..current import CurrentRun
from ..requests import cancel_request, open_reader
from ..store import Store

__all__ = ["RunCancelled", "reader", "stop_if_asked"]


class RunCancelled(ConflictError):
    """The run was asked to stop, and this is a place where it can."""


@contextmanager
def reader(run: CurrentRun | None, context: Context) -> Iterator[Store | None]:
    """Open the run's database; None, with a warning, where it cannot be read now, which must not stop a run."""
    store: Store | None = None
    if run is not None and run.live:
        try:
            store = open_reader(run)
        except Exception as exc:
            context.warn(str(explanation(exc, "the audit database")))
    try:
        yield store
    finally:
        if store is not None:
            store.close()


def stop_if_asked(store: Store, run: CurrentRun) -> None:
    """Raise when the run was asked to stop; the callback then closes it as cancelled.

    :raises RunCancelled: between two stages, with nothing in progress.
    """
    request = cancel_request(store, run)
    if request is None:
        return
    why = f"cancelled by {request['requested_by']}" + (f": {request['reason']}" if request["reason"] else "")
    error: HWAutomationError = RunCancelled(
        f"the run was {why}; stopped between two stages, nothing is in progress",
        hint=f"start it again with -e resume_run={run.run_id}",
        audit={"cancelled": why},
    )
    raise error
