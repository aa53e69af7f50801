# SPDX-License-Identifier: GPL-3.0-or-later

"""What the database drivers say, and what it means for the person who reads it: a table."""

from __future__ import annotations

import sys
from typing import NamedTuple

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    ConfigurationError,
    HWAutomationError,
    NetworkError,
)

__all__ = ["explanation", "missing_library"]

_FILE = "check the owner and mode of the file and its directory"
_SPOOL = "then bring the spool in with audit_import"


class Complaint(NamedTuple):
    """`saying` occurs, in lower case, in what the driver said; the first row that fits counts."""

    saying: str
    kind: type[HWAutomationError]
    text: str
    hint: str


COMPLAINTS = (
    Complaint("file is not a database", ConfigurationError, "is not an SQLite database", "name another file"),
    Complaint("image is malformed", ConfigurationError, "is damaged", "restore a backup (audit_db makes them)"),
    Complaint("readonly", ConfigurationError, "cannot be written", _FILE),
    Complaint("unable to open database file", ConfigurationError, "cannot be opened", _FILE),
    Complaint(
        "removed or replaced",
        ConfigurationError,
        "was removed or replaced while the run went on",
        "leave the file where it is while runs go on (audit_db makes copies)",
    ),
    Complaint("is locked", NetworkError, "is locked by another program", f"see who holds it (fuser), {_SPOOL}"),
    Complaint("lock timeout", NetworkError, "is locked by another session", f"see pg_stat_activity, {_SPOOL}"),
    Complaint("statement timeout", NetworkError, "takes too long to answer", f"see pg_stat_activity, {_SPOOL}"),
    Complaint("disk is full", NetworkError, "cannot grow: the disk is full", f"free some space, {_SPOOL}"),
    Complaint("disk i/o error", NetworkError, "cannot be written: disk I/O error", "check the disk"),
    Complaint("authentication failed", AuthenticationError, "refused the password", "check the URL or ~/.pgpass"),
    Complaint("no password supplied", AuthenticationError, "wants a password", "put it into ~/.pgpass or PGPASSWORD"),
    Complaint("permission denied", AuthenticationError, "does not let this user do that", "see docs/audit.md"),
    Complaint('relation "', ConfigurationError, "has not all of our tables", "audit_db creates or upgrades them"),
    Complaint("no such table", ConfigurationError, "has not all of our tables", "audit_db creates or upgrades them"),
    Complaint('" does not exist', ConfigurationError, "does not exist", "createdb it first, or check the URL"),
    Complaint("connection refused", NetworkError, "cannot be reached: connection refused", "is PostgreSQL running?"),
    Complaint("timeout expired", NetworkError, "cannot be reached: no answer", "check the host name and the firewall"),
    Complaint("failed to resolve", NetworkError, "cannot be reached: its host name is unknown", "check the host name"),
)


def missing_library(exc: ImportError) -> ConfigurationError:
    """Return the error for a library that is not installed, with the command that installs it."""
    return ConfigurationError(
        f"missing Python library {exc.name} for {sys.executable}",
        hint=f"{sys.executable} -m pip install 'SQLAlchemy>=2.0' 'alembic>=1.13' 'psycopg[binary]>=3.1'",
    )


def explanation(exc: Exception, subject: str) -> HWAutomationError:
    """Return the error for what a driver raised about `subject`; its own words are kept as the answer."""
    if isinstance(exc, HWAutomationError):
        return exc
    if isinstance(exc, ImportError):
        return missing_library(exc)
    said = " ".join(str(getattr(exc, "orig", None) or exc).split())[:300]
    for complaint in COMPLAINTS:
        if complaint.saying in said.lower():
            return complaint.kind(f"{subject} {complaint.text}", answer=said, hint=complaint.hint)
    return NetworkError(f"{subject} cannot be used: {said or type(exc).__name__}")
