# SPDX-License-Identifier: GPL-3.0-or-later
"""What single machines do with links, properties, clocks, media, inventory and registry; each only where it is switched on."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.images import Image, build
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.unit.lab.bench import Bench, log_in, message_ids


def with_habits(platform: str, **sections: dict[str, Any]) -> Bench:
    """Return a machine with single habits replaced: oddities={...}, etags={...}."""
    known = PLATFORMS[platform]
    parts = {name: replace(getattr(known, name), **changes) for name, changes in sections.items()}
    return Bench(platform, personality=replace(known, **parts))


def odd(platform: str = "generic", **oddities: Any) -> Bench:
    return with_habits(platform, oddities=oddities)


def flash(bench: Bench, component: str, version: str) -> None:
    """Install an image and let everything pass that it waits for."""
    image = build(Image("any", bench.machine.platform, component, version), 512)
    bench.bmc.firmware.received(bench.bmc.firmware.begin("Update"), image)
    bench.clock.advance(3600)
    bench.boot()


class TestLinksAndProperties:
    def test_every_link_ends_with_a_slash_and_is_one(self) -> None:
        bench = odd("hpe_ilo5", slashed_links=True)
        system = bench.system
        assert (system["@odata.id"], system["Bios"]["@odata.id"]) == (
            "/redfish/v1/Systems/1/",
            "/redfish/v1/systems/1/bios/",
        )
        assert bench.get(system["Bios"]["@odata.id"])["Attributes"]
        target = system["Actions"]["#ComputerSystem.Reset"]["target"]
        assert target.endswith("ComputerSystem.Reset/")
        assert bench.call("POST", target, {"ResetType": "On"}).status == 200

    def test_properties_are_missing_wherever_the_resource_is_shown(self) -> None:
        bench = odd(lacks=("ComputerSystem.Links.ManagedBy", "ComputerSystem.EthernetInterfaces", "ServiceRoot.Vendor"))
        assert "Vendor" not in bench.get("/redfish/v1")
        expanded = bench.get("/redfish/v1/Systems?$expand=.")["Members"][0]
        for shown in (bench.system, expanded):
            assert "EthernetInterfaces" not in shown
            assert set(shown["Links"]) == {"Chassis"}

    def test_collection_of_systems_is_empty_while_the_bmc_starts(self) -> None:
        bench = odd(starts_empty=True)
        host = bench.layout.host
        bench.bmc.restart(60.0, 40.0)
        bench.clock.advance(60)
        assert bench.call("GET", "/redfish/v1/Systems").status == 503
        bench.clock.advance(21)
        assert bench.get("/redfish/v1/Systems")["Members"] == []
        assert bench.call("GET", host).status == 404
        bench.clock.advance(20)
        assert bench.get("/redfish/v1/Systems")["Members"] == [{"@odata.id": host}]
        assert bench.system["PowerState"] == "Off"

    def test_only_its_own_address_is_a_host(self) -> None:
        bench = odd(host_header=True)
        answers = [bench.call("GET", "/redfish/v1", Host=host).status for host in ("bmc.example", "127.0.0.2:8443")]
        assert answers == [400, 200]


class TestEtags:
    def test_who_takes_gzip_gets_a_weak_one_that_is_not_taken_back(self) -> None:
        bench = odd(gzip_weakens=True)
        weak = bench.call("GET", bench.layout.host, Accept_Encoding="gzip, deflate").headers["ETag"]
        strong = bench.call("GET", bench.layout.host, Accept_Encoding="identity").headers["ETag"]
        assert weak == f"W/{strong}"
        statuses = [
            bench.call("PATCH", bench.layout.host, {"AssetTag": "x"}, If_Match=one).status for one in (weak, strong)
        ]
        assert statuses == [412, 200]

    def test_all_resources_have_the_same(self) -> None:
        bench = with_habits("generic", etags={"style": "zero"})
        tags = {bench.call("GET", path).headers["ETag"] for path in (bench.layout.host, bench.layout.bios)}
        assert tags == {'W/"0"'}
        assert bench.call("PATCH", bench.layout.host, {"AssetTag": "x"}, If_Match='W/"0"').status == 200

    def test_an_empty_one_is_none(self) -> None:
        bench = with_habits("generic", etags={"style": "empty"})
        assert bench.call("GET", bench.layout.host).headers["ETag"] == ""
        answers = [
            bench.call("PATCH", bench.layout.host, {"AssetTag": "x"}, **header).status
            for header in ({"If_Match": ""}, {})
        ]
        assert answers == [412, 200]


def test_messages_without_an_id() -> None:
    answer = with_habits("generic", words={"ids": False}).call("GET", "/redfish/v1/Nowhere")
    assert answer.doc is not None
    told = answer.doc["error"]["@Message.ExtendedInfo"][0]
    assert "MessageId" not in told and "Nowhere" in told["Message"]


class TestManagers:
    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"DateTime": "2026-01-01T10:00:00.123456Z"}, 400),
            ({"DateTime": "2026-01-01T10:00:00Z", "DateTimeLocalOffset": "+00:00"}, 400),
            ({"DateTime": "2026-01-01T10:00:00Z"}, 200),
        ],
    )
    def test_clock_takes_only_whole_seconds_and_what_is_new(self, body: dict[str, str], status: int) -> None:
        bench = odd(clock_strict=True)
        assert bench.call("PATCH", bench.layout.manager, body).status == status

    def test_last_reset_was_in_the_year_nought(self) -> None:
        bench = odd(zero_reset_time=True)
        assert bench.system["LastResetTime"] == "0000-00-00T00:00:00+00:00"
        assert bench.get(bench.layout.manager)["LastResetTime"] == "0000-00-00T00:00:00+00:00"

    def test_boot_progress_was_last_seen_in_1970(self) -> None:
        bench = odd(stale_progress=True)
        bench.boot()
        progress = bench.system["BootProgress"]
        assert progress == {"LastState": "OSRunning", "LastStateTime": "1970-01-01T00:00:00+00:00"}

    def test_a_session_for_ever_says_nought_or_nothing(self) -> None:
        bench = with_habits("generic", sessions={"timeout": 0.0})
        token = log_in(bench).headers["X-Auth-Token"]
        bench.clock.advance(86_400)
        assert bench.call("GET", bench.layout.host, login=None, X_Auth_Token=token).status == 200
        assert bench.get("/redfish/v1/SessionService")["SessionTimeout"] == 0
        silent = with_habits("generic", sessions={"shows_timeout": False})
        assert "SessionTimeout" not in silent.get("/redfish/v1/SessionService")

    def test_sessions_are_where_the_root_says(self) -> None:
        bench = with_habits("dell_idrac9", identity={"sessions": "/redfish/v1/Sessions"})
        assert bench.get("/redfish/v1")["Links"]["Sessions"] == {"@odata.id": "/redfish/v1/Sessions"}
        place = log_in(bench).headers["Location"]
        assert place.startswith("/redfish/v1/Sessions/") and bench.get(place)["UserName"] == "root"
        assert bench.call("POST", "/redfish/v1/SessionService/Sessions", {}).status in (404, 405)

    def test_only_a_cold_reset_of_its_own_is_taken(self) -> None:
        bench = with_habits("ami_megarac", power={"manager_types": ("IPMIColdReset",)})
        target = bench.get(bench.layout.manager)["Actions"]["#Manager.Reset"]["target"]
        answers = [
            bench.call("POST", target, {"ResetType": one}).status for one in ("GracefulRestart", "IPMIColdReset")
        ]
        assert answers == [400, 204]


class TestMedia:
    def insert(self, bench: Bench, **more: Any) -> Any:
        target = bench.get(bench.layout.media[0])["Actions"]["#VirtualMedia.InsertMedia"]["target"]
        return bench.call("POST", target, {"Image": "http://10.0.0.1/a.iso", **more})

    def test_a_collection_below_the_system(self) -> None:
        bench = odd(media_below_system=True)
        assert bench.system["VirtualMedia"]["@odata.id"] == f"{bench.layout.host}/VirtualMedia"
        assert "VirtualMedia" not in bench.get(bench.layout.manager)
        assert self.insert(bench).status == 204
        assert bench.get(bench.layout.media[0])["Inserted"] is True

    def test_parameters_that_must_be_there(self) -> None:
        bench = odd(media_requires=("TransferProtocolType",))
        answer = self.insert(bench)
        assert (answer.status, message_ids(answer.doc)) == (400, ["ActionParameterMissing"])
        assert self.insert(bench, TransferProtocolType="HTTP").status == 204

    @pytest.mark.parametrize(("rule", "statuses"), [("none", (400, 204)), ("any", (204, 415)), ("", (204, 204))])
    def test_body_of_an_eject(self, rule: str, statuses: tuple[int, int]) -> None:
        answers = []
        for body in (None, {}):
            bench = odd(eject_body=rule)
            target = bench.get(bench.layout.media[0])["Actions"]["#VirtualMedia.EjectMedia"]["target"]
            answers.append(bench.call("POST", target, body).status)
        assert tuple(answers) == statuses


def test_a_boot_override_comes_whole_or_not_at_all() -> None:
    bench = odd(boot_needs_all=True)
    boot = {"BootSourceOverrideTarget": "Pxe", "BootSourceOverrideEnabled": "Once"}
    answer = bench.call("PATCH", bench.layout.host, {"Boot": boot})
    assert (answer.status, message_ids(answer.doc)) == (400, ["PropertyMissing"])
    assert bench.machine.override.target == "None"
    assert bench.call("PATCH", bench.layout.host, {"Boot": {**boot, "BootSourceOverrideMode": "UEFI"}}).status == 200


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


class TestRegistry:
    def test_it_is_only_at_the_vendors_site(self) -> None:
        bench = odd(registry_location="publication")
        listed = [bench.get(one["@odata.id"]) for one in bench.get("/redfish/v1/Registries")["Members"]]
        assert all("Uri" not in one["Location"][0] for one in listed)
        assert all(one["Location"][0]["PublicationUri"].startswith("https://") for one in listed)

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
