# SPDX-License-Identifier: GPL-3.0-or-later
"""A hundred machines from New to Deployed and on, to the last of them deleted, with forks 50."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.support.maas_fleet import LIFE, live
from tests.support.rack import Rack

MACHINES, FORKS = 100, 50


def main() -> None:
    """Lead the machines through their life; print its requests and its wall time.

    :raises RuntimeError: when a machine did not arrive, or something was written in check mode or by a second run.
    """
    hosts = {f"n{number:03}": {"lab_platform": "generic"} for number in range(1, MACHINES + 1)}
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        rack = Rack.start(Path(scratch), hosts, clock="scaled:200")
        try:
            begun = time.monotonic()
            life = live(rack, FORKS)
            wall = time.monotonic() - begun
        finally:
            rack.stop()
    needed = MACHINES * sum(writes for _wanted, _status, writes in LIFE)
    problems = life.problems()
    if life.writes != needed:
        problems.append(f"{life.writes} writes instead of {needed}")
    if problems:
        raise RuntimeError("\n".join(problems))
    states = ", ".join(wanted["state"] for wanted, _status, _writes in LIFE)
    print(f"{MACHINES} machines, forks {FORKS}: {states}; each in check mode, in earnest and again")
    print(
        f"  {wall:6.1f} s wall, {len(life.asked) / MACHINES:.1f} requests a machine, {needed / MACHINES:g} of them writes"
    )
