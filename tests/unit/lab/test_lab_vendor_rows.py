# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the catalogue of differences that the rack has for one vendor, see docs/rack_quirks_vendors.md.

What a platform always does is tested with the plain platform; what single machines do is switched on as in a rack file.
"""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.http.call import Answer
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from ansible_collections.hwautomation.baremetal.extensions.lab.special import custom_personality
from tests.unit.lab.bench import Bench, log_in, message_ids
from tests.unit.lab.test_lab_firmware_flows import image, the_task, upload, version

ONCE = {"BootSourceOverrideTarget": "Pxe", "BootSourceOverrideEnabled": "Once"}
ISO = "http://10.0.0.1/rescue.iso"


def with_habits(platform: str, **habits: Any) -> Bench:
    """Return a machine with the `lab_habits` of a rack file."""
    return Bench(platform, personality=custom_personality(PLATFORMS[platform], {"habits": habits}))


def insert(bench: Bench, drive: str) -> None:
    actions = bench.get(drive)["Actions"]
    assert bench.call("POST", actions["#VirtualMedia.InsertMedia"]["target"], {"Image": ISO}).status == 204
    bench.clock.advance(10)


def override(bench: Bench, path: str, **boot: Any) -> Answer:
    tag = bench.call("GET", path).headers.get("ETag")
    return bench.call("PATCH", path, {"Boot": boot}, **({"If_Match": tag} if tag else {}))


def versions(bench: Bench, *rows: str) -> list[str]:
    return [bench.get(f"{bench.layout.inventory}/{row}")["Version"] for row in rows]


class TestDell:
    def test_task_of_an_update_is_new_for_a_while(self) -> None:
        """Q-D11."""
        bench = with_habits("dell_idrac9", oddities={"task_new": 8.0})
        answer = upload(bench, image(bench, "bios", "1.9.1"))
        seen = []
        for _unused in range(4):
            seen.append(bench.get(answer.headers["Location"])["TaskState"])
            bench.clock.advance(5)
        assert seen[:2] == ["New", "New"] and seen[-1] == "Running"

    def test_update_of_the_bios_is_scheduled_and_that_of_the_idrac_is_not(self) -> None:
        """Q-D13, Q-D35."""
        bench = Bench("dell_idrac9")
        upload(bench, image(bench, "bios", "1.9.1"))
        bench.clock.advance(300)
        job = bench.get(the_task(bench)["@odata.id"].replace("TaskService/Tasks", "Managers/iDRAC.Embedded.1/Jobs"))
        assert job["JobState"] == "Scheduled"
        upload(bench, image(bench, "bmc", "7.10.30.00"))
        bench.clock.advance(90)
        assert not bench.bmc.up
        bench.clock.advance(600)
        assert version(bench, "bmc") == "7.10.30.00"

    def test_idrac10_counts_from_one_again(self) -> None:
        """Q-D23."""
        found = [
            Bench(platform).get("/redfish/v1/Managers/iDRAC.Embedded.1") for platform in ("dell_idrac9", "dell_idrac10")
        ]
        assert [(one["Model"], one["FirmwareVersion"]) for one in found] == [
            ("15G Monolithic", "6.10.80.00"),
            ("17G Monolithic", "1.20.25.00"),
        ]

    def test_mode_of_secure_boot_is_a_job(self) -> None:
        """Q-D20."""
        bench = Bench("dell_idrac9")
        answer = bench.call("PATCH", f"{bench.layout.host}/SecureBoot", {"SecureBootEnable": True})
        place = answer.headers["Location"]
        assert bench.get(place)["JobState"] == "Scheduled"
        bench.boot()
        assert bench.get(place)["JobState"] == "Completed"

    def test_mode_of_an_override_may_be_a_job_of_the_next_start(self) -> None:
        """Q-D20."""
        bench = with_habits("dell_idrac9", oddities={"mode_needs_start": True})
        answer = override(bench, bench.layout.host, **ONCE, BootSourceOverrideMode="Legacy")
        shown = bench.system["Boot"]
        assert (answer.status, shown["BootSourceOverrideTarget"], shown["BootSourceOverrideMode"]) == (
            202,
            "Pxe",
            "UEFI",
        )
        assert bench.get(answer.headers["Location"])["TaskState"] == "Pending"
        bench.boot()
        assert bench.system["Boot"]["BootSourceOverrideMode"] == "Legacy"
        assert bench.get(answer.headers["Location"])["TaskState"] == "Completed"

    def test_first_drive_alone_starts_a_host_of_idrac10(self) -> None:
        """Q-D24."""
        bench = Bench("dell_idrac10")
        first, second = bench.layout.media
        assert (first.rpartition("/")[2], second.rpartition("/")[2]) == ("1", "2")
        booted = []
        for drive in (second, first):
            insert(bench, drive)
            path = bench.layout.system_settings
            assert override(bench, path, **{**ONCE, "BootSourceOverrideTarget": "Cd"}).status == 200
            bench.boot()
            booted.append(bench.machine.os)
        assert booted == ["ubuntu", "rescue.iso"]

    def test_change_of_a_role_wants_the_password(self) -> None:
        """Q-D30."""
        bench = with_habits("dell_idrac9", oddities={"account_wants_password": True})
        slot = f"{bench.layout.accounts}/3"
        new = {"UserName": "op", "Password": "password-1", "RoleId": "Operator", "Enabled": True}
        assert bench.call("PATCH", slot, new).status == 200
        answer = bench.call("PATCH", slot, {"RoleId": "ReadOnly"})
        assert (answer.status, message_ids(answer.doc)) == (400, ["PropertyMissing"])
        assert bench.call("PATCH", slot, {"RoleId": "ReadOnly", "Password": "password-1"}).status == 200
        assert bench.get(slot)["RoleId"] == "ReadOnly"

    def test_service_tag_is_the_sku_and_the_serial_number_is_that_of_the_board(self) -> None:
        """Q-D31."""
        bench = Bench("dell_idrac9")
        system = bench.system
        assert system["SKU"] != system["SerialNumber"]
        assert (system["SKU"], system["SerialNumber"]) == (
            bench.machine.hardware["sku"],
            bench.machine.hardware["board_serial"],
        )

    def test_early_firmware_has_one_protocol_and_one_way_to_push(self) -> None:
        """Q-D32."""
        bench = with_habits("dell_idrac9", updates={"protocols": ["HTTP"], "multipart": ""})
        service = bench.get(bench.layout.update)
        simple = service["Actions"]["#UpdateService.SimpleUpdate"]
        assert simple["TransferProtocol@Redfish.AllowableValues"] == ["HTTP"]
        assert "MultipartHttpPushUri" not in service
        assert bench.call("POST", simple["target"], {"ImageURI": "https://10.0.0.1/x"}).status == 400

    def test_firmware_of_a_nic_runs_after_a_start_from_off_and_its_job_says_so(self) -> None:
        """Q-D36."""
        bench = with_habits("dell_idrac9", updates={"habits": {"activation": {"nic": "power_cycle"}}})
        bench.boot()
        upload(bench, image(bench, "nic", "23.0.0"))
        bench.clock.advance(600)
        task = the_task(bench)
        told = next(one for one in task["Messages"] if one["MessageId"].endswith("ResetRequired"))
        assert (task["TaskState"], told["MessageArgs"][-1]) == ("Completed", "PowerCycle")
        bench.boot()
        assert version(bench, "nic") == "22.31.6", "a warm restart is not enough"
        assert bench.reset("PowerCycle").status == 204
        bench.clock.advance(3600)
        assert version(bench, "nic") == "23.0.0"

    def test_settings_object_may_take_no_override(self) -> None:
        """Q-D40."""
        refused = ["BootSourceOverrideTarget", "BootSourceOverrideEnabled"]
        habits = {"settings_refuses": refused, "read_only_override": False}
        bench = with_habits("dell_idrac10", boot=habits)
        settings = bench.layout.system_settings
        assert not set(refused) & set(bench.get(settings)["Boot"])
        answer = override(bench, settings, **ONCE)
        assert (answer.status, message_ids(answer.doc)) == (400, ["PropertyNotWritable"] * 2)
        assert bench.machine.override.target == "None"
        assert override(bench, bench.layout.host, **ONCE).status == 200
        assert bench.machine.override.target == "Pxe"

    def test_there_is_no_uri_to_start_from_beside_the_override(self) -> None:
        """Q-D40."""
        bench = Bench("dell_idrac9")
        assert "HttpBootUri" not in bench.system["Boot"]
        assert override(bench, bench.layout.host, HttpBootUri="http://10.0.0.1/x.efi").status == 400
        assert "HttpDev1Uri" in bench.bios()

    def test_job_may_tell_no_percentage(self) -> None:
        """Q-D42."""
        bench = with_habits("dell_idrac9", tasks={"percent": "absent"})
        place = bench.set_bios({"NumLock": "Off"}, "OnReset").headers["Location"]
        job = bench.get(place.replace("TaskService/Tasks", "Managers/iDRAC.Embedded.1/Jobs"))
        assert job["JobState"] == "New" and "PercentComplete" not in job


class TestHpe:
    def test_bios_tells_of_no_result_before_anything_was_applied(self) -> None:
        """Q-H03."""
        bench = Bench("hpe_ilo6")
        told = bench.get(bench.layout.bios)["@Redfish.Settings"]
        assert (told["ETag"], told["Messages"], "Time" in told) == ("", [], False)

    def test_reset_of_a_host_in_post_is_refused(self) -> None:
        """Q-H07."""
        bench = with_habits("hpe_ilo6", oddities={"post_refuses_reset": True})
        bench.reset("On")
        bench.clock.advance(30)
        answer = bench.reset("ForceRestart")
        assert (answer.status, message_ids(answer.doc)) == (400, ["UnableToModifyDuringSystemPOST"])
        bench.clock.advance(3600)
        assert bench.reset("ForceRestart").status == 200

    def test_reset_may_name_its_action_in_the_body(self) -> None:
        """HPE's tools do; nobody else takes it."""
        body = {"Action": "ComputerSystem.Reset", "ResetType": "On"}
        for platform, status in (("hpe_ilo6", 200), ("generic", 400)):
            bench = Bench(platform)
            target = bench.system["Actions"]["#ComputerSystem.Reset"]["target"]
            assert bench.call("POST", target, body).status == status

    @pytest.mark.parametrize("platform", ["hpe_ilo5", "hpe_ilo6", "hpe_ilo7"])
    def test_old_rom_is_the_redundant_one_and_the_task_ends_before_the_new_one_runs(self, platform: str) -> None:
        """Q-H09, Q-H14, Q-H10."""
        bench = Bench(platform)
        assert "MultipartHttpPushUri" not in bench.get(bench.layout.update)
        old = versions(bench, "2")
        firmware = bench.bmc.firmware
        firmware.received(firmware.begin("Update"), image(bench, "bios", "9.99"))
        bench.clock.advance(30)
        assert the_task(bench)["TaskState"] == "Completed" and versions(bench, "2") == old
        bench.boot()
        assert [versions(bench, "2")[0].split()[1], *versions(bench, "3")] == ["v9.99", *old]
        assert bench.get(f"{bench.layout.inventory}/9")["Updateable"] is False

    def test_update_is_refused_where_the_tpm_is_not_spoken_of(self) -> None:
        """Q-H11."""
        bench = with_habits("hpe_ilo6", oddities={"tpm_override": True})
        service = bench.get(bench.layout.update)
        own = service["Oem"]["Hpe"]["Actions"]["#HpeiLOUpdateServiceExt.AddFromUri"]
        targets = [service["Actions"]["#UpdateService.SimpleUpdate"], own]
        for one in targets:
            answer = bench.call("POST", one["target"], {"ImageURI": "http://10.0.0.1/x", "TPMOverrideFlag": False})
            assert (answer.status, message_ids(answer.doc)) == (400, ["FWFlashTPMOverrideFlagRequired"])
        assert not bench.bmc.tasks.tasks

    def test_second_update_is_refused_while_one_is_flashed(self) -> None:
        """Q-H12."""
        bench = Bench("hpe_ilo6")
        firmware = bench.bmc.firmware
        firmware.received(firmware.begin("Update"), image(bench, "bios", "9.99"))
        target = bench.get(bench.layout.update)["Actions"]["#UpdateService.SimpleUpdate"]["target"]
        answer = bench.call("POST", target, {"ImageURI": "http://10.0.0.1/x"})
        assert (answer.status, message_ids(answer.doc)) == (400, ["FirmwareFlashAlreadyInProgress"])

    @pytest.mark.parametrize(
        ("platform", "manager", "row"),
        [
            ("hpe_ilo5", "iLO 5 v3.10", "3.10 Jan 20 2025"),
            ("hpe_ilo6", "iLO 6 v1.66", "1.66 Dec 13 2024"),
            ("hpe_ilo7", "1.14.00 May 28 2025", "1.14.00 May 28 2025"),
        ],
    )
    def test_version_in_the_words_of_the_generation(self, platform: str, manager: str, row: str) -> None:
        """Q-H15."""
        bench = Bench(platform)
        assert (bench.get(bench.layout.manager)["FirmwareVersion"], *versions(bench, "1")) == (manager, row)

    def test_ilo7_is_delivered_without_old_tls(self) -> None:
        """Q-H16."""
        bench = Bench("hpe_ilo7")
        security = next(path for path in bench.service.routes.settings if path.endswith("/SecurityService"))
        shown = bench.get(security)
        assert (shown["SecurityState"], sorted(shown["TLSVersion"])) == ("SecureStandard", ["TLS1_2", "TLS1_3"])

    def test_old_firmware_restarts_no_host_gracefully(self) -> None:
        """Q-H17."""
        bench = with_habits("hpe_ilo5", power={"types": ["On", "ForceOff", "ForceRestart", "Nmi", "PushPowerButton"]})
        bench.boot()
        answer = bench.reset("GracefulRestart")
        assert (answer.status, message_ids(answer.doc)) == (400, ["ActionParameterValueNotInList"])

    def test_order_of_the_standard_is_not_the_order(self) -> None:
        """Q-H19."""
        bench = Bench("hpe_ilo6")
        own = bench.get(f"{bench.layout.bios}/oem/hpe/boot/settings")
        assert "BootOrder" in bench.system["Boot"]
        assert own["PersistentBootConfigOrder"] == [row["StructuredBootString"] for row in own["BootSources"]]

    def test_subscription_with_a_retry_policy_is_refused(self) -> None:
        """Q-H20."""
        bench = Bench("hpe_ilo6")
        body = {"Destination": "https://10.0.0.1/events", "Protocol": "Redfish", "Context": "c"}
        refused = bench.call("POST", bench.layout.subscriptions, {**body, "DeliveryRetryPolicy": "RetryForever"})
        assert (refused.status, bench.call("POST", bench.layout.subscriptions, body).status) == (400, 201)

    @pytest.mark.parametrize("reset_type", ["ForceRestart", "GracefulRestart"])
    def test_both_restarts_of_the_manager_leave_the_host_alone(self, reset_type: str) -> None:
        """Q-H21."""
        bench = Bench("hpe_ilo5")
        bench.boot()
        target = bench.get(bench.layout.manager)["Actions"]["#Manager.Reset"]["target"]
        assert bench.call("POST", target, {"ResetType": reset_type}).status == 200
        bench.clock.advance(600)
        assert (bench.bmc.up, bench.machine.power_state, bench.machine.resets) == (True, "On", 1)


