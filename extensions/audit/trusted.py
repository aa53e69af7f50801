# SPDX-License-Identifier: GPL-3.0-or-later

"""Which certificate of a BMC is trusted: asked from a worker for every task, so with the driver alone."""

from __future__ import annotations

from typing import Any

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    HWAutomationError,
)

from .address import parse
from .complaints import explanation
from .current import current_run
from .doors._common import chosen_database
from .store import open_store

__all__ = ["check_recording", "find_trusted", "trusted_fingerprint"]

# The row that trusted it, for its time; any later one that confirms it keeps it when the first is pruned.
_LATEST = """
    SELECT sha256, at, run_id FROM certificates
    WHERE subject = :endpoint AND operation IN ('trusted', 'confirmed') AND outcome = 'applied'
    ORDER BY run_id DESC, seq DESC LIMIT 1"""
_FIRST = """
    SELECT at, run_id FROM certificates
    WHERE subject = :endpoint AND operation = 'trusted' AND outcome = 'applied' AND sha256 = :sha256
    ORDER BY run_id DESC, seq DESC LIMIT 1"""


def check_recording() -> None:
    """Refuse to trust anything in a run whose rows do not reach the database.

    :raises ConfigurationError: the callback is not enabled, or writes to the spool.
    """
    run = current_run()
    if run is None:
        raise ConfigurationError(
            "the audit callback does not record this run, so what is trusted could not be remembered",
            hint="callbacks_enabled = hwautomation.baremetal.audit, or ANSIBLE_CALLBACKS_ENABLED",
        )
    if not run.live:
        raise ConfigurationError(
            "the audit database cannot be written now, so what is trusted could not be remembered",
            hint="the end of the run says why; audit_db checks it",
        )


def find_trusted(endpoint: str, database: str | None = None) -> dict[str, Any]:
    """Return ``fingerprint``, ``at`` and ``run_id`` of what is trusted for ``host:port``; empty when nothing is.

    :raises HWAutomationError: when there is no audit database, or it cannot be read.
    """
    address = parse(chosen_database({"database": database}))
    try:
        store = open_store(address, read_only=True)
        try:
            latest = store.query(_LATEST, {"endpoint": endpoint})
            if not latest:
                return {}
            row = latest[0]
            first = store.query(_FIRST, {"endpoint": endpoint, "sha256": row["sha256"]})
        finally:
            store.close()
    except HWAutomationError:
        raise
    except Exception as exc:
        raise explanation(exc, f"the audit database {address.shown}") from exc
    since = first[0] if first else row
    return {"fingerprint": row["sha256"], "at": since["at"], "run_id": since["run_id"]}


def trusted_fingerprint(endpoint: str, database: str | None = None) -> str:
    """Return the fingerprint that is trusted for ``host:port``.

    :raises ConfigurationError: when none is.
    """
    found = find_trusted(endpoint, database)
    if not found:
        raise ConfigurationError(
            f"no certificate of {endpoint} is trusted yet",
            hint="look at it and trust it with the playbook trust_bmcs.yml, or set tls_fingerprint or ca_path",
        )
    return str(found["fingerprint"])
