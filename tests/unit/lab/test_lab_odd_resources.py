# SPDX-License-Identifier: GPL-3.0-or-later
"""What single machines do with links, properties, ETags, clocks and media; each only where it is switched on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.lab.bench import Bench, log_in, message_ids, odd, with_habits


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

    def test_an_image_shows_late_on_x12(self) -> None:
        bench = Bench("supermicro_x12")
        assert self.insert(bench).status == 204
        assert bench.get(bench.layout.media[0])["Inserted"] is False
        bench.clock.advance(4)
        assert bench.get(bench.layout.media[0])["Inserted"] is True

    def test_xcc_has_properties_in_place_of_actions(self) -> None:
        bench = Bench("lenovo_xcc")
        path = bench.layout.media[-1]
        assert "Actions" not in bench.get(path)
        assert bench.call("PATCH", path, {"Image": "http://10.0.0.1/a.iso", "Inserted": True}).status == 200
        assert bench.get(path)["ImageName"] == "a.iso"


def test_a_boot_override_comes_whole_or_not_at_all() -> None:
    bench = odd(boot_needs_all=True)
    boot = {"BootSourceOverrideTarget": "Pxe", "BootSourceOverrideEnabled": "Once"}
    answer = bench.call("PATCH", bench.layout.host, {"Boot": boot})
    assert (answer.status, message_ids(answer.doc)) == (400, ["PropertyMissing"])
    assert bench.machine.override.target == "None"
    assert bench.call("PATCH", bench.layout.host, {"Boot": {**boot, "BootSourceOverrideMode": "UEFI"}}).status == 200
