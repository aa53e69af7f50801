# SPDX-License-Identifier: GPL-3.0-or-later
"""A sweep over real sockets of this machine: limits, several ports, and machines that misbehave."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import socket
import ssl
import threading
import time

import pytest
import trustme

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery import sweep as sweeping
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.knock import is_whole, parse_root
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.sweep import Sweep, sweep

ROOT = b'{"RedfishVersion": "1.6.0", "Vendor": "HPE"}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(ROOT), ROOT)


def addresses(count):
    return tuple(f"127.0.0.{number}" for number in range(1, count + 1))


def look(wanted, tell=lambda text: None):
    return asyncio.run(sweep(wanted, tell))


@pytest.fixture(scope="module")
def secure():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA(organization_name="a maker").issue_cert("127.0.0.1").configure_cert(context)
    return context


@contextlib.contextmanager
def hanging(secure=None):
    """A machine that takes every connection, and the TLS handshake where it has a certificate, and then says nothing."""
    kept = []

    def serve():
        with contextlib.suppress(OSError):
            while True:
                taken, _address = server.accept()
                kept.append(taken)
                with contextlib.suppress(OSError):
                    kept.append(secure.wrap_socket(taken, server_side=True))

    with socket.create_server(("0.0.0.0", 0), backlog=256) as server, contextlib.ExitStack() as ends:
        if secure is not None:
            threading.Thread(target=serve, daemon=True).start()
            ends.callback(server.shutdown, socket.SHUT_RDWR)
        yield server.getsockname()[1]
        for taken in kept:
            ends.callback(taken.close)


async def serving(answer, secure=None):
    """A server on every address of this machine that answers a first request and keeps the connection open."""

    async def serve(reader, writer):
        with contextlib.suppress(OSError):
            await reader.read(1)
            writer.write(answer)
            await writer.drain()
            await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "0.0.0.0", 0, ssl=secure)
    return server, server.sockets[0].getsockname()[1]


def look_at_server(secure, answer=ANSWER, **options):
    async def run():
        server, port = await serving(answer, secure)
        async with server:
            return await sweep(Sweep(**{"ipmi": False, "ports": (port,), **options}), lambda text: None)

    return asyncio.run(run())


def test_answer_is_read_where_the_connection_is_not_closed_after_it(secure):
    outcome = look_at_server(secure, addresses=addresses(1), answer_timeout=30.0, deadline=20.0)

    assert outcome.complete
    assert outcome.rows[0]["protocol"] == "redfish"
    assert outcome.rows[0]["vendor"] == "HPE"
    assert outcome.rows[0]["issuer"] == "a maker"


def test_ports_are_tried_in_order_until_one_speaks_redfish(secure):
    async def run():
        plain, other = await serving(b"HTTP/1.1 200 OK\r\n\r\n")
        server, port = await serving(ANSWER, secure)
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            ports = (nobody.getsockname()[1], other, port)
            async with plain, server:
                wanted = Sweep(addresses(3), ports=ports, ipmi=False)
                return port, await sweep(wanted, lambda text: None)

    port, outcome = asyncio.run(run())

    assert [(row["protocol"], row["port"], row["vendor"]) for row in outcome.rows] == [("redfish", port, "HPE")] * 3
    # Why the port before it was none does not stay with the one that was.
    assert all("reason" not in row for row in outcome.rows)


@pytest.mark.parametrize("speaks_tls", [False, True])
def test_machine_that_hangs_takes_no_other_along(secure, speaks_tls):
    # Its connection is given up while others are opened, which get its file descriptor.
    with hanging(secure if speaks_tls else None) as port:
        outcome = look(Sweep(addresses(20), ports=(port,), ipmi=False, answer_timeout=0.5, rate=60, concurrency=4))

    assert outcome.complete
    assert outcome.tried == frozenset(addresses(20))
    assert {row["reason"] for row in outcome.rows} == {"no answer within 0.5 s"}
    assert len(outcome.rows) == 20


def test_answer_that_nobody_expects_ends_no_scan(secure):
    nested = b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 200_000
    assert parse_root(nested)["protocol"] == "none"

    outcome = look_at_server(secure, answer=b"\x00" * 100 + b"\r\n\r\n", addresses=addresses(2), answer_timeout=0.5)

    assert outcome.complete
    assert [row["protocol"] for row in outcome.rows] == ["none", "none"]


def test_no_more_connections_than_wanted_are_open_at_a_time():
    most = 0
    now = set()

    async def serve(reader, writer):
        nonlocal most
        now.add(writer)
        most = max(most, len(now))
        await asyncio.sleep(0.02)
        now.discard(writer)
        writer.close()

    async def run():
        server = await asyncio.start_server(serve, "0.0.0.0", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await sweep(Sweep(addresses(30), ports=(port,), ipmi=False, concurrency=3), lambda text: None)

    outcome = asyncio.run(run())

    assert len(outcome.tried) == 30
    assert 1 <= most <= 3


def test_no_more_addresses_than_wanted_are_taken_up_in_a_second():
    begun = time.monotonic()

    outcome = look(Sweep(addresses(60), ports=(9,), ipmi=False, rate=100))

    assert len(outcome.tried) == 60
    assert time.monotonic() - begun >= 0.5


def test_process_that_may_open_few_files_misses_nobody():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with hanging() as port:
        # Room for about a dozen connections, where 120 are wanted at a time.
        resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/dev/fd")) + 20, hard))
        try:
            outcome = look(Sweep(addresses(120), ports=(port,), ipmi=False, answer_timeout=0.05))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert len(outcome.tried) == 120
    assert len(outcome.rows) == 120


def test_how_far_it_has_come_is_told(monkeypatch):
    monkeypatch.setattr(sweeping, "TELL_EVERY", 0.05)
    told = []

    with hanging() as port:
        look(Sweep(addresses(3), ports=(port,), ipmi=False, answer_timeout=0.5), told.append)

    assert told[0] == "0 of 3 addresses tried, 0 answered"


@pytest.mark.parametrize(
    ("raw", "whole"),
    [
        (b"", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", True),
        (b"HTTP/1.1 401 No\r\ncontent-length:0\r\nServer: x\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", True),
        # Without a length it ends with the connection.
        (b"HTTP/1.1 200 OK\r\n\r\n{}", False),
        (b"HTTP/1.1 200 OK\r\nX-Content-Length: 2\r\n\r\n{}", False),
    ],
)
def test_end_of_an_answer(raw, whole):
    assert is_whole(raw) is whole
