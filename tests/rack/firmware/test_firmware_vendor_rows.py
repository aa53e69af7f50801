# SPDX-License-Identifier: GPL-3.0-or-later
"""The firmware door against what machines of one vendor do now and then, see docs/rack_quirks_vendors.md."""

from __future__ import annotations

import hashlib

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.images import Image, build


def row_of(folder, platform, component, version):
    """Write an image and return the row that installs it."""
    data = build(Image("any", platform, component, version), size=4096)
    path = folder / f"{platform}-{component}-{version}.bin"
    path.write_bytes(data)
    return {
        "component": component,
        "version": version,
        "image": str(path),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def test_nic_that_wants_its_power_cut_gets_it(bench_of, tmp_path):
    """Q-D36."""
    habits = {"updates": {"habits": {"activation": {"nic": "power_cycle"}}}}
    bench = bench_of(settings={"one": {"lab_power": "on", "lab_os": "ubuntu", "lab_habits": habits}}, one="dell_idrac9")
    bench.rack.wait("one", lambda machine: machine["phase"] == "os_running")
    row = row_of(tmp_path, "dell_idrac9", "nic", "23.0.0")

    done = bench.run("one", row)
    again = bench.run("one", row)

    assert not done.get("failed"), done["msg"]
    assert [change["reset_type"] for change in done["audit"]["power_changes"]] == ["PowerCycle"]
    assert bench.rack.state("one")["firmware"]["nic"] == "23.0.0"
    assert not again["changed"], again


def test_update_that_says_new_for_a_while_is_followed(bench_of):
    """Q-D11."""
    habits = {"oddities": {"task_new": 40.0}}
    bench = bench_of(settings={"one": {"lab_habits": habits}}, one="dell_idrac9")

    done = bench.run("one", bench.row("one", "bios"))

    assert not done.get("failed"), done["msg"]
    assert bench.rack.state("one")["firmware"]["bios"] == "1.9.1"


def test_early_idrac_gets_its_image_by_the_one_way_it_has(bench_of, tmp_path):
    """Q-D32."""
    habits = {"updates": {"protocols": ["HTTP"], "multipart": ""}}
    bench = bench_of(settings={"one": {"lab_habits": habits}}, one="dell_idrac9")

    done = bench.run("one", bench.local(bench.row("one", "bios"), tmp_path))

    assert not done.get("failed"), done["msg"]
    assert bench.sent("one")[0].endswith("/FirmwareInventory")


@pytest.mark.parametrize("method", ["pull", "form_upload"])
def test_update_that_a_tpm_is_in_the_way_of_goes_in_where_its_override_is_allowed(bench_of, tmp_path, method):
    """Q-H11."""
    bench = bench_of(settings={"one": {"lab_habits": {"oddities": {"tpm_override": True}}}}, one="hpe_ilo6")
    row = bench.row("one", "bios")
    row = row if method == "pull" else bench.local(row, tmp_path)

    refused = bench.run("one", row, method=method)

    assert refused["error_class"] == "ConfigurationError", refused
    assert refused["changed"] is False
    assert "the host has a TPM" in refused["msg"]
    assert "recovery key" in refused["msg"]
    assert "allow_tpm_override: true" in refused["msg"]
    assert bench.rack.state("one")["tasks"] == {}

    done = bench.run("one", row, method=method, allow_tpm_override=True)

    assert not done.get("failed"), done["msg"]
    assert [change["outcome"] for change in done["audit"]["firmware_changes"]] == ["applied"]


def test_leave_to_override_a_tpm_changes_nothing_where_nobody_asks_for_it(bench_of):
    bench = bench_of(one="dell_idrac9")

    done = bench.run("one", bench.row("one", "bios"), allow_tpm_override=True)

    assert not done.get("failed"), done["msg"]
    assert "TPM" not in str(bench.rack.journal("one", writes=True))


def test_bmc_that_has_its_firmware_and_not_restarted_yet_is_waited_for_by_the_next_run(bench_of):
    """A run that was killed in the seconds between the end of the update and the restart of the BMC leaves this behind."""
    slow = {"lab_habits": {"updates": {"habits": {"farewell": 6.0}}}}
    bench = bench_of(settings={"one": slow}, one="hpe_ilo6")
    row = bench.row("one", "bmc")
    sent = bench.run("one", row, wait=False)
    bench.rack.wait("one", lambda seen: [task["state"] for task in seen["tasks"].values()] == ["Completed"])

    done = bench.run("one", row)

    assert sent["handles"]
    assert not done.get("failed"), done["msg"]
    assert [change["outcome"] for change in done["audit"]["firmware_changes"]] == ["applied"]
    # iLO does not tell the image of a task, so it is asked, and refuses what it has.
    asked = [entry["status"] for entry in bench.rack.journal("one", writes=True) if "SimpleUpdate" in entry["path"]]
    assert asked == [202, 400]
