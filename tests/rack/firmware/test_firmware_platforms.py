# SPDX-License-Identifier: GPL-3.0-or-later
"""Each platform with a whole baseline: look with --check, update, update again, go back. Ways in: test_firmware_table.py."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.rack.firmware.conftest import OLDER, VERSIONS


# Those with an update service; for the others see test_firmware_by_tool.py.
@pytest.mark.parametrize("platform", sorted(set(VERSIONS) & set(PLATFORMS) - {"supermicro_x10"}))
def test_a_baseline_is_reached_in_one_run_and_kept_in_the_next(bench_of, platform):
    bench = bench_of(one=platform)
    inventory = bench.info("one")["firmware"]
    known = {entry["component"] for entry in inventory["components"] if entry["updateable"]} & set(VERSIONS[platform])
    rows = [bench.row("one", component) for component in ("bios", "bmc") if component in known]
    if "pull" not in inventory["methods"]:
        rows = [bench.local(row, bench.cache) for row in rows]

    checked = bench.run("one", rows, check=True)
    looked = bench.rack.journal("one", writes=True)
    first = bench.run("one", rows)
    bench.rack.clear_journal()
    second = bench.run("one", rows)

    assert checked["changed"], checked
    assert looked == []
    assert {entry["outcome"] for entry in checked["audit"]["firmware_changes"]} == {"planned"}
    assert not first.get("failed"), first["msg"]
    assert [change["component"] for change in first["firmware"]["changes"]] == [
        name for name in ("bmc", "bios") if name in known
    ]
    assert {change["outcome"] for change in first["audit"]["firmware_changes"]} == {"applied"}
    assert not second["changed"]
    assert bench.rack.journal("one", writes=True) == []


def test_an_older_version_is_taken_when_allowed(bench_of):
    bench = bench_of(one="generic")

    result = bench.run("one", bench.row("one", "bios", OLDER), allow_downgrade=True)

    assert not result.get("failed"), result["msg"]
    assert bench.rack.state("one")["firmware"]["bios"] == VERSIONS["generic"]["bios"][OLDER]


def test_a_check_shows_versions_steps_minutes_and_restarts(bench_of):
    bench = bench_of(one="dell_idrac9")

    result = bench.run("one", [bench.row("one", "bios"), bench.row("one", "bmc")], check=True)

    difference, steps = result["diff"]
    assert difference["before"] == {"bmc": "6.10.80.00", "bios": "1.8.2"}
    assert difference["after"] == {"bmc": "7.10.30.00", "bios": "1.9.1"}
    assert "restart the host" in steps["prepared"]
    assert "about 10 minutes" in steps["prepared"]
    assert result["reboots"] == 1
    assert result["minutes"] == 26


def test_a_host_that_was_off_is_off_again(bench_of):
    bench = bench_of(one="generic")

    result = bench.run("one", bench.row("one", "bios"))

    assert not result.get("failed"), result["msg"]
    assert bench.rack.state("one")["power_state"] == "Off"
    assert result["audit"]["power_changes"][0]["reset_type"] == "On"
