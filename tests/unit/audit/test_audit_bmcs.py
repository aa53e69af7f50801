# SPDX-License-Identifier: GPL-3.0-or-later
"""What scans saw, as the next scan is told."""

from __future__ import annotations

import typing as t
from datetime import UTC, datetime
from pathlib import Path

from ansible_collections.hwautomation.baremetal.extensions.audit.database import connect
from ansible_collections.hwautomation.baremetal.extensions.audit.filters import make_filter
from ansible_collections.hwautomation.baremetal.extensions.audit.queries.registry import QUESTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.sightings import compare
from tests.support.audit_runs import begin, tell


def known(database: str) -> list[dict[str, t.Any]]:
    with connect(database, read_only=True) as connection:
        return QUESTIONS["bmcs"].ask(connection, make_filter({}, datetime.now(UTC)))


def scan(database: str, spool: Path, *seen: dict[str, t.Any], tried: tuple[str, ...], before: list[t.Any]) -> None:
    recorder = begin(database, spool)
    tell(recorder, "localhost", {"bmcs": compare(seen, before, tried)})
    recorder.finish()
    recorder.journal.close()


def bmc(address: str, **more: t.Any) -> dict[str, t.Any]:
    row = {"address": address, "protocol": "redfish", "port": 8443, "vendor": "Dell", "fingerprint": "aa", "ipmi": True}
    return {**row, **more}


def test_each_address_is_told_as_it_was_seen_last(database: str, spool: Path) -> None:
    both = ("10.0.0.9", "10.0.0.10")
    scan(database, spool, bmc("10.0.0.10"), bmc("10.0.0.9"), tried=both, before=[])
    first = known(database)
    scan(database, spool, bmc("10.0.0.9", fingerprint="bb"), tried=both, before=first)
    second = known(database)
    scan(database, spool, bmc("10.0.0.10"), tried=("10.0.0.10",), before=second)

    third = known(database)

    assert [(row["address"], row["status"]) for row in first] == [("10.0.0.9", "new"), ("10.0.0.10", "new")]
    assert first[0]["port"] == 8443
    assert first[0]["ipmi"] is True
    assert [(row["status"], row["changed"]) for row in second] == [("changed", ["fingerprint"]), ("missing", [])]
    assert second[0]["fingerprint"] == "bb"
    assert second[1]["last_seen"] == first[1]["last_seen"] < second[1]["at"]
    # Missing for a while is not new; and one that was not tried keeps what is known of it.
    assert [(row["address"], row["status"]) for row in third] == [("10.0.0.9", "changed"), ("10.0.0.10", "known")]
