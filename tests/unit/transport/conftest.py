# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted TLS server: it answers what a test tells it to, and keeps what arrived."""

from __future__ import annotations

import hashlib
import json
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Clock
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.tls import Trust
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target

ROOT = {"Id": "RootService", "Links": {"Sessions": {"@odata.id": "/redfish/v1/SessionService/Sessions"}}}
SESSIONS = "/redfish/v1/SessionService/Sessions"
DROP = object()


@dataclass
class Request:
    method: str
    path: str
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body) if self.body else None


@dataclass
class Stub:
    """``script[(method, path)]`` is a list of answers (status, body[, headers]), DROP, functions; the last repeats."""

    port: int
    ca_path: str
    fingerprint: str
    script: dict = field(default_factory=dict)
    journal: list = field(default_factory=list)
    tokens: set = field(default_factory=set)
    logins: int = 0
    connections: int = 0

    def target(self, **changes) -> Target:
        values = {
            "host": "127.0.0.1",
            "port": self.port,
            "username": "root",
            "password": "calvin-secret",
            "trust": Trust(ca_path=self.ca_path),
            "timeout": 20.0,
        }
        return Target(**{**values, **changes})

    def seen(self, method=None, path=None):
        return [r for r in self.journal if method in (None, r.method) and path in (None, r.path)]

    def answer(self, request: Request):
        key = (request.method, request.path)
        if key in self.script:
            steps = self.script[key]
            step = steps.pop(0) if len(steps) > 1 else steps[0]
            return step(request) if callable(step) else step
        if request.path == "/redfish/v1/":
            return 200, ROOT
        if key == ("POST", SESSIONS):
            self.logins += 1
            token = f"token-{self.logins}"
            self.tokens.add(token)
            return 201, {}, {"X-Auth-Token": token, "Location": f"{SESSIONS}/{self.logins}"}
        if request.headers.get("X-Auth-Token") not in self.tokens:
            return 401, {"error": {"message": "no session"}}
        if request.method == "DELETE" and request.path.startswith(SESSIONS):
            self.tokens.discard(request.headers["X-Auth-Token"])
            return 204, None
        return 404, {}


def _handler(stub: Stub):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args):
            pass

        def setup(self):
            stub.connections += 1
            super().setup()

        def handle_one(self):
            length = int(self.headers.get("Content-Length") or 0)
            request = Request(self.command, self.path, dict(self.headers), self.rfile.read(length))
            stub.journal.append(request)
            answer = stub.answer(request)
            if answer is DROP:
                self.close_connection = True
                self.connection.close()
                return
            status, body, headers = (*answer, {})[:3]
            raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PATCH = do_DELETE = handle_one  # noqa: N815

    return Handler


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return ca, str(path)


@pytest.fixture
def stub(authority):
    ca, ca_path = authority
    certificate = ca.issue_cert("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    stub = Stub(0, ca_path, hashlib.sha256(der).hexdigest())
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stub))
    server.handle_error = lambda *args: None  # a dropped connection is part of the script
    server.socket = context.wrap_socket(server.socket, server_side=True)
    stub.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield stub
    server.shutdown()
    server.server_close()


class HandClock:
    """Time that moves only by sleeping; ``slept`` keeps the pauses."""

    def __init__(self):
        self.now, self.slept = 1000.0, []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    @property
    def clock(self):
        return Clock(monotonic=lambda: self.now, epoch=lambda: self.now, sleep=self.sleep)


@pytest.fixture
def hand():
    return HandClock()


@pytest.fixture
def context(hand):
    return Context(clock=hand.clock)


@pytest.fixture
def shared(hand, tmp_path):
    return Context(clock=hand.clock, cache_dir=str(tmp_path))


@pytest.fixture
def drop():
    """An answer that closes the connection without a word."""
    return DROP
