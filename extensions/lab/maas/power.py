# SPDX-License-Identifier: GPL-3.0-or-later
"""Drive a machine's power over its BMC, as MAAS's own drivers do.

The Redfish driver of MAAS signs in with Basic authentication, does not verify certificates, takes the first system
when ``node_id`` is empty, forces a running machine off, sets a one-time PXE override and switches it on. A wrong
password shows only as a failed action; an address nobody answers on is reported apart.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp

from ..clock import Clock
from .ipmi_power import IpmiDriver
from .power_errors import ActionFailed, Unreachable

RETRY_WAITS = (1, 2, 2, 4, 6, 8, 12)
ATTEMPTS = 3
"""The driver's own waits between tries, and how often MAAS 3.7 runs the driver before it gives up."""
PXE_ONCE = {"Boot": {"BootSourceOverrideEnabled": "Once", "BootSourceOverrideTarget": "Pxe"}}
SYSTEMS = "/redfish/v1/Systems"
BAD_REQUEST, PRECONDITION_FAILED = 400, 412
ETAG_ATTEMPTS = 5
Pause = Callable[[float], Awaitable[None]]
"""How drivers let lab time pass."""


class Driver(Protocol):
    """What every power type can do; raises PowerFailed."""

    async def on(self) -> None:
        """Boot the machine from the network, whatever it is doing now."""

    async def off(self) -> None:
        """Take its power away."""

    async def state(self) -> str:
        """Give ``on``, ``off`` or ``unknown``."""


class ManualDriver:
    """Someone presses the button: nothing happens and nothing is known."""

    async def on(self) -> None:
        return

    async def off(self) -> None:
        return

    async def state(self) -> str:
        return "unknown"


class RedfishDriver:
    """Speak Redfish over HTTPS to one BMC."""

    def __init__(
        self, http: aiohttp.ClientSession, clock: Clock, pause: Pause, parameters: Mapping[str, Any], wait: float
    ) -> None:
        address = str(parameters.get("power_address", ""))
        self._base = address.rstrip("/") if "://" in address else f"https://{address}"
        user, password = (str(parameters.get(name, "")) for name in ("power_user", "power_pass"))
        basic = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {basic}"}
        self._node_id = str(parameters.get("node_id") or "")
        self._http, self._clock, self._pause, self._wait = http, clock, pause, wait

    async def on(self) -> None:
        system = await self._system()
        if await self._power(system) == "on":
            await self._reset(system, "ForceOff")
            await self._until_off(system)
        await self._pxe_once(system)
        await self._reset(system, "On")

    async def off(self) -> None:
        system = await self._system()
        if await self._power(system) != "off":
            await self._reset(system, "ForceOff")
        await self._pxe_once(system)

    async def state(self) -> str:
        return await self._power(await self._system())

    async def _system(self) -> str:
        if self._node_id:
            return f"{SYSTEMS}/{self._node_id}"
        body, _unused = await self._send("GET", SYSTEMS)
        members = body.get("Members") or []
        if not members:
            raise ActionFailed("the BMC lists no systems")
        return str(members[0]["@odata.id"]).rstrip("/")

    async def _power(self, system: str) -> str:
        body, _unused = await self._send("GET", system)
        state = str(body.get("PowerState", "")).lower()
        return {"on": "on", "off": "off", "poweringon": "on", "poweringoff": "on"}.get(state, "unknown")

    async def _until_off(self, system: str) -> None:
        for _unused in range(60):
            if await self._power(system) == "off":
                return
            await self._pause(self._wait)
        raise ActionFailed("the machine did not switch off")

    async def _pxe_once(self, system: str) -> None:
        """Set the boot override; where the system keeps it in a settings object (iDRAC10), set it there."""
        try:
            await self._override(system)
        except ActionFailed as failure:
            settings = await self._settings_of(system)
            if failure.status != BAD_REQUEST or not settings:
                raise
            await self._override(settings)

    async def _settings_of(self, system: str) -> str:
        body, _unused = await self._send("GET", system)
        held = (body.get("@Redfish.Settings") or {}).get("SettingsObject") or {}
        return str(held.get("@odata.id") or "")

    async def _override(self, path: str) -> None:
        """Write the override; a resource that changed between reading and writing (412) is read again."""
        for attempt in range(ETAG_ATTEMPTS):
            body, etag = await self._send("GET", path)
            etag = etag or str(body.get("@odata.etag") or "")
            try:
                await self._send("PATCH", path, PXE_ONCE, {"If-Match": etag} if etag else {})
            except ActionFailed as failure:
                if failure.status != PRECONDITION_FAILED or attempt == ETAG_ATTEMPTS - 1:
                    raise
            else:
                return

    async def _reset(self, system: str, kind: str) -> None:
        """Ask for a reset, again after growing waits while the BMC refuses."""
        for wait in (*RETRY_WAITS * ATTEMPTS, None):
            try:
                await self._send("POST", f"{system}/Actions/ComputerSystem.Reset", {"ResetType": kind})
            except ActionFailed as failure:
                if wait is None or failure.final:
                    raise
                await self._pause(wait)
            else:
                return

    async def _send(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[dict[str, Any], str]:
        try:
            with self._clock.busy():
                async with self._http.request(
                    method,
                    self._base + path,
                    json=body,
                    headers={**self._headers, **(headers or {})},
                    ssl=False,
                ) as answer:
                    return await _read(answer), answer.headers.get("ETag", "")
        except (aiohttp.ClientConnectorError, TimeoutError) as error:
            raise Unreachable(str(error)) from error
        except aiohttp.ClientError as error:
            raise ActionFailed(f"{type(error).__name__} from {urlsplit(self._base).netloc}") from error


async def _read(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    if answer.status >= 400:
        raise ActionFailed(f"Request failed with response status code: {answer.status}", status=answer.status)
    try:
        body = await answer.json(content_type=None)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def driver_for(
    power_type: str,
    http: aiohttp.ClientSession,
    clock: Clock,
    pause: Pause,
    parameters: Mapping[str, Any],
    wait: float,
) -> Driver:
    """Choose the driver of a power type; types the lab has no hardware for behave as an unreachable BMC."""
    if power_type in ("", "manual"):
        return ManualDriver()
    if power_type == "redfish":
        return RedfishDriver(http, clock, pause, parameters, wait)
    if power_type == "ipmi":
        return IpmiDriver(clock, pause, parameters, wait)
    raise Unreachable(f"power type {power_type} has no hardware in the lab")
