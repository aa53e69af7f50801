# SPDX-License-Identifier: GPL-3.0-or-later
"""One ipmi_sim process: the IPMI side of one BMC. It knows no state of the machine, it asks for it."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from ..machine import Machine
from . import config, sensors
from .chassis import Chassis, Refused

LOG = logging.getLogger("lab.ipmi")
STOP_SECONDS = 2.0
Told = Callable[[Machine, str], object]


class Simulator:
    """Run an unmodified ipmi_sim at a machine's BMC address. `told` hears of every command that writes."""

    def __init__(self, machine: Machine, port: int, folder: Path, told: Told) -> None:
        self.machine, self.port, self.folder = machine, port, folder
        self._chassis = Chassis(machine)
        self._told = told
        self._process: asyncio.subprocess.Process | None = None
        self._pipes: list[int] = []
        self._rest = b""
        self._sensors: list[sensors.Sensor] = []
        self._change = asyncio.Lock()

    async def prepare(self) -> None:
        """Write the files, compile the SDRs and open the FIFOs. Call once."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._sensors = config.write(self.machine, self.port, self.folder)
        compiled = self.folder / "state" / "ipmi_sim" / self.machine.name / "sdr.20.main"
        compiled.parent.mkdir(parents=True)
        compiler = await asyncio.create_subprocess_exec(
            "sdrcomp", "-o", str(compiled), str(self.folder / "board.sdrs"), stdout=asyncio.subprocess.DEVNULL
        )
        await compiler.wait()
        self._show()
        self.machine.on_change.append(lambda _machine: self._show())
        for name in ("ask", "answer"):
            os.mkfifo(self.folder / name, 0o600)
            self._pipes.append(os.open(self.folder / name, os.O_RDWR | os.O_NONBLOCK))
        asyncio.get_running_loop().add_reader(self._pipes[0], self._asked)

    async def start(self) -> None:
        """Start the process; setpriv lets the kernel end it with the rack, however the rack ends."""
        async with self._change:
            if self._process is not None and self._process.returncode is None:
                return
            with (self.folder / "ipmi_sim.log").open("wb") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *("setpriv", "--pdeathsig", "KILL", "ipmi_sim", "-n"),
                    *("-c", str(self.folder / "lan.conf"), "-f", str(self.folder / "bmc.emu")),
                    *("-s", str(self.folder / "state")),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )

    async def stop(self) -> None:
        """End the process; the BMC is silent over IPMI until `start`."""
        async with self._change:
            process, self._process = self._process, None
            if process is None or process.returncode is not None:
                return
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()

    async def close(self) -> None:
        await self.stop()
        if self._pipes:
            asyncio.get_running_loop().remove_reader(self._pipes[0])
        while self._pipes:
            os.close(self._pipes.pop())
        # The machine outlives its simulator while a rack stops, and has nowhere to show its readings then.
        self._sensors.clear()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    # -- the hook's questions -------------------------------------------------------------------------------------
    def _asked(self) -> None:
        *lines, self._rest = (self._rest + os.read(self._pipes[0], 65536)).split(b"\n")
        for line in lines:
            number, *words = line.decode("utf-8", "replace").split()
            os.write(self._pipes[1], f"{number} {self._answer(words)}\n".encode())

    def _answer(self, words: list[str]) -> str:
        """Return the exit code of the hook and what it prints."""
        try:
            lines = self._chassis.answer(words)
        except (Refused, IndexError) as problem:
            LOG.info("%s: ipmi %s: %s", self.machine.name, " ".join(words), problem)
            return f"1 {str(problem).replace(' ', '_')}"
        if words[1] == "set":
            self._told(self.machine, "/".join([words[0], *words[2:]]))
        return " ".join(["0", *lines])

    def _show(self) -> None:
        """Write the files that ipmi_sim polls for the readings."""
        for number, value in enumerate(sensors.readings(self._sensors, self.machine.power_state == "On"), 1):
            (self.folder / f"sensor{number}").write_text(f"{value}\n")
