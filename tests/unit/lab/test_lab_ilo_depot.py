# SPDX-License-Identifier: GPL-3.0-or-later
"""The firmware store of iLO and its update queue: what goes in, what it does, and what is in its way."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.http.call import Answer
from ansible_collections.hwautomation.baremetal.extensions.lab.images import Image, build, package
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.unit.lab.bench import Bench, message_ids, odd, with_habits
from tests.unit.lab.test_lab_firmware_flows import image, version

ILOS = ["hpe_ilo5", "hpe_ilo6", "hpe_ilo7"]
STORE = "/redfish/v1/UpdateService/ComponentRepository"
QUEUE = "/redfish/v1/UpdateService/UpdateTaskQueue"
ONLY_STORE = {"UpdateRepository": True, "UpdateTarget": False}


def form(bench: Bench, data: bytes, filename: str = "rom.bin", signature: bool = False, **parameters: Any) -> Answer:
    """POST the form of iLO with a session of its own."""
    login = {"UserName": bench.login[0], "Password": bench.login[1]}
    opened = bench.call("POST", bench.layout.sessions, login, login=None)
    key = opened.headers["X-Auth-Token"]
    fields = {"sessionKey": key.encode(), "parameters": json.dumps(parameters).encode()}
    lines = [
        f'--xyz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in fields.items()
    ]
    for name in ["compsig"] * signature + ["file"]:
        head = f'--xyz\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'
        lines.append(head.encode() + data + b"\r\n")
    body = b"".join(lines) + b"--xyz--\r\n"
    place, kind = bench.get(bench.layout.update)["HttpPushUri"], "multipart/form-data; boundary=xyz"
    answer = bench.call("POST", place, body, X_Auth_Token=key, Cookie=f"sessionKey={key}", Content_Type=kind)
    bench.call("DELETE", opened.headers["Location"])
    return answer


def stored(bench: Bench, component: str = "bios", new: str = "9.98", filename: str = "rom.bin", **how: Any) -> None:
    """Put an image into the store."""
    data = image(bench, component, new)
    assert form(bench, package(data, **how) if how else data, filename, **ONLY_STORE).status == 200
    bench.clock.advance(10)


def task(bench: Bench, **fields: Any) -> Answer:
    body = {"Name": "t", "Command": "ApplyUpdate", "UpdatableBy": ["Bmc"], "Filename": "rom.bin"} | fields
    return bench.call("POST", QUEUE, {key: value for key, value in body.items() if value is not None})


def members(bench: Bench, path: str) -> list[dict[str, Any]]:
    """Return the members as HPE's tools read them."""
    found: list[dict[str, Any]] = bench.get(f"{path}/?$expand=.")["Members"]
    return found


def states(bench: Bench) -> list[str]:
    return [one["State"] for one in members(bench, QUEUE)]


def service(bench: Bench) -> dict[str, Any]:
    told: dict[str, Any] = bench.get(bench.layout.update)["Oem"]["Hpe"]
    return told


