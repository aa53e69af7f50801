# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scanning a BMC network: the door bmc_scan and the inventory plugin of that name.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import asyncio
import contextlib
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.addresses import expand, leases
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.sightings import (
    as_csv,
    compare,
    inventory,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.sweep import Outcome, Sweep, sweep

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params

__all__ = ["connect_nowhere", "read", "report", "wanted"]

Tell = t.Callable[[str], None]


@contextlib.contextmanager
def connect_nowhere(params: Params, context: Context) -> t.Iterator[Tell]:
    """A scan has no one machine to connect to; it only needs to be able to tell how far it has come."""
    yield context.tell


def wanted(params: Params) -> Sweep:
    """Take the options of the door.

    :raises ConfigurationError: for addresses that are none, too many of them, limits that cannot be, or a lease file
        that cannot be read.
    """
    _check_limits(params)
    texts = [*(params.get("addresses") or ()), *_leased(params.get("lease_files") or ())]
    return Sweep(
        addresses=tuple(expand(texts, params.get("exclude") or (), params["max_addresses"])),
        ports=tuple(params["ports"]),
        ipmi=params["ipmi"],
        connect_timeout=params["connect_timeout"],
        answer_timeout=float(params["timeout"]),
        deadline=float(params["deadline"]),
        rate=params["rate"],
        concurrency=params["concurrency"],
        known=tuple(params.get("known") or ()),
    )


def _check_limits(params: Params) -> None:
    positive = ("connect_timeout", "timeout", "deadline", "rate", "concurrency")
    problems = [f"{name} is {params[name]}, and must be more than 0" for name in positive if params[name] <= 0]
    problems += [f"{port} is no TCP port" for port in params["ports"] if not 0 < port < 65536]
    if problems:
        raise ConfigurationError("; ".join(problems), problems=problems)


def _leased(paths: t.Iterable[str]) -> t.Iterator[str]:
    for path in paths:
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                yield from leases(file.read())
        except OSError as exc:
            raise ConfigurationError(f"the lease file {path} cannot be read: {exc.strerror}") from exc


def read(tell: Tell, wanted: Sweep) -> Outcome:
    """Scan; see :func:`sweep`."""
    return asyncio.run(sweep(wanted, tell))


def report(wanted: Sweep, outcome: Outcome) -> dict[str, t.Any]:
    """Return the result keys of the door and what the audit keeps."""
    rows = compare(outcome.rows, wanted.known, outcome.tried)
    counts: dict[str, int] = {"addresses": len(wanted.addresses), "tried": len(outcome.tried)}
    for row in rows:
        for key in (row["protocol"], row["status"]):
            counts[key] = counts.get(key, 0) + 1
    return {
        "bmcs": rows,
        "counts": counts,
        "complete": outcome.complete,
        "inventory": inventory(rows),
        "csv": as_csv(rows),
        "audit": {"bmcs": rows, "discovery": {"scan": counts, "complete": outcome.complete}},
    }
