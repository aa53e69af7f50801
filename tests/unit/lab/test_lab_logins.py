# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions and accounts: who may come in, and who has to change a password first."""

from __future__ import annotations

import json

import pytest

from ansible_collections.hwautomation.baremetal.extensions.lab.personalities.catalogue import PLATFORMS
from tests.unit.lab.bench import Bench, log_in, message_ids


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
