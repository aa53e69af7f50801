# SPDX-License-Identifier: GPL-3.0-or-later
"""Each platform and each way in: update, update again, look with --check, go back."""

from __future__ import annotations

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.rack.firmware.conftest import OLDER, VERSIONS

# platform -> the ways in that its profile and its emulated BMC share; the first is the one for a local file.
METHODS = {
    "dell_idrac9": ("multipart", "pull", "push_then_install"),
    "hpe_ilo6": ("form_upload", "pull"),
    "supermicro_x13": ("multipart_then_start", "pull"),
    "generic": ("multipart", "pull", "push"),
    "lenovo_xcc": ("multipart", "claim_push", "pull"),
    "openbmc": ("push_apply_time", "multipart", "push"),
    "nvidia_hgx": ("multipart_then_commit",),
    "ami_megarac": ("pull",),
}
WAYS = [(platform, method) for platform, methods in METHODS.items() if platform in PLATFORMS for method in methods]


@pytest.mark.parametrize(("platform", "method"), WAYS)
def test_update_by_every_way_in_sends_the_image_once(bench_of, tmp_path, platform, method):
    bench = bench_of(one=platform)
    row = bench.row("one", "bmc")
    if method != "pull":
        row = bench.local(row, tmp_path)

    first = bench.run("one", row, method=method)
    sent = bench.sent("one")
    bench.rack.clear_journal()
    second = bench.run("one", row, method=method)

    assert not first.get("failed"), first["msg"]
    assert [change["outcome"] for change in first["firmware"]["changes"]] == ["applied"]
    # Dell's store takes the image once and is then told to install it.
    assert len(sent) == (2 if method == "push_then_install" else 1), sent
    assert bench.rack.state("one")["firmware"]["bmc"] == VERSIONS[platform]["bmc"][1]
    assert not second["changed"]
    assert "already" in second["reason"]
    assert bench.rack.journal("one", writes=True) == []


# Those with an update service; for the others see test_firmware_by_tool.py.
@pytest.mark.parametrize("platform", sorted(set(VERSIONS) & set(PLATFORMS) - {"supermicro_x10"}))
def test_a_baseline_is_reached_in_one_run_and_kept_in_the_next(bench_of, platform):
    bench = bench_of(one=platform)
    inventory = bench.info("one")["firmware"]
    known = {entry["component"] for entry in inventory["components"] if entry["updateable"]}
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


@pytest.mark.parametrize("platform", ["dell_idrac9", "hpe_ilo6", "supermicro_x13", "generic"])
def test_an_older_version_is_refused_before_any_write(bench_of, platform):
    bench = bench_of(one=platform)

    refused = bench.run("one", bench.row("one", "bios", OLDER))

    assert refused["error_class"] == "ConfigurationError"
    assert "newer than" in refused["msg"]
    assert "allow_downgrade" in refused["msg"]
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