class TestSupermicro:
    def test_names_end_in_a_suffix_of_the_board_and_values_are_spelled_in_two_ways(self) -> None:
        """Q-S04, Q-S05."""
        values = Bench("supermicro_x13").bios()
        quiet = [name for name in values if name.startswith("QuietBoot")]
        assert len(quiet) == 2 and all(len(name.rpartition("_")[2]) == 4 for name in quiet)
        assert {"Enable", "Enabled"} <= set(map(str, values.values()))

    def test_tag_in_the_header_may_be_quoted_twice(self) -> None:
        """Q-S07."""
        bench = with_habits("supermicro_x12", etags={"style": "doubled"})
        tag = bench.call("GET", bench.layout.host).headers["ETag"]
        assert tag.startswith('""') and tag.endswith('""')
        assert bench.call("PATCH", bench.layout.host, {"AssetTag": "a"}, If_Match=tag).status == 200

    def test_virtual_cd_is_a_cd_at_usb(self) -> None:
        """Q-S09."""
        bench = Bench("supermicro_x13")
        insert(bench, bench.layout.media[0])
        booted = []
        for target in ("Cd", "UsbCd"):
            wanted = {"BootSourceOverrideMode": "UEFI", "BootSourceOverrideTarget": target}
            assert override(bench, bench.layout.host, BootSourceOverrideEnabled="Once", **wanted).status == 200
            bench.boot()
            booted.append(bench.machine.os)
        assert booted == ["ubuntu", "rescue.iso"]

    def test_order_is_in_a_resource_of_its_own_with_names_of_devices(self) -> None:
        """Q-S11."""
        bench = Bench("supermicro_x12")
        assert "BootOrder" not in bench.system["Boot"]
        order = bench.get(bench.system["Oem"]["Supermicro"]["FixedBootOrder"]["@odata.id"])["FixedBootOrder"]
        assert order[0] == "Boot from disk"

    def test_start_over_http_is_offered_when_the_bios_has_it_on(self) -> None:
        """Q-S12."""
        bench = with_habits("supermicro_x13", boot={"http_needs": "IPv4HTTPSupport"})
        name = next(one for one in bench.bios() if one.startswith("IPv4HTTPSupport"))
        offered = "BootSourceOverrideTarget@Redfish.AllowableValues"
        wanted = {**ONCE, "BootSourceOverrideMode": "UEFI", "BootSourceOverrideTarget": "UefiHttp"}
        assert "UefiHttp" not in bench.system["Boot"][offered]
        assert override(bench, bench.layout.host, **wanted).status == 400
        assert bench.set_bios({name: "Enabled"}).status == 200
        assert "UefiHttp" not in bench.system["Boot"][offered], "not before a restart"
        bench.boot()
        assert "UefiHttp" in bench.system["Boot"][offered]
        assert override(bench, bench.layout.host, **wanted).status == 200

    @pytest.mark.parametrize(
        ("platform", "part", "flag", "status"),
        [
            ("supermicro_x12", "BIOS", "PreserveNVRAM", 202),
            ("supermicro_x12", "BIOS", "PreserveOA", 400),
            ("supermicro_x13", "BIOS", "PreserveOA", 202),
            ("supermicro_x12", "BMC", "BackupBMC", 400),
            ("supermicro_x13", "BMC", "BackupBMC", 202),
        ],
    )
    def test_flag_that_another_model_has_is_refused(self, platform: str, part: str, flag: str, status: int) -> None:
        """Q-S16."""
        bench = Bench(platform)
        parameters = {"Oem": {"Supermicro": {part: {flag: True}}}}
        assert upload(bench, image(bench, part.lower(), "9.9"), parameters).status == status

    def test_targets_are_few_and_one_is_an_expression(self) -> None:
        """Q-S17."""
        bench = Bench("supermicro_x13")
        action = bench.get(bench.layout.update)["Actions"]["#UpdateService.SimpleUpdate"]
        rows = bench.get(action["@Redfish.ActionInfo"])["Parameters"]
        allowed = next(row for row in rows if row["Name"] == "Targets")["AllowableValues"]
        assert "/redfish/v1/Systems/1/Bios" in allowed and any(one.endswith(r"CPLD_Backplane_(\d+)") for one in allowed)
        body = {"ImageURI": "http://10.0.0.1/x", "Targets": [f"{bench.layout.inventory}/AOC_NIC1"]}
        assert bench.call("POST", action["target"], body).status == 400

    def test_version_of_the_bios_has_its_date_in_every_bank(self) -> None:
        """Q-S18."""
        bench = Bench("supermicro_x13")
        assert versions(bench, "BIOS", "Backup_BIOS", "Staging_BIOS") == [
            "BIOS Date: 08/04/2023 Ver 1.4",
            "BIOS Date: 08/04/2023 Ver 1.3",
            "N/A",
        ]

    def test_tag_may_be_in_the_body_alone(self) -> None:
        """Q-S24."""
        bench = with_habits("supermicro_x12", etags={"in_header": False})
        answer = bench.call("GET", bench.layout.host)
        assert "ETag" not in answer.headers
        tag = bench.system["@odata.etag"]
        assert bench.call("PATCH", bench.layout.host, {"AssetTag": "a"}, If_Match=tag).status == 200

    def test_patch_of_the_bios_itself_is_taken_without_a_task(self) -> None:
        """Q-S27."""
        bench = with_habits("supermicro_x12", bios={"settings": "", "answer": "success"})
        name = next(one for one in bench.bios() if one.startswith("QuietBoot_"))
        answer = bench.call("PATCH", bench.layout.bios, {"Attributes": {name: "Disabled"}})
        assert (answer.status, list(answer.doc or {}), "Location" in answer.headers) == (202, ["Success"], False)
        assert bench.bios()[name] == "Enabled"
        bench.boot()
        assert bench.bios()[name] == "Disabled"


