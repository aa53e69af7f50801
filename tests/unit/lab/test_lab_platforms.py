# SPDX-License-Identifier: GPL-3.0-or-later
"""Habits of the platforms beyond the four of the demo, each with the row of the quirk catalogue it reproduces."""

from __future__ import annotations

import json

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.images import Image, build
from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.unit.lab.bench import Bench

ISSUE_PLATFORMS = {
    "dell_idrac9",
    "dell_idrac10",
    "hpe_ilo5",
    "hpe_ilo6",
    "hpe_ilo7",
    "supermicro_x10",
    "supermicro_x12",
    "supermicro_x13",
    "lenovo_xcc",
    "ami_megarac",
    "openbmc",
    "nvidia_hgx",
    "intel",
    "generic",
}

# platform, attributes in the registry (at least), on the machine (at least), dependencies (at least)
SIZES = [
    ("dell_idrac9", 500, 350, 100),
    ("hpe_ilo6", 640, 270, 50),
    ("supermicro_x13", 440, 440, 30),
    ("lenovo_xcc", 340, 330, 50),
    ("ami_megarac", 220, 215, 20),
    ("nvidia_hgx", 390, 390, 0),
    ("intel", 400, 400, 0),
]


def test_all_platforms_are_there() -> None:
    assert set(PLATFORMS) == ISSUE_PLATFORMS
    assert all(key == one.id for key, one in PLATFORMS.items())


@pytest.mark.parametrize(("platform", "rows", "present", "dependencies"), SIZES)
def test_registries_have_the_size_of_real_ones(platform: str, rows: int, present: int, dependencies: int) -> None:
    bench = Bench(platform)
    assert bench.bmc.bios is not None
    registry = bench.bmc.bios.registry
    assert len(registry.attributes) >= rows
    assert len(bench.bios()) >= present
    assert len(registry.dependencies) >= dependencies


@pytest.mark.parametrize("platform", sorted(ISSUE_PLATFORMS))
def test_every_rule_of_a_registry_names_attributes_that_exist(platform: str) -> None:
    bench = Bench(platform)
    if bench.bmc.bios is None:
        return
    registry = bench.bmc.bios.registry
    for rule in registry.dependencies:
        assert rule.attribute in registry.attributes
        for term in rule.terms:
            assert term.attribute in registry.attributes, term


@pytest.mark.parametrize("platform", sorted(ISSUE_PLATFORMS))
def test_vendors_can_be_told_apart_by_the_root(platform: str) -> None:
    root = Bench(platform).get("/redfish/v1")
    ids = PLATFORMS[platform].identity
    assert root.get("Vendor") == ids.vendor
    assert root["RedfishVersion"] == ids.redfish_version


