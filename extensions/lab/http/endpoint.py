# SPDX-License-Identifier: GPL-3.0-or-later
"""One BMC on its address: TLS, the aiohttp server, the journal, and faults on the wire."""

from __future__ import annotations

import asyncio
import itertools
import logging
import re
import socket
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from ..bmc import Bmc
from ..faults import Fault
from ..journal import READS, Entry
from ..tls import EXPIRED, WRONG, Showing
from .call import Answer, Call
from .message_texts import BASE
from .messages import Message, error_body
from .service import Service
from .wire import Exchange, misbehave

MAX_BODY = 512 * 1024 * 1024
ANSWER_SECONDS = 0.2
LOG = logging.getLogger("lab.bmc")
_CONNECTIONS = itertools.count(1)
_METHODS = (b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"TRACE", b"CONNECT")
_REQUEST_LINE = re.compile(rb"([A-Z]{3,32}) \S+ HTTP/1\.[01]\r\n")


class Endpoint:
    """Serve one BMC. It stops listening while the BMC is away and starts again when it is back."""

    def __init__(self, bmc: Bmc, showing: Showing | None = None) -> None:
        self.bmc = bmc
        self.context = showing.context if showing else None
        self._showing = showing
        self.service = Service(bmc)
        self.silent: list[socket.socket] = []
        self._server: asyncio.Server | None = None
        self._web = web.Server(
            self._handle, request_factory=_request, access_log=None, keepalive_timeout=bmc.p.oddities.keep_alive
        )
        self._open: set[asyncio.Transport] = set()
        bmc.on_up.append(self._moved)
        if showing:
            bmc.on_certificate.append(showing.replace)
        bmc.on_move.append(self._relocated)
        self._lock = asyncio.Lock()

    async def start(self) -> None:
        """Listen; raise OSError when the address cannot be had."""
        if self._server is not None:
            return
        machine = self.bmc.machine
        self._server = await asyncio.get_running_loop().create_server(
            self._connection, machine.bmc_host, machine.bmc_port, ssl=self.context, backlog=128, reuse_address=True
        )

    async def stop(self) -> None:
        """Stop listening and cut every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for transport in list(self._open):
            transport.abort()
        self._open.clear()

    def _connection(self) -> asyncio.Protocol:
        self._show()
        handler = self._web()
        journal = self.bmc.world.journal
        journal.connections[self.bmc.machine.name] += 1
        made = handler.connection_made

        def connection_made(transport: asyncio.BaseTransport) -> None:
            if self.context is not None:
                journal.handshakes[self.bmc.machine.name] += 1
            self._open.add(transport)  # type: ignore[arg-type]
            transport.lab_number = next(_CONNECTIONS)  # type: ignore[attr-defined]
            made(transport)

        return _Watched(handler, connection_made, self._open)

    def _show(self) -> None:
        """Choose the certificate for a connection that has just come; its handshake is yet to begin."""
        if self._showing is None:
            return
        bmc = self.bmc
        faults = (bmc.faults.find(bmc.machine.name, kind) for kind in (EXPIRED, WRONG))
        fault = next(filter(None, faults), None)
        if fault is not None:
            bmc.faults.hit(fault, bmc.machine.name)
        bmc.certificate = self._showing.ready(fault.kind if fault else "")

    def _moved(self, up: bool) -> None:
        work = self.start() if up else self.stop()
        self._task = asyncio.ensure_future(self._in_turn(work))

    def _relocated(self) -> None:
        """Listen at the new address when the answer is out, whoever has it: a conflict leaves the BMC unreachable."""
        loop = asyncio.get_running_loop()
        loop.call_later(
            ANSWER_SECONDS, lambda: setattr(self, "_task", asyncio.ensure_future(self._in_turn(self._go())))
        )

    async def _go(self) -> None:
        await self.stop()
        try:
            await self.start()
        except OSError as problem:
            LOG.warning("%s: cannot listen at its new address: %s", self.bmc.machine.name, problem)

    async def _in_turn(self, work: Any) -> None:
        async with self._lock:
            await work

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        bmc = self.bmc
        fault = bmc.faults.wire(bmc.machine.name, request.method, request.path) if bmc.faults.faults else None
        if fault is not None and fault.kind == "stalled_upload":
            await asyncio.sleep(float(fault.options.get("seconds", 60)))
        body = await request.read()
        call = Call(
            request.method,
            request.path,
            _query(request),
            request.headers,
            body,
            peer=request.remote or "",
            connection=getattr(request.transport, "lab_number", 0),
        )
        if fault is not None:
            return await misbehave(self._exchange(request, call, fault))
        return self.respond(call)

    def _exchange(self, request: web.BaseRequest, call: Call, fault: Fault) -> Exchange:
        async def respond() -> web.Response:
            return self.respond(call, fault.kind)

        async def lose() -> None:
            self.record(call, self.take(call).status, 0, fault.kind)

        def refuse() -> web.Response:
            self.record(call, int(fault.options.get("code", 503)), 0, fault.kind)
            return self._refusal(fault)

        def note(status: int, sent: int) -> None:
            self.record(call, status, sent, fault.kind)

        return Exchange(request, fault, respond, lose, refuse, note)

    def _refusal(self, fault: Fault) -> web.Response:
        message_id = fault.options.get("message_id") or "GeneralError"
        text = fault.options.get("text") or ("" if message_id.rpartition(".")[2] in BASE else "The request failed.")
        body = error_body(self.bmc.p.words, [Message(message_id, (), "", text)])
        headers = {"OData-Version": "4.0"}
        if "retry_after" in fault.options:
            headers["Retry-After"] = str(fault.options["retry_after"])
        return web.json_response(body, status=int(fault.options.get("code", 503)), headers=headers)

    def respond(self, call: Call, fault: str = "") -> web.Response:
        """Answer a call as the service would, and write it down."""
        answer = self.take(call)
        return self.response(call, answer, fault)

    def take(self, call: Call) -> Answer:
        """Do what a call asks. A defect of the rack itself is a 500 and goes to the log."""
        try:
            return self.service.answer(call)
        except Exception:
            LOG.exception("%s: %s %s", self.bmc.machine.name, call.method, call.path)
            return Answer(500, {"error": {"code": "Base.1.8.InternalError", "message": "The rack has a defect."}})

    def response(self, call: Call, answer: Answer, fault: str = "") -> web.Response:
        body = answer.body()
        self.record(call, answer.status, len(body), fault)
        if body:
            answer.headers["Content-Type"] = answer.kind
        return web.Response(status=answer.status, body=body, headers=answer.headers)

    def record(self, call: Call, status: int, sent: int, fault: str = "") -> None:
        bmc = self.bmc
        bmc.world.journal.add(
            Entry(
                at=bmc.clock.now(),
                server=bmc.machine.name,
                method=call.method,
                path=call.path,
                status=status,
                sent=sent,
                connection=call.connection,
                who=call.account.username if call.account else "",
                fault=fault,
                session=self._is_login(call),
            )
        )

    def _is_login(self, call: Call) -> bool:
        """Say whether a write opens or closes a session; of reads nobody asks."""
        tree, sessions = self.bmc.tree, self.bmc.layout.sessions
        return call.method not in READS and bool(sessions) and tree.key(call.path).startswith(tree.key(sessions))


class _Watched(asyncio.Protocol):
    """Stand before aiohttp's protocol to count connections and to be able to cut them."""

    def __init__(self, inner: RequestHandler, made: Any, open_set: set[asyncio.Transport]) -> None:
        self._inner = inner
        self._made = made
        self._open_set = open_set
        self._transport: Any = None
        self.pause_writing = inner.pause_writing  # type: ignore[method-assign]
        self.resume_writing = inner.resume_writing  # type: ignore[method-assign]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._made(transport)

    def data_received(self, data: bytes) -> None:
        """Answer 501 to a method nobody knows: the HTTP parser would call it a bad request."""
        first = _REQUEST_LINE.match(data)
        if first and first[1] not in _METHODS:
            self._transport.write(b"HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            self._transport.close()
            return
        self._inner.data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._open_set.discard(self._transport)
        self._inner.connection_lost(exc)

    def eof_received(self) -> None:
        self._inner.eof_received()


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=MAX_BODY)


def _query(request: web.BaseRequest) -> Mapping[str, str]:
    return dict(request.query) if request.query_string else {}
