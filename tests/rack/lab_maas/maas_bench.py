# SPDX-License-Identifier: GPL-3.0-or-later
"""A rack and its MAAS in the test's own event loop, with a client that signs as MAAS clients do."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import socket
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from ansible_collections.hwautomation.baremetal.extensions.lab import rackfile
from ansible_collections.hwautomation.baremetal.extensions.lab.clock import Clock
from ansible_collections.hwautomation.baremetal.extensions.lab.maas.app import LAB, MaasLab
from ansible_collections.hwautomation.baremetal.extensions.lab.rack import Rack

ADMIN, OPERATOR = "adminConsumer:adminToken:adminSecret", "operatorConsumer:operatorToken:operatorSecret"
API = "/MAAS/api/2.0/"
BMC_PORT = 8443
LONGEST_SECONDS = 120.0


@dataclass
class Reply:
    """One answer with its body as bytes."""

    status: int
    headers: CIMultiDict[str]
    raw: bytes

    @property
    def text(self) -> str:
        return self.raw.decode("utf-8", "replace")

    @property
    def body(self) -> Any:
        """Give the JSON value, or the text where it is none."""
        try:
            return json.loads(self.raw)
        except ValueError:
            return self.text

    def good(self) -> Any:
        assert self.status in (200, 201, 204), f"{self.status} {self.text}"
        return self.body


def signed(key: str, nonce: str | None = None, timestamp: float | None = None, separator: str = ", ") -> str:
    """Build an OAuth 1.0 PLAINTEXT header (RFC 5849 section 3.5.1)."""
    consumer, token, secret = key.split(":")
    fields = {
        "oauth_version": "1.0",
        "oauth_signature_method": "PLAINTEXT",
        "oauth_consumer_key": consumer,
        "oauth_token": token,
        "oauth_signature": f"&{secret}",
        "oauth_nonce": nonce or secrets.token_hex(16),
        "oauth_timestamp": str(int(timestamp if timestamp is not None else time.time())),
    }
    return "OAuth " + separator.join(f'{name}="{quote(value, safe="")}"' for name, value in fields.items())


class Bench:
    """Talk to MAAS and turn the clock."""

    def __init__(self, rack: Rack, http: aiohttp.ClientSession) -> None:
        self.rack, self._http = rack, http
        self.lab: MaasLab = rack.maas[LAB]
        self.clock = rack.world.clock
        self.base = f"http://{rack.address}:{rack.ports['maas']}"

    async def send(
        self,
        method: str,
        path: str,
        *,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        key: str | None = ADMIN,
    ) -> Reply:
        """Send a request as it is; the clock is turned a little where MAAS waits for it."""
        sent = dict(headers or {})
        if key is not None:
            sent["Authorization"] = signed(key)
        request = asyncio.ensure_future(self._request(method, path, data, sent))
        started = time.monotonic()
        while not request.done():
            assert time.monotonic() - started < LONGEST_SECONDS, f"no answer to {method} {path} {data!r}"
            await asyncio.wait({request}, timeout=0.02)
            if self.lab.lifecycle.pausing and self.clock.mode == "hand":
                await self.clock.advance_settled(1.0)
        return await request

    async def _request(self, method: str, path: str, data: Any, headers: Mapping[str, str]) -> Reply:
        url = URL(self.base + path, encoded=True)
        async with self._http.request(method, url, data=data, headers=headers, allow_redirects=False) as answer:
            return Reply(answer.status, answer.headers.copy(), await answer.read())

    async def get(self, path: str, **query: Any) -> Reply:
        return await self.send("GET", API + path + _query(query))

    async def post(self, path: str, op: str | None = None, **form: Any) -> Reply:
        pairs = [("op", op)] if op else []
        for name, value in form.items():
            pairs += [(name, str(item)) for item in (value if isinstance(value, list) else [value])]
        return await self.send("POST", API + path, data=pairs)

    async def put(self, path: str, **form: Any) -> Reply:
        return await self.send("PUT", API + path, data=[(name, str(value)) for name, value in form.items()])

    async def create(self, server: str, **form: Any) -> str:
        """Enlist a server of the rack with its own MACs and BMC; give its system_id."""
        machine = self.rack.world.machines[server]
        given = {
            "hostname": server,
            "architecture": "amd64/generic",
            "mac_addresses": machine.macs,
            "power_type": "redfish",
            "power_parameters_power_address": f"{machine.bmc_host}:{machine.bmc_port}",
            "power_parameters_power_user": machine.username,
            "power_parameters_power_pass": machine.password,
            "commission": "false",
            **form,
        }
        return str((await self.post("machines/", **given)).good()["system_id"])

    async def status(self, system_id: str) -> str:
        return str((await self.get(f"machines/{system_id}/")).good()["status_name"])

    async def advance(self, seconds: float) -> None:
        await self.clock.advance_settled(seconds)

    async def ready(self, server: str, **form: Any) -> str:
        """Enlist and commission a server without tests, until it is Ready."""
        system_id = await self.create(server)
        (await self.post(f"machines/{system_id}/", "commission", testing_scripts="none", **form)).good()
        await self.advance(1200)
        assert await self.status(system_id) == "Ready"
        return system_id


def _query(given: Mapping[str, Any]) -> str:
    pairs = []
    for name, value in given.items():
        pairs += [f"{name}={quote(str(item), safe='')}" for item in (value if isinstance(value, list) else [value])]
    return "?" + "&".join(pairs) if pairs else ""


def free_network() -> str:
    """Find a 127.A.B prefix nobody listens on, so that benches run side by side."""
    while True:
        prefix = f"127.{secrets.randbelow(100) + 100}.{secrets.randbelow(250) + 1}"
        with contextlib.closing(socket.socket()) as probe:
            if probe.connect_ex((f"{prefix}.1", 5240)) != 0:
                return prefix


@contextlib.asynccontextmanager
async def bench(
    hosts: Mapping[str, Mapping[str, Any]],
    *,
    clock: str = "hand",
    maas: Mapping[str, Any] | None = None,
) -> AsyncIterator[Bench]:
    """Start a rack with the named hosts and a MAAS; everything ends with the block."""
    prefix = free_network()
    placed = {
        name: {"lab_platform": "generic", "bmc_host": f"{prefix}.{number}", "bmc_port": BMC_PORT, **settings}
        for number, (name, settings) in enumerate(hosts.items(), 10)
    }
    settings = {"api_key": ADMIN, "operator_key": OPERATOR, **(maas or {})}
    plan = rackfile.read({"all": {"vars": {"lab": {"address": f"{prefix}.1", "maas": settings}}, "hosts": placed}})
    rack = Rack(plan, Clock.parse(clock))
    await rack.start()
    try:
        async with aiohttp.ClientSession() as http:
            yield Bench(rack, http)
    finally:
        await rack.stop()
