# SPDX-License-Identifier: GPL-3.0-or-later
"""What single machines and some platforms do with tasks, inventory, registries and settings; each where the table says."""

from __future__ import annotations

import json

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.images import Image, build
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.unit.lab.bench import Bench, message_ids, odd, with_habits


def flash(bench: Bench, component: str, version: str) -> None:
    """Install an image and let everything pass that it waits for."""
    image = build(Image("any", bench.machine.platform, component, version), 512)
    bench.bmc.firmware.received(bench.bmc.firmware.begin("Update"), image)
    bench.clock.advance(3600)
    bench.boot()


class TestTasks:
    @pytest.mark.parametrize(("form", "start"), [("absolute", "https://bmc/redfish"), ("http", "http://bmc/redfish")])
    def test_place_of_a_task_is_an_url(self, form: str, start: str) -> None:
        bench = odd("openbmc", task_location=form)
        data = build(Image("o", "openbmc", "bios", "2.16.0"), 512)
        place = bench.call("POST", bench.get(bench.layout.update)["HttpPushUri"], data, Host="bmc").headers["Location"]
        assert place.startswith(start)

    def test_a_task_is_over_when_its_job_begins(self) -> None:
        bench = odd("dell_idrac9", task_becomes_job=True)
        place = bench.set_bios({"NumLock": "Off"}, "OnReset").headers["Location"]
        bench.clock.advance(10)
        task = bench.get(place)
        assert task["TaskState"] == "Completed"
        moved = task["Messages"][0]
        assert moved["MessageId"].endswith("OperationTransitionedToJob")
        job = bench.get(moved["MessageArgs"][0])
        assert (job["JobState"], bench.bios()["NumLock"]) == ("Scheduled", "On")

    def test_inventory_has_other_ids_after_a_restart_of_the_bmc(self) -> None:
        bench = odd("hpe_ilo6", inventory_turns=True)

        def names() -> dict[str, str]:
            rows = [bench.get(one["@odata.id"]) for one in bench.get(bench.layout.inventory)["Members"]]
            return {row["Id"]: row["Name"] for row in rows}

        before = names()
        bench.bmc.restart(60.0)
        bench.clock.advance(120)
        after = names()
        assert set(before) == set(after) and sorted(before.values()) == sorted(after.values())
        assert all(before[one] != after[one] for one in before)

    @pytest.mark.parametrize(
        ("monitor", "found"),
        [
            ("/redfish/v1/TaskService/Tasks/{id}/Monitor", "/redfish/v1/TaskService/Tasks/1/Monitor"),
            ("/redfish/v1/TaskService/TaskMonitors/{id}", "/redfish/v1/TaskService/TaskMonitors/1"),
        ],
    )
    def test_monitors_of_older_and_newer_openbmc(self, monitor: str, found: str) -> None:
        bench = with_habits("openbmc", tasks={"monitor": monitor})
        data = build(Image("o", "openbmc", "bios", "2.16.0"), 512)
        place = bench.call("POST", bench.get(bench.layout.update)["HttpPushUri"], data).headers["Location"]
        assert place == found
        assert bench.call("GET", place).status == 202

    def test_an_update_answers_with_its_task_or_with_nothing(self) -> None:
        data = build(Image("g", "generic", "bios", "1.3.0"), 512)
        bench = with_habits("generic", updates={"task_from": "body"})
        answer = bench.call("POST", bench.get(bench.layout.update)["HttpPushUri"], data)
        assert (answer.status, "Location" in answer.headers) == (200, False)
        assert answer.doc is not None and answer.doc["@odata.type"].startswith("#Task.")
        bench = with_habits("generic", updates={"task_from": "none"})
        answer = bench.call("POST", bench.get(bench.layout.update)["HttpPushUri"], data)
        assert (answer.status, "Location" in answer.headers) == (202, False)
        assert bench.get("/redfish/v1/TaskService/Tasks")["Members"]

    @pytest.mark.parametrize(("percent", "shown"), [("absent", None), ("zero", 0)])
    def test_progress_that_says_nothing(self, percent: str, shown: int | None) -> None:
        bench = with_habits("generic", tasks={"percent": percent})
        task = bench.bmc.tasks.create("x", "firmware")
        bench.bmc.tasks.update(task, state="Running", percent=40)
        assert bench.get(f"/redfish/v1/TaskService/Tasks/{task.id}").get("PercentComplete") == shown

    def test_ended_tasks_go_after_a_while_or_when_there_are_too_many(self) -> None:
        bench = with_habits("generic", tasks={"keep_seconds": 600.0})
        ended = bench.bmc.tasks.create("x", "other")
        bench.bmc.tasks.finish(ended, "done")
        assert bench.get("/redfish/v1/TaskService")["TaskAutoDeleteTimeoutMinutes"] == 10
        bench.clock.advance(601)
        assert bench.call("GET", f"/redfish/v1/TaskService/Tasks/{ended.id}").status == 404
        for _unused in range(105):
            bench.bmc.tasks.finish(bench.bmc.tasks.create("x", "other"), "done")
        assert len(bench.get("/redfish/v1/TaskService/Tasks")["Members"]) == 100

    def test_an_upload_has_a_length(self) -> None:
        bench = Bench("generic")
        place = bench.get(bench.layout.update)["MultipartHttpPushUri"]
        answer = bench.call("POST", place, b"5", Transfer_Encoding="chunked", Content_Type="multipart/form-data")
        assert answer.status == 411


