# SPDX-License-Identifier: GPL-3.0-or-later

"""From what a person calls a server to the machine it is: by serial number where one is known, through renames."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near

from .sql import with_lists

__all__ = ["Machine", "belongs", "find_machine", "host_keys"]

_BY_NAME = sa.text("""
    SELECT key, host FROM servers
    WHERE host = :name OR serial = :name OR hostname = :name OR bmc_host = :name OR system_id = :name
       OR uuid = :lower OR key = :name
    ORDER BY run_id DESC, seq DESC LIMIT 1""")
_NAMES = sa.text("SELECT DISTINCT host FROM servers WHERE key = :key")
_KNOWN = sa.text("""
    SELECT DISTINCT host AS name FROM host_runs UNION SELECT DISTINCT serial FROM servers WHERE serial IS NOT NULL""")


@dataclass(frozen=True)
class Machine:
    """A machine: its key, and every inventory name it has gone by; without a key, a name that was never identified."""

    asked: str
    key: str | None = None
    hosts: tuple[str, ...] = field(default_factory=tuple)


def find_machine(connection: sa.Connection, name: str) -> Machine:
    """Return the machine that has, or last had, this host name, serial, UUID, BMC address or MAAS system id.

    :raises ConfigurationError: when nothing like it was ever seen; near matches are named.
    """
    found = connection.execute(_BY_NAME, {"name": name, "lower": name.lower()}).first()
    if found is not None:
        hosts = connection.execute(_NAMES, {"key": found.key}).scalars().all()
        return Machine(name, found.key, tuple(sorted({*hosts, found.host})))
    known = [str(item) for item in connection.execute(_KNOWN).scalars()]
    if name in known:
        return Machine(name, None, (name,))
    close = near(name, known)
    raise ConfigurationError(
        f"no server called {name} in the audit database",
        hint=f"{' or '.join(close)}?" if close else "query: fleet tells which servers it knows",
    )


def host_keys(connection: sa.Connection, hosts: Iterable[str]) -> dict[tuple[str, str], str]:
    """Return which machine each of these names meant in each run: the last sighting counts."""
    query = with_lists("SELECT run_id, host, key FROM servers WHERE host IN :hosts ORDER BY run_id, seq", "hosts")
    rows = connection.execute(query, {"hosts": list(hosts)})
    return {(row.run_id, row.host): row.key for row in rows}


def belongs(row: dict[str, Any], machine: Machine, keys: dict[tuple[str, str], str]) -> bool:
    """Say whether a row is about this machine, and not about another one that had its name at another time."""
    key = keys.get((row["run_id"], row["host"]))
    return key == machine.key or key is None
