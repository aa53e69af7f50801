# SPDX-License-Identifier: GPL-3.0-or-later
"""What else goes wrong with a flash, and what it ends in; what is the same on every way in is in test_firmware_table.py.

In every case the image goes over at most once per run.
"""

from __future__ import annotations

import threading

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.images import Image, build, sha256
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import CONNECT_TIMEOUT


def test_flash_that_failed_is_told_in_the_words_of_the_bmc_and_done_by_the_next_run(bench_of):
    bench = bench_of(one="generic")
    bench.rack.fault("one", "flash_fails", component="bios", percent=60)
    row = bench.row("one", "bios")

    failed = bench.run("one", row)

    assert failed["error_class"] == "VerificationError"
    assert "flash error at 60 %" in failed["msg"]
    assert failed["changed"] is True
    assert [change["outcome"] for change in failed["audit"]["firmware_changes"]] == ["failed"]
    assert len(bench.sent("one")) == 1

    bench.rack.clear_faults()
    again = bench.run("one", row)

    assert not again.get("failed"), again["msg"]
    assert again["firmware"]["changes"][0]["outcome"] == "applied"


def test_task_that_is_forgotten_is_no_failure_when_the_version_arrives(bench_of):
    """The restart of this BMC takes its tasks with it, before anybody could see the end of this one."""
    bench = bench_of(one="generic")

    result = bench.run("one", bench.row("one", "bmc"))

    assert not result.get("failed"), result["msg"]
    assert bench.rack.state("one")["tasks"] == {}
    assert result["firmware"]["changes"][0]["outcome"] == "applied"


def test_task_that_never_moves_ends_at_the_deadline_with_what_was_seen(bench_of):
    bench = bench_of(one="generic")
    bench.rack.fault("one", "job_stuck", task_kind="firmware")

    result = bench.run("one", bench.row("one", "bmc"), wait_timeout=3)

    assert result["error_class"] == "WaitTimeout"
    assert "update of bmc to end" in result["msg"]
    assert result["last_observation"]["state"] == "running"
    assert len(bench.sent("one")) == 1

    again = bench.run("one", bench.row("one", "bmc"), wait_timeout=3)

    assert again["plan"]["steps"][0]["name"].startswith("follow")
    assert len(bench.sent("one")) == 1


@pytest.mark.slow
def test_bmc_that_stops_to_read_in_the_middle_of_an_upload_is_waited_for(bench_of, tmp_path):
    """It erases its flash, say; that is longer than a connection may take, and no lost answer."""
    bench = bench_of(one="generic")
    bench.rack.fault("one", "stalled_upload", path="*/upload", method="POST", seconds=CONNECT_TIMEOUT + 2)
    image = build(Image("generic", "generic", "bmc", "2.11.0"), size=12_000_000)
    (tmp_path / "large.bin").write_bytes(image)
    row = bench.row("one", "bmc") | {"image": str(tmp_path / "large.bin"), "sha256": sha256(image)}

    result = bench.run("one", row, method="multipart")

    assert not result.get("failed"), result["msg"]
    assert len(bench.sent("one")) == 1


def test_bmc_that_is_gone_in_the_moment_after_it_took_the_image_is_waited_for(bench_of, tmp_path):
    """It flashes and restarts at once: not even the task can be read whose address the answer gave."""
    at_once = {"transfer": 0.0, "verify": 0.0, "flash": 0.0, "outage": 600.0}
    bench = bench_of(
        clock="scaled:1000", settings={"one": {"lab_habits": {"updates": {"habits": at_once}}}}, one="generic"
    )

    result = bench.run("one", bench.local(bench.row("one", "bmc"), tmp_path), method="multipart")

    assert not result.get("failed"), result["msg"]
    assert [change["outcome"] for change in result["firmware"]["changes"]] == ["applied"]
    assert len(bench.sent("one")) == 1


def test_session_that_ends_before_an_upload_is_renewed(bench_of, tmp_path):
    bench = bench_of(one="generic")
    bench.rack.fault("one", "status", path="*/upload", method="POST", code=401, count=1)

    result = bench.run("one", bench.local(bench.row("one", "bmc"), tmp_path), method="multipart")

    assert not result.get("failed"), result["msg"]
    assert [entry["status"] for entry in bench.rack.journal("one", writes=True)] == [401, 202]


def test_host_that_never_leaves_post_ends_as_unknown_with_what_was_seen(bench_of):
    bench = bench_of(one="generic")
    bench.rack.fault("one", "stuck_in_post")

    result = bench.run("one", bench.row("one", "bios"), wait_timeout=4)

    assert result["error_class"] == "OutcomeUnknown", result
    assert "version 1.2.0" in result["msg"]


def test_image_server_that_cannot_be_reached_is_found_before_the_bmc_is_asked(bench_of):
    bench = bench_of(one="generic")

    result = bench.run("one", bench.row("one", "bmc", image="http://127.0.0.1:9/x.bin"))

    assert result["error_class"] == "NetworkError"
    assert "image server cannot be reached" in result["msg"]
    assert bench.rack.journal("one") == []


def test_expired_session_in_the_middle_of_an_update_is_renewed(bench_of):
    bench = bench_of(one="generic")
    bench.rack.fault("one", "status", path="*/TaskService/Tasks/*", method="GET", code=401, count=1)

    result = bench.run("one", bench.row("one", "bios"))

    assert not result.get("failed"), result["msg"]
    assert len(bench.sent("one")) == 1


def test_bmc_that_is_away_is_given_the_time_asked_for_and_no_more(bench_of):
    bench = bench_of(one="generic")
    bench.rack.fault("one", "dead", answer="refuse")

    at_once = bench.info("one")
    later = bench.info("one", answer_timeout=1)
    back = threading.Timer(2, bench.rack.clear_faults)
    back.start()
    patient = bench.info("one", answer_timeout=60)
    back.join()

    assert at_once["error_class"] == "NetworkError"
    assert later["error_class"] == "WaitTimeout"
    assert "Connection refused" in later["msg"]
    assert not patient.get("failed"), patient["msg"]
    assert patient["firmware"]["components"]


def test_bmc_that_goes_away_in_the_middle_of_the_first_reading_is_waited_for(bench_of):
    """An earlier task has begun its update, and it restarts while it is asked whether it is locked."""
    bench = bench_of(one="dell_idrac9")
    bench.rack.fault("one", "drop", path="*/DellAttributes/*", method="GET", count=6)

    result = bench.run("one", bench.row("one", "bmc"), answer_timeout=120)

    assert not result.get("failed"), result["msg"]
    assert len(bench.sent("one")) == 1
