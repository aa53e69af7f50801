# SPDX-License-Identifier: GPL-3.0-or-later
"""Who answers is no BMC, another BMC, or one that lets us in no more: told clearly, and no password goes where it must not."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator

import pytest
import trustme


def passwords_sent(rack, server):
    return [entry for entry in rack.journal(server) if entry["method"] == "POST"]


@pytest.fixture
def rack(four_platforms):
    four_platforms.clear_journal()
    yield four_platforms
    four_platforms.clear_faults()


@pytest.mark.parametrize("door", ["bmc_info", "bmc_power"])
def test_login_page_in_place_of_redfish(rack, run_door, door):
    rack.fault("std", "html")

    result = run_door(rack, "std", door, protocol="redfish", **({"state": "on"} if door == "bmc_power" else {}))

    assert result["error_class"] == "NotSupportedError"
    assert "is not Redfish (HTTP 200, text/html)" in result["msg"] and rack.server("std").bmc_host in result["msg"]
    assert not result["changed"] and passwords_sent(rack, "std") == []


@pytest.mark.parametrize(
    ("fault", "options", "words"),
    [
        ("wrong_certificate", {}, "is not trusted"),
        ("expired_certificate", {}, "certificate has expired"),
        ("wrong_certificate", {"tls_fingerprint": "ab" * 32}, "is not the pinned one"),
    ],
)
def test_another_certificate_gets_no_password_over_either_protocol(rack, run_door, fault, options, words):
    rack.fault("dell", fault)

    result = run_door(rack, "dell", "bmc_info", **options)  # protocol: auto

    assert result["error_class"] == "NetworkError" and words in result["msg"], result
    assert rack.server("dell").bmc_host in result["msg"]
    assert passwords_sent(rack, "dell") == [] and result["warnings"] == []


@contextlib.contextmanager
def greeter(authority: trustme.CA) -> Iterator[int]:
    """Speak TLS with a certificate that is trusted, and then what no web server says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    plain, _address = server.accept()
                    with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as talk:
                        talk.sendall(b"220 mail.example ESMTP\r\n")

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def test_tls_without_a_web_server_behind_it(rack, run_door, tmp_path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with greeter(authority) as port:
        where = {"bmc_host": "127.0.0.1", "bmc_port": port, "ca_path": str(tmp_path / "ca.pem")}
        result = run_door(rack, "std", "bmc_info", protocol="redfish", timeout=5, **where)

    assert result["error_class"] in ("NetworkError", "NotSupportedError"), result
    assert "127.0.0.1" in result["msg"] and "internal error" not in result["msg"]


def test_account_of_ours_that_is_locked_is_tried_once_a_run(rack_of, run_door):
    rack = rack_of({"smc": {"lab_platform": "supermicro_x13"}}, maas=False)
    for number in range(3):  # somebody else's wrong passwords lock it
        run_door(rack, "smc", "bmc_info", subsets=["system"], bmc_password=f"wrong-{number}")
    rack.clear_journal()

    results = [run_door(rack, "smc", door, **more) for door, more in LOCKED]

    assert {result["error_class"] for result in results} == {"AuthenticationError"}
    assert "not locked" in results[0]["hint"] and "earlier in this run" in results[1]["msg"]
    assert not any(result["changed"] for result in results)
    assert [entry["status"] for entry in passwords_sent(rack, "smc")] == [401]
    assert rack.journal("smc", writes=True) == []


LOCKED = (
    ("bmc_info", {"subsets": ["system"]}),
    ("bmc_power", {"state": "on"}),
    ("bmc_boot", {"target": "pxe"}),
)
