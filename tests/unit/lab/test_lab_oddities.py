# SPDX-License-Identifier: GPL-3.0-or-later
"""What single machines do besides the habits of their platform; a client sees each of them only where it is switched on."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.firmware import UpdateRefused
from ansible_collections.hwautomation.baremetal.extensions.lab.images import Image, build
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from ansible_collections.hwautomation.baremetal.extensions.lab.special import with_leave
from tests.unit.lab.bench import Bench, log_in, message_ids, odd


def test_no_platform_is_odd_by_itself() -> None:
    from ansible_collections.hwautomation.baremetal.extensions.lab.oddities import Oddities

    assert {one.oddities for one in PLATFORMS.values()} == {Oddities()}


class TestProtocol:
    @pytest.mark.parametrize(
        ("slash", "statuses"), [("required", (404, 200)), ("refused", (200, 404)), ("", (200, 200))]
    )
    def test_trailing_slash(self, slash: str, statuses: tuple[int, int]) -> None:
        bench = odd(slash=slash)
        answers = [bench.call("GET", path).status for path in ("/redfish/v1/Systems", "/redfish/v1/Systems/")]
        assert tuple(answers) == statuses
        assert bench.call("GET", "/redfish/v1").status == 200

    def test_pages_together_are_the_collection(self) -> None:
        whole = Bench("generic").get("/redfish/v1/Registries")["Members"]
        bench, found, path, pages = odd(page_size=1), [], "/redfish/v1/Registries", 0
        while path:
            page = bench.get(path)
            found += page["Members"]
            path, pages = page.get("Members@odata.nextLink", ""), pages + 1
        assert (found, pages) == (whole, len(whole))

    def test_empty_collection_without_members(self) -> None:
        assert odd(null_members=True).get("/redfish/v1/TaskService/Tasks")["Members"] is None
        assert odd(null_members=True).get("/redfish/v1/Systems")["Members"]

    def test_expand_loses_properties(self) -> None:
        bench = odd(platform="dell_idrac9", expand_drops=("PowerState",))
        assert "PowerState" not in bench.get("/redfish/v1/Systems?$expand=.")["Members"][0]
        assert bench.system["PowerState"] == "Off"

    @pytest.mark.parametrize(
        ("form", "taken"),
        [("exact", 'W/"{}"'), ("strong", '"{}"'), ("bare", "{}"), ("star", "*")],
    )
    def test_only_one_form_of_the_etag_is_taken(self, form: str, taken: str) -> None:
        for text in ('W/"{}"', '"{}"', "{}", "*"):
            bench = odd("ami_megarac", if_match=form)
            plain = bench.system["@odata.etag"].removeprefix("W/").strip('"')
            answer = bench.call("PATCH", bench.layout.host, {"AssetTag": "x"}, If_Match=text.format(plain))
            assert (answer.status < 300) is (text == taken), text

    @pytest.mark.parametrize(
        ("form", "location"),
        [("", "/redfish/v1/"), ("absolute", "https://bmc/redfish"), ("http", "http://bmc/redfish"), ("body", "")],
    )
    def test_place_of_a_session(self, form: str, location: str) -> None:
        bench = odd(session_location=form)
        body = {"UserName": bench.login[0], "Password": "password"}
        answer = bench.call("POST", bench.layout.sessions, body, login=None, Host="bmc")
        assert answer.headers.get("Location", "").startswith(location)
        assert ("Location" in answer.headers) is (form != "body")
        assert answer.doc is not None and answer.doc["@odata.id"].startswith("/redfish/v1/")

    def test_login_with_credentials_in_the_header_as_well(self) -> None:
        bench = odd(login_refuses_basic=True)
        body = {"UserName": bench.login[0], "Password": "password"}
        assert bench.call("POST", bench.layout.sessions, body).status == 401
        assert log_in(bench).status == 201


class TestPowerAndBoot:
    @pytest.mark.parametrize(("word", "shown"), [("reset", "reset"), ("null", None)])
    def test_power_state_on_the_way(self, word: str, shown: str | None) -> None:
        bench = odd("hpe_ilo6", transition=word)
        bench.reset("On")
        assert bench.system["PowerState"] == shown
        bench.clock.advance(3600)
        assert bench.system["PowerState"] == "On"

    def test_a_uefi_target_goes_alone(self) -> None:
        boot = {"BootSourceOverrideTarget": "UefiTarget", "BootSourceOverrideEnabled": "Once"}
        assert odd(target_alone=True).call("PATCH", "/redfish/v1/Systems/system", {"Boot": boot}).status == 400
        del boot["BootSourceOverrideEnabled"]
        assert odd(target_alone=True).call("PATCH", "/redfish/v1/Systems/system", {"Boot": boot}).status == 200

    def test_what_is_so_already_is_refused(self) -> None:
        bench = odd(refuses_same=True)
        same = {"BootSourceOverrideMode": "UEFI", "BootSourceOverrideTarget": "Pxe"}
        assert bench.call("PATCH", bench.layout.host, {"Boot": same}).status == 400
        del same["BootSourceOverrideMode"]
        assert bench.call("PATCH", bench.layout.host, {"Boot": same}).status == 200


class TestBios:
    def test_new_value_is_shown_before_the_job_ran(self) -> None:
        bench = odd("dell_idrac9", bios_shown_early=True)
        bench.set_bios({"NumLock": "Off"}, "OnReset")
        assert bench.bios()["NumLock"] == "Off"
        assert bench.bmc.bios is not None and bench.bmc.bios.current["NumLock"] == "On"

    def test_part_of_a_patch_is_taken_and_the_rest_is_named(self) -> None:
        bench = odd(bios_partial=True)
        answer = bench.set_bios({"QuietBoot": "Disabled", "SystemModel": "x"})
        assert answer.status == 200 and answer.doc is not None
        ids = [one["MessageId"].rpartition(".")[2] for one in answer.doc["@Message.ExtendedInfo"]]
        assert ids == ["Success", "PropertyNotWritable"]
        assert bench.bmc.bios is not None and bench.bmc.bios.pending == {"QuietBoot": "Disabled"}

    def test_patch_is_answered_with_a_page(self) -> None:
        bench = odd(bios_html=True)
        answer = bench.set_bios({"QuietBoot": "Disabled"})
        assert (answer.status, answer.kind) == (200, "text/html")
        assert bench.bmc.bios is not None and bench.bmc.bios.pending == {"QuietBoot": "Disabled"}

    def test_attributes_are_objects(self) -> None:
        shown = odd(bios_objects=True).bios()["QuietBoot"]
        assert shown == {
            "current_value": "Enabled",
            "default_value": "Enabled",
            "AllowableValues": ["Enabled", "Disabled"],
        }

    def test_host_is_off_after_settings_were_applied_and_only_then(self) -> None:
        bench = odd(bios_ends_off=True)
        bench.boot()
        assert bench.machine.power_state == "On"
        bench.set_bios({"QuietBoot": "Disabled"})
        bench.boot()
        assert bench.machine.power_state == "Off"
        assert bench.bios()["QuietBoot"] == "Disabled"

    @pytest.mark.parametrize(("form", "statuses"), [("none", (400, 200)), ("any", (200, 415)), ("", (200, 200))])
    def test_body_of_a_reset_to_defaults(self, form: str, statuses: tuple[int, int]) -> None:
        answers = []
        for body in (None, {}):
            bench = odd("dell_idrac9", reset_bios_body=form)
            target = bench.get(bench.layout.bios)["Actions"]["#Bios.ResetBios"]["target"]
            answers.append(bench.call("POST", target, body).status)
        assert tuple(answers) == statuses

    @pytest.mark.parametrize("form", ["absolute", "extref", "gzip"])
    def test_the_way_to_the_registry(self, form: str) -> None:
        bench = odd("hpe_ilo6", registry_location=form)
        path = bench.layout.bios_registry
        listed = [bench.get(one["@odata.id"]) for one in bench.get("/redfish/v1/Registries")["Members"]]
        uri = next(one["Location"][0]["Uri"] for one in listed if "Attribute" in one["Id"])
        assert uri == {"absolute": f"https://127.0.0.2{path}", "extref": {"extref": path}}.get(form, path)
        raw = bench.call("GET", path).body()
        assert json.loads(gzip.decompress(raw) if form == "gzip" else raw)["RegistryEntries"]["Attributes"]


class TestJobs:
    def test_not_ready_for_a_while_after_a_start(self) -> None:
        bench = odd("dell_idrac9", not_ready=20.0)
        bench.clock.advance(60)
        bench.reset("On")
        bench.clock.advance(3)
        answer = bench.set_bios({"NumLock": "Off"}, "OnReset")
        assert (answer.status, message_ids(answer.doc)) == (503, ["SYS518"])
        bench.clock.advance(30)
        assert bench.set_bios({"NumLock": "Off"}, "OnReset").status == 202

    def test_new_job_is_not_there_at_once(self) -> None:
        bench = odd("dell_idrac9", task_appears=10.0)
        place = bench.set_bios({"NumLock": "Off"}, "OnReset").headers["Location"]
        assert bench.call("GET", place).status == 404
        assert bench.get("/redfish/v1/TaskService/Tasks")["Members"] == []
        bench.clock.advance(11)
        assert bench.get(place)["TaskState"] == "Pending"

    def test_ended_task_goes_and_its_job_stays(self) -> None:
        bench = odd("dell_idrac9", task_purged=60.0)
        place = bench.set_bios({"NumLock": "Off"}, "OnReset").headers["Location"]
        bench.clock.advance(10)
        bench.boot()
        job = f"/redfish/v1/Managers/iDRAC.Embedded.1/Oem/Dell/Jobs/{place.rpartition('/')[2]}"
        assert (bench.call("GET", place).status, bench.get(job)["JobState"]) == (404, "Completed")

    def test_monitor_of_an_ended_task_goes_on(self) -> None:
        bench = odd("dell_idrac9", monitor_never_ends=True)
        task = bench.bmc.tasks.create("x", "firmware")
        bench.bmc.tasks.finish(task, "done")
        assert bench.call("GET", f"/redfish/v1/TaskService/TaskMonitors/{task.id}").status == 202
        assert bench.get(f"/redfish/v1/TaskService/Tasks/{task.id}")["TaskState"] == "Completed"

    @pytest.mark.parametrize(
        ("state", "task_state", "value"), [("Failed", "Exception", "On"), ("CompletedWithErrors", "Completed", "Off")]
    )
    def test_job_of_settings_ends_badly(self, state: str, task_state: str, value: str) -> None:
        bench = Bench("dell_idrac9")
        bench.faults.add("r01", "job_fails", job_state=state, count=1)
        place = bench.set_bios({"NumLock": "Off"}, "OnReset").headers["Location"]
        bench.clock.advance(10)
        bench.boot()
        task = bench.get(place)
        assert (task["TaskState"], task["TaskStatus"]) == (task_state, "Critical")
        job = bench.get(f"/redfish/v1/Managers/iDRAC.Embedded.1/Oem/Dell/Jobs/{place.rpartition('/')[2]}")
        assert job["JobState"] == state
        assert bench.bios()["NumLock"] == value
        assert bench.bmc.bios is not None and not bench.bmc.bios.pending

    def test_dead_job_says_so_with_a_message_id(self) -> None:
        bench = Bench("dell_idrac9")
        bench.faults.add("r01", "job_stuck", task_kind="bios_config")
        place = bench.set_bios({"NumLock": "Off"}, "OnReset").headers["Location"]
        bench.clock.advance(10)
        assert bench.get(place)["Messages"][0]["MessageId"].endswith("PR30")

    def test_running_job_is_not_deleted(self) -> None:
        """503 has a third meaning here (Q-D37)."""
        bench = Bench("dell_idrac9")
        place = bench.set_bios({"NumLock": "Off"}, "OnReset").headers["Location"]
        bench.clock.advance(10)
        bench.reset("On")
        bench.clock.advance(10)
        job = f"/redfish/v1/Managers/iDRAC.Embedded.1/Jobs/{place.rpartition('/')[2]}"
        answer = bench.call("DELETE", job)
        assert (answer.status, message_ids(answer.doc)) == (503, ["RAC0679"])

    def test_failed_flash_leaves_supermicro_in_update_mode_until_the_bmc_restarts(self) -> None:
        known = PLATFORMS["supermicro_x13"]
        habits = replace(known.updates.habits, stays_in_update_mode=True)
        bench = Bench("supermicro_x13", personality=replace(known, updates=replace(known.updates, habits=habits)))
        firmware, data = bench.bmc.firmware, build(Image("x", "supermicro_x13", "bios", "1.9"), size=512)
        bench.faults.add("r01", "flash_fails", count=1)
        firmware.received(firmware.begin("Update"), data)
        bench.clock.advance(600)
        with pytest.raises(UpdateRefused, match="in progress"):
            firmware.begin("Update")
        bench.bmc.restart(60.0)
        bench.clock.advance(600)
        assert firmware.begin("Update")

    def test_completed_with_errors_is_completed_and_critical(self) -> None:
        bench = Bench("dell_idrac9")
        firmware, data = bench.bmc.firmware, build(Image("x", "dell_idrac9", "bios", "1.9"), size=512)
        bench.faults.add("r01", "flash_fails", job_state="CompletedWithErrors")
        task = firmware.begin("Update")
        firmware.received(task, data)
        bench.clock.advance(600)
        shown = bench.get(f"/redfish/v1/TaskService/Tasks/{task.id}")
        assert (shown["TaskState"], shown["TaskStatus"]) == ("Completed", "Critical")
        assert firmware.version("bios") == "1.8.2"


def test_ejected_medium_still_looks_inserted() -> None:
    bench = odd(media_stale=True)
    path = bench.layout.media[0]
    actions = bench.get(path)["Actions"]
    insert, eject = (actions[f"#VirtualMedia.{name}Media"]["target"] for name in ("Insert", "Eject"))
    assert bench.call("POST", insert, {"Image": "http://10.0.0.1/a.iso"}).status == 204
    assert bench.call("POST", eject, {}).status == 204
    shown = bench.get(path)
    assert (shown["Image"], shown["ImageName"], shown["Inserted"]) == ("", "a.iso", True)
    assert bench.call("POST", insert, {"Image": "http://10.0.0.1/b.iso"}).status == 204


def test_habits_of_a_captured_machine_are_those_that_it_has() -> None:
    known = {"habits": {"oddities": {"page_size": 2}}, "license": "expired", "lockdown": True}
    given = with_leave(PLATFORMS["dell_idrac9"], known)
    assert (given.oddities.page_size, given.license_expired, given.lockdown) == (2, True, True)
    with pytest.raises(ValueError, match="the captured machine has no bios"):
        with_leave(PLATFORMS["supermicro_x10"], {"habits": {"bios": {"shape": "full"}}})
