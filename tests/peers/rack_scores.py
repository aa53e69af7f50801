# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m tests.peers.rack_scores`: run the DMTF validators on every platform, print the table and keep it in docs.

Exits with 1 when a platform fails in what no habit of its real counterpart explains.
"""

# ruff: noqa: T201 - a table is what it is for
from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.peers import rack_validators as validators
from tests.peers.rack_habits import EXPLAINED, unexplained
from tests.peers.rack_validators import Score
from tests.support.rack import ROOT, Rack

DOCUMENT = ROOT / "docs" / "rack_scores.md"
PLAIN = "generic"
ROW = "| {platform} | {tool} | {passed} | {warned} | {failed} | {not_tested} |"
HEAD = """# The rack under the DMTF validators

`make rack-scores` starts one server of each platform, runs the validators that DMTF publishes on PyPI (in
`.build/venv-validators`, never in the collection's own environment), and writes this page. A failure that no habit of the
real platform explains makes it fail. `tests/peers/test_rack_validators.py` asserts the same.

| platform | validator | pass | warn | fail | not tested |
|---|---|---|---|---|---|
"""


def everything(rack: Rack, folder: Path) -> Iterable[tuple[str, str, Callable[[], Score]]]:
    """Yield platform, validator and how to run it: all three on the plain platform, the protocol one on every."""
    plain = rack.server(PLAIN)
    if not validators.missing(schemas=True):
        yield PLAIN, "redfish-service-validator", lambda: validators.service(rack, plain, folder / "service")
    yield PLAIN, "redfish-use-case-checkers", lambda: validators.use_cases(rack, plain, folder / "cases")
    for name in sorted(rack.servers, key=lambda name: (name != PLAIN, name)):
        server = rack.server(name)
        yield (
            name,
            "redfish-protocol-validator",
            lambda name=name, server=server: validators.protocol(rack, server, folder / name),
        )


def plan(platforms: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return hosts for a rack of these platforms, every one running so that nothing waits for power."""
    return {name: {"lab_platform": name, "lab_os": "linux", "lab_power": "on"} for name in platforms}


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
            for platform, tool, run in everything(rack, Path(scratch)):
                score = run()
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
