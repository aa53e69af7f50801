# SPDX-License-Identifier: GPL-3.0-or-later

"""What `stage` and `checkpoint` ask at the edge of a stage: was the run told to stop, and what need not be done again?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
)

from ..complaints import explanation
from ..current import CurrentRun
from ..requests import cancel_request, finished_stage, open_reader
from ..store import Store

__all__ = ["RunCancelled", "finished_before", "reader", "stop_if_asked"]


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
    elif run is not None and run.resume_of:
        context.warn(f"no audit database at hand: nothing of run {run.resume_of} is skipped")
    try:
        yield store
    finally:
        if store is not None:
            store.close()


def stop_if_asked(store: Store, run: CurrentRun, *, ends_stage: bool = False) -> None:
    """Raise when the run was asked to stop; the callback then closes it as cancelled.

    :param ends_stage: the stage before this edge is through, and is filed as done.
    :raises RunCancelled: between two stages, with nothing in progress.
    """
    request = cancel_request(store, run)
    if request is None:
        return
    why = f"cancelled by {request['requested_by']}" + (f": {request['reason']}" if request["reason"] else "")
    told: dict[str, Any] = {"cancelled": why}
    if ends_stage:
        told["stage"] = {"state": "done"}
    raise RunCancelled(
        f"the run was {why}; stopped between two stages, nothing is in progress",
        hint=f"start it again with -e resume_run={run.run_id}",
        audit=told,
    )


def finished_before(store: Store, run: CurrentRun, host: str | None, stage: str | None) -> Mapping[str, Any] | None:
    """Return the stage as the run that is resumed, or one before it, finished it on this host; None if none did.

    :raises ConfigurationError: when the run to resume is not known, before anything is done twice for it.
    """
    if run.resume_problem:
        raise ConfigurationError(run.resume_problem)
    if not (run.resume_of and host and stage):
        return None
    return finished_stage(store, run.resume_of, host, stage)