class TestLenovo:
    def test_announces_apply_times_and_refuses_them(self) -> None:
        """Q-L02."""
        bench = Bench("lenovo_xcc")
        assert bench.get(bench.layout.bios)["@Redfish.Settings"]["SupportedApplyTimes"] == ["OnReset"]
        answer = bench.set_bios({"Processors_HyperThreading": "Disabled"}, "OnReset")
        assert answer.status == 400 and "PropertyUnknown" in json.dumps(answer.doc)

    def test_a_locked_setting_is_pending_and_never_applied(self) -> None:
        """Q-L20."""
        bench = Bench("lenovo_xcc")
        assert bench.set_bios({"Processors_TurboMode": "Disabled"}).status == 200
        pending = bench.get(bench.layout.bios_settings)["Attributes"]
        assert pending["Processors_TurboMode"] == "Disabled"
        bench.boot()
        assert bench.bios()["Processors_TurboMode"] == "Enabled"

    def test_patches_of_the_system_want_if_match(self) -> None:
        """Q-L03."""
        bench = Bench("lenovo_xcc")
        assert bench.call("PATCH", bench.layout.host, {"AssetTag": "x"}).status == 428
        tag = bench.call("GET", bench.layout.host).headers["ETag"]
        assert bench.call("PATCH", bench.layout.host, {"AssetTag": "x"}, If_Match=tag).status == 200

    def test_reset_of_the_bios_wants_a_body(self) -> None:
        """Q-L04."""
        bench = Bench("lenovo_xcc")
        target = bench.get(bench.layout.bios)["Actions"]["#Bios.ResetBios"]["target"]
        assert bench.call("POST", target, {}).status == 400
        assert bench.call("POST", target, {"ResetType": "Reset"}).status == 200

    def test_a_push_wants_the_claim(self) -> None:
        """Q-L07, Q-L06, Q-L05."""
        bench = Bench("lenovo_xcc")
        data = build(Image("lenovo", "lenovo_xcc", "bios", "130C"), 2048)
        service = bench.get(bench.layout.update)
        assert bench.call("POST", service["HttpPushUri"], data).status == 400
        bench.call("PATCH", bench.layout.update, {"HttpPushUriTargetsBusy": True})
        answer = bench.call("POST", service["HttpPushUri"], data)
        assert answer.status == 202
        place = answer.headers["Location"]
        bench.clock.advance(40)
        assert bench.get(place)["TaskState"].startswith("Update : ")
        bench.clock.advance(600)
        assert bench.get(place)["TaskState"] == "Done"
        monitor = bench.get(place)["TaskMonitor"]
        assert bench.call("GET", monitor).status == 200
        assert bench.call("GET", place).status == 404, "reading the monitor deletes the task"

    def test_bmc_firmware_waits_for_a_reset_by_hand(self) -> None:
        """Q-L10."""
        bench = Bench("lenovo_xcc")
        row = f"{bench.layout.inventory}/BMC-Primary-Pending"
        assert bench.get(row)["Version"] == "*"
        firmware = bench.bmc.firmware
        firmware.received(firmware.begin("x"), build(Image("l", "lenovo_xcc", "bmc", "44A"), 512))
        bench.clock.advance(600)
        assert bench.bmc.up
        assert bench.get(row)["Version"] == "44A-2.83"
        target = bench.get(bench.layout.manager)["Actions"]["#Manager.Reset"]["target"]
        bench.call("POST", target, {"ResetType": "ForceRestart"})
        bench.clock.advance(900)
        assert bench.get(bench.layout.manager)["FirmwareVersion"].startswith("TGBT44A ")


class TestAmi:
    def test_the_settings_object_is_there_and_not_linked(self) -> None:
        """Q-G02, Q-A04."""
        bench = Bench("ami_megarac")
        announced = bench.get(bench.layout.bios)["@Redfish.Settings"]
        assert "SettingsObject" not in announced
        assert announced["ETag"] == "Dummyetag"
        assert announced["Messages"][0]["MessageId"].endswith("SettingsFailed")
        assert bench.get("/redfish/v1/Systems/Self/Bios/SD")["Attributes"] == bench.bios()

    def test_simple_update_has_its_own_path_and_parameters(self) -> None:
        """Q-A03."""
        bench = Bench("ami_megarac")
        target = bench.get(bench.layout.update)["Actions"]["#UpdateService.SimpleUpdate"]["target"]
        assert target.endswith("/Actions/SimpleUpdate")
        answer = bench.call("POST", target, {"ImageURI": "http://127.0.0.1/x"})
        assert answer.status == 400 and "TransferProtocol" in json.dumps(answer.doc)


class TestOpenBmc:
    def test_there_is_nothing_but_reset_bios(self) -> None:
        """Q-N01."""
        bench = Bench("openbmc")
        bios = bench.get(bench.layout.bios)
        assert "Attributes" not in bios and "@Redfish.Settings" not in bios
        assert list(bios["Actions"]) == ["#Bios.ResetBios"]

    def test_there_is_no_simple_update_and_the_monitor_says_204_once(self) -> None:
        """Q-N07, Q-G28."""
        bench = Bench("openbmc")
        service = bench.get(bench.layout.update)
        assert "#UpdateService.SimpleUpdate" not in service.get("Actions", {})
        data = build(Image("o", "openbmc", "bios", "2.16.0"), 512)
        monitor = bench.call("POST", service["HttpPushUri"], data).headers["Location"]
        assert bench.call("GET", monitor).status == 202
        bench.clock.advance(600)
        assert [bench.call("GET", monitor).status for _unused in range(2)] == [204, 404]

    def test_accounts_are_named(self) -> None:
        bench = Bench("openbmc")
        assert bench.get(f"{bench.layout.accounts}/root")["UserName"] == "root"