class TestLenovo:
    def test_settings_object_is_a_full_copy(self) -> None:
        """Q-L01."""
        bench = Bench("lenovo_xcc")
        assert bench.layout.bios_settings.endswith("/Bios/Pending")
        assert bench.get(bench.layout.bios_settings)["Attributes"] == bench.bios()

    def test_targets_of_an_update_are_those_that_are_listed(self) -> None:
        """Q-L08."""
        bench = Bench("lenovo_xcc")
        action = bench.get(bench.layout.update)["Actions"]["#UpdateService.SimpleUpdate"]
        assert action["Targets@Redfish.AllowableValues"] == [f"{bench.layout.inventory}/BMC-Backup"]
        body = {"ImageURI": "http://10.0.0.1/x", "Targets": [f"{bench.layout.inventory}/BMC-Primary"]}
        assert bench.call("POST", action["target"], body).status == 400

    @pytest.mark.parametrize(("apply_time", "status"), [("Immediate", 202), ("OnStartUpdateRequest", 400)])
    def test_upload_is_immediate_or_refused(self, apply_time: str, status: int) -> None:
        """Q-L09."""
        bench = Bench("lenovo_xcc")
        parameters = {"@Redfish.OperationApplyTime": apply_time}
        assert upload(bench, image(bench, "bios", "130C"), parameters).status == status

    def test_restart_that_hangs_is_ended_by_off_and_on(self) -> None:
        """Q-L11."""
        bench = Bench("lenovo_xcc")
        bench.boot()
        bench.faults.add("r01", "stuck_in_post", count=1)
        bench.reset("ForceRestart")
        bench.clock.advance(3600)
        assert bench.machine.in_post
        bench.reset("ForceOff")
        bench.clock.advance(10)
        bench.reset("On")
        bench.clock.advance(3600)
        assert bench.machine.os_running

    def test_standby_power_is_cut_by_an_action_of_its_own(self) -> None:
        """Q-L12."""
        bench = Bench("lenovo_xcc")
        target = bench.system["Oem"]["Lenovo"]["Actions"]["#LenovoComputerSystem.SystemReset"]["target"]
        assert bench.call("POST", target, {"ResetType": "AuxCycle"}).status == 400
        assert bench.call("POST", target, {"ResetType": "ACPowerCycle"}).status < 300
        bench.clock.advance(3)
        assert not bench.bmc.up

    def test_override_lasts_for_one_start_and_the_order_has_a_place_of_its_own(self) -> None:
        """Q-L13."""
        bench = Bench("lenovo_xcc")
        assert override(bench, bench.layout.host, **{**ONCE, "BootSourceOverrideEnabled": "Continuous"}).status == 400
        order = bench.system["Boot"]["BootOrder"][::-1]
        assert override(bench, bench.layout.host, BootOrder=order).status == 400
        settings = bench.layout.system_settings
        assert "BootSourceOverrideTarget" not in bench.get(settings)["Boot"]
        assert override(bench, settings, **ONCE).status == 400
        assert override(bench, settings, BootOrder=order).status == 200
        assert bench.machine.boot_order == ["Pxe", "Hdd"]

    def test_there_is_room_for_sixteen_sessions(self) -> None:
        """Q-L14."""
        bench = Bench("lenovo_xcc")
        assert [log_in(bench).status for _unused in range(17)] == [201] * 16 + [503]

    def test_image_is_a_property_and_drives_have_names(self) -> None:
        """Q-L15."""
        bench = Bench("lenovo_xcc")
        assert [path.rpartition("/")[2] for path in bench.layout.media] == ["RDOC1", "Remote1", "EXT1", "EXT2"]
        assert bench.call("PATCH", bench.layout.media[0], {"Image": ISO}).status == 400
        drive = bench.layout.media[2]
        assert "Actions" not in bench.get(drive)
        assert bench.call("PATCH", drive, {"Image": ISO}).status == 200
        assert bench.get(drive)["Inserted"] is True

    def test_version_is_a_build_with_a_family_before_it(self) -> None:
        """Q-L16."""
        bench = Bench("lenovo_xcc")
        assert bench.get(bench.layout.manager)["FirmwareVersion"] == "TGBT42S 2.83 2023-07-05"
        assert versions(bench, "BMC-Primary", "UEFI") == ["42S-2.83", "U8E122J"]

    def test_names_have_a_group_and_what_locks_them_grays_them_out(self) -> None:
        """Q-L18."""
        bench = Bench("lenovo_xcc")
        assert all("_" in name for name in bench.bios())
        assert bench.bmc.bios is not None
        assert {"GrayOut", "Hidden"} <= {rule.property for rule in bench.bmc.bios.registry.dependencies}
