# SPDX-License-Identifier: GPL-3.0-or-later
"""Links, ETags, queries and errors of the service."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.unit.lab.bench import Bench, message_ids


def all_links(value: Any) -> list[str]:
    if isinstance(value, list):
        return [link for one in value for link in all_links(one)]
    if not isinstance(value, dict):
        return []
    own = [value["@odata.id"].partition("#")[0]] if isinstance(value.get("@odata.id"), str) else []
    return own + [link for one in value.values() for link in all_links(one)]


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_every_link_leads_somewhere(platform: str) -> None:
    bench, seen, broken = Bench(platform), set(), []
    todo = ["/redfish/v1"]
    bench.boot()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = bench.call("GET", path)
        if answer.status == 200:
            todo += all_links(json.loads(answer.body()))
        else:
            broken.append(path)
    dangling = [f"/redfish/v1/{name}" for name in PLATFORMS[platform].dangling]
    assert broken == dangling
    assert len(seen) > 50


class TestProtocol:
    def test_etags_change_with_the_resource_and_are_checked(self) -> None:
        bench = Bench("generic")
        tag = bench.call("GET", bench.layout.host).headers["ETag"]
        assert bench.call("GET", bench.layout.host, If_None_Match=tag).status == 304
        assert bench.call("PATCH", bench.layout.host, {"AssetTag": "a"}, If_Match='"other"').status == 412
        assert bench.call("PATCH", bench.layout.host, {"AssetTag": "a"}, If_Match=tag).status == 200
        assert bench.call("PATCH", bench.layout.host, {"AssetTag": "b"}, If_Match=tag).status == 412
        assert bench.system["AssetTag"] == "a"

    @pytest.mark.parametrize(
        ("platform", "pattern"),
        [("hpe_ilo6", r'W/"[0-9A-F]{8}"'), ("hpe_ilo7", r'W/"\d+"'), ("generic", r'"[0-9a-f]{32}"')],
    )
    def test_etag_styles(self, platform: str, pattern: str) -> None:
        import re

        bench = Bench(platform)
        assert re.fullmatch(pattern, bench.call("GET", bench.layout.host).headers["ETag"])

    def test_x12_wants_if_match_on_the_system(self) -> None:
        bench = Bench("supermicro_x12")
        assert bench.call("PATCH", bench.layout.host, {"AssetTag": "a"}).status == 428

    def test_idrac10_refuses_if_match_on_an_action(self) -> None:
        bench = Bench("dell_idrac10")
        target = bench.system["Actions"]["#ComputerSystem.Reset"]["target"]
        assert bench.call("POST", target, {"ResetType": "On"}, If_Match="*").status == 412

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/redfish/v1/Nowhere", 404),
            ("PATCH", "/redfish/v1/Nowhere", 404),
            ("POST", "/redfish/v1/Systems", 405),
            ("DELETE", "/redfish/v1/Systems/system", 405),
            ("GET", "/redfish/v1/Systems/system/Actions/ComputerSystem.Reset", 405),
            ("PATCH", "/redfish/v1/Systems/system/Bios", 400),
        ],
    )
    def test_what_is_not_there_and_what_is_not_allowed(self, method: str, path: str, status: int) -> None:
        answer = Bench("generic").call(method, path, {"X": 1} if method != "GET" else None)
        assert answer.status == status
        assert answer.doc and answer.doc["error"]["@Message.ExtendedInfo"]

    def test_a_broken_body_is_400(self) -> None:
        bench = Bench("generic")
        answer = bench.call("PATCH", bench.layout.host, b"{not json")
        assert (answer.status, message_ids(answer.doc)) == (400, ["MalformedJSON"])

    def test_a_partly_writable_patch_says_what_was_left_out(self) -> None:
        bench = Bench("generic")
        path = bench.layout.chassis[0]
        answer = bench.call("PATCH", path, {"AssetTag": "x", "Model": "y", "Colour": 1})
        assert answer.status == 200 and answer.doc
        assert answer.doc["Model@Message.ExtendedInfo"][0]["MessageId"].endswith("PropertyNotWritable")
        assert answer.doc["Colour@Message.ExtendedInfo"][0]["MessageId"].endswith("PropertyUnknown")
        assert bench.get(path)["AssetTag"] == "x"

    def test_hpe_messages_have_no_text(self) -> None:
        answer = Bench("hpe_ilo6").call("GET", "/redfish/v1/Nowhere")
        assert answer.doc
        assert set(answer.doc["error"]["@Message.ExtendedInfo"][0]) == {"MessageId", "MessageArgs"}

    def test_hpe_registries_refuse_identity(self) -> None:
        bench = Bench("hpe_ilo6")
        place = bench.get("/redfish/v1/Registries/BiosAttributeRegistryU58.v1_2_44")["Location"][0]["Uri"]
        assert bench.call("GET", place, Accept_Encoding="identity").status == 406
        assert bench.call("GET", place, Accept_Encoding="gzip").status == 200

    def test_the_metadata_and_the_root_need_no_login(self) -> None:
        bench = Bench("generic")
        for path in ("/redfish", "/redfish/v1", "/redfish/v1/", "/redfish/v1/odata", "/redfish/v1/$metadata"):
            assert bench.call("GET", path, login=None).status == 200
        assert bench.call("GET", "/redfish/v1/Systems", login=None).status == 401


class TestQueries:
    def test_expand(self) -> None:
        bench = Bench("generic")
        doc = json.loads(bench.call("GET", "/redfish/v1/Systems?$expand=.($levels=1)").body())
        assert doc["Members"][0]["PowerState"] == "Off"
        assert set(doc["Members"][0]["Bios"]) == {"@odata.id"}

    def test_select_filter_top_and_skip(self) -> None:
        bench = Bench("generic")
        doc = bench.get(f"{bench.layout.host}?$select=PowerState,Boot/BootSourceOverrideEnabled")
        assert doc["PowerState"] == "Off" and "Model" not in doc
        assert set(doc["Boot"]) == {"BootSourceOverrideEnabled"}
        memory = f"{bench.layout.host}/Memory"
        assert len(bench.get(f"{memory}?$top=3")["Members"]) == 3
        assert len(bench.get(f"{memory}?$skip=14")["Members"]) == 2
        assert len(bench.get(f"{memory}?$filter=DeviceLocator eq 'DIMM3'")["Members"]) == 1

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("$expand=.($levels=9)", 400),
            ("$expand=x", 400),
            ("$compute=1", 501),
            ("$top=-1", 400),
            ("$filter=what", 400),
        ],
    )
    def test_bad_queries(self, query: str, status: int) -> None:
        assert Bench("generic").call("GET", f"/redfish/v1/Systems?{query}").status == status

    def test_hpe_expands_one_way_only(self) -> None:
        bench = Bench("hpe_ilo6")
        assert bench.call("GET", "/redfish/v1/Systems?$expand=.").status == 200
        assert bench.call("GET", "/redfish/v1/Systems?$expand=*").status == 501


def test_single_habits_can_be_replaced() -> None:
    from ansible_collections.hwautomation.baremetal.extensions.lab.special import custom_personality

    habits = {"boot": {"reverts": ["BootSourceOverrideMode"]}, "words": {"info_is_dict": True}}
    bench = Bench("generic")
    bench.bmc.p = custom_personality(PLATFORMS["generic"], {"habits": habits})
    boot = {"BootSourceOverrideTarget": "Pxe", "BootSourceOverrideEnabled": "Once", "BootSourceOverrideMode": "Legacy"}
    assert bench.call("PATCH", bench.layout.host, {"Boot": boot}).status == 200
    assert bench.system["Boot"]["BootSourceOverrideMode"] == "UEFI", "taken and reverted (Q-S25)"
    answer = bench.call("GET", "/redfish/v1/Nowhere")
    assert answer.doc and isinstance(answer.doc["error"]["@Message.ExtendedInfo"], dict), "Q-G16"
