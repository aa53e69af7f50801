# SPDX-License-Identifier: GPL-3.0-or-later
"""No other run touches a machine that is being flashed, whatever its door; readers go on looking."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, execute
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.lock import claimed
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.sessions import close_all
from ansible_collections.hwautomation.baremetal.plugins.modules import bmc_boot, bmc_info


@pytest.fixture
def other(tmp_path):
    """Return a function that runs a door as a run of its own, which does not wait for a BMC."""
    cache = tmp_path / "another run"
    cache.mkdir(mode=0o700)

    def run(bench, door, **options):
        arguments = {**bench.arguments("one"), "lock_timeout": 0, **options}
        return execute(door, arguments, Context(cache_dir=str(cache))).result

    yield run
    close_all(str(cache))


def test_flash_does_not_begin_while_another_run_has_the_machine(bench_of, tmp_path):
    bench = bench_of(one="generic")
    lock = {"lock_timeout": 0, "lock_dir": str(tmp_path / "locks")}

    with claimed({**bench.arguments("one"), **lock}, Context(cache_dir="/another/run", door="bios_settings")):
        result = bench.run("one", bench.row("one", "bmc"), **lock)

    assert result["error_class"] == "ConflictError"
    assert "another run is working on this BMC (bios_settings of the run" in result["msg"]
    assert bench.rack.journal("one") == []


def test_update_that_was_not_waited_for_keeps_other_runs_away_until_it_has_landed(bench_of, other):
    bench = bench_of(one="generic")
    row = bench.row("one", "bios")
    begun = bench.run("one", row, wait=False)
    bench.rack.clear_journal()

    refused = other(bench, bmc_boot.DOOR, target="pxe")
    seen = other(bench, bmc_info.DOOR, subsets=["system"])

    assert refused["error_class"] == "ConflictError"
    assert "has left firmware under way" in refused["msg"]
    assert bench.rack.journal("one", writes=True) == []
    assert not seen.get("failed"), seen["msg"]

    landed = bench.run("one", row, handles=begun["handles"])
    assert not landed.get("failed"), landed["msg"]
    assert other(bench, bmc_boot.DOOR, target="pxe")["changed"]
