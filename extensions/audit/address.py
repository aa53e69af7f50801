# SPDX-License-Identifier: GPL-3.0-or-later

"""The address of an audit database: a path for SQLite, a URL for PostgreSQL."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

__all__ = ["Address", "parse"]

_HINT = "postgresql://user@host/name, or a path for SQLite"


@dataclass(frozen=True)
class Address:
    """Where the database is: `path` for SQLite, `url` (libpq's form) for PostgreSQL."""

    path: str = ""
    url: str = ""

    @property
    def shown(self) -> str:
        """The address as it may be printed: a URL loses its password."""
        return self.path or re.sub(r"(?<=://)([^/@:]*):[^/]*@", r"\1:***@", self.url)


def parse(database: str) -> Address:
    """Return the address; checks the form only.

    :raises ConfigurationError: for a URL that cannot be read or of another kind of database.
    """
    if "://" not in database:
        return Address(path=os.path.abspath(os.path.expanduser(database)))
    scheme, _unused, rest = database.partition("://")
    kind, _unused, driver = scheme.partition("+")
    if kind == "sqlite" and not driver:
        # SQLAlchemy's form: three slashes before a relative path, four before an absolute one.
        return Address(path=os.path.abspath(rest.removeprefix("/")))
    if kind not in ("postgresql", "postgres") or driver not in ("", "psycopg"):
        raise ConfigurationError(
            f"the audit database's URL begins with {scheme}://, which nobody here speaks", hint=_HINT
        )
    try:
        urlsplit(f"postgresql://{rest}").port  # noqa: B018 - reading it checks it
    except ValueError as exc:
        raise ConfigurationError(f"the audit database's URL cannot be read: {exc}", hint=_HINT) from None
    return Address(url=f"postgresql://{rest}")
