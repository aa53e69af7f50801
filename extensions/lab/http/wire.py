# SPDX-License-Identifier: GPL-3.0-or-later
"""Misbehaviour on the wire: what a fault does to one request."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING, Any

from aiohttp import web

from ..faults import Fault
from .call import Call
from .message_texts import BASE
from .messages import Message, error_body

if TYPE_CHECKING:
    from .endpoint import Endpoint

HTML = b"<html><head><title>Error</title></head><body><h1>The page cannot be shown</h1></body></html>"


async def misbehave(endpoint: Endpoint, request: web.BaseRequest, call: Call, fault: Fault) -> web.StreamResponse:
    """Answer (or not) as the fault says. The journal shows status 0 where nothing was answered."""
    return await _KINDS[fault.kind](endpoint, request, call, fault)


async def _status(endpoint: Endpoint, request: web.BaseRequest, call: Call, fault: Fault) -> web.StreamResponse:
    code = int(fault.options.get("code", 503))
    message_id = fault.options.get("message_id") or "GeneralError"
    text = fault.options.get("text") or ("" if message_id.rpartition(".")[2] in BASE else "The request failed.")
    body = error_body(endpoint.bmc.p.words, [Message(message_id, (), "", text)])
    headers = {"OData-Version": "4.0"}
    if "retry_after" in fault.options:
        headers["Retry-After"] = str(fault.options["retry_after"])
    response = web.json_response(body, status=code, headers=headers)
    endpoint.record(call, code, 0, fault.kind)
    return response


async def _slow(endpoint: Endpoint, request: web.BaseRequest, call: Call, fault: Fault) -> web.StreamResponse:
    await asyncio.sleep(float(fault.options.get("seconds", 5)))
    return await endpoint.respond(request, call, fault.kind)


async def _stalled(endpoint: Endpoint, request: web.BaseRequest, call: Call, fault: Fault) -> web.StreamResponse:
    """Answer as ever: the pause was before the body was read, and a client that left in it never comes here."""
    return await endpoint.respond(request, call, fault.kind)


async def _drip(endpoint: Endpoint, request: web.BaseRequest, call: Call, fault: Fault) -> web.StreamResponse:
    whole = await endpoint.respond(request, call, fault.kind)
    body = bytes(whole.body) if isinstance(whole.body, (bytes, bytearray)) else b""
    chunk = int(fault.options.get("chunk", max(len(body) // 20, 1)))
    pieces = [body[start : start + chunk] for start in range(0, len(body), chunk)]
    pause = float(fault.options.get("seconds", 5)) / max(len(pieces), 1)
    stream = web.StreamResponse(status=whole.status, headers=_without_length(whole))
    stream.content_length = len(body)
    await stream.prepare(request)
    for piece in pieces:
        await stream.write(piece)
        await asyncio.sleep(pause)
    await stream.write_eof()
    return stream


async def _drop(endpoint: Endpoint, request: web.BaseRequest, call: Call, fault: Fault) -> web.StreamResponse:
    endpoint.record(call, 0, 0, fault.kind)
    return _cut(request)


async def _rst(endpoint: Endpoint, request: web.BaseRequest, call: Call, fault: Fault) -> web.StreamResponse:
    endpoint.record(call, 0, 0, fault.kind)
    sock: Any = request.transport.get_extra_info("socket") if request.transport else None
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return _cut(request)


async def _lost(endpoint: Endpoint, request: web.BaseRequest, call: Call, fault: Fault) -> web.StreamResponse:
    answer = endpoint.take(call)
    endpoint.record(call, answer.status, 0, fault.kind)
    return _cut(request)


async def _truncate(endpoint: Endpoint, request: web.BaseRequest, call: Call, fault: Fault) -> web.StreamResponse:
    whole = await endpoint.respond(request, call, fault.kind)
    body = bytes(whole.body) if isinstance(whole.body, (bytes, bytearray)) else b""
    stream = web.StreamResponse(status=whole.status, headers=_without_length(whole))
    stream.content_length = len(body)
    await stream.prepare(request)
    await stream.write(body[: len(body) // 2])
    return _cut(request)


async def _html(endpoint: Endpoint, request: web.BaseRequest, call: Call, fault: Fault) -> web.StreamResponse:
    code = int(fault.options.get("code", 200))
    endpoint.record(call, code, len(HTML), fault.kind)
    return web.Response(status=code, body=HTML, content_type="text/html")


async def _redirect(endpoint: Endpoint, request: web.BaseRequest, call: Call, fault: Fault) -> web.StreamResponse:
    code = int(fault.options.get("code", 308))
    place = fault.options.get("location") or (call.path.rstrip("/") if call.path.endswith("/") else call.path + "/")
    endpoint.record(call, code, 0, fault.kind)
    return web.Response(status=code, headers={"Location": str(place)})


def _cut(request: web.BaseRequest) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _without_length(response: web.Response) -> dict[str, str]:
    return {key: value for key, value in response.headers.items() if key.lower() != "content-length"}


_KINDS = {
    "status": _status,
    "slow_first_byte": _slow,
    "stalled_upload": _stalled,
    "drip": _drip,
    "drop": _drop,
    "rst": _rst,
    "lost_answer": _lost,
    "truncate": _truncate,
    "html": _html,
    "redirect": _redirect,
}
