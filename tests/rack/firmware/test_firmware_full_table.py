# SPDX-License-Identifier: GPL-3.0-or-later
"""firmware on a BMC with no room for another session (Q-G24): what runs is read, and no image is sent."""

from __future__ import annotations

import time

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock

CLOCK = Clock(sleep=lambda seconds: time.sleep(min(seconds, 0.05)))


@pytest.mark.parametrize("platform", ["generic", "dell_idrac9", "hpe_ilo6", "openbmc"])
def test_versions_are_read_and_nothing_is_sent_without_a_session(bench_of, platform):
    bench = bench_of(one=platform)
    bench.clock = CLOCK
    bench.rack.fault("one", "session_table_full")
    row = bench.local(bench.row("one", "bmc"), bench.cache)

    seen = bench.info("one")
    result = bench.run("one", row)

    assert not seen.get("failed") and seen["firmware"]["components"], seen
    assert (result["error_class"], result["changed"]) == ("ConflictError", False), result
    assert "no room for another" in result["msg"] and bench.rack.server("one").bmc_host in result["msg"], result
    assert bench.rack.journal("one", writes=True) == []
    logins = [entry for entry in bench.rack.journal("one") if entry["path"].rstrip("/").endswith("Sessions")]
    assert len(logins) == 5, "a retry storm"
