# SPDX-License-Identifier: GPL-3.0-or-later
"""Move machines through their statuses: power, time limits, and the one journey each machine may be on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp

from ..clock import Clock, Timer
from ..machine import BootEvent, Machine
from ..world import World
from .faults import MaasFaults
from .power import driver_for
from .power_errors import PowerFailed, Unreachable
from .rackside import EPHEMERAL, LOCAL, POWEROFF, Rackside
from .records import Node
from .refusals import Refusal
from .region import Region
from .statuses import FAILURE, Status, may_follow, timeout_minutes

LOG = logging.getLogger(__name__)
BMC_SECONDS = 30.0
LEAST_REAL_SECONDS = 15.0
KEEP_BMC_SECONDS = 2.0
"""How long a connection waits for the next request of the same power action, in real seconds."""
EPHEMERAL_STATUSES = frozenset(
    {Status.COMMISSIONING, Status.TESTING, Status.DISK_ERASING, Status.ENTERING_RESCUE_MODE, Status.RESCUE_MODE},
)
CHECK_CREDENTIALS = "Unable to power control the node. Please check power credentials."


class Lifecycle:
    """Change statuses and run what follows from them; handlers ask, journeys report."""

    def __init__(self, world: World, region: Region, faults: MaasFaults, wall: Callable[[], float]) -> None:
        self.clock: Clock = world.clock
        self.region = region
        self.faults = faults
        self.rack = Rackside(world, self._boot_purpose)
        self._http: aiohttp.ClientSession | None = None
        self._journeys: dict[str, asyncio.Task[None]] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._limits: dict[str, Timer] = {}
        self._hung: set[str] = set()
        self._wall = wall
        self.pausing = 0
        self.on_unknown: Callable[[Machine], str | None] = lambda machine: None

    async def open(self) -> None:
        """Get ready inside the event loop."""
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_BMC_SECONDS)
        timeout = aiohttp.ClientTimeout(total=BMC_SECONDS)
        self._http = aiohttp.ClientSession(connector=connector, timeout=timeout)
        self.rack.watch_all()

    async def close(self) -> None:
        """End every journey and the connections to BMCs."""
        running = [*self._journeys.values(), *self._background]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for timer in self._limits.values():
            timer.cancel()
        if self._http is not None:
            await self._http.close()

    # -- statuses -------------------------------------------------------------------------------------------------
    def enter(self, node: Node, status: Status, *, event: str = "", description: str = "") -> None:
        """Put a machine into a status and start its time limit; refuses what MAAS's table forbids with 409."""
        if not may_follow(node.status, status):
            raise Refusal(409, f"Invalid transition: {node.status.title} -> {status.title}.")
        if node.status != status:
            self.region.tell(
                node,
                "Node changed status",
                f"From '{node.status.title}' to '{status.title}'",
                level="DEBUG",
            )
        node.status = status
        if event:
            self.region.tell(node, event, description)
        self._start_limit(node)

    def fail(self, node: Node, reason: str) -> None:
        """Put a machine into the failed status of what it was doing, as MAAS's mark_failed does."""
        failed = FAILURE.get(node.status)
        if failed is None:
            return
        self.region.tell(node, "Marking node failed", reason, level="ERROR")
        node.status_action = "mark_failed"
        node.error_description = reason
        self.enter(node, failed)

    def _start_limit(self, node: Node) -> None:
        timer = self._limits.pop(node.system_id, None)
        if timer is not None:
            timer.cancel()
        self._hung.discard(node.system_id)
        minutes = timeout_minutes(node.status, int(self.region.config["node_timeout"]))
        if minutes is None:
            return
        status, since = node.status, self._wall()
        self._arm(node, minutes * 60.0, lambda: self._expire(node, status, minutes, since))

    def _arm(self, node: Node, seconds: float, expire: Callable[[], None]) -> None:
        self._limits[node.system_id] = self.clock.later(seconds, expire)

    def _expire(self, node: Node, status: Status, minutes: int, since: float) -> None:
        """Fail a machine that did not report in time.

        On a fast clock half an hour is a few real seconds, in which a busy computer may not even have reached the
        BMC: there a machine that is not known to hang gets some real time before it fails.
        """
        if node.status is not status or node.system_id not in self.region.nodes:
            return
        early = self._wall() - since < LEAST_REAL_SECONDS and node.system_id not in self._hung
        if self.clock.mode == "scaled" and early:
            self._arm(node, self.clock.scale, lambda: self._expire(node, status, minutes, since))
            return
        self.stop(node)
        self.fail(node, f"Machine operation '{status.title}' timed out after {minutes} minutes.")

    async def hang(self, node: Node) -> None:
        """Let a machine never report back, until its time limit ends its journey."""
        self._hung.add(node.system_id)
        await asyncio.Event().wait()

    # -- journeys -------------------------------------------------------------------------------------------------
    def start(self, node: Node, journey: Coroutine[Any, Any, None]) -> None:
        """Let a machine go on its way; whatever it was doing before ends."""
        self.stop(node)
        self._journeys[node.system_id] = asyncio.create_task(self._guard(node, journey))

    def stop(self, node: Node) -> None:
        task = self._journeys.pop(node.system_id, None)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    def background(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something that belongs to no status, such as the power-off after an abort."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _guard(self, node: Node, journey: Coroutine[Any, Any, None]) -> None:
        try:
            await journey
        except PowerFailed as failure:
            self.power_problem(node, str(failure))
            self.fail(node, CHECK_CREDENTIALS)
        except Exception:
            LOG.exception("the journey of %s in status %s broke", node.hostname, node.status.title)
            raise
        finally:
            if self._journeys.get(node.system_id) is asyncio.current_task():
                del self._journeys[node.system_id]

    def forget(self, node: Node) -> None:
        """Drop everything about a machine that was deleted."""
        self.stop(node)
        timer = self._limits.pop(node.system_id, None)
        if timer is not None:
            timer.cancel()

    # -- power ----------------------------------------------------------------------------------------------------
    async def power_on(self, node: Node) -> None:
        """Boot a machine from the network; raises PowerFailed."""
        await self._driver(node).on()
        self._saw(node, "on")

    async def power_off(self, node: Node) -> None:
        await self._driver(node).off()
        self._saw(node, "off")

    async def query_power(self, node: Node) -> str:
        """Ask the BMC and remember the answer."""
        state: str = await self._driver(node).state()
        self._saw(node, state)
        return state

    def refuse_power(self, node: Node, failure: PowerFailed, user: str, *, late: bool = True) -> Refusal:
        """Turn a failed power action into MAAS's answer, recording the events MAAS records."""
        if isinstance(failure, Unreachable):
            text = f"No rack controllers can access the BMC of node {node.hostname}"
            self.power_problem(node, f"({user}) - {text}", username=user)
            return Refusal(503, text, late=late)
        self.power_problem(node, f"({user}) - {failure}", username=user)
        return Refusal(500, "exit status 1" if self.region.settings.at_least("3.7") else str(failure), late=late)

    def power_problem(self, node: Node, text: str, username: str = "unknown") -> None:
        self.region.tell(node, "Failed to query node's BMC", text, level="WARNING", username=username)

    def _driver(self, node: Node) -> Any:
        if self._http is None:
            raise Unreachable("the region is not running")
        wait = self.region.settings.timings.power_wait
        return driver_for(node.power_type, self._http, self.clock, self._pause, node.power_parameters, wait)

    async def _pause(self, seconds: float) -> None:
        """Let lab time pass in the middle of a power action; `pausing` counts them, for whoever turns the clock."""
        self.pausing += 1
        try:
            await self.clock.sleep(seconds)
        finally:
            self.pausing -= 1

    def _saw(self, node: Node, state: str) -> None:
        if node.power_type not in ("", "manual"):
            node.power_state = state

    # -- network boots --------------------------------------------------------------------------------------------
    def _boot_purpose(self, event: BootEvent) -> str | None:
        """Decide what a machine that boots from the network gets; None is no answer at all."""
        machine = event.machine
        node = next((found for mac in machine.macs if (found := self.region.node_by_mac(mac))), None)
        if node is None:
            return self.on_unknown(machine)
        self.region.tell(node, "Performing PXE boot")
        node.bios_boot_method = "uefi" if event.mode.upper() == "UEFI" else "pxe"
        node.token = node.token or self.region.node_token(node)
        self._saw(node, "on")
        purpose = self._purpose_of(node)
        if purpose == EPHEMERAL:
            self.region.tell(node, "Loading ephemeral")
        return purpose

    def _purpose_of(self, node: Node) -> str:
        if node.status in EPHEMERAL_STATUSES:
            return EPHEMERAL
        if node.status is Status.DEPLOYING:
            return EPHEMERAL if node.netboot else LOCAL
        if node.status is Status.DEPLOYED:
            return EPHEMERAL if node.ephemeral_deploy else LOCAL
        return POWEROFF
