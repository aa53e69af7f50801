# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a database has this collection's schema; what must be done is done elsewhere, and in another process."""

from __future__ import annotations

import os

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

from .columns import HEAD, REVISIONS
from .store import Store

__all__ = ["refuse_unknown", "revision_of", "upgrade_apart"]


def revision_of(store: Store) -> str | None:
    """Return the revision a database is at; None for one without our tables."""
    try:
        found = store.query("SELECT version_num FROM alembic_version")
    except store.error as exc:
        if any(words in str(exc) for words in ("no such table", "does not exist")):
            return None
        raise
    return str(found[0]["version_num"]) if found else None


def refuse_unknown(revision: str | None) -> None:
    """Raise when the revision is none of ours: then the database was made by a newer collection.

    :raises ConfigurationError: with the command to upgrade.
    """
    if revision is not None and revision not in REVISIONS:
        raise ConfigurationError(
            f"the audit database has schema {revision}, and this collection knows up to {HEAD}",
            hint="ansible-galaxy collection install --upgrade hwautomation.baremetal",
        )


def upgrade_apart(database: str) -> None:
    """Upgrade a database in a child process, so that Alembic does not stay in a controller that forks for every task.

    :raises HWAutomationError: as migrate.upgrade does; a child that failed is asked again, here, for its reason.
    """
    child = os.fork()
    if child == 0:
        code = 1
        try:
            from .migrate import upgrade

            upgrade(database)
            code = 0
        finally:
            # Nothing of the controller's may be run at exit in its copy.
            os._exit(code)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        from .migrate import upgrade

        upgrade(database)
