# SPDX-License-Identifier: GPL-3.0-or-later
"""Serve the region API as an aiohttp application: the front door, authentication, dispatch."""

from __future__ import annotations

import asyncio
import inspect
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from ..faults import Fault, FaultTable
from ..http.wire import Exchange, misbehave
from ..journal import Entry
from ..machine import Machine
from ..world import World
from . import boot_images, journeys
from .bodies import Body, read_body
from .config import RegionSettings
from .faults import MaasFaults
from .front import API_HASH, API_ROOT, CHALLENGE, NGINX, injected, nginx_page, outside, to_tls
from .handlers import register_all
from .lifecycle import Lifecycle
from .oauth import NEEDED, OAuthError, OAuthGate, parse_header
from .params import Params
from .rackside import EPHEMERAL
from .records import Token, User
from .refusals import Refusal
from .region import Region
from .wire import TEXT_TYPE, Call, KeyOrder, Router, admin_gate, choose, refusal_response, to_response


@dataclass(slots=True)
class Trace:
    """What the journal wants to know of a request and only its handling finds out."""

    op: str = ""
    who: str = ""
    fault: str = ""


class MaasLab:
    """One region with its front end."""

    def __init__(
        self,
        world: World,
        settings: RegionSettings,
        faults: FaultTable,
        seed: int,
        wall: Callable[[], float],
    ) -> None:
        self.world = world
        self.settings = settings
        self.faults = MaasFaults(faults)
        self.region = Region(settings, world.clock.epoch, random.Random(seed))
        self.lifecycle = Lifecycle(world, self.region, self.faults, wall)
        self._gate = OAuthGate(self.region.tokens, wall)
        self._router = Router()
        self._order = KeyOrder(random.Random())
        self._slots = asyncio.Semaphore(settings.workers * settings.requests_per_worker)
        self._connections: dict[int, int] = {}
        if settings.enlist:
            self.lifecycle.on_unknown = self._enlist
        register_all(self._router)
        _populate(self.region)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request and write it into the journal."""
        path = re.sub(r"/{2,}", "/", request.rel_url.raw_path)
        fault = self.faults.meets(request.method, path)
        if fault is None:
            return await self._respond(request, path)
        if fault.kind == "stalled_upload":
            await asyncio.sleep(float(fault.options.get("seconds", 60)))
        return await misbehave(self._exchange(request, path, fault))

    async def _respond(self, request: web.Request, path: str, fault: str = "") -> web.Response:
        trace = Trace(fault=fault)
        response = await self._answer(request, path, trace)
        response.headers["Server"] = NGINX
        self._write_journal(request, path, response.status, _size(response), trace)
        return response

    def _exchange(self, request: web.Request, path: str, fault: Fault) -> Exchange:
        trace = Trace(fault=fault.kind)

        async def respond() -> web.Response:
            return await self._respond(request, path, fault.kind)

        async def lose() -> None:
            response = await self._answer(request, path, trace)
            self._write_journal(request, path, response.status, 0, trace)

        def refuse() -> web.Response:
            response = injected(fault)
            response.headers["Server"] = NGINX
            note(response.status, _size(response))
            return response

        def note(status: int, sent: int) -> None:
            self._write_journal(request, path, status, sent, trace)

        return Exchange(request, fault, respond, lose, refuse, note)

    def _enlist(self, machine: Machine) -> str:
        """Let a machine nobody knows boot and announce itself."""
        self.lifecycle.background(journeys.enlist(self.lifecycle, machine))
        return EPHEMERAL

    def machine_state(self, name: str) -> dict[str, Any]:
        """Give what the region knows of a machine of the rack, for the control API; nothing when it is not enlisted."""
        macs = self.world.machines[name].macs
        node = next((found for mac in macs if (found := self.region.node_by_mac(mac))), None)
        if node is None:
            return {}
        return {
            "system_id": node.system_id,
            "hostname": node.hostname,
            "status_name": node.status.title,
            "status_message": node.status_message,
            "owner": node.owner,
            "power_state": node.power_state,
        }

    async def _answer(self, request: web.Request, path: str, trace: Trace) -> web.Response:
        if (request.content_length or 0) > self.settings.request_limit:
            return web.Response(status=413, body=nginx_page("413 Request Entity Too Large"), content_type="text/html")
        moved = to_tls(request, path, self.settings.tls_port)
        if moved is not None:
            return moved
        if not path.startswith(API_ROOT):
            return outside(path)
        try:
            response = await self._dispatch(request, path, trace)
        except Refusal as refusal:
            response = refusal_response(refusal)
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413, body=nginx_page("413 Request Entity Too Large"), content_type="text/html")
        response.headers["X-Maas-Api-Hash"] = API_HASH
        response.headers["X-Frame-Options"] = "DENY"
        return response

    async def _dispatch(self, request: web.Request, path: str, trace: Trace) -> web.Response:
        found = self._router.find(path[len(API_ROOT) :])
        if found is None:
            text = f"Unknown API endpoint: {path}."
            return web.Response(status=404, body=text.encode(), headers={"Content-Type": TEXT_TYPE})
        resource, args = found
        query = Params.parse(request.rel_url.raw_query_string)
        raw = await request.read()
        body = read_body(raw, request.headers.get("Content-Type", ""), self.settings.at_least("3.6"))
        user = self._authenticate(request, query, body)
        if isinstance(user, web.Response):
            return user
        op = args.pop("_op", None) or query.text("op") or body.form.text("op") or None
        trace.op, trace.who = op or "", user.username if user else ""
        operation = choose(resource, request.method, op, user)
        if isinstance(operation, web.Response):
            return operation
        admin_gate(operation, user)
        named = {key: unquote(value) for key, value in args.items()}
        call = Call(
            self.region,
            self.lifecycle,
            user,
            request.method,
            path,
            named,
            query,
            body.form,
            body.data,
            raw,
        )
        async with self._slots:
            result = operation.handler(call)
            if inspect.isawaitable(result):
                result = await result
        return to_response(result, self._order)

    def _authenticate(self, request: web.Request, query: Params, body: Body) -> User | None | web.Response:
        """Give the caller, None for a request without usable credentials, or MAAS's 401."""
        given = parse_header(request.headers.get("Authorization", ""))
        if given is None:
            given = next((_oauth_of(held) for held in (query, body.form) if _oauth_of(held)), None)
        if given is None:
            return None
        pairs = [*query.items(), *body.form.items()]
        url = f"{request.scheme}://{request.host}{request.rel_url.raw_path}"
        try:
            token = self._gate.check(given, request.method, url, [p for p in pairs if not p[0].startswith("oauth_")])
        except OAuthError as error:
            return web.Response(status=401, body=f"Authorization Error: {error}".encode(), headers=CHALLENGE)
        return self.region.users[token.user]

    def _write_journal(
        self,
        request: web.Request,
        path: str,
        status: int,
        sent: int,
        trace: Trace,
    ) -> None:
        shown = request.rel_url.raw_path_qs if "?" in request.rel_url.raw_path_qs else path
        if trace.op and "op=" not in shown:
            shown += f"{'&' if '?' in shown else '?'}op={trace.op}"
        entry = Entry(
            at=self.world.clock.now(),
            server="maas",
            method=request.method,
            path=shown,
            status=status,
            sent=sent,
            connection=self._connection(request),
            who=trace.who,
            fault=trace.fault,
        )
        self.world.journal.add(entry)

    def _connection(self, request: web.Request) -> int:
        """Number connections in the order they were first seen."""
        key = id(request.transport)
        if key not in self._connections:
            self.world.journal.connections["maas"] += 1
            self._connections[key] = self.world.journal.connections["maas"]
        return self._connections[key]


