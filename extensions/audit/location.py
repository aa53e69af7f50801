# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the database and the spool are, in one place for the callback, the doors and the dashboard."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

__all__ = ["default_database", "resolve", "spool_directories"]


def state_directory(environ: Mapping[str, str]) -> Path:
    """Return the user's state directory of this collection (XDG Base Directory Specification)."""
    base = environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return Path(base) / "hwautomation"


def default_database(environ: Mapping[str, str]) -> str:
    """Return the database used when none is configured: one per user, wherever a playbook is started from."""
    return str(state_directory(environ) / "audit.sqlite3")


def resolve(database: str | None, configured_in: str, environ: Mapping[str, str]) -> str:
    """Return the database's path or URL; makes the default's directory, and one relative to a project, if missing.

    :param configured_in: where the setting stands; a relative path counts from the directory of that file.
    """
    if not database:
        found = default_database(environ)
        Path(found).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return found
    if "://" in database:
        return database
    path = Path(database).expanduser()
    if not path.is_absolute():
        beside = Path(configured_in).parent if os.path.isfile(configured_in) else Path.cwd()
        path = beside / path
        # A relative path names a place in the project, so its directory is ours to make; an absolute one may be a
        # mount point that is not mounted.
        if beside.is_dir():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(path)


def spool_directories(configured: str | None, database: str, environ: Mapping[str, str]) -> list[Path]:
    """Return where the rows of runs may go that cannot reach the database, best first."""
    places = [Path(configured).expanduser()] if configured else []
    if "://" not in database:
        places.append(Path(database).parent / "spool")
    state = state_directory(environ)
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return places
    return [*places, state / "spool"]
