# SPDX-License-Identifier: GPL-3.0-or-later
"""firmware on odd machines: look, update, again; an image goes over once, and nobody is asked without end."""

from __future__ import annotations

import pytest

from tests.rack.firmware.conftest import VERSIONS, Bench
from tests.rack.oddities.conftest import CLOCK
from tests.rack.oddities.machines import ODD, doing

# Whose tasks are not there at first, or no more at the end.
LOOKED_FOR = ("jobs-late", "tasks-purged")


@pytest.fixture
def bench(rack, tmp_path):
    cache = tmp_path / "run"
    cache.mkdir(mode=0o700, exist_ok=True)
    return Bench(rack, cache, CLOCK)


@pytest.mark.parametrize("name", doing("firmware"))
def test_baseline_is_reached_in_one_run_and_kept_in_the_next(rack, bench, name):
    known = VERSIONS[ODD[name].platform]
    inventory = bench.info(name)["firmware"]
    there = {entry["component"] for entry in inventory["components"] if entry["updateable"]} & set(known)
    rows = [bench.row(name, component) for component in ("bios", "bmc") if component in there]
    if "pull" not in inventory["methods"]:
        rows = [bench.local(row, bench.cache) for row in rows]

    checked = bench.run(name, rows, check=True)
    assert rack.journal(name, writes=True) == []
    first = bench.run(name, rows)
    sent = len(bench.sent(name))
    lost = sum(entry["status"] == 404 for entry in rack.journal(name) if "Tasks/" in entry["path"])
    rack.clear_journal()
    second = bench.run(name, rows)

    assert checked["changed"] and not checked.get("failed"), checked
    assert not first.get("failed"), first["msg"]
    assert {change["outcome"] for change in first["audit"]["firmware_changes"]} == {"applied"}
    assert {component: rack.state(name)["firmware"][component] for component in there} == {
        component: known[component][1] for component in there
    }
    assert sent <= 3 * len(rows), "an image was sent more than once"
    assert 0 < lost <= 60 if name in LOOKED_FOR else True, f"{lost} looks for tasks that are not there"
    assert not second["changed"] and not second.get("failed"), second
    assert rack.journal(name, writes=True) == []
