# SPDX-License-Identifier: GPL-3.0-or-later
"""Boot override and power of each platform, as its BMC tells and takes them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.unit.lab.bench import Bench, message_ids


class TestBoot:
    def patch(self, bench: Bench, **boot: Any) -> Any:
        return bench.call("PATCH", bench.layout.host, {"Boot": boot})

    def test_once_is_shown_and_consumed_by_the_boot(self) -> None:
        bench = Bench("generic")
        answer = self.patch(bench, BootSourceOverrideEnabled="Once", BootSourceOverrideTarget="Pxe")
        assert answer.status == 200
        assert bench.system["Boot"]["BootSourceOverrideTarget"] == "Pxe"
        bench.boot()
        assert bench.system["Boot"]["BootSourceOverrideEnabled"] == "Disabled"

    @pytest.mark.parametrize(
        ("boot", "message"),
        [
            ({"BootSourceOverrideTarget": "Tape"}, "PropertyValueNotInList"),
            ({"BootSourceOverrideEnabled": "Twice"}, "PropertyValueNotInList"),
            ({"BootSourceOverrideEnabled": True}, "PropertyValueTypeError"),
            ({"BootOrder": ["Boot9999"]}, "PropertyValueNotInList"),
            ({"Colour": "red"}, "PropertyUnknown"),
        ],
    )
    def test_a_bad_override_is_refused_and_changes_nothing(self, boot: dict[str, Any], message: str) -> None:
        bench = Bench("generic")
        before = bench.system["Boot"]
        answer = self.patch(bench, **boot)
        assert (answer.status, message_ids(answer.doc)) == (400, [message])
        assert bench.system["Boot"] == before

    def test_supermicro_falls_back_for_what_is_not_sent(self) -> None:
        bench = Bench("supermicro_x13")
        self.patch(
            bench,
            BootSourceOverrideEnabled="Continuous",
            BootSourceOverrideTarget="Pxe",
            BootSourceOverrideMode="Legacy",
        )
        self.patch(bench, BootSourceOverrideTarget="Cd")
        boot = bench.system["Boot"]
        assert (boot["BootSourceOverrideEnabled"], boot["BootSourceOverrideMode"]) == ("Once", "UEFI")

    def test_idrac10_takes_the_override_on_its_settings_object_only(self) -> None:
        bench = Bench("dell_idrac10")
        assert self.patch(bench, BootSourceOverrideTarget="Pxe").status == 400
        settings = bench.system["@Redfish.Settings"]["SettingsObject"]["@odata.id"]
        body = {"Boot": {"BootSourceOverrideTarget": "Pxe", "BootSourceOverrideEnabled": "Once"}}
        assert bench.call("PATCH", settings, body).status == 200
        assert bench.machine.override.target == "Pxe"

    def test_the_boot_order_moves_the_machine(self) -> None:
        bench = Bench("generic")
        order = bench.system["Boot"]["BootOrder"]
        assert self.patch(bench, BootOrder=order[1:] + order[:1]).status == 200
        assert bench.machine.boot_order == ["Pxe", "Hdd"]
        assert bench.system["Boot"]["BootOrder"] == order[1:] + order[:1]


class TestPower:
    @pytest.mark.parametrize("platform", sorted(PLATFORMS))
    def test_a_type_that_is_not_allowed_is_refused(self, platform: str) -> None:
        bench = Bench(platform)
        answer = bench.reset("Explode")
        assert (answer.status, message_ids(answer.doc)) == (400, ["ActionParameterValueNotInList"])

    @pytest.mark.parametrize(
        ("platform", "status", "message"),
        [("dell_idrac9", 409, "PSU501"), ("hpe_ilo6", 400, "InvalidOperationForSystemState")],
    )
    def test_on_when_on(self, platform: str, status: int, message: str) -> None:
        bench = Bench(platform)
        bench.boot()
        answer = bench.reset("On")
        assert (answer.status, message_ids(answer.doc)) == (status, [message])

    def test_supermicro_takes_on_when_on(self) -> None:
        bench = Bench("supermicro_x13")
        bench.boot()
        assert bench.reset("On").status == 200

    def test_idrac10_refuses_on_shortly_after_off(self) -> None:
        bench = Bench("dell_idrac10")
        bench.boot()
        bench.reset("ForceOff")
        bench.clock.advance(10)
        assert bench.reset("On").status == 409
        bench.clock.advance(60)
        assert bench.reset("On").status < 300

    def test_hpe_tells_post_state(self) -> None:
        bench, seen = Bench("hpe_ilo6"), []
        bench.reset("On")
        for _unused in range(30):
            state = bench.system["Oem"]["Hpe"]["PostState"]
            seen += [state] if state not in seen else []
            bench.clock.advance(10)
        assert seen == ["PowerOff", "InPost", "InPostDiscoveryComplete", "FinishedPost"] or seen == [
            "InPost",
            "InPostDiscoveryComplete",
            "FinishedPost",
        ]

    def test_supermicro_never_says_that_a_system_runs(self) -> None:
        bench = Bench("supermicro_x13")
        bench.boot()
        assert bench.machine.os_running
        assert bench.system["BootProgress"]["LastState"] == "SystemHardwareInitializationComplete"

    def test_ilo7_keeps_boot_progress_none(self) -> None:
        bench = Bench("hpe_ilo7")
        bench.boot()
        assert bench.system["BootProgress"]["LastState"] == "None"
        assert bench.system["Oem"]["Hpe"]["PostState"] == "FinishedPost"

    def test_stuck_in_post(self) -> None:
        bench = Bench("generic")
        bench.faults.add("r01", "stuck_in_post")
        bench.boot()
        assert bench.system["BootProgress"]["LastState"] == "PrimaryProcessorInitializationStarted"
