# SPDX-License-Identifier: GPL-3.0-or-later
"""Pushing images, what the tasks say, and when a version really changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.http.call import Answer
from ansible_collections.hwautomation.baremetal.extensions.lab.images import Image, ImageError, build, parse
from tests.unit.lab.bench import Bench


def image(bench: Bench, component: str, version: str) -> bytes:
    return build(Image("any", bench.machine.platform, component, version), size=4096)


def upload(bench: Bench, data: bytes, parameters: dict[str, Any] | None = None) -> Answer:
    """POST a multipart body to wherever the update service says."""
    place = bench.get(bench.layout.update)["MultipartHttpPushUri"]
    boundary = "0123456789"
    disposition = "Content-Disposition: form-data;"
    lines = [
        f'--{boundary}\r\n{disposition} name="UpdateParameters"\r\nContent-Type: application/json\r\n\r\n'.encode(),
        json.dumps(parameters or {}).encode(),
        f'\r\n--{boundary}\r\n{disposition} name="UpdateFile"; filename="image.bin"\r\n\r\n'.encode(),
        data,
        f"\r\n--{boundary}--\r\n".encode(),
    ]
    body = b"".join(lines)
    return bench.call("POST", place, body, Content_Type=f"multipart/form-data; boundary={boundary}")


def version(bench: Bench, kind: str) -> str:
    return bench.bmc.firmware.version(kind)


def the_task(bench: Bench) -> dict[str, Any]:
    newest = list(bench.bmc.tasks.tasks)[-1]
    return bench.get(f"{bench.layout.tasks}/{newest}")


def test_an_image_is_the_same_for_the_same_arguments_and_can_be_read_back() -> None:
    wanted = Image("dell", "dell_idrac9", "bios", "1.9.1")
    assert build(wanted, 4096, 1) == build(wanted, 4096, 1) != build(wanted, 4096, 2)
    assert len(build(wanted, 4096)) == 4096
    assert parse(build(wanted, 4096)) == wanted


@pytest.mark.parametrize("data", [b"", b"<html>", b"LABIMG1\n", b"LABIMG1\n{}\n", b"LABIMG1\n[1]\n", b"LABIMG1\n{\n"])
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(ImageError):
        parse(data)


@pytest.mark.parametrize("platform", ["dell_idrac9", "supermicro_x13", "generic"])
def test_bios_is_staged_and_runs_after_a_host_reset(platform: str) -> None:
    bench = Bench(platform)
    before = version(bench, "bios")
    assert upload(bench, image(bench, "bios", "9.9.9")).status in (200, 202)
    bench.clock.advance(600)
    assert version(bench, "bios") == before
    expected = "Pending" if platform.startswith("dell") else "Completed"
    assert the_task(bench)["TaskState"] == expected
    bench.boot()
    assert version(bench, "bios") == "9.9.9"
    assert bench.system["BiosVersion"] == "9.9.9"
    assert the_task(bench)["TaskState"] == "Completed"
    assert bench.bmc.firmware.states["bios"].previous == before


def test_bmc_firmware_takes_the_bmc_away_and_its_sessions_with_it() -> None:
    bench = Bench("generic")
    login = bench.call("POST", bench.layout.sessions, {"UserName": "admin", "Password": "password"}, login=None)
    token = login.headers["X-Auth-Token"]
    upload(bench, image(bench, "bmc", "3.0.0"))
    while bench.bmc.up:
        bench.clock.advance(5)
    assert version(bench, "bmc") == "2.10.0"
    bench.clock.advance(125)
    assert bench.bmc.up
    assert bench.call("GET", bench.layout.host).status == 503
    bench.clock.advance(20)
    assert bench.call("GET", "/redfish/v1").status == 200
    assert bench.call("GET", bench.layout.host).status == 503
    bench.clock.advance(60)
    assert version(bench, "bmc") == "3.0.0"
    assert bench.get(bench.layout.manager)["FirmwareVersion"] == "3.0.0"
    assert bench.call("GET", bench.layout.host, login=None, X_Auth_Token=token).status == 401
    assert bench.get(bench.layout.tasks)["Members"] == [], "tasks live in the BMC's memory"


def test_progress_goes_up_and_ends_at_hundred() -> None:
    bench = Bench("generic")
    upload(bench, image(bench, "nic", "23.0.0"))
    seen = []
    for _unused in range(40):
        seen.append(the_task(bench)["PercentComplete"])
        bench.clock.advance(5)
    assert seen == sorted(seen)
    assert seen[-1] == 100
    assert len(set(seen)) > 5


REFUSED = [
    (b"<html>not an image</html>", "does not start like a firmware image"),
    (build(Image("hpe", "hpe_ilo6", "bios", "1"), 4096), "is for hpe_ilo6 and does not fit"),
    (build(Image("x", "generic", "cpld", "1"), 4096), "has no component cpld"),
]


@pytest.mark.parametrize(("data", "text"), REFUSED)
def test_a_wrong_image_fails_the_task_and_changes_nothing(data: bytes, text: str) -> None:
    bench = Bench("generic")
    before = {kind: one.active for kind, one in bench.bmc.firmware.states.items()}
    upload(bench, data)
    bench.clock.advance(600)
    bench.boot()
    task = the_task(bench)
    assert (task["TaskState"], task["TaskStatus"]) == ("Exception", "Critical")
    assert text in task["Messages"][0]["Message"]
    assert {kind: one.active for kind, one in bench.bmc.firmware.states.items()} == before


def test_a_flash_that_fails_leaves_the_old_version() -> None:
    bench = Bench("generic")
    bench.faults.add("r01", "flash_fails", percent=60, component="bios")
    upload(bench, image(bench, "bios", "9.9.9"))
    bench.clock.advance(600)
    task = the_task(bench)
    assert (task["TaskState"], task["PercentComplete"]) == ("Exception", 50)
    bench.boot()
    assert version(bench, "bios") == "1.2.0"


@pytest.mark.parametrize("platform", ["generic", "dell_idrac9"])
def test_firmware_that_is_lost_at_the_reset_leaves_the_old_version_and_a_task_that_tells_of_success(
    platform: str,
) -> None:
    bench = Bench(platform)
    before = version(bench, "bios")
    bench.faults.add("r01", "flash_lost", component="bios", count=1)
    upload(bench, image(bench, "bios", "9.9.9"))
    bench.clock.advance(600)
    bench.boot()
    assert version(bench, "bios") == before
    assert the_task(bench)["TaskState"] == "Completed"
    bench.boot()
    assert version(bench, "bios") == before, "it is gone, and no later reset brings it"
    upload(bench, image(bench, "bios", "9.9.9"))
    bench.clock.advance(600)
    bench.boot()
    assert version(bench, "bios") == "9.9.9"


def test_a_stuck_task_stays_where_it_is() -> None:
    bench = Bench("generic")
    bench.faults.add("r01", "job_stuck", task_kind="firmware")
    upload(bench, image(bench, "bios", "9.9.9"))
    bench.clock.advance(6000)
    assert the_task(bench)["TaskState"] == "Starting"


def test_a_vanished_task_goes_on_unseen() -> None:
    bench = Bench("generic")
    bench.faults.add("r01", "task_vanished")
    upload(bench, image(bench, "bios", "9.9.9"))
    bench.clock.advance(600)
    assert bench.get(bench.layout.tasks)["Members"] == []


class TestDell:
    def test_the_same_version_is_refused_with_sup029(self) -> None:
        bench = Bench("dell_idrac9")
        upload(bench, image(bench, "bios", version(bench, "bios")))
        bench.clock.advance(600)
        assert the_task(bench)["Messages"][0]["MessageId"] == "IDRAC.2.8.SUP029"

    def test_rows_of_one_component_carry_the_version_in_their_id(self) -> None:
        bench = Bench("dell_idrac9")
        upload(bench, image(bench, "bios", "1.9.1"))
        bench.clock.advance(600)
        bench.boot()
        rows = [one["@odata.id"].rpartition("/")[2] for one in bench.get(bench.layout.inventory)["Members"]]
        assert {"Installed-159-1.9.1__BIOS.Setup.1-1", "Current-159-1.9.1__BIOS.Setup.1-1"} <= set(rows)
        assert "Previous-159-1.8.2__BIOS.Setup.1-1" in rows
        row = bench.get(f"{bench.layout.inventory}/Previous-159-1.8.2__BIOS.Setup.1-1")
        assert (row["Name"], row["Version"], row["SoftwareId"]) == ("BIOS", "1.8.2", "159")

    def test_a_push_only_stores_and_simple_update_names_it(self) -> None:
        bench = Bench("dell_idrac9")
        place = bench.get(bench.layout.update)["HttpPushUri"]
        answer = bench.call("POST", place, image(bench, "bios", "1.9.1"), Content_Type="application/octet-stream")
        assert answer.status == 201
        body = {"ImageURI": answer.headers["Location"]}
        target = bench.get(bench.layout.update)["Actions"]["#UpdateService.SimpleUpdate"]["target"]
        assert bench.call("POST", target, body).status == 202
        bench.clock.advance(600)
        bench.boot()
        assert version(bench, "bios") == "1.9.1"

    def test_a_previous_version_can_be_rolled_back_to(self) -> None:
        bench = Bench("dell_idrac9")
        row = f"{bench.layout.inventory}/Previous-159-1.6.6__BIOS.Setup.1-1"
        target = bench.get(bench.layout.update)["Actions"]["#UpdateService.SimpleUpdate"]["target"]
        assert bench.call("POST", target, {"ImageURI": row}).status == 202
        bench.clock.advance(600)
        bench.boot()
        assert version(bench, "bios") == "1.6.6"

    def test_jobs_survive_the_restart_of_the_idrac(self) -> None:
        bench = Bench("dell_idrac9")
        upload(bench, image(bench, "bmc", "7.10.30.00"))
        bench.clock.advance(3600)
        assert bench.get(bench.layout.manager)["FirmwareVersion"] == "7.10.30.00"
        assert the_task(bench)["TaskState"] == "Completed"


class TestHpe:
    def form(self, bench: Bench, data: bytes, key: str, cookie: str) -> Answer:
        boundary = "xyz"
        fields = {"sessionKey": key, "parameters": json.dumps({"UpdateTarget": True})}
        body = b"".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        )
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'.encode()
        body += data + f"\r\n--{boundary}--\r\n".encode()
        place = bench.get(bench.layout.update)["HttpPushUri"]
        kind = f"multipart/form-data; boundary={boundary}"
        return bench.call("POST", place, body, X_Auth_Token=key, Cookie=f"sessionKey={cookie}", Content_Type=kind)

    def test_the_form_wants_the_session_in_cookie_and_field(self) -> None:
        bench = Bench("hpe_ilo6")
        body = {"UserName": "Administrator", "Password": "password"}
        token = bench.call("POST", bench.layout.sessions, body, login=None).headers["X-Auth-Token"]
        data = image(bench, "bios", "2.50")
        assert self.form(bench, data, token, "other").status == 401
        assert self.form(bench, data, token, token).status == 200
        states = set()
        for _unused in range(40):
            states.add(bench.get(bench.layout.update)["Oem"]["Hpe"]["State"])
            bench.clock.advance(1)
        assert {"Downloading", "Verifying", "Updating", "Complete"} <= states
        assert version(bench, "bios") == "2.44"
        bench.boot()
        rows = {row["Name"]: row["Version"] for row in self.rows(bench)}
        assert rows["System ROM"] == "U58 v2.50 (01/17/2025)"
        assert rows["Redundant System ROM"] == "U58 v2.44 (01/17/2025)"
        assert rows["iLO 6"] == "1.66 Dec 13 2024"

    def rows(self, bench: Bench) -> list[dict[str, Any]]:
        return [bench.get(one["@odata.id"]) for one in bench.get(bench.layout.inventory)["Members"]]


class TestSupermicro:
    def test_an_upload_is_verified_and_then_started(self) -> None:
        bench = Bench("supermicro_x13")
        answer = upload(bench, image(bench, "bios", "2.1"), {"@Redfish.OperationApplyTime": "OnStartUpdateRequest"})
        assert answer.doc is not None
        info = answer.doc["Accepted"]["@Message.ExtendedInfo"][0]
        task = info["MessageArgs"][0]
        assert bench.get(task)["Name"] == "BIOS Verify"
        assert "Location" not in answer.headers
        bench.clock.advance(60)
        assert bench.get(task)["TaskState"] == "Completed"
        target = bench.get(bench.layout.update)["Actions"]["#UpdateService.StartUpdate"]["target"]
        answer = bench.call("POST", target, {})
        assert answer.doc is not None
        task = answer.doc["Accepted"]["@Message.ExtendedInfo"][0]["MessageArgs"][0]
        assert bench.get(task)["Name"] == "BIOS Update"
        bench.clock.advance(600)
        rows = f"{bench.layout.inventory}/"
        assert bench.get(rows + "Staging_BIOS")["Version"] == "BIOS Date: 08/04/2023 Ver 2.1"
        bench.boot()
        assert bench.get(rows + "BIOS")["Version"] == "BIOS Date: 08/04/2023 Ver 2.1"
        assert bench.get(rows + "Staging_BIOS")["Version"] == "N/A"
        assert bench.get(rows + "Golden_BIOS")["Version"] == "BIOS Date: 08/04/2023 Ver 1.3"

    def test_start_update_without_an_upload_is_refused(self) -> None:
        bench = Bench("supermicro_x13")
        target = bench.get(bench.layout.update)["Actions"]["#UpdateService.StartUpdate"]["target"]
        assert bench.call("POST", target, {}).status == 400

    def test_a_second_update_is_refused_while_one_runs(self) -> None:
        bench = Bench("supermicro_x13")
        upload(bench, image(bench, "bios", "2.1"))
        answer = upload(bench, image(bench, "bios", "2.1"))
        assert answer.status == 400
        assert "OemFirmwareAlreadyInUpdateMode" in json.dumps(answer.doc)


def test_parameters_must_come_before_the_file() -> None:
    bench = Bench("generic")
    body = b'--b\r\nContent-Disposition: form-data; name="UpdateFile"; filename="x"\r\n\r\nxxx\r\n--b--\r\n'
    place = bench.get(bench.layout.update)["MultipartHttpPushUri"]
    assert bench.call("POST", place, body, Content_Type="multipart/form-data; boundary=b").status == 400
