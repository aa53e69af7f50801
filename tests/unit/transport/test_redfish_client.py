# SPDX-License-Identifier: GPL-3.0-or-later
"""The client against a server that behaves as badly as BMCs do."""

from __future__ import annotations

import dataclasses
import logging
import threading
import types
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    HWAutomationError,
    NetworkError,
    NotSupportedError,
    OutcomeUnknown,
    ReadOnlyViolation,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport import sessions
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.answers import Answer
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.etags import etag_ladder
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.redfish import RedfishClient
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.tls import Trust

SYSTEM = "/redfish/v1/Systems/1"
RESET = f"{SYSTEM}/Actions/ComputerSystem.Reset"


def message(name, text="", severity="Critical", **more):
    return {
        "error": {
            "@Message.ExtendedInfo": [{"MessageId": f"Base.1.8.{name}", "Message": text, "Severity": severity, **more}]
        }
    }


@pytest.fixture
def client(stub, context):
    client = RedfishClient(stub.target(), context)
    yield client
    client.close()


def test_get_logs_in_once_and_logs_out_at_the_end(stub, context):
    stub.script[("GET", SYSTEM)] = [(200, {"Id": "1"})]
    client = RedfishClient(stub.target(), context)

    assert client.get(SYSTEM).body == {"Id": "1"}
    assert client.get(SYSTEM).body == {"Id": "1"}
    client.close()

    assert stub.logins == 1
    assert stub.tokens == set()
    assert stub.connections == 1


@pytest.mark.parametrize(
    ("header", "waited"), [({"Retry-After": "7"}, [7.0, 7.0]), ({}, [1.0, 2.0]), ({"Retry-After": "soon"}, [1.0, 2.0])]
)
def test_get_waits_out_a_busy_bmc(stub, client, hand, header, waited):
    stub.script[("GET", SYSTEM)] = [(503, b"<html>busy</html>", header), (503, None, header), (200, {"Id": "1"})]

    assert client.get(SYSTEM).body["Id"] == "1"
    assert hand.slept == waited


def test_get_gives_up_on_a_bmc_that_stays_busy(stub, client):
    stub.script[("GET", SYSTEM)] = [(503, None)]

    with pytest.raises(NetworkError) as caught:
        client.get(SYSTEM)

    assert caught.value.facts["status"] == 503
    assert len(stub.seen("GET", SYSTEM)) == 5


@pytest.mark.parametrize("lost", ["drop", "error"])
def test_post_is_never_sent_twice(stub, client, drop, lost):
    stub.script[("POST", RESET)] = [drop if lost == "drop" else (500, None)]

    with pytest.raises(OutcomeUnknown):
        client.post(RESET, {"ResetType": "ForceRestart"})

    assert len(stub.seen("POST", RESET)) == 1


def test_get_survives_a_dropped_connection(stub, client, drop):
    stub.script[("GET", SYSTEM)] = [drop, (200, {"Id": "1"})]

    assert client.get(SYSTEM).body["Id"] == "1"


def test_write_is_sent_again_only_when_refused_with_a_retryable_message(stub, client, hand):
    client.retryable = frozenset({"UnableToModifyDuringSystemPOST"})
    stub.script[("PATCH", SYSTEM)] = [(400, message("UnableToModifyDuringSystemPOST")), (200, {})]

    assert client.patch(SYSTEM, {"AssetTag": "x"}).ok
    assert hand.slept == [5.0]


def test_write_to_a_busy_bmc_is_a_conflict_and_not_repeated(stub, client):
    stub.script[("PATCH", SYSTEM)] = [(503, message("RAC0679", "A job operation is already running."))]

    with pytest.raises(ConflictError, match="A job operation is already running"):
        client.patch(SYSTEM, {})

    assert len(stub.seen("PATCH", SYSTEM)) == 1


@pytest.mark.parametrize(
    ("reply", "refused", "noted"),
    [
        ((204, None), None, 1),
        ((400, message("PropertyValueNotInList")), True, 0),
        ((403, None), True, 0),
        ((405, None), True, 0),
        ((503, message("RAC0679")), True, 0),
        ((500, None), False, 1),
        ("drop", False, 1),
    ],
)
def test_write_is_noted_unless_it_certainly_did_nothing(stub, context, drop, reply, refused, noted):
    stub.script[("POST", RESET)] = [drop if reply == "drop" else reply]
    client = RedfishClient(stub.target(), context)
    try:
        client.post(RESET, {})
        told = None
    except HWAutomationError as exc:
        told = exc.refused
    finally:
        client.close()

    assert (told, len(context.writes)) == (refused, noted)


