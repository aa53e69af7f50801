# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run that is resumed, and those it resumed itself, have changed of the firmware of a server."""

from __future__ import annotations

from typing import Any

from ..current import current_run
from ..requests import lineage, open_reader

__all__ = ["changes_before"]

_CHANGES = """
    SELECT component, wanted, before, image, sha256, task, outcome, reason FROM firmware_changes
    WHERE run_id = :run_id AND host = :host ORDER BY seq"""


def changes_before(host: str) -> list[dict[str, Any]]:
    """Return the firmware changes of a host in the runs that this one resumes, oldest first; often there are none.

    Raises the driver's errors: a run told to go on with another must not begin anew because its database is away.
    """
    run = current_run()
    if run is None or not run.resume_of or not run.live:
        return []
    store = open_reader(run)
    try:
        found = [
            store.query(_CHANGES, {"run_id": one, "host": host}) for one in reversed(lineage(store, run.resume_of))
        ]
    finally:
        store.close()
    return [dict(row) for rows in found for row in rows]
