# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on the wire, seen by a client that is not ours."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from ansible_collections.hwautomation.baremetal.extensions.lab.faults import KINDS
from tests.support.rack import Rack

SYSTEM = "/redfish/v1/Systems/system"


@pytest.fixture(scope="module")
def rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    hosts = {"r01": {"lab_platform": "generic"}, "r02": {"lab_platform": "generic"}}
    one = Rack.start(tmp_path_factory.mktemp("rack"), hosts, clock="scaled:1000", maas=False)
    yield one
    one.stop()


@pytest.fixture(autouse=True)
def no_faults(rack: Rack) -> Iterator[None]:
    yield
    rack.clear_faults()


def ask(rack: Rack, method: str = "GET", path: str = SYSTEM, name: str = "r01", **more: Any) -> requests.Response:
    server = rack.server(name)
    options = {"auth": (server.username, server.password), "verify": rack.ca_path, "timeout": 10}
    return requests.request(method, server.url + path, allow_redirects=False, **{**options, **more})


def test_a_status_as_often_as_told_with_retry_after_and_message(rack: Rack) -> None:
    rack.fault(
        "r01", "status", path=SYSTEM, method="GET", count=2, code=503, retry_after=7, message_id="X.1.0.NotReady"
    )
    answers = [ask(rack) for _unused in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert answers[0].json()["error"]["@Message.ExtendedInfo"][0]["MessageId"] == "X.1.0.NotReady"
    assert ask(rack, name="r02").status_code == 200
    assert rack.state("r01")["last_fault"] == "status"


def test_retry_after_may_be_a_date(rack: Rack) -> None:
    date = "Sun, 29 Nov 2026 12:00:00 GMT"
    rack.fault("r01", "status", count=1, code=503, retry_after=date)
    assert ask(rack).headers["Retry-After"] == date


def test_only_the_path_and_method_are_hit(rack: Rack) -> None:
    rack.fault("r01", "status", path="/redfish/v1/Systems/*", method="PATCH", code=500)
    assert ask(rack).status_code == 200
    assert ask(rack, "PATCH", json={"AssetTag": "x"}).status_code == 500


@pytest.mark.parametrize("kind", ["drop", "rst"])
def test_the_connection_goes_before_the_request_is_taken(rack: Rack, kind: str) -> None:
    rack.fault("r01", kind, method="PATCH", count=1)
    with pytest.raises(requests.ConnectionError):
        ask(rack, "PATCH", json={"AssetTag": kind})
    assert ask(rack).json()["AssetTag"] != kind


def test_an_idle_connection_is_cut_without_a_word(rack_of: Any) -> None:
    habits = {"oddities": {"keep_alive": 0.3}}
    rack = rack_of({"r01": {"lab_platform": "generic", "lab_habits": habits}}, maas=False)
    server = rack.server("r01")
    context = ssl.create_default_context(cafile=rack.ca_path)
    with (
        socket.create_connection((server.bmc_host, server.bmc_port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=server.bmc_host) as secure,
    ):
        secure.sendall(b"GET /redfish HTTP/1.1\r\nHost: bmc\r\n\r\n")
        answer = secure.recv(65536)
        assert answer.startswith(b"HTTP/1.1 200")
        while answer:  # the rest of the answer, and then the end
            answer = secure.recv(65536)


def test_a_lost_answer_was_taken(rack: Rack) -> None:
    rack.fault("r01", "lost_answer", method="PATCH", count=1)
    with pytest.raises(requests.ConnectionError):
        ask(rack, "PATCH", json={"AssetTag": "taken"})
    assert ask(rack).json()["AssetTag"] == "taken"


def test_half_of_the_body(rack: Rack) -> None:
    rack.fault("r01", "truncate", count=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        ask(rack)


def test_html(rack: Rack) -> None:
    rack.fault("r01", "html", count=1, code=200)
    answer = ask(rack)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")


def test_a_redirect(rack: Rack) -> None:
    rack.fault("r01", "redirect", count=1, code=308)
    answer = ask(rack)
    assert (answer.status_code, answer.headers["Location"]) == (308, SYSTEM + "/")


@pytest.mark.parametrize("kind", ["slow_first_byte", "drip"])
def test_slowness(rack: Rack, kind: str) -> None:
    rack.fault("r01", kind, count=1, seconds=0.4)
    start = time.monotonic()
    assert ask(rack).json()["Id"] == "system"
    assert time.monotonic() - start >= 0.35


def test_an_upload_that_stands_still_for_a_while(rack: Rack) -> None:
    rack.fault("r01", "stalled_upload", path="*/upload", method="POST", count=1, seconds=0.4)
    start = time.monotonic()
    answer = ask(rack, "POST", "/redfish/v1/UpdateService/upload", data=b"no form")
    assert time.monotonic() - start >= 0.35
    assert answer.status_code == 415


@pytest.mark.parametrize(("kind", "text"), [("expired_certificate", "expired"), ("wrong_certificate", "verify failed")])
def test_certificates(rack: Rack, kind: str, text: str) -> None:
    rack.fault("r01", kind)
    with pytest.raises(requests.exceptions.SSLError, match=text):
        ask(rack)
    assert ask(rack, name="r02").status_code == 200
    rack.clear_faults()
    assert ask(rack).status_code == 200


def test_a_dead_bmc_does_not_answer_at_all(rack: Rack) -> None:
    server = rack.server("r01")
    rack.fault("r01", "dead")
    with pytest.raises(TimeoutError):
        socket.create_connection((server.bmc_host, server.bmc_port), timeout=0.5)
    rack.clear_faults()
    assert ask(rack).status_code == 200


def test_a_dead_bmc_that_refuses(rack: Rack) -> None:
    rack.fault("r01", "dead", answer="refuse")
    with pytest.raises(requests.ConnectionError, match="refused"):
        ask(rack)


def test_a_full_session_table_as_often_as_told(rack: Rack) -> None:
    rack.fault("r01", "session_table_full", count=2)
    body = {"UserName": "admin", "Password": rack.server("r01").password}
    path = "/redfish/v1/SessionService/Sessions"
    answers = [ask(rack, "POST", path, json=body, auth=None) for _unused in range(3)]
    assert [answer.status_code for answer in answers][2:] == [201]
    assert {"SessionLimitExceeded" in answer.text for answer in answers[:2]} == {True}


def test_a_connection_that_idles_is_cut_where_a_machine_does_that(rack_of: Any) -> None:
    oddities = {"oddities": {"keep_alive": 0.4}}
    hosts = {"odd": {"lab_platform": "generic", "lab_habits": oddities}, "usual": {"lab_platform": "generic"}}
    started, cut = rack_of(hosts, maas=False), {}
    for name in hosts:
        server = started.server(name)
        context = ssl.create_default_context(cafile=started.ca_path)
        with (
            socket.create_connection((server.bmc_host, server.bmc_port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=server.bmc_host) as secure,
        ):
            secure.sendall(f"GET /redfish HTTP/1.1\r\nHost: {server.bmc_host}\r\n\r\n".encode())
            assert b" 200 " in secure.recv(65536)
            secure.settimeout(2)
            try:
                cut[name] = secure.recv(65536) == b""
            except TimeoutError:
                cut[name] = False
    assert cut == {"odd": True, "usual": False}


def test_the_journal_knows_connections_and_handshakes(rack: Rack) -> None:
    rack.clear_journal()
    server = rack.server("r01")
    with requests.Session() as session:
        for _unused in range(3):
            session.get(server.url + "/redfish/v1", verify=rack.ca_path, timeout=10)
    assert rack.counters()["handshakes"]["r01"] == 1
    assert len({entry["connection"] for entry in rack.journal("r01")}) == 1
    ask(rack)
    assert rack.counters()["handshakes"]["r01"] == 2
    assert rack.journal("r01")[-1]["who"] == "admin"


def test_a_certificate_as_often_as_told(rack: Rack) -> None:
    rack.fault("r01", "expired_certificate", count=1)
    with pytest.raises(requests.exceptions.SSLError, match="expired"):
        ask(rack)
    assert ask(rack).status_code == 200


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ({"kind": "flash_fails", "path": SYSTEM}, "path and method are for faults that meet a request"),
        ({"kind": "job_stuck", "method": "GET"}, "path and method are for faults that meet a request"),
        ({"kind": "clock_wrong", "count": 2}, "it lasts until it is lifted"),
        ({"server": "maas", "kind": "flash_fails"}, "not for the server maas, which has: drip, drop"),
        ({"server": "maas", "kind": "status"}, "which has: .*maas_status"),
        ({"kind": "maas_status"}, "its server is maas, not 'r01'"),
        ({"kind": "dead", "count": 1}, "it lasts until it is lifted"),
    ],
)
def test_a_fault_that_could_never_strike_is_refused(rack: Rack, fault: dict[str, Any], text: str) -> None:
    with pytest.raises(AssertionError, match=text):
        rack.fault(**{"server": "r01", **fault})


def server_with(kind: str) -> str:
    return "maas" if kind == "maas_status" else "r02"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_taken_while_the_rack_runs(rack: Rack, kind: str) -> None:
    number = rack.fault(server_with(kind), kind)
    assert [one["kind"] for one in rack.control("GET", "/_lab/faults") if one["id"] == number] == [kind]


def test_every_kind_is_taken_from_the_rack_file(rack_of: Any) -> None:
    faults = [{"server": server_with(kind), "kind": kind} for kind in KINDS]
    hosts = {name: {"lab_platform": "generic"} for name in ("r01", "r02")}
    started = rack_of(hosts, maas=False, faults=faults)
    assert [one["kind"] for one in started.control("GET", "/_lab/faults")] == list(KINDS)


def test_unknown_faults_are_refused_with_what_is_known(rack: Rack) -> None:
    for body, text in [
        ({"server": "r01", "kind": "explode"}, "unknown fault 'explode'"),
        ({"server": "r99", "kind": "drop"}, "unknown server 'r99'"),
        ({"server": "r01", "kind": "drop", "colour": 1}, "unknown option colour"),
        ({"server": "r01", "kind": "drop", "count": 0}, "count must be"),
    ]:
        with pytest.raises(AssertionError, match=text):
            rack.control("POST", "/_lab/faults", body)


def test_the_certificate_names_the_vendor_before_any_login(rack_of: Any) -> None:
    rack = rack_of({"r01": {"lab_platform": "hpe_ilo6"}}, maas=False)
    server = rack.server("r01")
    context = ssl.create_default_context(cafile=rack.ca_path)
    with (
        socket.create_connection((server.bmc_host, server.bmc_port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=server.bmc_host) as secure,
    ):
        certificate: Any = secure.getpeercert()
    names = {key: value for row in certificate["subject"] for key, value in row}
    assert names["organizationName"] == "Hewlett Packard Enterprise"