def test_patch_climbs_the_ladder_of_etags(stub, client):
    def picky(request):
        return (200, {}) if request.headers.get("If-Match") == '"1649881751"' else (412, message("PreconditionFailed"))

    stub.script[("GET", SYSTEM)] = [(200, {"Id": "1"}, {"ETag": 'W/"1649881751"'})]
    stub.script[("PATCH", SYSTEM)] = [picky]

    assert client.patch(SYSTEM, {"AssetTag": "x"}).ok
    assert [r.headers.get("If-Match") for r in stub.seen("PATCH")] == [None, 'W/"1649881751"', '"1649881751"']
    assert stub.seen("GET", SYSTEM)[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("header", "body", "expected"),
    [
        ('"abc"', None, ['"abc"', "abc", "*"]),
        ("", 'W/"0"', ['W/"0"', '"0"', "0", "*"]),
        (None, None, ["*"]),
        ("123", '"123"', ["123", '"123"', "*"]),
    ],
)
def test_etag_ladder_forms(header, body, expected):
    answer = Answer(200, {"@odata.etag": body} if body else {}, {"etag": header} if header is not None else {})

    assert etag_ladder(answer) == expected


def test_refused_credentials_are_tried_once_in_a_whole_run(stub, shared):
    stub.script[("POST", "/redfish/v1/SessionService/Sessions")] = [
        (401, message("UnauthorizedLoginAttempt", "Bad password"))
    ]

    for _task in range(3):
        client = RedfishClient(stub.target(), shared)
        with pytest.raises(AuthenticationError) as caught:
            client.get(SYSTEM)
        client.close()

    assert len(stub.seen("POST")) == 1
    assert "earlier in this run" in str(caught.value)
    assert "Bad password" in str(caught.value)
    assert "calvin-secret" not in str(caught.value)


def test_session_is_shared_and_another_password_does_not_get_it(stub, shared, tmp_path):
    stub.script[("GET", SYSTEM)] = [(200, {"Id": "1"})]

    for _task in range(3):
        client = RedfishClient(stub.target(), shared)
        client.get(SYSTEM)
        client.close()
    other = RedfishClient(stub.target(password="other"), shared)
    other.get(SYSTEM)
    other.close()

    assert stub.logins == 2
    files = list((tmp_path / "bmc_sessions").iterdir())
    assert files
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert not any("calvin" in path.read_text() for path in files)


def test_dead_session_is_renewed_once(stub, shared):
    stub.script[("GET", SYSTEM)] = [lambda r: (200, {}) if r.headers["X-Auth-Token"] == "token-2" else (401, {})]
    client = RedfishClient(stub.target(), shared)

    assert client.get(SYSTEM).ok
    client.close()
    again = RedfishClient(stub.target(), shared)
    assert again.get(SYSTEM).ok

    assert stub.logins == 2


def test_session_that_dies_under_several_readers_is_renewed_once(stub, context):
    at_once = threading.Barrier(4, timeout=60)

    def answer(request):
        if request.headers["X-Auth-Token"] != "token-1":
            return 200, {}
        at_once.wait()
        return 401, {}

    client = RedfishClient(stub.target(timeout=60.0), context)
    client.log_in()
    stub.script[("GET", SYSTEM)] = [answer]

    with ThreadPoolExecutor(4) as readers:
        answers = list(readers.map(lambda _number: client.get(SYSTEM), range(4)))
    client.close()

    assert [answer.status for answer in answers] == [200] * 4
    assert stub.logins == 2
    assert stub.tokens == {"token-1"}, "the new session is closed"


@pytest.fixture
def several_sessions(stub, shared):
    stub.script[("GET", SYSTEM)] = [(200, {"Id": "1"})]
    for user in ("one", "two", "three"):
        client = RedfishClient(stub.target(username=user), shared)
        client.get(SYSTEM)
        client.close()
    assert len(stub.tokens) == 3
    return stub


def test_sessions_of_a_run_are_closed_side_by_side(several_sessions, shared, monkeypatch):
    monkeypatch.setattr(sessions, "LOGOUT_TIMEOUT", 60.0)
    at_once = threading.Barrier(3, timeout=60)
    closed = []

    def answer(request):
        at_once.wait()
        closed.append(request.headers["X-Auth-Token"])
        return 204, None

    for number in (1, 2, 3):
        several_sessions.script[("DELETE", f"/redfish/v1/SessionService/Sessions/{number}")] = [answer]

    sessions.close_all(shared.cache_dir)

    assert sorted(closed) == ["token-1", "token-2", "token-3"]