class TestNvidia:
    def test_the_host_is_not_the_first_system(self) -> None:
        """Q-G46, Q-N05."""
        bench = Bench("nvidia_hgx")
        members = [one["@odata.id"].rpartition("/")[2] for one in bench.get("/redfish/v1/Systems")["Members"]]
        assert members == ["HGX_Baseboard_0", "System_0"]
        assert "Bios" not in bench.get("/redfish/v1/Systems/HGX_Baseboard_0")

    def test_bounds_below_zero_are_none(self) -> None:
        bench = Bench("nvidia_hgx")
        assert bench.set_bios({"EGMHypervisorReservedMemory": 4096}).status == 204

    def test_there_is_no_attribute_registry_property(self) -> None:
        """Q-N06."""
        bench = Bench("nvidia_hgx")
        assert "AttributeRegistry" not in bench.get(bench.layout.bios)


class TestStandbyPower:
    def test_hgx_firmware_runs_after_standby_power_was_cut(self) -> None:
        """Q-N08."""
        bench = Bench("nvidia_hgx")
        bench.boot()
        firmware = bench.bmc.firmware
        firmware.received(firmware.begin("x"), build(Image("n", "nvidia_hgx", "gpu", "97.00.99"), 512))
        bench.clock.advance(600)
        bench.boot()
        assert firmware.version("gpu") == "97.00.82.00.0F", "a host reset is not enough"
        assert bench.reset("FullPowerCycle").status < 300
        bench.clock.advance(3600)
        assert firmware.version("gpu") == "97.00.99"
        assert (bench.bmc.up, bench.system["PowerState"]) == (True, "On"), "LastState"

    def test_ilo_cuts_power_only_while_the_host_is_off(self) -> None:
        """Q-H18."""
        bench = Bench("hpe_ilo6")
        bench.boot()
        target = bench.system["Oem"]["Hpe"]["Actions"]["#HpeComputerSystemExt.SystemReset"]["target"]
        assert bench.call("POST", target, {"ResetType": "AuxCycle"}).status == 400
        bench.reset("ForceOff")
        bench.clock.advance(60)
        assert bench.call("POST", target, {"ResetType": "AuxCycle"}).status == 200
        bench.clock.advance(3)
        assert not bench.bmc.up
        bench.clock.advance(900)
        assert (bench.bmc.up, bench.system["PowerState"]) == (True, "Off")

    @pytest.mark.parametrize(
        ("policy", "before", "after"),
        [("AlwaysOn", "Off", "On"), ("AlwaysOff", "On", "Off"), ("LastState", "On", "On")],
    )
    def test_the_restore_policy_decides_what_comes_back(self, policy: str, before: str, after: str) -> None:
        bench = Bench("generic")
        if before == "On":
            bench.boot()
        assert bench.call("PATCH", bench.layout.host, {"PowerRestorePolicy": policy}).status == 200
        assert bench.reset("FullPowerCycle").status == 204
        bench.clock.advance(3600)
        assert bench.system["PowerState"] == after


class TestOthers:
    def test_intel_names_the_system_after_the_serial_number_and_counts_in_integers(self) -> None:
        """Q-G47, Q-I01."""
        bench = Bench("intel")
        assert bench.system["Id"] == bench.system["SerialNumber"]
        assert all(isinstance(value, int) for value in bench.bios().values())

    def test_x10_links_an_update_service_that_is_not_there(self) -> None:
        """Q-S01."""
        bench = Bench("supermicro_x10")
        assert bench.call("GET", bench.get("/redfish/v1")["UpdateService"]["@odata.id"]).status == 404
        assert "Bios" not in bench.system

    def test_ilo6_hides_its_network_adapters_until_a_system_runs(self) -> None:
        """Q-H08."""
        bench = Bench("hpe_ilo6")
        path = f"{bench.layout.chassis[0]}/NetworkAdapters"
        assert bench.call("GET", path).status == 400
        bench.boot()
        assert bench.call("GET", path).status == 200

    def test_a_restart_of_a_machine_that_is_off_means_on_where_it_is_taken(self) -> None:
        bench = Bench("generic")
        assert bench.reset("ForceRestart").status == 204
        bench.clock.advance(600)
        assert bench.system["PowerState"] == "On"
