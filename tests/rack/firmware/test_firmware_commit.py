# SPDX-License-Identifier: GPL-3.0-or-later
"""CommitImage and SimpleUpdate where their ActionInfo decides what is sent."""

from __future__ import annotations

import pytest

from tests.rack.firmware.conftest import clock_of

COMMIT, RESET = "nvidiaupdateservice.commitimage", "manager.reset"
# DGX H100: AMI without the parameters of Gigabyte, and with a CommitImage that wants Targets (rec).
DGX = {"lab_habits": {"updates": {"required": ["TransferProtocol"], "update_component": []}}}


@pytest.fixture
def bench(bench_of):
    settings = {"dgx": DGX, "plain": {"lab_habits": {"updates": {"update_component": ["BMC", "BIOS"]}}}}
    servers = dict.fromkeys(("dgx", "gigabyte", "plain"), "ami_megarac")
    bench = bench_of(clock="hand", settings=settings, gpu="nvidia_hgx", **servers)
    bench.clock = clock_of(bench.rack)
    return bench


def posted(bench, name):
    return [
        (entry["path"].rpartition("/")[2].lower(), entry["status"])
        for entry in bench.rack.journal(name, writes=True)
        if entry["method"] == "POST"
    ]


def run(bench, name, row, **options):
    return bench.run(name, row, **{"wait_interval": 20.0, "wait_timeout": 3600, **options})


def test_image_is_committed_before_the_bmc_restarts_where_its_row_is_listed(bench, tmp_path):
    result = run(bench, "gpu", bench.local(bench.row("gpu", "bmc"), tmp_path), method="multipart_then_commit")

    assert not result.get("failed"), result["msg"]
    assert posted(bench, "gpu") == [("update-multipart", 202), (COMMIT, 200), (RESET, 204)]


def test_image_of_a_row_that_is_not_listed_is_not_committed(bench, tmp_path):
    result = run(bench, "gpu", bench.local(bench.row("gpu", "bios"), tmp_path), method="multipart_then_commit")

    assert not result.get("failed"), result["msg"]
    assert COMMIT not in [path for path, _status in posted(bench, "gpu")]


def test_in_steps_it_is_committed_as_well(bench, tmp_path):
    """The task that activates knows of the one that sent it only by its handle."""
    row, handles = bench.local(bench.row("gpu", "bmc"), tmp_path), []
    for _round in range(8):
        result = run(bench, "gpu", row, wait=False, handles=handles)
        assert not result.get("failed"), result["msg"]
        if not result["changed"]:
            break
        handles = result["handles"]
        bench.rack.advance(300)

    assert not result["changed"]
    assert [path for path, _status in posted(bench, "gpu")].count(COMMIT) == 1


def test_what_the_action_does_not_list_is_not_sent(bench):
    """The emulated DGX H100 refuses UpdateComponent, as what it does not know."""
    for name in ("dgx", "gigabyte"):
        result = run(bench, name, bench.row(name, "bmc"))

        assert not result.get("failed"), result["msg"]
        assert posted(bench, name)[0] == ("simpleupdate", 202)


def test_component_that_the_action_has_no_word_for_is_refused_in_the_plan(bench):
    row = {**bench.row("plain", "bmc"), "component": "cpld", "version": "0x0D"}

    result = run(bench, "plain", row, method="pull")

    assert result["error_class"] == "NotSupportedError"
    assert "takes BMC, BIOS for UpdateComponent, and cpld would be MB_CPLD" in result["msg"]
    assert bench.rack.journal("plain", writes=True) == []


def test_way_in_that_nobody_has_seen_is_told_to_be_unproven(bench, tmp_path):
    row = bench.local(bench.row("gigabyte", "bmc"), tmp_path)

    warned = bench.answer("gigabyte", row, check=True, method="multipart").warnings
    known = bench.answer("gigabyte", bench.row("gigabyte", "bmc"), check=True, method="pull").warnings

    assert ["unproven: method multipart on ami_megarac" in text for text in warned] == [True]
    assert known == ()