def test_sessions_are_closed_where_python_starts_no_thread_any_more(several_sessions, shared, monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't create new thread at interpreter shutdown")

    # Of the module only: the server of this test has threads of its own.
    thread = type("Thread", (threading.Thread,), {"start": refuse})
    monkeypatch.setattr(sessions, "threading", types.SimpleNamespace(Thread=thread))

    sessions.close_all(shared.cache_dir)

    assert several_sessions.tokens == set()


def test_session_that_keeps_dying_is_an_authentication_error(stub, client):
    stub.script[("GET", SYSTEM)] = [(401, {})]

    with pytest.raises(AuthenticationError):
        client.get(SYSTEM)

    assert stub.logins == 2


def test_full_session_table_lets_reads_pass_and_refuses_writes(stub, client, hand, context):
    stub.script[("POST", "/redfish/v1/SessionService/Sessions")] = [
        (503, message("RAC0218", "The maximum number of sessions"))
    ]
    stub.script[("GET", SYSTEM)] = [(200, {"Id": "1"})]

    assert client.get(SYSTEM).ok
    with pytest.raises(ConflictError, match="no room for another session"):
        client.patch(SYSTEM, {})

    assert stub.seen("GET", SYSTEM)[0].headers["Authorization"].startswith("Basic ")
    assert hand.slept == [2.0, 5.0, 10.0]
    assert context.warnings


def test_password_change_required_is_told_and_leaves_no_session(stub, client):
    uri = "/redfish/v1/AccountService/Accounts/1"
    stub.script[("POST", "/redfish/v1/SessionService/Sessions")] = [
        (
            201,
            {"@Message.ExtendedInfo": [{"MessageId": "Base.1.18.1.PasswordChangeRequired", "MessageArgs": [uri]}]},
            {"X-Auth-Token": "t", "Location": "/redfish/v1/SessionService/Sessions/9"},
        )
    ]

    with pytest.raises(AuthenticationError) as caught:
        client.get(SYSTEM)

    assert caught.value.facts["account"] == uri
    assert stub.seen("DELETE")[0].path.endswith("/9")


def test_read_only_refuses_writes_and_sends_nothing(stub, context):
    client = RedfishClient(stub.target(), dataclasses.replace(context, read_only=True))

    for write in (lambda: client.post(RESET, {}), lambda: client.patch(SYSTEM, {}), lambda: client.delete(SYSTEM)):
        with pytest.raises(ReadOnlyViolation):
            write()

    assert stub.journal == []


@pytest.mark.parametrize("status", [301, 307, 308])
def test_redirect_keeps_method_and_body(stub, client, status):
    stub.script[("POST", RESET)] = [(status, None, {"Location": f"https://127.0.0.1:{stub.port}{RESET}/"})]
    stub.script[("POST", f"{RESET}/")] = [(204, None)]

    assert client.post(RESET, {"ResetType": "On"}).status == 204
    assert stub.seen("POST", f"{RESET}/")[0].json == {"ResetType": "On"}


def test_redirect_to_another_host_is_not_followed(stub, client):
    stub.script[("GET", SYSTEM)] = [(302, None, {"Location": "https://evil.example/x"})]

    with pytest.raises(NotSupportedError):
        client.get(SYSTEM)


def test_slash_is_toggled_for_get_and_never_for_post(stub, client):
    stub.script[("GET", f"{SYSTEM}/")] = [(200, {"Id": "1"})]

    assert client.get(SYSTEM).body["Id"] == "1"
    with pytest.raises(NotSupportedError):
        client.post("/redfish/v1/nothing", {})

    assert [r.path for r in stub.seen("POST")][-1] == "/redfish/v1/nothing"
    assert client.get_or_none("/redfish/v1/nothing") is None


def test_form_of_a_path_is_found_out_once_and_counts_for_queries_and_etags(stub, client):
    def patched(request):
        return (200, {}) if request.headers.get("If-Match") == "*" else (428, message("PreconditionRequired"))

    stub.script[("GET", f"{SYSTEM}/")] = [(200, {"Id": "1"})]
    stub.script[("GET", f"{SYSTEM}/?$expand=.")] = [(200, {"Id": "2"})]
    stub.script[("PATCH", f"{SYSTEM}/")] = [patched]

    client.get(SYSTEM)
    assert client.get(f"{SYSTEM}?$expand=.").body["Id"] == "2"
    assert client.patch(SYSTEM, {"AssetTag": "x"}).status == 200

    assert len(stub.seen("GET", SYSTEM)) == 1, "the form that was refused is asked for again"
    assert {r.path for r in stub.seen("PATCH")} == {f"{SYSTEM}/"}


def test_resource_that_is_nowhere_teaches_nothing_about_slashes(stub, client):
    stub.script[("GET", SYSTEM)] = [(200, {"Id": "1"})]

    assert client.get_or_none("/redfish/v1/nothing") is None
    assert client.get(SYSTEM).body["Id"] == "1"

    assert [r.path for r in stub.seen("GET")][-1] == SYSTEM


def test_resource_is_removed_where_that_wants_an_etag(stub, client):
    def removed(request):
        return (204, None) if request.headers.get("If-Match") == '"7"' else (428, message("PreconditionRequired"))

    stub.script[("GET", SYSTEM)] = [(200, {"Id": "1"}, {"ETag": '"7"'})]
    stub.script[("DELETE", SYSTEM)] = [removed]

    assert client.delete(SYSTEM).status == 204
    assert [r.headers.get("If-Match") for r in stub.seen("DELETE", SYSTEM)] == [None, '"7"']


def test_login_page_is_told_apart_from_redfish(stub, client):
    stub.script[("GET", "/redfish/v1/")] = [(200, b"<html>Login</html>", {"Content-Type": "text/html"})]

    with pytest.raises(NotSupportedError, match="not Redfish"):
        client.get(SYSTEM)


def test_most_severe_message_is_the_answer(stub, client):
    stub.script[("PATCH", SYSTEM)] = [
        (400, {"error": {"code": "Base.1.8.GeneralError", "@Message.ExtendedInfo": [
            {"MessageId": "Base.1.8.GeneralError", "Message": "See ExtendedInfo", "Severity": "Critical"},
            {"MessageId": "Base.1.8.Success", "Message": "Fine", "Severity": "OK"},
            {"MessageId": "Base.1.8.PropertyUnknown", "Message": "No property Foo", "Severity": "Warning"},
        ]}})
    ]  # fmt: skip

    with pytest.raises(ConfigurationError) as caught:
        client.patch(SYSTEM, {"Foo": 1})

    assert caught.value.answer == "No property Foo"
    assert caught.value.facts["message_ids"] == ["GeneralError", "PropertyUnknown", "Success"]


def test_untrusted_certificate_names_its_fingerprint_and_sends_no_credentials(stub, context):
    client = RedfishClient(stub.target(trust=Trust()), context)

    with pytest.raises(NetworkError) as caught:
        client.get(SYSTEM)

    assert stub.fingerprint in str(caught.value)
    assert stub.journal == []


def test_pinned_certificate_is_accepted_and_another_refused(stub, context):
    stub.script[("GET", SYSTEM)] = [(200, {"Id": "1"})]
    pinned = RedfishClient(stub.target(trust=Trust(fingerprint=stub.fingerprint)), context)
    other = RedfishClient(stub.target(trust=Trust(fingerprint="0" * 64)), context)

    assert pinned.get(SYSTEM).ok
    before = len(stub.journal)
    with pytest.raises(NetworkError, match="not the pinned one"):
        other.get(SYSTEM)

    assert len(stub.journal) == before


def test_dead_address_fails_fast_and_says_so(context, stub):
    client = RedfishClient(stub.target(port=1), context)

    with pytest.raises(NetworkError, match="cannot be reached: .*refused"):
        client.get(SYSTEM)


def test_token_and_password_stay_out_of_the_library_log(stub, client, caplog):
    caplog.set_level(logging.DEBUG)
    stub.script[("GET", SYSTEM)] = [(200, {"Id": "1"})]

    client.get(SYSTEM)

    assert "token-1" not in caplog.text
    assert "calvin-secret" not in caplog.text


def test_slow_answer_to_a_write_is_unknown(stub, context):
    given_up = threading.Event()
    stub.script[("PATCH", SYSTEM)] = [lambda r: given_up.wait(60) and (200, {})]
    client = RedfishClient(stub.target(timeout=1.0), context)

    with pytest.raises(OutcomeUnknown, match="no answer within"):
        client.patch(SYSTEM, {})
    given_up.set()

    assert len(stub.seen("PATCH")) == 1
