# SPDX-License-Identifier: GPL-3.0-or-later

"""Find a backup of BIOS settings in the audit database."""

from __future__ import annotations

import typing as t

import sqlalchemy as sa

from ansible_collections.hwautomation.baremetal.extensions.audit.database import connect
from ansible_collections.hwautomation.baremetal.extensions.audit.doors._common import chosen_database
from ansible_collections.hwautomation.baremetal.extensions.audit.queries.runs import find_run
from ansible_collections.hwautomation.baremetal.extensions.audit.queries.servers import (
    belongs,
    find_machine,
    host_keys,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

__all__ = ["find_backup"]

_BACKUPS = sa.text("""
    SELECT run_id, host, at, sha256, content FROM backups
    WHERE kind = 'bios' AND host IN :hosts ORDER BY run_id DESC, seq DESC""").bindparams(
    sa.bindparam("hosts", expanding=True)
)


def find_backup(server: str, *, database: str | None = None, run_id: str = "", sha256: str = "") -> dict[str, t.Any]:
    """Return the latest backup of a server, or that of a run, or the one whose checksum begins with ``sha256``.

    :raises ConfigurationError: when there is none; the ones there are are listed.
    """
    with connect(chosen_database({"database": database}), read_only=True) as connection:
        machine = find_machine(connection, server)
        rows = [dict(row) for row in connection.execute(_BACKUPS, {"hosts": list(machine.hosts)}).mappings()]
        keys = host_keys(connection, machine.hosts)
        rows = [row for row in rows if belongs(row, machine, keys)]
        run = find_run(connection, run_id) if run_id else ""
    found = [row for row in rows if run in ("", row["run_id"]) and row["sha256"].startswith(sha256.lower())]
    if found:
        return found[0]
    known = "; ".join(f"{row['at']} run {row['run_id']} sha256 {row['sha256'][:12]}" for row in rows[:10])
    raise ConfigurationError(
        f"the audit database has no such backup of BIOS settings of {server}",
        hint=f"it has {known}" if known else "none was ever taken; bios_settings takes one before it changes anything",
    )