class TestService:
    @pytest.mark.parametrize("platform", ILOS)
    def test_it_has_what_recordings_have_and_offers_only_what_works(self, platform: str) -> None:
        bench = Bench(platform)
        told = service(bench)
        assert (told["Capabilities"]["UpdateFWPKG"], told["DowngradePolicy"]) == (True, "AllowDowngrade")
        for name in ("ComponentRepository", "UpdateTaskQueue", "InstallSets", "MaintenanceWindows"):
            assert bench.get(told[name]["@odata.id"])["Members"] == []
        for name, action in told["Actions"].items():
            assert bench.call("POST", action["target"], {}).status == (400 if name.endswith("AddFromUri") else 200)

    def test_firmware_of_others_is_a_switch_and_its_tag_does_not_move_with_the_clock(self) -> None:
        bench = Bench("hpe_ilo6")
        tag = bench.call("GET", bench.layout.update).headers["ETag"]
        body = {"Oem": {"Hpe": {"Accept3rdPartyFirmware": True}}}
        assert bench.call("PATCH", bench.layout.update, body, If_Match=tag).status == 200
        assert service(bench)["Accept3rdPartyFirmware"] is True

    def test_end_of_a_flash_can_be_seen_before_the_bmc_restarts(self) -> None:
        habits = replace(PLATFORMS["hpe_ilo6"].updates.habits, farewell=10.0)
        bench = with_habits("hpe_ilo6", updates={"habits": habits})
        form(bench, image(bench, "bmc", "9.99"), UpdateTarget=True)
        bench.clock.advance(30)
        assert bench.bmc.up and service(bench)["State"] == "Complete"
        second = form(bench, image(bench, "bios", "9.98"), UpdateTarget=True)
        assert (second.status, message_ids(second.doc)) == (400, ["FirmwareFlashAlreadyInProgress"])
        bench.clock.advance(10)
        assert not bench.bmc.up

    @pytest.mark.parametrize(
        ("data", "state", "message"),
        [("bios", "Complete", "Success"), ("html", "Error", "UpdateInvalidFile"), ("fault", "Error", "UpdateFailed")],
    )
    def test_result_of_an_update_stays(self, data: str, state: str, message: str) -> None:
        bench = Bench("hpe_ilo6")
        if data == "fault":
            bench.faults.add("r01", "flash_fails")
        assert "Result" not in service(bench)
        form(bench, b"<html>" if data == "html" else image(bench, "bios", "9.98"), UpdateTarget=True)
        bench.clock.advance(60)
        told = service(bench)
        assert (told["State"], told["Result"]["MessageId"].rpartition(".")[2]) == (state, message)


class TestStore:
    @pytest.mark.parametrize("platform", ILOS)
    def test_what_is_only_stored_is_not_flashed(self, platform: str) -> None:
        bench = Bench(platform)
        room = bench.get(STORE)["Oem"]["Hpe"]
        stored(bench)
        bench.boot()
        assert version(bench, "bios") != "9.98" and service(bench)["State"] == "Complete"
        (one,) = members(bench, STORE)
        assert (one["Filename"], one["Filepath"], one["SizeBytes"]) == ("rom.bin", "rom.bin", 4096)
        assert (one["Locked"], one["UpdatableBy"], one["Activates"]) == (False, ["Bmc"], "AfterReboot")
        assert one["Version"].startswith("v9.98 (") and one["Name"].startswith("System BIOS - U")
        assert one["Targets"] == bench.get(f"{bench.layout.inventory}/2")["Oem"]["Hpe"]["Targets"]
        told = bench.get(STORE)["Oem"]["Hpe"]
        assert (told["ComponentCount"], told["FreeSizeBytes"]) == (1, room["FreeSizeBytes"] - 4096)

    def test_file_of_the_same_name_takes_the_place_of_the_old_one(self) -> None:
        bench = Bench("hpe_ilo6")
        stored(bench)
        stored(bench, new="9.99")
        (one,) = members(bench, STORE)
        assert one["Version"].startswith("v9.99")

    def test_one_may_be_stored_and_flashed(self) -> None:
        bench = Bench("hpe_ilo6")
        form(bench, image(bench, "bmc", "9.99"), "ilo6.bin", UpdateRepository=True, UpdateTarget=True)
        bench.clock.advance(900)
        (one,) = members(bench, STORE)
        assert (one["Name"], one["Version"], version(bench, "bmc")) == ("iLO 6", "9.99", "9.99")

    def test_what_is_no_image_is_not_stored(self) -> None:
        bench = Bench("hpe_ilo6")
        assert form(bench, b"<html>", **ONLY_STORE).status == 200
        bench.clock.advance(10)
        assert (members(bench, STORE), service(bench)["State"]) == ([], "Error")

    @pytest.mark.parametrize(
        ("parameters", "message"),
        [
            ({"UpdateRepository": False, "UpdateTarget": False}, "PropertyValueConflict"),
            ({**ONLY_STORE, "Section": 1}, "ComponentUploadFailed"),
            ({**ONLY_STORE, "signature": True}, "ComponentUploadFailed"),
        ],
    )
    def test_what_it_cannot_do_is_refused(self, parameters: dict[str, Any], message: str) -> None:
        bench = Bench("hpe_ilo6")
        answer = form(bench, image(bench, "bios", "9.98"), **parameters)
        assert (answer.status, message_ids(answer.doc)) == (400, [message])

    def test_full_store_takes_nothing_more(self) -> None:
        bench = with_habits("hpe_ilo6", updates={"free_bytes": 5000})
        stored(bench)
        answer = form(bench, image(bench, "bmc", "9.99"), "ilo6.bin", **ONLY_STORE)
        assert (answer.status, message_ids(answer.doc)) == (400, ["ComponentUploadFailed"])
        stored(bench, new="9.99")

    def test_files_are_deleted_unless_a_task_names_them(self) -> None:
        bench = Bench("hpe_ilo6")
        stored(bench)
        stored(bench, filename="other.bin")
        assert task(bench, UpdatableBy=["Uefi"]).status == 201
        locked, free = members(bench, STORE)
        assert (locked["Locked"], free["Locked"]) == (True, False)
        answer = bench.call("DELETE", locked["@odata.id"])
        assert (answer.status, message_ids(answer.doc)) == (400, ["ResourceInUse"])
        assert form(bench, image(bench, "bios", "9.99"), **ONLY_STORE).status == 400
        bench.call("POST", service(bench)["Actions"]["#HpeiLOUpdateServiceExt.DeleteUnlockedComponents"]["target"])
        assert [one["Filename"] for one in members(bench, STORE)] == ["rom.bin"]
        assert bench.call("DELETE", members(bench, QUEUE)[0]["@odata.id"]).status == 200
        assert bench.call("DELETE", locked["@odata.id"]).status == 200
        assert bench.call("DELETE", locked["@odata.id"]).status == 404

    def test_tpm_wants_its_flag(self) -> None:
        """Q-H11."""
        bench = odd("hpe_ilo6", tpm_override=True)
        data = image(bench, "bios", "9.98")
        answer = form(bench, data, UpdateTarget=True)
        assert (answer.status, message_ids(answer.doc)) == (400, ["FWFlashTPMOverrideFlagRequired"])
        assert form(bench, data, UpdateTarget=True, TPMOverride=True).status == 200


