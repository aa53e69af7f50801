# SPDX-License-Identifier: GPL-3.0-or-later
"""See the rack's machines as MAAS does: a network boot that asks for instructions, and a system that reports back.

This is the only file of the simulator that touches the emulated machines; power goes over the BMC.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ..machine import NETWORK_TARGETS, BootEvent, Machine
from ..world import World
from .records import Node

EPHEMERAL, POWEROFF, LOCAL = "ephemeral", "poweroff", "local"


class Rackside:
    """Answer network boots and let the lifecycle wait for what a machine does."""

    def __init__(self, world: World, purpose: Callable[[BootEvent], str | None]) -> None:
        self._world = world
        self._purpose = purpose
        self._watched: set[str] = set()
        self._changed: dict[str, asyncio.Event] = {}

    def watch_all(self) -> None:
        """Listen to every machine of the rack; machines added later are picked up by the next call."""
        for machine in self._world.machines.values():
            if machine.name not in self._watched:
                self._watched.add(machine.name)
                self._changed[machine.name] = asyncio.Event()
                machine.on_boot.append(self._on_boot)
                machine.on_change.append(self._on_change)

    def machine_of(self, node: Node) -> Machine | None:
        """Find the rack's machine that has one of the node's interfaces."""
        self.watch_all()
        return next((found for mac in node.macs if (found := self._world.by_mac(mac))), None)

    async def until(self, machine: Machine, reached: Callable[[Machine], bool]) -> None:
        """Wait until ``reached`` holds; it is asked again at each change of the machine."""
        while not reached(machine):
            changed = self._changed[machine.name]
            changed.clear()
            await changed.wait()

    def _on_change(self, machine: Machine) -> None:
        self._changed[machine.name].set()
        if machine.os_running and machine.os == POWEROFF:
            machine.power_off_from_os()

    def _on_boot(self, event: BootEvent) -> None:
        if event.target not in NETWORK_TARGETS:
            return
        purpose = self._purpose(event)
        if purpose == LOCAL:
            event.boot_local()
        elif purpose is not None:
            event.boot(purpose)


def runs_ephemeral(machine: Machine) -> bool:
    return machine.os_running and machine.os == EPHEMERAL


def runs_installed(machine: Machine) -> bool:
    return machine.os_running and machine.os not in (EPHEMERAL, POWEROFF, None)


def is_off(machine: Machine) -> bool:
    return machine.power_state == "Off"
