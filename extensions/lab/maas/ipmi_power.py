# SPDX-License-Identifier: GPL-3.0-or-later
"""Drive power over IPMI with pyghmi in a thread, when the library is installed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ..clock import Clock
from .power_errors import ActionFailed, Unreachable

LONGEST_SECONDS = 20.0
REFUSALS = ("password", "unauthorized", "privilege", "invalid", "not permitted")
"""Words of pyghmi's errors that mean the BMC answered."""


class IpmiDriver:
    """Speak RMCP+ to one BMC, with a fresh session for each action as ``ipmipower`` has."""

    def __init__(
        self, clock: Clock, pause: Callable[[float], Awaitable[None]], parameters: Mapping[str, Any], wait: float
    ) -> None:
        host, _unused, port = str(parameters.get("power_address", "")).partition(":")
        self._target = {
            "bmc": host,
            "userid": str(parameters.get("power_user", "")),
            "password": str(parameters.get("power_pass", "")),
            "port": int(port or 623),
        }
        self._clock, self._pause, self._wait = clock, pause, wait

    async def on(self) -> None:
        if await self.state() == "on":
            await self._do(lambda command: command.set_power("off"))
            await self._until_off()
        await self._do(lambda command: command.set_bootdev("network", persist=False, uefiboot=False))
        await self._do(lambda command: command.set_power("on"))

    async def off(self) -> None:
        if await self.state() != "off":
            await self._do(lambda command: command.set_power("off"))

    async def state(self) -> str:
        answer = await self._do(lambda command: command.get_power())
        return str(answer.get("powerstate", "unknown"))

    async def _until_off(self) -> None:
        for _unused in range(60):
            if await self.state() == "off":
                return
            await self._pause(self._wait)
        raise ActionFailed("the machine did not switch off")

    async def _do(self, action: Callable[[Any], Any]) -> Any:
        with self._clock.busy():
            try:
                return await asyncio.wait_for(asyncio.to_thread(self._in_thread, action), LONGEST_SECONDS)
            except TimeoutError as error:
                raise Unreachable("no answer over IPMI") from error

    def _in_thread(self, action: Callable[[Any], Any]) -> Any:
        try:
            from pyghmi import exceptions
            from pyghmi.ipmi import command
        except ImportError as error:
            raise Unreachable("pyghmi is not installed, so the lab's MAAS cannot speak IPMI") from error
        try:
            connection = command.Command(**self._target)
            try:
                return action(connection)
            finally:
                with contextlib.suppress(Exception):  # a session that is gone cannot be closed
                    connection.ipmi_session.logout()
        except exceptions.IpmiException as error:
            if any(word in str(error).lower() for word in REFUSALS):
                raise ActionFailed(str(error), final=True) from error
            raise Unreachable(str(error)) from error
