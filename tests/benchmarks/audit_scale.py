# SPDX-License-Identifier: GPL-3.0-or-later
"""How the audit database grows and answers: 1,000 hosts x 30 results, and every report over a year of 5,000 servers."""

from __future__ import annotations

import os
import random
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ansible_collections.hwautomation.baremetal.extensions.audit.chain import Link
from ansible_collections.hwautomation.baremetal.extensions.audit.clock import new_run_id, stamp
from ansible_collections.hwautomation.baremetal.extensions.audit.database import connect
from ansible_collections.hwautomation.baremetal.extensions.audit.filters import make_filter
from ansible_collections.hwautomation.baremetal.extensions.audit.migrate import upgrade
from ansible_collections.hwautomation.baremetal.extensions.audit.process import identity
from ansible_collections.hwautomation.baremetal.extensions.audit.queries.registry import QUESTIONS
from ansible_collections.hwautomation.baremetal.extensions.audit.store import SQLiteStore
from tests.support.audit_runs import FACTS, begin, tell

SERVERS = int(os.environ.get("BENCH_SERVERS", "5000"))
STAGES = ("preflight", "discover", "classify", "firmware", "bios", "bmc", "enlist", "boarding", "deploy", "finalise")
CHECKS = 18
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def growth(scratch: Path, hosts: int = 1000, tasks: int = 30) -> None:
    """Record one large run and print its size, its speed and whether memory stays flat."""
    database = scratch / "growth.sqlite3"
    recorder = begin(str(database), scratch)
    begun, peaks = time.monotonic(), []
    for _unused in range(tasks):
        for number in range(hosts):
            tell(recorder, f"h{number}", msg="All assertions passed")
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    spent = time.monotonic() - begun
    recorder.finish()
    recorder.journal.close()
    rows, size = hosts * tasks, database.stat().st_size
    each = f"{size / rows:.0f} bytes and {spent / rows * 1e6:.0f} us a result"
    print(f"{hosts} hosts x {tasks} results: {size / 2**20:.1f} MiB, {each}")
    print(f"peak memory after the first third {peaks[tasks // 3]:.0f} MiB, at the end {peaks[-1]:.0f} MiB")


class Year:
    """A year of runs, written with real chains but many rows to a transaction."""

    def __init__(self, database: str) -> None:
        self.store = SQLiteStore(database)
        self.chance = random.Random(1)  # noqa: S311

    def run(self, at: datetime, hosts: list[int], rows_of: Any, **facts: Any) -> None:
        """Write one run over some servers."""
        link, when = Link(new_run_id(at)), stamp(at)
        rows = [("runs", {**FACTS, **identity(), **facts})]
        for host in hosts:
            rows += rows_of(host)
            rows.append(("host_runs", {"host": f"node{host:05d}", "state": "ok", "ok": 30}))
        rows.append(("run_ends", {"status": "completed", "duration_ms": 1000}))
        self.store.write([(name, link.seal(name, row, when)) for name, row in rows])

    def campaign(self, host: int) -> list[tuple[str, dict[str, Any]]]:
        """Return what a provisioning of one server leaves: stages, changes, results, now and then a failure."""
        name = f"node{host:05d}"
        rows = [sighted(host, state) for state in ("discovered", "configured", "ready", "deployed")]
        for position, stage in enumerate(STAGES, 1):
            spent = self.chance.randrange(1000, 900_000)
            rows.append(
                (
                    "stages",
                    {
                        "host": name,
                        "name": stage,
                        "position": position,
                        "total": 10,
                        "state": "done",
                        "duration_ms": spent,
                    },
                )
            )
        for attribute in range(10):
            change = {
                "attribute": f"Attribute{attribute}",
                "before": "A",
                "wanted": "B",
                "after": "B",
                "outcome": "applied",
            }
            rows.append(("bios_changes", {"host": name, **change}))
        for component in ("BIOS", "BMC", "NIC"):
            change = {"component": component, "before": "1", "wanted": "2", "after": "2", "outcome": "applied"}
            rows.append(("firmware_changes", {"host": name, **change}))
        rows += [("results", {"host": name, "status": "ok", "duration_ms": 5}) for _unused in range(30)]
        for check in range(CHECKS):
            outcome = "fail" if self.chance.random() < 0.01 else "pass"
            verdict = {"rack": f"rack{host // 40:03d}", "name": f"check{check:02d}", "text": "x", "outcome": outcome}
            verdict["result"] = 1
            rows.append(("boarding_checks", {"host": name, **verdict}))
        if self.chance.random() < 0.05:
            rows.append(
                ("results", {"host": name, "status": "failed", "message": f"10.0.0.{host}: no answer in {host} s"})
            )
        return rows

    def look(self, host: int) -> list[tuple[str, dict[str, Any]]]:
        """Return what a nightly check run leaves of one server; one in a hundred has drifted."""
        name, rows = f"node{host:05d}", [sighted(host, "deployed")]
        if self.chance.random() >= 0.01:
            return rows
        change = {"attribute": "Attribute1", "before": "X", "wanted": "B", "after": "B", "outcome": "planned"}
        return [*rows, ("bios_changes", {"host": name, **change})]


def sighted(host: int, state: str) -> tuple[str, dict[str, Any]]:
    """Return the row of a server as it was seen."""
    known = {"serial": f"S{host:06d}", "vendor": "Dell", "bmc_host": f"10.0.{host % 250}.9", "state": state}
    return "servers", {"host": f"node{host:05d}", "key": f"serial:S{host:06d}", **known}


def fill(database: str) -> None:
    """Four campaigns over all servers, in runs of 100, and a check run of a tenth of the fleet every night."""
    upgrade(database)
    year = Year(database)
    fleet = list(range(SERVERS))
    for quarter in range(4):
        for batch in range(0, SERVERS, 100):
            at = NOW - timedelta(days=360 - 90 * quarter, minutes=-5 * batch // 100)
            year.run(at, fleet[batch : batch + 100], year.campaign)
    for day in range(365):
        night = fleet[day % 10 :: 10]
        year.run(NOW - timedelta(days=364 - day, hours=-2), night, year.look, check_mode=True)
    year.store.close()


def answers(database: str) -> None:
    """Ask everything once with a warm cache and print how long it takes."""
    ask: dict[str, dict[str, Any]] = {name: {} for name in QUESTIONS}
    ask["server"] = {"server": "S000042"}
    ask["changes of one server"] = {"server": "node00042"}
    ask["changes"] = {"since": "95d"}  # the last campaign over the whole fleet
    ask["changes, the newest"] = {"limit": 1000}  # what is told where nothing narrows the question
    ask["drift"] = {"since": "2d"}
    ask["firmware"] = {"since": "95d"}
    with connect(database, read_only=True) as connection:
        for name, options in ask.items():
            question = QUESTIONS[name.split()[0].rstrip(",")]
            begun, cpu = time.monotonic(), time.process_time()
            rows = question.ask(connection, make_filter(options, NOW))
            wall, cpu = time.monotonic() - begun, time.process_time() - cpu
            print(f"{name:<24}{str(options or ''):<28}{len(rows):>7} rows {wall:7.3f} s wall {cpu:7.3f} s CPU")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-audit-") as directory:
        scratch = Path(directory)
        growth(scratch)
        database = scratch / "year.sqlite3"
        begun = time.monotonic()
        fill(str(database))
        size = database.stat().st_size / 2**20
        spent = time.monotonic() - begun
        print(f"a year of {SERVERS} servers: {size:.0f} MiB, generated in {spent:.0f} s; aim: < 1 s a report")
        answers(str(database))
