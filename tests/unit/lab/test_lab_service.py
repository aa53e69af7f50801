# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions, accounts, boot override, queries, ETags and errors of the service."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.unit.lab.bench import Bench


def message_ids(doc: Any) -> list[str]:
    info = doc["error"]["@Message.ExtendedInfo"]
    return [one["MessageId"].rpartition(".")[2] for one in ([info] if isinstance(info, dict) else info)]


def log_in(bench: Bench, password: str = "password") -> Any:
    body = {"UserName": bench.login[0], "Password": password}
    return bench.call("POST", bench.layout.sessions, body, login=None)


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


class TestSessions:
    def test_a_token_opens_and_its_deletion_closes(self) -> None:
        bench = Bench("generic")
        answer = log_in(bench)
        assert answer.status == 201
        token, place = answer.headers["X-Auth-Token"], answer.headers["Location"]
        assert bench.call("GET", bench.layout.host, login=None, X_Auth_Token=token).status == 200
        assert bench.call("DELETE", place, login=None, X_Auth_Token=token).status == 204
        assert bench.call("GET", bench.layout.host, login=None, X_Auth_Token=token).status == 401

    def test_an_idle_session_expires_and_a_used_one_does_not(self) -> None:
        bench = Bench("hpe_ilo6")
        token = log_in(bench).headers["X-Auth-Token"]
        for _unused in range(3):
            bench.clock.advance(25)
            assert bench.call("GET", bench.layout.host, login=None, X_Auth_Token=token).status == 200
        bench.clock.advance(31)
        assert bench.call("GET", bench.layout.host, login=None, X_Auth_Token=token).status == 401

    @pytest.mark.parametrize(
        ("platform", "status", "message"),
        [
            ("dell_idrac9", 503, "RAC0218"),
            ("hpe_ilo6", 400, "SessionLimitExceeded"),
            ("generic", 503, "SessionLimitExceeded"),
        ],
    )
    def test_the_table_is_small(self, platform: str, status: int, message: str) -> None:
        bench = Bench(platform)
        for _unused in range(PLATFORMS[platform].sessions.limit):
            assert log_in(bench).status == 201
        answer = log_in(bench)
        assert (answer.status, message_ids(answer.doc)) == (status, [message])
        assert bench.call("GET", bench.layout.host).status == 200, "Basic still works"

    def test_a_wrong_password_is_401_with_a_challenge(self) -> None:
        answer = log_in(Bench("generic"), "wrong")
        assert answer.status == 401
        assert "Basic" in answer.headers["WWW-Authenticate"]

    def test_a_fault_can_fill_the_table(self) -> None:
        bench = Bench("generic")
        bench.faults.add("r01", "session_table_full")
        assert log_in(bench).status == 503

    def test_the_password_is_in_no_answer(self) -> None:
        bench = Bench("generic")
        place = log_in(bench).headers["Location"]
        assert "password" not in json.dumps(bench.get(place)).lower().replace('"password":null', "").replace(
            '"password": null', ""
        )


