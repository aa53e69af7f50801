# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong with a flash, and what each ends in. In every case the image goes over at most once per run."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.images import Image, build, sha256
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import CONNECT_TIMEOUT

SIMPLE_UPDATE = "*/Actions/UpdateService.SimpleUpdate"


def test_wrong_sha256_is_refused_before_any_request(bench_of):
    bench = bench_of(one="generic")
    row = bench.row("one", "bios", sha256="0" * 64)

    result = bench.run("one", row)

    assert result["error_class"] == "ConfigurationError"
    assert "its SHA-256 is" in result["msg"]
    assert bench.rack.journal("one") == []


@pytest.mark.parametrize("platform", ["dell_idrac9", "hpe_ilo6", "supermicro_x13", "generic"])
def test_flash_that_fails_at_60_percent_is_told_in_the_words_of_the_bmc(bench_of, platform):
    bench = bench_of(one=platform)
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


def test_image_for_another_machine_is_refused_by_the_bmc_in_its_own_words(bench_of):
    bench = bench_of(one="generic")
    row = bench.image_row("dell_idrac9", "bios", "1.9.1")

    result = bench.run("one", row)

    assert result["error_class"] == "VerificationError"
    assert "does not fit this server" in result["msg"]
    assert bench.rack.state("one")["firmware"]["bios"] == "1.2.0"


@pytest.mark.parametrize("platform", ["dell_idrac9", "hpe_ilo6", "supermicro_x13", "generic"])
def test_staged_firmware_waits_for_leave_and_is_then_activated_without_another_upload(bench_of, platform):
    bench = bench_of(one=platform)
    row = bench.row("one", "bios")

    staged = bench.run("one", row, apply_time="on_reset", allow_reboot=False)
    waiting = bench.run("one", row, allow_reboot=False)
    active = bench.run("one", row)

    assert not staged.get("failed"), staged["msg"]
    assert staged["firmware"]["changes"][0]["outcome"] == "staged"
    assert not waiting["changed"], waiting
    assert "is staged, waiting for a host reset" in waiting["reason"]
    assert not active.get("failed"), active["msg"]
    assert active["firmware"]["changes"][0]["outcome"] == "applied"
    assert len(bench.sent("one")) == 1


def test_task_that_vanishes_with_its_update_ends_as_unknown_and_is_not_sent_again(bench_of):
    bench = bench_of(one="generic")
    bench.rack.fault("one", "task_vanished", task_kind="firmware")

    result = bench.run("one", bench.row("one", "bmc"), wait_timeout=4)

    assert result["error_class"] == "OutcomeUnknown", result
    assert "last seen: version 2.10.0" in result["msg"]
    assert len(bench.sent("one")) == 1


def test_task_that_is_forgotten_is_no_failure_when_the_version_arrives(bench_of):
    """The restart of this BMC takes its tasks with it, before anybody could see the end of this one."""
    bench = bench_of(one="generic")

    result = bench.run("one", bench.row("one", "bmc"))

    assert not result.get("failed"), result["msg"]
    assert bench.rack.state("one")["tasks"] == {}
    assert result["firmware"]["changes"][0]["outcome"] == "applied"


def test_bmc_that_is_gone_for_four_minutes_is_waited_for(bench_of):
    bench = bench_of(one="dell_idrac9", clock="scaled:60")

    result = bench.run("one", bench.row("one", "bmc"))

    assert not result.get("failed"), result["msg"]
    assert bench.rack.state("one")["firmware"]["bmc"] == "7.10.30.00"


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


@pytest.mark.parametrize(
    ("message_id", "says"),
    [
        ("IDRAC.2.8.RAC0679", "busy with another update or job"),
        ("IDRAC.2.8.RAC0218", "busy (HTTP 503)"),
    ],
)
def test_503_is_told_by_its_message_id(bench_of, message_id, says):
    bench = bench_of(one="dell_idrac9")
    bench.rack.fault(
        "one", "status", path=SIMPLE_UPDATE, method="POST", code=503, message_id=message_id, text="Not now."
    )

    result = bench.run("one", bench.row("one", "bmc"))

    assert result["error_class"] == "ConflictError", result
    assert says in result["msg"]
    assert result["machine"] == bench.rack.server("one").bmc_host


def test_503_of_a_bmc_that_is_starting_is_waited_out(bench_of):
    bench = bench_of(one="dell_idrac9")
    bench.rack.fault(
        "one", "status", path=SIMPLE_UPDATE, method="POST", count=1, code=503, message_id="IDRAC.2.8.SYS518", text="No."
    )

    result = bench.run("one", bench.row("one", "bmc"))

    assert not result.get("failed"), result["msg"]
    assert [entry["status"] for entry in bench.rack.journal("one", writes=True)] == [503, 202]


@pytest.mark.parametrize("platform", ["dell_idrac9", "hpe_ilo6", "supermicro_x13", "generic"])
def test_answer_lost_after_the_bmc_took_the_request_is_looked_up_not_sent_again(bench_of, platform):
    bench = bench_of(one=platform)
    bench.rack.fault("one", "lost_answer", path=SIMPLE_UPDATE, method="POST", count=1)

    result = bench.run("one", bench.row("one", "bmc"))

    assert not result.get("failed"), result["msg"]
    assert result["firmware"]["changes"][0]["outcome"] == "applied"
    assert len(bench.sent("one")) == 1


def test_answer_lost_before_the_bmc_took_the_request_is_unknown_and_sent_only_by_the_next_run(bench_of, monkeypatch):
    monkeypatch.setattr(
        "ansible_collections.hwautomation.baremetal.plugins.module_utils._firmware.start.SHOW_UP_SECONDS", 2.0
    )
    bench = bench_of(one="generic")
    bench.rack.fault("one", "rst", path=SIMPLE_UPDATE, method="POST", count=1)

    unknown = bench.run("one", bench.row("one", "bmc"))

    assert unknown["error_class"] == "OutcomeUnknown", unknown
    assert "nothing was sent again" in unknown["msg"]
    assert [change["outcome"] for change in unknown["audit"]["firmware_changes"]] == ["unknown"]

    again = bench.run("one", bench.row("one", "bmc"))

    assert not again.get("failed"), again["msg"]
    assert bench.rack.state("one")["tasks"] == {} or len(bench.rack.state("one")["tasks"]) == 1


def test_upload_whose_answer_is_lost_is_looked_up_not_pushed_again(bench_of, tmp_path):
    bench = bench_of(one="generic")
    bench.rack.fault("one", "lost_answer", path="*/UpdateService/upload", method="POST", count=1)

    result = bench.run("one", bench.local(bench.row("one", "bmc"), tmp_path))

    assert not result.get("failed"), result["msg"]
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
