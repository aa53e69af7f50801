# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API: ground truth, journal, faults and clock, for tests and for people. It is no part of a BMC."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .clock import ClockError
from .faults import FaultError
from .firmware import UpdateRefused

if TYPE_CHECKING:
    from .rack import Rack

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """Answer /_lab/ requests of one rack."""

    def __init__(self, rack: Rack) -> None:
        self.rack = rack

    def application(self) -> web.Application:
        app = web.Application(middlewares=[_plain_errors])
        app.router.add_get("/_lab/state", self.state)
        app.router.add_get("/_lab/machines/{name}", self.machine)
        app.router.add_post("/_lab/machines/{name}/flash", self.flash)
        app.router.add_get("/_lab/journal", self.journal)
        app.router.add_delete("/_lab/journal", self.clear_journal)
        app.router.add_get("/_lab/faults", self.faults)
        app.router.add_post("/_lab/faults", self.add_fault)
        app.router.add_delete("/_lab/faults", self.clear_faults)
        app.router.add_delete("/_lab/faults/{id:\\d+}", self.clear_faults)
        app.router.add_get("/_lab/clock", self.clock)
        app.router.add_post("/_lab/clock", self.set_clock)
        app.router.add_post("/_lab/stop", self.stop)
        return app

    async def state(self, request: web.Request) -> web.Response:
        machines = {name: self._machine(name) for name in self.rack.bmcs}
        return web.json_response({"machines": machines, "clock": self._clock()})

    async def machine(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self.rack.bmcs:
            raise web.HTTPNotFound(text=f"no machine {name!r}; there are: {', '.join(self.rack.bmcs)}")
        return web.json_response(self._machine(name))

    async def flash(self, request: web.Request) -> web.Response:
        """Flash an image past Redfish, as vendors' own tools do over IPMI and protocols that nobody else speaks."""
        bmc = self.rack.bmcs.get(request.match_info["name"])
        if bmc is None:
            raise web.HTTPNotFound(text="there is no such machine")
        data = await request.read()
        try:
            bmc.firmware.check(data)
            task = bmc.firmware.begin("Update by a vendor's tool")
        except UpdateRefused as refused:
            raise web.HTTPBadRequest(text=str(refused)) from refused
        bmc.firmware.received(task, data)
        return web.json_response({"task": task.id}, status=202)

    async def journal(self, request: web.Request) -> web.Response:
        journal = self.rack.world.journal
        entries = journal.entries(request.query.get("server"), request.query.get("writes", "") in ("1", "true"))
        body = {
            "entries": journal.as_data(entries),
            "requests": dict(journal.requests),
            "handshakes": dict(journal.handshakes),
            "connections": dict(journal.connections),
        }
        return web.json_response(body)

    async def clear_journal(self, request: web.Request) -> web.Response:
        self.rack.world.journal.clear()
        return web.Response(status=204)

    async def faults(self, request: web.Request) -> web.Response:
        return web.json_response(self.rack.faults.as_data())

    async def add_fault(self, request: web.Request) -> web.Response:
        body = await _object(request)
        try:
            fault = await self.rack.add_fault(body)
        except (FaultError, TypeError) as problem:
            raise web.HTTPBadRequest(text=str(problem)) from problem
        return web.json_response({"id": fault.id}, status=201)

    async def clear_faults(self, request: web.Request) -> web.Response:
        number = request.match_info.get("id")
        await self.rack.clear_faults(int(number) if number else None, request.query.get("server"))
        return web.Response(status=204)

    async def clock(self, request: web.Request) -> web.Response:
        return web.json_response(self._clock())

    async def set_clock(self, request: web.Request) -> web.Response:
        body = await _object(request)
        clock = self.rack.world.clock
        try:
            if "advance" in body:
                await clock.advance_settled(float(body["advance"]))
            if "scale" in body:
                clock.set_scale(float(body["scale"]))
        except (ClockError, TypeError, ValueError) as problem:
            raise web.HTTPBadRequest(text=str(problem)) from problem
        return web.json_response(self._clock())

    async def stop(self, request: web.Request) -> web.Response:
        self.rack.stopping.set()
        return web.Response(status=202)

    def _machine(self, name: str) -> dict[str, Any]:
        extra = self.rack.maas_state(name)
        return {**self.rack.bmcs[name].state(), **extra}

    def _clock(self) -> dict[str, Any]:
        clock = self.rack.world.clock
        return {"mode": clock.mode, "scale": clock.scale, "now": clock.now()}


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError as problem:
        raise web.HTTPBadRequest(text="the body is no JSON") from problem
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="the body must be a JSON object")
    return body


@web.middleware
async def _plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as problem:
        if problem.status < 400:
            raise
        return web.json_response({"error": problem.text or problem.reason}, status=problem.status)
