# SPDX-License-Identifier: GPL-3.0-or-later
"""What each platform makes of a PATCH of BIOS settings, before and after the reset."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.lab.bench import Bench

SMC_HT = "HyperThreading_ALL"


def change_for(platform: str) -> tuple[str, Any, Any]:
    """Return (attribute, value it starts with, another value that may be set)."""
    if platform.startswith("dell"):
        return "LogicalProc", "Enabled", "Disabled"
    if platform.startswith("hpe"):
        return "ProcHyperthreading", "Enabled", "Disabled"
    if platform.startswith("supermicro"):
        from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.supermicro_bios import name

        return name(SMC_HT), "Enable", "Disable"
    return "HyperThreading", "Enabled", "Disabled"


PLATFORMS = ["dell_idrac9", "hpe_ilo6", "supermicro_x13", "generic"]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_value_is_pending_until_a_reset_and_then_current(platform: str) -> None:
    bench = Bench(platform)
    attribute, before, after = change_for(platform)
    assert bench.bios()[attribute] == before
    apply_time = "OnReset" if platform.startswith("dell") else ""
    answer = bench.set_bios({attribute: after}, apply_time)
    assert answer.status in (200, 202, 204), answer.doc
    pending = bench.get(bench.layout.bios_settings)["Attributes"]
    assert pending[attribute] == after
    bench.clock.advance(600)
    assert bench.bios()[attribute] == before, "nothing applies without a reset"
    bench.boot()
    assert bench.bios()[attribute] == after
    assert bench.bmc.bios is not None and not bench.bmc.bios.pending


SHAPES = [
    ("dell_idrac9", {}),
    ("generic", {}),
    ("supermicro_x13", None),
]


@pytest.mark.parametrize(("platform", "clean"), SHAPES)
def test_the_settings_object_when_nothing_is_pending(platform: str, clean: Any) -> None:
    bench = Bench(platform)
    assert bench.get(bench.layout.bios_settings).get("Attributes") == clean


def test_hpe_shows_a_full_copy() -> None:
    bench = Bench("hpe_ilo6")
    settings = bench.get(bench.layout.bios_settings)["Attributes"]
    assert settings == bench.bios()
    bench.set_bios({"ProcHyperthreading": "Disabled"})
    assert bench.get(bench.layout.bios_settings)["Attributes"] == {**settings, "ProcHyperthreading": "Disabled"}


REFUSED = [
    ("generic", {"HyperTreading": "Enabled"}, "PropertyUnknown"),
    ("generic", {"SystemModel": "x"}, "PropertyNotWritable"),
    ("generic", {"HyperThreading": "On"}, "PropertyValueNotInList"),
    ("generic", {"HyperThreading": True}, "PropertyValueTypeError"),
    ("generic", {"BootTimeout": "5"}, "PropertyValueTypeError"),
    ("generic", {"BootTimeout": 70000}, "PropertyValueOutOfRange"),
    ("generic", {"PowerRestoreDelay": 7}, "PropertyValueOutOfRange"),
    ("generic", {"SecureBoot": "true"}, "PropertyValueTypeError"),
    ("generic", {"AssetTag": "x" * 64}, "PropertyValueFormatError"),
    ("generic", {"ServerName": "a b"}, "PropertyValueFormatError"),
    ("generic", {"SriovSupport": "Enabled"}, "PropertyNotWritable"),
    ("generic", {"FactoryMode": "Enabled"}, "PropertyNotWritable"),
    ("dell_idrac9", {"Proc1Brand": "x"}, "PropertyNotWritable"),
    ("dell_idrac9", {"AcPwrRcvryUserDelay": 601, "AcPwrRcvryDelay": "User"}, "PropertyValueOutOfRange"),
    ("supermicro_x13", {"QuietBoot": "Enabled"}, "PropertyUnknown"),
]


@pytest.mark.parametrize(("platform", "attributes", "message"), REFUSED)
def test_a_bad_value_is_refused_at_once_and_nothing_is_staged(
    platform: str, attributes: dict[str, Any], message: str
) -> None:
    bench = Bench(platform)
    answer = bench.set_bios(attributes)
    assert answer.status == 400
    assert answer.doc is not None
    ids = [one["MessageId"].rpartition(".")[2] for one in answer.doc["error"]["@Message.ExtendedInfo"]]
    assert message in ids
    assert bench.bmc.bios is not None and not bench.bmc.bios.pending


def test_a_lock_is_lifted_by_a_value_of_the_same_patch() -> None:
    bench = Bench("generic")
    assert bench.set_bios({"SriovSupport": "Enabled", "IommuSupport": "Enabled"}).status == 200


def test_no_upper_bound_is_written_as_minus_one() -> None:
    bench = Bench("dell_idrac9")
    registry = bench.bmc.bios.registry if bench.bmc.bios else None
    assert registry is not None and registry.attributes["DramRefreshDelay"].upper == -1


class TestDell:
    def test_without_an_apply_time_nothing_is_ever_applied(self) -> None:
        bench = Bench("dell_idrac9")
        assert bench.set_bios({"LogicalProc": "Disabled"}).status == 200
        bench.boot()
        bench.boot()
        assert bench.bios()["LogicalProc"] == "Enabled"
        assert bench.get(bench.layout.bios_settings)["Attributes"] == {"LogicalProc": "Disabled"}

    def test_a_job_is_made_scheduled_and_completed(self) -> None:
        bench = Bench("dell_idrac9")
        answer = bench.set_bios({"LogicalProc": "Disabled"}, "OnReset")
        assert answer.status == 202
        task = answer.headers["Location"]
        job = f"{bench.layout.manager}/Oem/Dell/Jobs/{task.rpartition('/')[2]}"
        assert bench.get(job)["JobState"] == "New"
        bench.clock.advance(10)
        assert bench.get(job)["JobState"] == "Scheduled"
        assert bench.get(job)["JobType"] == "BIOSConfiguration"
        bench.reset("On")
        bench.clock.advance(20)
        assert bench.get(job)["JobState"] == "Running"
        bench.clock.advance(3600)
        assert bench.get(job)["JobState"] == "Completed"
        assert bench.get(task)["TaskState"] == "Completed"

    def test_while_a_job_waits_nothing_more_can_be_staged(self) -> None:
        bench = Bench("dell_idrac9")
        bench.set_bios({"LogicalProc": "Disabled"}, "OnReset")
        answer = bench.set_bios({"SriovGlobalEnable": "Enabled"}, "OnReset")
        assert answer.status == 400
        assert "already committed" in json.dumps(answer.doc)

    def test_deleting_the_job_deletes_what_was_pending(self) -> None:
        bench = Bench("dell_idrac9")
        answer = bench.set_bios({"LogicalProc": "Disabled"}, "OnReset")
        job = f"{bench.layout.manager}/Jobs/{answer.headers['Location'].rpartition('/')[2]}"
        assert bench.call("DELETE", job).status == 200
        assert bench.call("GET", job).status == 404
        assert bench.get(bench.layout.bios_settings)["Attributes"] == {}
        assert bench.set_bios({"SriovGlobalEnable": "Enabled"}, "OnReset").status == 202

    def test_a_job_can_be_made_by_hand_once(self) -> None:
        bench = Bench("dell_idrac9")
        bench.set_bios({"LogicalProc": "Disabled"})
        jobs = f"{bench.layout.manager}/Jobs"
        body = {"TargetSettingsURI": bench.layout.bios_settings}
        assert bench.call("POST", jobs, body).status == 200
        assert bench.call("POST", jobs, body).status == 400
        bench.clock.advance(10)
        bench.boot()
        assert bench.bios()["LogicalProc"] == "Disabled"

    def test_a_job_that_is_not_scheduled_yet_misses_the_reset(self) -> None:
        bench = Bench("dell_idrac9")
        bench.set_bios({"LogicalProc": "Disabled"}, "OnReset")
        bench.boot()
        assert bench.bios()["LogicalProc"] == "Enabled"
        bench.boot()
        assert bench.bios()["LogicalProc"] == "Disabled"

    def test_clear_pending(self) -> None:
        bench = Bench("dell_idrac9")
        bench.set_bios({"LogicalProc": "Disabled"})
        actions = bench.get(bench.layout.bios_settings)["Actions"]["Oem"]
        target = actions["DellManager.v1_0_0#DellManager.ClearPending"]["target"]
        assert bench.call("POST", target, {}).status == 200
        assert bench.get(bench.layout.bios_settings)["Attributes"] == {}

    def test_a_locked_value_is_taken_and_left_out(self) -> None:
        bench = Bench("dell_idrac9")
        assert bench.set_bios({"ProcTurboMode": "Disabled"}, "OnReset").status == 200
        assert bench.get(bench.layout.bios_settings)["Attributes"] == {}

    def test_a_profile_sets_its_attributes(self) -> None:
        bench = Bench("dell_idrac9")
        bench.set_bios({"SysProfile": "PerfOptimized"}, "OnReset")
        bench.clock.advance(10)
        bench.boot()
        assert bench.bios()["ProcCStates"] == "Disabled"

    def test_an_unknown_apply_time_is_refused(self) -> None:
        assert Bench("dell_idrac9").set_bios({"LogicalProc": "Disabled"}, "Immediate").status == 400


class TestHpe:
    def test_nothing_is_checked_before_the_reset_and_the_rest_is_applied(self) -> None:
        bench = Bench("hpe_ilo6")
        answer = bench.set_bios({"ProcHyperthreading": "Disabled", "NoSuch": "x", "TpmState": "NotPresent"})
        assert answer.status == 200
        assert "SystemResetRequired" in json.dumps(answer.doc)
        assert bench.get(bench.layout.bios)["@Redfish.Settings"]["Messages"] == []
        bench.boot()
        settings = bench.get(bench.layout.bios)["@Redfish.Settings"]
        ids = [one["MessageId"].rpartition(".")[2] for one in settings["Messages"]]
        assert ids == ["Success", "PropertyUnknown", "PropertyNotWritable"]
        assert settings["Time"]
        assert bench.bios()["ProcHyperthreading"] == "Disabled"

    def test_writes_during_post_are_refused(self) -> None:
        bench = Bench("hpe_ilo6")
        bench.reset("On")
        bench.clock.advance(30)
        answer = bench.set_bios({"ProcHyperthreading": "Disabled"})
        assert answer.status == 400
        assert "UnableToModifyDuringSystemPOST" in json.dumps(answer.doc)

    def test_an_apply_time_is_unknown(self) -> None:
        assert Bench("hpe_ilo6").set_bios({"ProcHyperthreading": "Disabled"}, "OnReset").status == 400

    def test_paths_are_found_in_any_case_with_or_without_slash(self) -> None:
        bench = Bench("hpe_ilo6")
        for path in ("/redfish/v1/Systems/1/Bios", "/redfish/v1/systems/1/bios/", "/REDFISH/v1/systems/1/BIOS"):
            assert bench.get(path)["Id"] == "bios"


class TestSupermicro:
    def test_current_values_are_display_names_and_value_names_are_numbers(self) -> None:
        bench = Bench("supermicro_x13")
        attribute, _unused, _unused = change_for("supermicro_x13")
        row = bench.bmc.bios.registry.attributes[attribute] if bench.bmc.bios else None
        assert row is not None and row.values == (("0", "Enable"), ("1", "Disable"))

    def test_the_registry_stands_outside_the_service(self) -> None:
        bench = Bench("supermicro_x13")
        assert bench.get("/registries/BiosAttributeRegistry.1.0.0.json")["RegistryEntries"]["Attributes"]

    def test_pending_is_taken_back_by_writing_the_current_value(self) -> None:
        bench = Bench("supermicro_x13")
        attribute, before, after = change_for("supermicro_x13")
        bench.set_bios({attribute: after})
        bench.set_bios({attribute: before})
        assert "Attributes" not in bench.get(bench.layout.bios_settings)


class TestReset:
    @pytest.mark.parametrize("platform", PLATFORMS)
    def test_defaults_are_pending_until_the_reset(self, platform: str) -> None:
        bench = Bench(platform)
        attribute, before, after = change_for(platform)
        bench.set_bios({attribute: after}, "OnReset" if platform.startswith("dell") else "")
        bench.clock.advance(10)
        bench.boot()
        actions = bench.get(bench.layout.bios)["Actions"]
        assert bench.call("POST", actions["#Bios.ResetBios"]["target"], {}).status == 200
        assert bench.bios()[attribute] == after
        bench.clock.advance(10)
        bench.boot()
        assert bench.bios()[attribute] == before

    def test_ilo5_has_the_action_on_the_settings(self) -> None:
        bench = Bench("hpe_ilo5")
        assert "#Bios.ResetBios" not in bench.get(bench.layout.bios).get("Actions", {})
        target = bench.get(bench.layout.bios_settings)["Actions"]["#Bios.ResetBios"]["target"]
        assert bench.call("POST", target, {}).status == 200


class TestFaults:
    def test_an_ignored_attribute_is_taken_and_never_changes(self) -> None:
        bench = Bench("generic")
        bench.faults.add("r01", "ignore_attribute", attribute="HyperThreading")
        assert bench.set_bios({"HyperThreading": "Disabled", "TurboBoost": "Disabled"}).status == 200
        bench.boot()
        assert (bench.bios()["HyperThreading"], bench.bios()["TurboBoost"]) == ("Enabled", "Disabled")

    def test_a_reverted_attribute_comes_back_at_the_next_reset(self) -> None:
        bench = Bench("generic")
        bench.faults.add("r01", "revert_after_reboot", attribute="HyperThreading")
        bench.set_bios({"HyperThreading": "Disabled"})
        bench.boot()
        assert bench.bios()["HyperThreading"] == "Disabled"
        bench.boot()
        assert bench.bios()["HyperThreading"] == "Enabled"

    def test_a_stuck_job_never_applies(self) -> None:
        bench = Bench("dell_idrac9")
        bench.faults.add("r01", "job_stuck")
        answer = bench.set_bios({"LogicalProc": "Disabled"}, "OnReset")
        bench.clock.advance(60)
        bench.boot()
        assert bench.bios()["LogicalProc"] == "Enabled"
        job = bench.get(f"{bench.layout.jobs[0]}/{answer.headers['Location'].rpartition('/')[2]}")
        assert (job["JobState"], job["Message"]) == ("Scheduled", "Job processing initialization failure.")

    def test_power_cut_during_post_leaves_the_values_pending(self) -> None:
        bench = Bench("generic")
        bench.set_bios({"HyperThreading": "Disabled"})
        bench.reset("On")
        bench.clock.advance(20)
        bench.reset("ForceOff")
        bench.clock.advance(600)
        assert bench.bios()["HyperThreading"] == "Enabled"
        bench.boot()
        assert bench.bios()["HyperThreading"] == "Disabled"

    def test_a_licence_may_be_missing(self) -> None:
        from dataclasses import replace

        bench = Bench("supermicro_x13")
        bench.bmc.p = replace(bench.bmc.p, license=False)
        answer = bench.set_bios({change_for("supermicro_x13")[0]: "Disable"})
        assert answer.status == 403
        assert "SFT-OOB-LIC" in json.dumps(answer.doc)
