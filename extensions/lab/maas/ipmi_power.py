# SPDX-License-Identifier: GPL-3.0-or-later
"""Drive power over IPMI with pyghmi, when the library is installed."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ..clock import Clock
from .power_errors import ActionFailed, Unreachable

LONGEST_SECONDS = 30.0
PROGRAM = f"{__package__}.ipmi_order"
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
            await self._order("off")
            await self._until_off()
        await self._order("boot")

    async def off(self) -> None:
        if await self.state() != "off":
            await self._order("off")

    async def state(self) -> str:
        return await self._order("state")

    async def _until_off(self) -> None:
        for _unused in range(60):
            if await self.state() == "off":
                return
            await self._pause(self._wait)
        raise ActionFailed("the machine did not switch off")

    async def _order(self, order: str) -> str:
        """Give one order with a session of its own; return the power state where that was asked."""
        request = json.dumps({"target": self._target, "order": order}).encode()
        with self._clock.busy():
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", PROGRAM, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
            try:
                output, _unused = await asyncio.wait_for(process.communicate(request), LONGEST_SECONDS)
            except TimeoutError as error:
                raise Unreachable("no answer over IPMI") from error
            finally:
                # Also when the rack goes down meanwhile: nothing else would end it.
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        found = json.loads(output or b'{"error": "no answer over IPMI"}')
        problem = found.get("error")
        if problem is None:
            return str(found["state"])
        if any(word in problem.lower() for word in REFUSALS):
            raise ActionFailed(problem, final=True)
        raise Unreachable(problem)