def _size(response: web.Response) -> int:
    return len(response.body) if isinstance(response.body, bytes) else 0


LAB = web.AppKey("maas_lab", MaasLab)


def build(
    world: World,
    settings: Mapping[str, Any],
    *,
    faults: FaultTable | None = None,
    seed: int = 1,
    wall: Callable[[], float] = time.time,
) -> web.Application:
    """Build the application that answers ``/MAAS/...`` for a rack.

    `settings` are the keys of RegionSettings; SettingsError names a bad one. `wall` is the time OAuth timestamps are
    compared with: clients live in real time, whatever the rack's clock does.
    """
    parsed = RegionSettings.parse(settings)
    lab = MaasLab(world, parsed, faults or FaultTable(world.machines), seed, wall)
    app = web.Application(client_max_size=parsed.request_limit)
    app[LAB] = lab
    app.router.add_route("*", "/{tail:.*}", lab.serve)

    async def running(_unused: web.Application) -> Any:
        await lab.lifecycle.open()
        yield
        await lab.lifecycle.close()

    app.cleanup_ctx.append(running)
    return app


def _populate(region: Region) -> None:
    """Give a fresh region its users, keys and images."""
    region.users["MAAS"] = User("MAAS", "maas@localhost", True)
    region.users["admin"] = User("admin", "admin@example.com", True)
    region.users["operator"] = User("operator", "operator@example.com", False)
    keys = {"admin": region.settings.api_key, "operator": region.settings.operator_key}
    for username, key in keys.items():
        if key:
            consumer, token, secret = key.split(":")
            region.tokens[token] = Token(consumer, token, secret, username)
    region.boot_resources = boot_images.default_resources() if region.settings.images else []


def _oauth_of(params: Params) -> dict[str, str] | None:
    if "oauth_token" not in params:
        return None
    found = {key: value for key, value in params.items() if key.startswith("oauth_")}
    return found if all(found.get(name) for name in NEEDED) else None
