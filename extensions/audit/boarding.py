# SPDX-License-Identifier: GPL-3.0-or-later

"""Boarding verdicts for the terminal: noted per server, and summed up per rack. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.hwautomation.baremetal.plugins.module_utils._boarding.words import OUTCOMES, counted

if TYPE_CHECKING:
    from .events import HostTally

__all__ = ["NO_RACK", "OUTCOMES", "counted", "rack_table", "take_verdicts"]

NO_RACK = "(no rack)"
_MOST_NAMED = 5


def take_verdicts(tally: HostTally, audit: Mapping[str, Any]) -> None:
    """Note the verdicts of one result; a server that is judged again has only the new ones."""
    rows = [row for row in audit.get("boarding_checks") or () if isinstance(row, Mapping)]
    if rows:
        tally.rack = str(rows[0].get("rack") or "")
        tally.verdicts = {str(row.get("name")): str(row.get("outcome")) for row in rows}


def rack_table(hosts: Mapping[str, HostTally]) -> list[str]:
    """Return one line per rack of the servers that were judged, and below it one per server that needs a look."""
    racks: dict[str, dict[str, HostTally]] = {}
    for host, tally in sorted(hosts.items()):
        if tally.verdicts:
            racks.setdefault(tally.rack or NO_RACK, {})[host] = tally
    if not racks:
        return []
    width = max(len("RACK"), *map(len, racks))
    head = "".join(f"  {word.upper():>7}" for word in ("servers", *OUTCOMES))
    lines = [f"{'RACK':<{width}}{head}"]
    for rack, members in sorted(racks.items()):
        found = Counter(outcome for tally in members.values() for outcome in tally.verdicts.values())
        numbers = (len(members), *(found[outcome] for outcome in OUTCOMES))
        lines.append(f"{rack:<{width}}" + "".join(f"  {number:>7}" for number in numbers))
        lines += _bad_lines(members)
    return lines


def _bad_lines(members: Mapping[str, HostTally]) -> Iterable[str]:
    bad = {host: _bad(tally.verdicts) for host, tally in members.items() if _bad(tally.verdicts)}
    for host in list(bad)[:_MOST_NAMED]:
        yield f"  {host}: {bad[host]}"
    if len(bad) > _MOST_NAMED:
        yield f"  and {len(bad) - _MOST_NAMED} more servers; audit_report.yml -e report=boarding names them"


def _bad(verdicts: Mapping[str, str]) -> str:
    return counted({name: outcome for name, outcome in verdicts.items() if outcome in ("warn", "fail")})