class TestAccounts:
    def test_failures_lock_the_account_for_a_while(self) -> None:
        bench = Bench("supermicro_x13")
        for _unused in range(3):
            assert log_in(bench, "wrong").status == 401
        assert log_in(bench).status == 401, "locked"
        bench.clock.advance(31)
        assert log_in(bench).status == 201

    def test_a_password_that_must_be_changed_opens_nothing_else(self) -> None:
        bench = Bench("generic", must_change_password=True)
        answer = log_in(bench)
        assert answer.status == 201
        assert "PasswordChangeRequired" in json.dumps(answer.doc)
        token = answer.headers["X-Auth-Token"]
        refused = bench.call("GET", bench.layout.host, login=None, X_Auth_Token=token)
        assert (refused.status, message_ids(refused.doc)) == (403, ["PasswordChangeRequired"])
        account = refused.doc["error"]["@Message.ExtendedInfo"][0]["MessageArgs"][0] if refused.doc else ""
        changed = bench.call("PATCH", account, {"Password": "new-password"}, login=None, X_Auth_Token=token)
        assert changed.status == 200
        assert log_in(bench, "new-password").status == 201
        assert bench.call("GET", bench.layout.host, login=("admin", "new-password")).status == 200

    def test_accounts_are_made_changed_and_deleted_where_there_is_post(self) -> None:
        bench = Bench("generic")
        body = {"UserName": "op", "Password": "password2", "RoleId": "Operator"}
        answer = bench.call("POST", bench.layout.accounts, body)
        assert answer.status == 201
        place, me = answer.headers["Location"], ("op", "password2")
        assert bench.call("POST", bench.layout.accounts, body).status == 400, "the name is taken"
        assert bench.call("PATCH", place, {"RoleId": "Administrator"}, login=me).status == 403
        assert bench.call("PATCH", place, {"Password": "password3"}, login=me).status == 200
        assert bench.call("DELETE", place).status == 204
        assert bench.call("GET", place).status == 404

    def test_dell_has_slots_and_no_post(self) -> None:
        bench = Bench("dell_idrac9")
        slots = bench.get(bench.layout.accounts)["Members"]
        assert len(slots) == 16
        assert bench.get(slots[1]["@odata.id"])["UserName"] == "root"
        assert bench.call("POST", bench.layout.accounts, {"UserName": "x"}).status == 405
        body = {"UserName": "ops", "Password": "calvin12", "RoleId": "Operator", "Enabled": True}
        assert bench.call("PATCH", slots[2]["@odata.id"], body).status == 200
        assert bench.call("GET", bench.layout.host, login=("ops", "calvin12")).status == 200
        assert bench.call("PATCH", slots[0]["@odata.id"], body).status == 400, "slot 1 is reserved"

    def test_a_reader_may_not_write(self) -> None:
        bench = Bench("generic")
        body = {"UserName": "eyes", "Password": "password2", "RoleId": "ReadOnly"}
        bench.call("POST", bench.layout.accounts, body)
        me = ("eyes", "password2")
        assert bench.call("GET", bench.layout.host, login=me).status == 200
        assert bench.call("PATCH", bench.layout.host, {"AssetTag": "x"}, login=me).status == 403

    @pytest.mark.parametrize("password", ["short", "x" * 41])
    def test_password_lengths(self, password: str) -> None:
        bench = Bench("generic")
        body = {"UserName": "op", "Password": password, "RoleId": "Operator"}
        answer = bench.call("POST", bench.layout.accounts, body)
        assert answer.status == 400
        assert password not in json.dumps(answer.doc)


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


class TestManager:
    def test_the_clock_can_be_wrong_and_be_set(self) -> None:
        bench = Bench("generic")
        bench.faults.add("r01", "clock_wrong", seconds=-86400)
        path = bench.layout.manager
        wrong = bench.get(path)["DateTime"]
        right = bench.clock.epoch().strftime("%Y-%m-%dT%H:%M:%S+00:00")
        assert wrong[:10] != right[:10]
        assert bench.call("PATCH", path, {"DateTime": right}).status == 200
        assert bench.get(path)["DateTime"][:16] == right[:16]

    def test_time_servers(self) -> None:
        bench = Bench("generic")
        path = f"{bench.layout.manager}/NetworkProtocol"
        body = {"NTP": {"ProtocolEnabled": True, "NTPServers": ["10.0.0.1"]}}
        assert bench.call("PATCH", path, body).status == 200
        assert bench.get(path)["NTP"]["NTPServers"] == ["10.0.0.1"]

    def test_virtual_media(self) -> None:
        bench = Bench("generic")
        path = bench.layout.media[0]
        actions = bench.get(path)["Actions"]
        insert, eject = (actions[f"#VirtualMedia.{name}Media"]["target"] for name in ("Insert", "Eject"))
        assert bench.call("POST", insert, {"Image": "http://10.0.0.1/a.iso"}).status == 204
        assert bench.get(path)["ImageName"] == "a.iso"
        assert bench.call("POST", insert, {"Image": "http://10.0.0.1/b.iso"}).status == 409
        assert bench.call("POST", eject, {}).status == 204
        assert bench.get(path)["Inserted"] is False

    def test_supermicro_refuses_optional_parameters_of_insert(self) -> None:
        bench = Bench("supermicro_x13")
        target = bench.get(bench.layout.media[0])["Actions"]["#VirtualMedia.InsertMedia"]["target"]
        assert bench.call("POST", target, {"Image": "http://x/a.iso", "Inserted": True}).status == 400

    def test_the_log_can_be_cleared(self) -> None:
        bench = Bench("generic")
        bench.boot()
        path = bench.layout.logs[0]
        assert bench.get(f"{path}/Entries")["Members"]
        target = bench.get(path)["Actions"]["#LogService.ClearLog"]["target"]
        assert bench.call("POST", target, {}).status == 204
        assert bench.get(f"{path}/Entries")["Members"] == []

    def test_a_reset_of_the_manager_loses_sessions(self) -> None:
        bench = Bench("generic")
        token = log_in(bench).headers["X-Auth-Token"]
        target = bench.get(bench.layout.manager)["Actions"]["#Manager.Reset"]["target"]
        assert bench.call("POST", target, {"ResetType": "ForceRestart"}).status == 204
        bench.clock.advance(2)
        assert not bench.bmc.up
        bench.clock.advance(600)
        assert bench.bmc.up
        assert bench.call("GET", bench.layout.host, login=None, X_Auth_Token=token).status == 401

    def test_event_subscriptions(self) -> None:
        bench = Bench("generic")
        place = bench.layout.subscriptions
        body = {"Destination": "https://10.0.0.1/events", "Protocol": "Redfish", "Context": "c"}
        answer = bench.call("POST", place, body)
        assert answer.status == 201
        assert len(bench.get(place)["Members"]) == 1
        assert bench.call("DELETE", answer.headers["Location"]).status == 204
        assert bench.get(place)["Members"] == []


