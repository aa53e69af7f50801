# SPDX-License-Identifier: GPL-3.0-or-later
"""Misbehaviour on the wire: what a fault does to one request, at a BMC and at MAAS."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ..faults import Fault

HTML = b"<html><head><title>Error</title></head><body><h1>The page cannot be shown</h1></body></html>"


@dataclass(frozen=True)
class Exchange:
    """One request that a fault meets, and what its server can do with it.

    ``respond`` takes the request and gives the answer, ``lose`` takes it and gives none, ``refuse`` gives an error in
    the server's own words; each writes the journal. ``note`` only writes it: a status (0 where nothing was answered)
    and a size in bytes.
    """

    request: web.BaseRequest
    fault: Fault
    respond: Callable[[], Awaitable[web.Response]]
    lose: Callable[[], Awaitable[None]]
    refuse: Callable[[], web.Response]
    note: Callable[[int, int], None]

    def option(self, name: str, default: float) -> float:
        """Return an option that is a number."""
        return float(self.fault.options.get(name, default))


async def misbehave(exchange: Exchange) -> web.StreamResponse:
    """Answer (or not) as the fault says."""
    return await _KINDS[exchange.fault.kind](exchange)


async def _status(exchange: Exchange) -> web.StreamResponse:
    return exchange.refuse()


async def _slow(exchange: Exchange) -> web.StreamResponse:
    await asyncio.sleep(exchange.option("seconds", 5))
    return await exchange.respond()


async def _stalled(exchange: Exchange) -> web.StreamResponse:
    """Answer as ever: the pause was before the body was read, and a client that left in it never comes here."""
    return await exchange.respond()


async def _drip(exchange: Exchange) -> web.StreamResponse:
    whole = await exchange.respond()
    body = bytes(whole.body) if isinstance(whole.body, (bytes, bytearray)) else b""
    chunk = int(exchange.option("chunk", max(len(body) // 20, 1)))
    pieces = [body[start : start + chunk] for start in range(0, len(body), chunk)]
    pause = exchange.option("seconds", 5) / max(len(pieces), 1)
    stream = web.StreamResponse(status=whole.status, headers=_without_length(whole))
    stream.content_length = len(body)
    await stream.prepare(exchange.request)
    for piece in pieces:
        await stream.write(piece)
        await asyncio.sleep(pause)
    await stream.write_eof()
    return stream


async def _drop(exchange: Exchange) -> web.StreamResponse:
    exchange.note(0, 0)
    return _cut(exchange.request)


async def _rst(exchange: Exchange) -> web.StreamResponse:
    exchange.note(0, 0)
    transport = exchange.request.transport
    sock: Any = transport.get_extra_info("socket") if transport else None
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return _cut(exchange.request)


async def _lost(exchange: Exchange) -> web.StreamResponse:
    await exchange.lose()
    return _cut(exchange.request)


async def _truncate(exchange: Exchange) -> web.StreamResponse:
    whole = await exchange.respond()
    body = bytes(whole.body) if isinstance(whole.body, (bytes, bytearray)) else b""
    stream = web.StreamResponse(status=whole.status, headers=_without_length(whole))
    stream.content_length = len(body)
    await stream.prepare(exchange.request)
    await stream.write(body[: len(body) // 2])
    return _cut(exchange.request)


async def _html(exchange: Exchange) -> web.StreamResponse:
    code = int(exchange.option("code", 200))
    exchange.note(code, len(HTML))
    return web.Response(status=code, body=HTML, content_type="text/html")


async def _redirect(exchange: Exchange) -> web.StreamResponse:
    code, path = int(exchange.option("code", 308)), exchange.request.path
    place = exchange.fault.options.get("location") or (path.rstrip("/") if path.endswith("/") else path + "/")
    exchange.note(code, 0)
    return web.Response(status=code, headers={"Location": str(place)})


def _cut(request: web.BaseRequest) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _without_length(response: web.Response) -> dict[str, str]:
    return {key: value for key, value in response.headers.items() if key.lower() != "content-length"}


_KINDS = {
    "status": _status,
    "maas_status": _status,
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
