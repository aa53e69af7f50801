# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m tests.peers.rack_scores`: run the DMTF validators on every platform, print the table and keep it in docs.

Exits with 1 when a platform fails in what no habit of its real counterpart explains.
"""

# ruff: noqa: T201 - a table is what it is for
from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path

from tests.peers import rack_validators as validators
from tests.peers.rack_habits import EXPLAINED, unexplained
from tests.peers.rack_validators import Score
from tests.support.rack import ROOT, Rack

DOCUMENT = ROOT / "docs" / "rack_scores.md"
PLAIN = "generic"
PROTOCOL, SCHEMAS, CASES = "redfish-protocol-validator", "redfish-service-validator", "redfish-use-case-checkers"
SPARES = (SCHEMAS, CASES)
"""Further servers of the plain platform, named after the validators that have them for themselves."""
AT_ONCE = 8
ROW = "| {platform} | {tool} | {passed} | {warned} | {failed} | {not_tested} |"
HEAD = """# The rack under the DMTF validators

`make rack-scores` starts one server of each platform, runs the validators that DMTF publishes on PyPI (in
`.build/venv-validators`, never in the collection's own environment), and writes this page. A failure that no habit of the
real platform explains makes it fail. `tests/peers/test_rack_validators.py` asserts the same and is part of `make rack`, which
makes that environment too. Only the service validator needs more: DMTF's CSDL files in `../shared/redfish-csdl`; without them its
test is skipped and says so.

| platform | validator | pass | warn | fail | not tested |
|---|---|---|---|---|---|
"""


def plan(platforms: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return hosts for a rack of these platforms and SPARES, all running so that nothing waits for power."""
    named = {name: name for name in platforms} | dict.fromkeys(SPARES, PLAIN)
    return {name: {"lab_platform": platform, "lab_os": "linux", "lab_power": "on"} for name, platform in named.items()}


def begin(rack: Rack, folder: Path, pool: Executor) -> dict[tuple[str, str], Future[Score]]:
    """Start all three validators on the plain platform and the protocol one on every; return scores to wait for.

    Each has a server of its own, and they wait more than they work: one after the other takes seven minutes, together
    a little over one.
    """
    scores = {(PLAIN, CASES): pool.submit(validators.use_cases, rack, rack.server(CASES), folder / CASES)}
    if not validators.missing(schemas=True):
        scores[PLAIN, SCHEMAS] = pool.submit(validators.service, rack, rack.server(SCHEMAS), folder / SCHEMAS)
    for name in sorted(set(rack.servers) - set(SPARES), key=lambda name: (name != PLAIN, name)):
        scores[name, PROTOCOL] = pool.submit(validators.protocol, rack, rack.server(name), folder / name)
    return scores


def main() -> int:
    """Run everything; return the exit code."""
    from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS

    reason = validators.missing()
    if reason:
        print(reason, file=sys.stderr)
        return 2
    if validators.missing(schemas=True):
        print(f"SKIPPED redfish-service-validator: {validators.missing(schemas=True)}", file=sys.stderr)
    rows, wrong = [], []
    with tempfile.TemporaryDirectory(prefix="rack-scores-") as scratch:
        rack = Rack.start(Path(scratch) / "rack", plan(PLATFORMS), clock="scaled:500", maas=False)
        try:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                scores = begin(rack, Path(scratch), pool)
            for (platform, tool), running in scores.items():
                score = running.result()
                rows.append(ROW.format(platform=platform, tool=tool, **vars(score)))
                print(rows[-1], flush=True)
                wrong += [f"{platform}: {tool}: {one}" for one in unexplained(platform, score)]
        finally:
            rack.stop()
    if not validators.missing(schemas=True):
        DOCUMENT.write_text(HEAD + "\n".join(rows) + "\n" + _habits())
    for line in wrong:
        print(f"FAIL without a habit that explains it: {line}", file=sys.stderr)
    return 1 if wrong else 0


def _habits() -> str:
    lines = ["", "## What fails on purpose", "", "| platform | assertion | the habit it reproduces |", "|---|---|---|"]
    lines += [f"| {name} | `{one}` | {why} |" for name, known in EXPLAINED.items() for one, why in known.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