class TestRegistry:
    def test_it_is_only_at_the_vendors_site(self) -> None:
        bench = odd(registry_location="publication")
        listed = [bench.get(one["@odata.id"]) for one in bench.get("/redfish/v1/Registries")["Members"]]
        assert all("Uri" not in one["Location"][0] for one in listed)
        assert all(one["Location"][0]["PublicationUri"].startswith("https://") for one in listed)

    @pytest.mark.parametrize(
        "platform", [name for name, one in PLATFORMS.items() if one.bios and one.bios.registry_listed]
    )
    def test_it_is_listed_under_another_name(self, platform: str) -> None:
        bench = Bench(platform)
        named = bench.get(bench.layout.bios).get("AttributeRegistry")
        listed = [one["@odata.id"].rpartition("/")[2] for one in bench.get("/redfish/v1/Registries")["Members"]]
        assert named not in listed
        assert any(one.startswith("BiosAttributeRegistry") for one in listed)
        assert bench.get(bench.layout.bios_registry)["RegistryEntries"]["Attributes"]

    def test_flags_of_ami_are_texts(self) -> None:
        rules = Bench("ami_megarac").get(PLATFORMS["ami_megarac"].bios.registry_uri)["RegistryEntries"]["Dependencies"]  # type: ignore[union-attr]
        assert {rule["Dependency"]["MapToValue"] for rule in rules} == {"true"}
        bench = Bench("ami_megarac")
        answer = bench.call("PATCH", bench.layout.bios_settings, {"Attributes": {"CBS1": "Enable"}}, If_Match="*")
        assert answer.status == 204
        locked = bench.call(
            "PATCH",
            bench.layout.bios_settings,
            {"Attributes": {"GBT0006": "Performance", "CBS2": "Enable"}},
            If_Match="*",
        )
        assert locked.status == 400

    def test_it_has_another_language(self) -> None:
        bench = odd(registry_language="ja")
        listed = [bench.get(one["@odata.id"]) for one in bench.get("/redfish/v1/Registries")["Members"]]
        assert [(one["Languages"], one["Location"][0]["Language"]) for one in listed] == [(["ja"], "ja")] * 2
        assert bench.call("GET", listed[0]["Location"][0]["Uri"]).status == 200

    def test_a_new_bios_renames_attributes_under_another_registry(self) -> None:
        bench = odd(bios_renames=("QuietBoot:BootLogo",))
        old = bench.layout.bios_registry
        bench.set_bios({"QuietBoot": "Disabled"})
        flash(bench, "bios", "1.3.0")
        bios = bench.get(bench.layout.bios)
        assert bios["AttributeRegistry"] == "BiosAttributeRegistry.v1_3_0"
        assert "QuietBoot" not in bios["Attributes"] and bios["Attributes"]["BootLogo"] == "Enabled"
        assert bench.call("GET", old).status == 404
        listed = [one["@odata.id"] for one in bench.get("/redfish/v1/Registries")["Members"]]
        place = bench.get(next(one for one in listed if "BiosAttribute" in one))["Location"][0]["Uri"]
        names = {row["AttributeName"] for row in bench.get(place)["RegistryEntries"]["Attributes"]}
        assert "BootLogo" in names and "QuietBoot" not in names
        assert bench.set_bios({"QuietBoot": "Disabled"}).status == 400
        assert bench.set_bios({"BootLogo": "Disabled"}).status == 200

    def test_the_registry_of_ilo_carries_the_version_of_the_rom(self) -> None:
        bench = Bench("hpe_ilo6")
        before = bench.get(bench.layout.bios)["AttributeRegistry"]
        flash(bench, "bios", "2.50")
        after = bench.get(bench.layout.bios)["AttributeRegistry"]
        assert (before, after) == ("BiosAttributeRegistryU58.v1_2_44", "BiosAttributeRegistryU58.v1_2_50")
        assert json.loads(bench.call("GET", bench.layout.bios_registry).body())["Id"] == after

    def test_a_reset_is_asked_for_in_the_answer_or_left_open(self) -> None:
        answer = Bench("hpe_ilo6").set_bios({"ProcHyperthreading": "Disabled"})
        assert answer.doc is not None and message_ids(answer.doc) == ["SystemResetRequired"]
        bench = Bench("generic")
        rows = bench.get(bench.layout.bios_registry)["RegistryEntries"]["Attributes"]
        told = {row["AttributeName"]: row["ResetRequired"] for row in rows}
        assert (told["QuietBoot"], told["HyperThreading"]) == (None, True)

    @pytest.mark.parametrize(("value", "status"), [(2**48, 200), (2**48 + 1, 400)])
    def test_a_bound_may_be_larger_than_32_bits(self, value: int, status: int) -> None:
        assert Bench("generic").set_bios({"AssetNumber": value}).status == status

    def test_an_attribute_may_be_in_the_registry_alone(self) -> None:
        bench = Bench("lenovo_xcc")
        assert bench.bmc.bios is not None
        assert set(bench.bmc.bios.registry.attributes) - set(bench.bios()) == {"Processors_TotalCores"}


