# SPDX-License-Identifier: GPL-3.0-or-later
"""Scanning: addresses, what answers mean, and what changed since the last time."""

from __future__ import annotations

import asyncio
import csv
import io
import socket

import pytest

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.addresses import expand, leases
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.datagrams import (
    AUTH_CAPABILITIES,
    PRESENCE_PING,
    parse_ipmi,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.knock import parse_root
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.scan import wanted
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.sightings import (
    as_csv,
    compare,
    inventory,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.sweep import Sweep, sweep

LIMIT = 65536


@pytest.mark.parametrize(
    ("asked", "exclude", "found"),
    [
        (["10.0.0.0/30"], [], ["10.0.0.1", "10.0.0.2"]),
        (["10.0.0.4/31"], [], ["10.0.0.4", "10.0.0.5"]),
        (["10.0.0.7/32"], [], ["10.0.0.7"]),
        (["10.0.0.5"], [], ["10.0.0.5"]),
        (["10.0.0.254-10.0.1.1"], [], ["10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1"]),
        (["10.0.0.9-11"], ["10.0.0.10"], ["10.0.0.9", "10.0.0.11"]),
        (["10.0.0.0/30", "10.0.0.2-3"], [], ["10.0.0.1", "10.0.0.2", "10.0.0.3"]),
        (["10.0.0.0/29"], ["10.0.0.0/30"], ["10.0.0.4", "10.0.0.5", "10.0.0.6"]),
        (["10.0.0.6", "10.0.0.2-4", "10.0.0.3-5"], ["10.0.0.4"], ["10.0.0.2", "10.0.0.3", "10.0.0.5", "10.0.0.6"]),
        (["10.0.0.0/29", "10.0.0.0/29"], ["10.0.0.2", "10.0.0.4-9"], ["10.0.0.1", "10.0.0.3"]),
        (["10.0.0.1-3"], ["10.0.0.0/24"], []),
        ([], [], []),
    ],
)
def test_addresses_of(asked, exclude, found):
    assert expand(asked, exclude, LIMIT) == found


def test_all_problems_are_told_at_once():
    with pytest.raises(ConfigurationError) as caught:
        expand(["10.0.0.300", "10.0.0.9-5"], ["nonsense"], LIMIT)

    assert len(caught.value.facts["problems"]) == 3


def test_huge_scan_is_refused_before_it_is_listed():
    with pytest.raises(ConfigurationError, match="16777214 addresses, more than the limit of 65536"):
        expand(["10.0.0.0/8"], [], LIMIT)


def test_overlapping_ranges_and_exclusions_do_not_count_towards_the_limit():
    assert len(expand(["10.0.0.0/16", "10.0.0.0/16", "10.0.1.0/24"], [], LIMIT)) == 65534
    assert len(expand(["10.0.0.0/15"], ["10.1.0.0/16"], LIMIT)) == 65535


def test_leases_of_three_servers():
    text = """
lease 10.0.0.5 {
  starts 1 2026/01/01 00:00:00;
}
lease 10.0.0.5 {
}
1700000000 aa:bb:cc:dd:ee:ff 10.0.0.6 idrac-x 01:aa:bb:cc:dd:ee:ff
10.0.0.7,aa:bb:cc:dd:ee:00,,3600,1700000000,1,0,0,ilo
# 10.0.0.8 {
"""
    assert leases(text) == ["10.0.0.5", "10.0.0.6", "10.0.0.7"]


def http(body, status="200 OK", kind="application/json", extra=""):
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{extra}\r\n{body}".encode()


@pytest.mark.parametrize(
    ("raw", "protocol", "words"),
    [
        (http('{"RedfishVersion": "1.6.0", "Vendor": "HPE", "Product": "ProLiant"}'), "redfish", None),
        (http('{"RedfishVersion": "1.4.0", "Oem": {"@odata.type": "x", "Dell": {}}}'), "redfish", None),
        (http("5\r\n{\"Red\r\n16\r\nfishVersion\": \"1.1.0\"}\r\n0\r\n\r\n", extra="Transfer-Encoding: chunked\r\n"),
         "redfish", None),
        (http("", "401 Unauthorized"), "redfish", "wants a log-in"),
        (http("<html>Login</html>", kind="text/html"), "none", "HTTP 200, text/html"),
        (http("not found", "404 Not Found", "text/plain"), "none", "HTTP 404"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "none", "no HTTP"),
        (b"", "none", "no HTTP"),
    ],
)  # fmt: skip
def test_answer_to_the_root(raw, protocol, words):
    found = parse_root(raw)

    assert found["protocol"] == protocol
    if words:
        assert words in found["reason"]


def test_vendor_of_old_firmware_is_its_oem_key():
    assert parse_root(http('{"RedfishVersion": "1.4.0", "Oem": {"Dell": {}}}'))["vendor"] == "Dell"


# Presence pong of ipmi_sim, and answers to Get Channel Authentication Capabilities in the form of IPMI 2.0 table 22-15.
PONG = bytes.fromhex("0600ff06000011be40000010000011be000000008100000000000000")
HEAD = bytes.fromhex("0600ff07000000000000000000" + "10" + "811c63200038")


@pytest.mark.parametrize(
    ("datagram", "found"),
    [
        (PONG, {"ipmi": True}),
        (PONG[:20] + b"\x01" + PONG[21:], {"ipmi": False}),
        (
            HEAD + bytes.fromhex("000196040200000000ff"),
            {
                "ipmi": True,
                "ipmi_version": "2.0",
                "ipmi_anonymous": False,
                "ipmi_null_user": False,
                "ipmi_no_authentication": False,
            },
        ),
        (
            HEAD + bytes.fromhex("000115030000000000ff"),
            {
                "ipmi": True,
                "ipmi_version": "1.5",
                "ipmi_anonymous": True,
                "ipmi_null_user": True,
                "ipmi_no_authentication": True,
            },
        ),
        (HEAD + bytes.fromhex("c10000000000000000ff"), {}),
        (b"", {}),
        (b"\x06\x00\xff\x07", {}),
        (PRESENCE_PING, {}),
        (AUTH_CAPABILITIES, {}),
    ],
)
def test_answer_on_port_623(datagram, found):
    assert parse_ipmi(datagram) == found


def row(address, **more):
    return {"address": address, "protocol": "redfish", "ipmi": False, "port": 443, "fingerprint": "f", **more}


def test_comparison_with_an_earlier_scan():
    known = [row("10.0.0.1"), row("10.0.0.2"), row("10.0.0.3"), row("10.9.9.9")]
    found = [row("10.0.0.1"), row("10.0.0.2", fingerprint="other"), row("10.0.0.4")]

    rows = compare(found, known, ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"])

    assert {item["address"]: item["status"] for item in rows} == {
        "10.0.0.1": "known",
        "10.0.0.2": "changed",
        "10.0.0.4": "new",
        "10.0.0.3": "missing",
    }
    assert rows[1]["changed"] == ["fingerprint"]


def test_inventory_holds_what_can_be_managed():
    rows = [row("10.0.0.1"), row("10.0.0.2", port=8443), row("10.0.0.3", protocol="none"),
            row("10.0.0.4", status="missing")]  # fmt: skip

    hosts = inventory(rows)["all"]["children"]["servers"]["hosts"]

    assert hosts == {
        "bmc-10-0-0-1": {"bmc_host": "10.0.0.1"},
        "bmc-10-0-0-2": {"bmc_host": "10.0.0.2", "bmc_port": 8443},
    }


def test_inventory_keeps_apart_what_speaks_ipmi_only():
    groups = inventory([row("10.0.0.1"), row("10.0.0.2", protocol="ipmi", port="")])["all"]["children"]

    assert list(groups["servers"]["hosts"]) == ["bmc-10-0-0-1"]
    assert groups["ipmi_only"]["hosts"] == {"bmc-10-0-0-2": {"bmc_host": "10.0.0.2"}}


def test_table_has_a_line_per_address_and_quotes_what_needs_it():
    rows = [
        row("10.0.0.1", vendor="Smith, Inc.", status="changed", changed=["fingerprint", "uuid"]),
        row("10.0.0.2", protocol="none", reason='no HTTP: "x"', status="new"),
    ]

    table = list(csv.DictReader(io.StringIO(as_csv(rows))))

    assert [line["bmc_host"] for line in table] == ["10.0.0.1", "10.0.0.2"]
    assert (table[0]["vendor"], table[0]["changed"]) == ("Smith, Inc.", "fingerprint uuid")
    assert table[1]["reason"] == 'no HTTP: "x"'


LIMITS = {"max_addresses": 10, "ports": [443], "ipmi": False, "connect_timeout": 1.0, "timeout": 10, "deadline": 600,
          "rate": 2000, "concurrency": 512}  # fmt: skip


def test_limits_that_cannot_be_are_told_together():
    with pytest.raises(ConfigurationError) as caught:
        wanted({**LIMITS, "addresses": ["10.0.0.1"], "rate": 0, "deadline": -1, "ports": [443, 70000]})

    assert len(caught.value.facts["problems"]) == 3


async def listening(answer):
    """Return a server on this machine that answers every connection with some bytes, and its port."""

    async def serve(reader, writer):
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


def test_what_speaks_no_tls_is_told_and_nobody_home_is_not():
    async def look():
        server, port = await listening(b"SSH-2.0-OpenSSH_9.6\r\n")
        async with server:
            options = {"ports": (port,), "ipmi": False}
            there = await sweep(Sweep(("127.0.0.1",), **options), lambda text: None)
        gone = await sweep(Sweep(("127.0.0.1",), **options), lambda text: None)
        return there, gone

    there, gone = asyncio.run(look())

    assert there.rows[0]["protocol"] == "none"
    assert "TLS is not spoken" in there.rows[0]["reason"]
    assert gone.rows == []
    assert gone.complete
    assert gone.tried == {"127.0.0.1"}


def test_deadline_ends_a_scan_with_what_it_has_and_nobody_untried_is_missing():
    async def look():
        silent = socket.create_server(("127.0.0.1", 0), backlog=1)
        with silent:  # takes the connection and never says a word
            found = Sweep(("127.0.0.1",), ports=(silent.getsockname()[1],), ipmi=False, deadline=0.3)
            return await sweep(found, lambda text: None)

    outcome = asyncio.run(look())

    assert not outcome.complete
    assert outcome.tried == frozenset()
    assert compare(outcome.rows, [row("127.0.0.1")], outcome.tried) == []