class TestCertificates:
    def test_a_request_and_a_replacement(self) -> None:
        import trustme
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import Encoding

        bench, shown = Bench("generic"), []
        bench.bmc.on_certificate.append(lambda certificate, key: shown.append((certificate, key)))
        service = bench.get(bench.layout.certificates)
        place = bench.get(service["CertificateLocations"]["@odata.id"])["Links"]["Certificates"][0]["@odata.id"]
        ask, replace = (
            service["Actions"][f"#CertificateService.{name}"]["target"]
            for name in ("GenerateCSR", "ReplaceCertificate")
        )
        assert bench.call("POST", ask, {}).status == 400
        answer = bench.call("POST", ask, {"CommonName": "bmc1", "AlternativeNames": ["127.0.0.2", "bmc1.example"]})
        assert answer.doc
        request = x509.load_pem_x509_csr(answer.doc["CSRString"].encode())
        assert request.is_signature_valid
        stranger = trustme.CA().issue_cert("bmc1").cert_chain_pems[0].bytes().decode()
        body = {"CertificateUri": {"@odata.id": place}, "CertificateType": "PEM", "CertificateString": stranger}
        assert bench.call("POST", replace, body).status == 400, "a certificate of another key"
        signed = sign(request)
        body["CertificateString"] = signed.public_bytes(Encoding.PEM).decode()
        assert bench.call("POST", replace, body).status == 204
        assert bench.get(place)["Subject"]["CommonName"] == "bmc1"
        assert len(shown) == 1
        assert "PRIVATE KEY" not in json.dumps(bench.get(place))


def sign(request: Any) -> Any:
    """Sign a request as a certificate authority would."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(request.subject).issuer_name(request.subject)
    builder = builder.public_key(request.public_key()).serial_number(1)
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())


def test_single_habits_can_be_replaced() -> None:
    from ansible_collections.hwautomation.baremetal.extensions.lab.rackfile import RackError
    from ansible_collections.hwautomation.baremetal.extensions.lab.special import custom_personality

    habits = {"boot": {"reverts": ["BootSourceOverrideMode"]}, "words": {"info_is_dict": True}}
    bench = Bench("generic")
    bench.bmc.p = custom_personality(PLATFORMS["generic"], {"habits": habits})
    boot = {"BootSourceOverrideTarget": "Pxe", "BootSourceOverrideEnabled": "Once", "BootSourceOverrideMode": "Legacy"}
    assert bench.call("PATCH", bench.layout.host, {"Boot": boot}).status == 200
    assert bench.system["Boot"]["BootSourceOverrideMode"] == "UEFI", "taken and reverted (Q-S25)"
    answer = bench.call("GET", "/redfish/v1/Nowhere")
    assert answer.doc and isinstance(answer.doc["error"]["@Message.ExtendedInfo"], dict), "Q-G16"
    for wrong in ({"colour": {}}, {"boot": {"colour": 1}}, {"boot": 1}):
        with pytest.raises(RackError, match="lab_habits"):
            custom_personality(PLATFORMS["generic"], {"habits": wrong})