class TestOtherMachines:
    def test_pending_is_what_changed_and_then_everything_that_can_be_written(self) -> None:
        bench = with_habits("generic", bios={"shape": "delta_then_full"})
        bench.set_bios({"QuietBoot": "Disabled"})
        assert bench.get(bench.layout.bios_settings)["Attributes"] == {"QuietBoot": "Disabled"}
        bench.boot()
        pending = bench.get(bench.layout.bios_settings)["Attributes"]
        assert pending["QuietBoot"] == "Disabled" and "SystemModel" not in pending and len(pending) > 5

    def test_etags_are_bare_numbers_and_taken_back_as_such(self) -> None:
        bench = with_habits(
            "generic",
            identity={"system": "0"},
            etags={"style": "bare", "required": ("Bios",)},
            oddities={"if_match": "bare"},
        )
        tag = bench.call("GET", bench.layout.bios_settings).headers["ETag"]
        assert tag.isdigit() and bench.layout.bios_settings == "/redfish/v1/Systems/0/Bios/Settings"
        body = {"Attributes": {"QuietBoot": "Disabled"}}
        statuses = [
            bench.call("PATCH", bench.layout.bios_settings, body, **header).status
            for header in ({}, {"If_Match": f'"{tag}"'}, {"If_Match": tag})
        ]
        assert statuses == [428, 412, 200]

    def test_commit_image_is_offered_and_taken(self) -> None:
        bench = Bench("nvidia_hgx")
        actions = bench.get(bench.layout.update)["Actions"]
        assert "#UpdateService.SimpleUpdate" not in actions
        target = actions["Oem"]["#NvidiaUpdateService.CommitImage"]["target"]
        assert bench.call("POST", target, {"Targets": []}).status == 200

    def test_the_system_of_ami_has_a_settings_object_for_its_boot_override(self) -> None:
        bench = Bench("ami_megarac")
        path = bench.system["@Redfish.Settings"]["SettingsObject"]["@odata.id"]
        assert path == "/redfish/v1/Systems/Self/SD"
        boot = {
            "BootSourceOverrideTarget": "Pxe",
            "BootSourceOverrideEnabled": "Once",
            "BootSourceOverrideMode": "UEFI",
        }
        tag = bench.call("GET", path).headers["ETag"]
        assert bench.call("PATCH", path, {"Boot": boot}).status == 428
        assert bench.call("PATCH", path, {"Boot": boot}, If_Match=tag).status == 204
        assert bench.machine.override.target == "Pxe"

    @pytest.mark.parametrize(("apply_time", "version"), [("OnReset", "2.15.0-dev"), ("Immediate", "2.16.0")])
    def test_apply_time_of_a_push_is_a_setting_of_the_service(self, apply_time: str, version: str) -> None:
        bench = Bench("openbmc")
        body = {"HttpPushUriOptions": {"HttpPushUriApplyTime": {"ApplyTime": apply_time}}}
        assert bench.call("PATCH", bench.layout.update, body).status == 200
        service = bench.get(bench.layout.update)
        assert service["HttpPushUriOptions"]["HttpPushUriApplyTime"]["ApplyTime"] == apply_time
        bench.call("POST", service["HttpPushUri"], build(Image("o", "openbmc", "bmc", "2.16.0"), 512))
        bench.clock.advance(900)
        assert bench.bmc.firmware.version("bmc") == version
        target = bench.get(bench.layout.manager)["Actions"]["#Manager.Reset"]["target"]
        bench.call("POST", target, {"ResetType": "ForceRestart"})
        bench.clock.advance(900)
        assert bench.bmc.firmware.version("bmc") == "2.16.0"

    def test_some_dates_are_none(self) -> None:
        bench = Bench("dell_idrac9")
        rows = [bench.get(one["@odata.id"]) for one in bench.get(bench.layout.inventory)["Members"]]
        dates = {row["Name"]: row["ReleaseDate"] for row in rows}
        assert (dates["System CPLD"], dates["BIOS"]) == ("00:00:00Z", "2025-01-17T00:00:00Z")
