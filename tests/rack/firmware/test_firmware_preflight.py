# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the way of an update is found before anything is sent, and told with what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def bench(bench_of):
    settings = {
        "locked_dell": ("dell_idrac9", {"lab_lockdown": True}),
        "locked_smc": ("supermicro_x13", {"lab_lockdown": True}),
        "unlicensed": ("supermicro_x13", {"lab_license": False}),
        "full": ("hpe_ilo6", {"lab_habits": {"updates": {"free_bytes": 10}}}),
        "crowded": ("hpe_ilo5", {}),
    }
    return bench_of(
        settings={name: more for name, (_platform, more) in settings.items()},
        **{name: platform for name, (platform, _more) in settings.items()},
    )


def test_what_is_in_the_way_is_told_before_anything_is_sent(bench, tmp_path):
    full = {"code": 503, "message_id": "Base.1.8.SessionLimitExceeded", "text": "The session limit is reached."}
    bench.rack.fault("crowded", "status", path="*/SessionService/Sessions*", method="POST", **full)
    cases = [
        ("locked_dell", {}, "system lockdown mode; set Lockdown.1.SystemLockdown to Disabled"),
        ("locked_smc", {}, "system lockdown mode; set SysLockdownEnabled to false"),
        ("unlicensed", {}, "activate SFT-OOB-LIC or SFT-DCMS-SINGLE"),
        ("full", {"size": True}, "the BMC has 10 free for images"),
        ("crowded", {"local": True}, "no room for another one"),
    ]
    for name, how, says in cases:
        local = bench.local(bench.row(name, "bmc"), tmp_path)
        size = {"size": Path(local["image"]).stat().st_size} if "size" in how else {}
        row = local if "local" in how else {**bench.row(name, "bmc"), **size}

        for check in (True, False):
            refused = bench.run(name, row, check=check)

            assert refused.get("error_class") == "ConflictError", (name, refused)
            assert says in refused["msg"], (name, refused["msg"])
            assert bench.sent(name) == []


def test_a_machine_at_its_version_is_asked_for_no_licence(bench):
    shown = {entry["component"]: entry["version"] for entry in bench.info("unlicensed")["firmware"]["components"]}
    bench.rack.clear_journal()

    done = bench.run("unlicensed", {**bench.row("unlicensed", "bmc"), "version": shown["bmc"]})

    assert not done["changed"]
    assert not [entry for entry in bench.rack.journal("unlicensed") if "License" in entry["path"]]