class TestQueue:
    """Q-H13."""

    def test_items_of_the_bmc_run_one_after_another_and_stay(self) -> None:
        bench = Bench("hpe_ilo6")
        stored(bench)
        stored(bench, "cpld", "0x13", "cpld.bin")
        assert task(bench).status == task(bench, Filename="cpld.bin").status == 201
        seen = []
        for _unused in range(90):
            bench.clock.advance(1)
            seen.append(tuple(states(bench)))
        assert list(dict.fromkeys(seen)) == [
            ("InProgress", "Pending"),
            ("Complete", "Pending"),
            ("Complete", "InProgress"),
            ("Complete", "Complete"),
        ]
        bench.boot()
        assert (version(bench, "bios"), version(bench, "cpld")) == ("9.98", "0x13")

    def test_item_behind_one_that_restarts_the_bmc_waits_for_it(self) -> None:
        bench = Bench("hpe_ilo6")
        stored(bench, "bmc", "9.99", "ilo6.bin")
        stored(bench)
        task(bench, Filename="ilo6.bin")
        task(bench)
        bench.clock.advance(60)
        assert not bench.bmc.up
        bench.clock.advance(600)
        assert states(bench) == ["Complete", "Complete"] and version(bench, "bmc") == "9.99"
        bench.boot()
        assert version(bench, "bios") == "9.98"

    def test_item_of_the_host_runs_in_its_next_post(self) -> None:
        bench = Bench("hpe_ilo6")
        stored(bench, filename="rom.zip", updatable_by=["Uefi"])
        assert members(bench, STORE)[0]["UpdatableBy"] == ["Uefi"]
        task(bench, UpdatableBy=["Uefi"], Filename="rom.zip")
        task(bench, Command="Wait", WaitTimeSeconds=30, Filename=None)
        bench.clock.advance(600)
        assert states(bench) == ["Pending", "Pending"]
        bench.boot()
        assert (states(bench), version(bench, "bios")) == (["Complete", "Complete"], "9.98")

    def test_item_that_failed_holds_up_those_behind_it_until_it_is_deleted(self) -> None:
        bench = Bench("hpe_ilo6")
        bench.faults.add("r01", "flash_fails", component="bios", count=1)
        stored(bench)
        stored(bench, "cpld", "0x13", "cpld.bin")
        task(bench)
        task(bench, Filename="cpld.bin")
        bench.clock.advance(300)
        first, second = members(bench, QUEUE)
        assert (first["State"], second["State"]) == ("Exception", "Pending")
        assert first["Result"]["MessageId"].endswith(".UpdateFailed")
        bench.call("DELETE", first["@odata.id"])
        bench.clock.advance(300)
        assert states(bench) == ["Complete"]
        bench.call("POST", service(bench)["Actions"]["#HpeiLOUpdateServiceExt.DeleteUpdateTaskQueueItems"]["target"])
        assert members(bench, QUEUE) == []

    def test_flash_that_fails_in_post_is_an_exception(self) -> None:
        bench = Bench("hpe_ilo6")
        bench.faults.add("r01", "flash_fails", component="bios", count=1)
        stored(bench)
        task(bench, UpdatableBy=["Uefi"])
        bench.boot()
        assert (states(bench), version(bench, "bios")) == (["Exception"], "2.44")

    def test_restart_of_the_bmc_interrupts_what_it_flashes(self) -> None:
        bench = Bench("hpe_ilo6")
        stored(bench)
        task(bench)
        bench.clock.advance(5)
        item = members(bench, QUEUE)[0]
        answer = bench.call("DELETE", item["@odata.id"])
        assert (item["State"], answer.status) == ("InProgress", 400)
        bench.bmc.restart(60.0)
        bench.clock.advance(120)
        (after,) = members(bench, QUEUE)
        assert (after["State"], after["Result"]["MessageId"]) == ("Exception", "iLO.2.24.UpdateInterrupted")

    def test_wait_and_reset_of_the_bmc(self) -> None:
        bench = Bench("hpe_ilo6")
        task(bench, Command="Wait", WaitTimeSeconds=30, Filename=None)
        task(bench, Command="ResetBmc", Filename=None)
        bench.clock.advance(20)
        assert states(bench) == ["InProgress", "Pending"]
        bench.clock.advance(20)
        assert not bench.bmc.up
        bench.clock.advance(300)
        assert states(bench) == ["Complete", "Complete"]

    def test_item_for_an_agent_waits_for_one(self) -> None:
        bench = Bench("hpe_ilo6")
        stored(bench)
        task(bench, UpdatableBy=["RuntimeAgent"])
        bench.boot()
        assert states(bench) == ["Pending"]

    def test_tpm_wants_its_flag_here_too(self) -> None:
        bench = odd("hpe_ilo6", tpm_override=True)
        form(bench, image(bench, "bios", "9.98"), TPMOverride=True, **ONLY_STORE)
        bench.clock.advance(10)
        task(bench)
        bench.clock.advance(10)
        (item,) = members(bench, QUEUE)
        assert (item["State"], item["Result"]["MessageId"]) == ("Exception", "iLO.2.24.FWFlashTPMOverrideFlagRequired")

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"Command": "ResetServer", "UpdatableBy": ["RuntimeAgent"]}, "PropertyValueNotInList"),
            ({"Filename": "gone.bin"}, "PropertyValueNotInList"),
            ({"Filename": None}, "PropertyMissing"),
            ({"Name": None}, "PropertyMissing"),
            ({"UpdatableBy": "Bmc"}, "PropertyValueTypeError"),
            ({"UpdatableBy": []}, "PropertyValueNotInList"),
            ({"UpdatableBy": ["Host"]}, "PropertyValueNotInList"),
            ({"Command": "Wait"}, "PropertyValueTypeError"),
            ({"Color": "red"}, "PropertyUnknown"),
        ],
    )
    def test_item_that_is_none_is_refused(self, fields: dict[str, Any], message: str) -> None:
        bench = Bench("hpe_ilo6")
        stored(bench)
        answer = task(bench, **fields)
        assert (answer.status, message_ids(answer.doc)) == (400, [message])
        assert members(bench, QUEUE) == []


def test_image_for_another_machine_is_not_stored() -> None:
    bench = Bench("hpe_ilo6")
    form(bench, build(Image("hpe", "hpe_ilo5", "bios", "1.80"), 4096), **ONLY_STORE)
    bench.clock.advance(10)
    assert members(bench, STORE) == []
