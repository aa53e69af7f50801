# SPDX-License-Identifier: GPL-3.0-or-later
"""IPMI for a whole rack: an ipmi_sim for each server where the program is installed, or the reason why there is none."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path

from ..bmc import Bmc
from ..journal import Entry
from ..machine import Machine
from ..world import World
from . import config
from .simulator import Simulator

LOG = logging.getLogger("lab.ipmi")
PORT, UNPRIVILEGED_PORT = 623, 6230
PROGRAMS = ("ipmi_sim", "sdrcomp", "setpriv", "timeout")
SETTLE_SECONDS = 0.2


class Ipmi:
    """The IPMI side of every BMC of a rack. A rack without it works; `reason` says why it is missing."""

    def __init__(self, world: World, bmcs: dict[str, Bmc], mode: str = "auto") -> None:
        self.world, self._bmcs, self._mode = world, bmcs, mode
        self.port = PORT if os.geteuid() == 0 else UNPRIVILEGED_PORT
        self.reason = ""
        self.home: Path | None = None
        """Where the simulators' files go; a temporary folder when it is not set."""
        self.simulators: dict[str, Simulator] = {}
        self._folder: Path | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._silenced: set[str] = set()

    async def start(self) -> None:
        """Start every simulator; never fail the rack for want of IPMI."""
        missing = [name for name in PROGRAMS if shutil.which(name) is None]
        if self._mode == "off":
            self.reason = "switched off in the rack file"
        elif missing:
            self.reason = f"{', '.join(missing)} not found (Debian package openipmi)"
        if self.reason:
            return
        self._folder = self.home.resolve() / "ipmi" if self.home else Path(tempfile.mkdtemp(prefix="lab-ipmi-"))
        await asyncio.gather(*(self._add(name, bmc) for name, bmc in self._bmcs.items()))
        await asyncio.sleep(SETTLE_SECONDS)
        dead = [name for name, one in self.simulators.items() if not one.running]
        if dead:
            log = (self.simulators[dead[0]].folder / "ipmi_sim.log").read_text(errors="replace").strip()
            self.reason = f"ipmi_sim ended at once for {', '.join(dead)}: {log[-200:]}"
            LOG.warning(self.reason)

    async def _add(self, name: str, bmc: Bmc) -> None:
        problem = config.problem(bmc.machine)
        if problem:
            LOG.warning("%s has no IPMI: %s", name, problem)
            self.reason = f"not for {name}: {problem}"
            return
        assert self._folder is not None
        one = self.simulators[name] = Simulator(bmc.machine, self.port, self._folder / name, self._told)
        await one.prepare()
        await one.start()
        bmc.on_up.append(partial(self._bmc_went, name))

    async def stop(self) -> None:
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(one.close() for one in self.simulators.values()))
        self.simulators.clear()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def silence(self, name: str, silent: bool) -> None:
        """Let a BMC that is dead by a fault be dead over IPMI too, or let it speak again."""
        (self._silenced.add if silent else self._silenced.discard)(name)
        if name in self.simulators:
            await self._follow(name)

    def _bmc_went(self, name: str, up: bool) -> None:
        task = asyncio.get_running_loop().create_task(self._follow(name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _follow(self, name: str) -> None:
        one = self.simulators[name]
        speaks = self._bmcs[name].up and name not in self._silenced
        await (one.start() if speaks else one.stop())

    def _told(self, machine: Machine, what: str) -> None:
        """Write a command that changes something into the journal; who sent it, ipmi_sim does not tell."""
        now = self.world.clock.now()
        self.world.journal.add(Entry(now, machine.name, "IPMI", f"/{what}", 0, 0, 0, machine.username))
