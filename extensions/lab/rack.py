# SPDX-License-Identifier: GPL-3.0-or-later
"""A running rack: machines, BMC endpoints, image store, control API and MAAS in one process."""

from __future__ import annotations

import asyncio
import errno
import importlib
import logging
import os
import socket
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import web

from . import hardware, racksettings
from .bmc import Bmc
from .clock import Clock
from .control import Control
from .events import Postman
from .faults import Fault, FaultTable
from .http.endpoint import Endpoint
from .imagestore import ImageStore
from .ipmi.service import Ipmi
from .machine import Machine, Timing
from .personalities.catalogue import PLATFORMS
from .personality import Personality
from .rackfile import OWN_MAAS_KEYS, Plan, RackError, ServerPlan
from .special import custom_personality
from .tls import Authority, Showing
from .tree import capture
from .world import World

LOG = logging.getLogger("lab")
CONTROL_PORT, IMAGE_PORT, MAAS_PORT, MAAS_TLS_PORT = 8190, 8180, 5240, 5443


class Rack:
    """Build a rack from a plan, start it, stop it. `tree` serves a captured tree on every server without its own."""

    def __init__(self, plan: Plan, clock: Clock, bmc_port: int | None = None, tree: Path | None = None) -> None:
        self.plan = plan
        self.world = World(clock)
        self.faults = FaultTable(server.name for server in plan.servers)
        self.authority = Authority()
        self.store = ImageStore(plan.images)
        self.postman = Postman(clock)
        self.stopping = asyncio.Event()
        self.bmcs: dict[str, Bmc] = {}
        self.endpoints: dict[str, Endpoint] = {}
        self.maas: Any = None
        self.maas_reason = ""
        self.ipmi = Ipmi(self.world, self.bmcs, plan.ipmi)
        self._runners: list[web.AppRunner] = []
        self._port = bmc_port or (443 if os.geteuid() == 0 else 8443)
        self._tree = tree
        for server in plan.servers:
            self._build(server)
        for fault in plan.faults:
            self.faults.add(**fault)

    # -- building -------------------------------------------------------------------------------------------------
    def _build(self, server: ServerPlan) -> None:
        settings = dict(server.settings)
        personality = custom_personality(PLATFORMS[server.platform], settings)
        machine = Machine(
            server.name,
            server.platform,
            self.world.clock,
            hardware=hardware.make(personality, server.name, self.plan.seed, settings.get("hardware")),
            bmc_host=server.bmc_host,
            bmc_port=server.bmc_port or self._port,
            username=server.username or personality.username,
            password=server.password,
            timing=_timing(personality, settings.get("timing")),
            settings=settings,
        )
        if settings.get("os"):
            machine.install_os(str(settings["os"]))
        if settings.get("boot_order"):
            machine.boot_order = list(settings["boot_order"])
        self.world.machines[server.name] = machine
        folder = settings.get("tree") or self._tree
        self.bmcs[server.name] = (
            capture.bmc(self.world, machine, self.faults, self._folder(folder))
            if folder
            else Bmc(self.world, machine, personality, self.faults)
        )
        if folder:
            self._check_bios(server)
        self._note_versions(machine)
        machine.on_boot.append(lambda event: self._note_versions(event.machine))

    def _check_bios(self, server: ServerPlan) -> None:
        """Look at `lab_bios` of a captured tree, whose registry nobody knew when the rack file was read."""
        values = server.settings.get("bios") or {}
        if not values:
            return
        bios = self.bmcs[server.name].delivered()
        found = racksettings.bios_problems(bios, values) if bios else [(0, "lab_bios: its tree has no BIOS settings")]
        told = [f"line {line or server.line}: {server.name}: {text}" for line, text in found]
        if told:
            raise RackError("\n".join(told))

    def _note_versions(self, machine: Machine) -> None:
        """Write down what SMBIOS would tell an operating system that boots now."""
        firmware = self.bmcs[machine.name].firmware
        machine.hardware["bios_version"] = firmware.version("bios")
        machine.hardware["bmc_version"] = firmware.version("bmc")

    def _folder(self, folder: Any) -> Path:
        """Return a tree's folder; a relative one in the rack file is relative to that file."""
        path = Path(str(folder))
        beside = self.plan.path.parent / path if self.plan.path else path
        return path if path.is_absolute() or path.is_dir() else beside

    # -- running --------------------------------------------------------------------------------------------------
    async def start(self) -> None:
        """Bring everything up; raise RackError (and leave nothing listening) when an address cannot be had."""
        try:
            for name, bmc in self.bmcs.items():
                self.endpoints[name] = Endpoint(bmc, self._showing(bmc) if self.plan.tls else None)
                self.postman.serve(bmc)
                await _listening(self.endpoints[name].start(), bmc.machine.bmc_host, bmc.machine.bmc_port, name)
            await self._serve(self.store.application(), self.ports["images"], "image store")
            await self._serve(Control(self).application(), self.ports["control"], "control API")
            await self._start_maas()
            await self.ipmi.start()
        except BaseException:
            await self.stop()
            raise
        for server in self.plan.servers:
            if server.settings.get("power") in ("on", "On", True):
                self.world.machines[server.name].power_on()
        for fault in self.faults.faults:
            await self._show(fault)

    async def stop(self) -> None:
        await self.ipmi.stop()
        await self.postman.stop()
        for endpoint in self.endpoints.values():
            await endpoint.stop()
            for sock in endpoint.silent:
                sock.close()
        for runner in self._runners:
            await runner.cleanup()
        self._runners.clear()

    @property
    def ports(self) -> dict[str, int]:
        maas = self.plan.maas
        return {
            "images": int(maas.get("images_port", IMAGE_PORT)),
            "control": int(maas.get("control_port", CONTROL_PORT)),
            "maas": int(maas.get("port", MAAS_PORT)),
            "maas_tls": int(maas.get("tls_port", MAAS_TLS_PORT)) if maas.get("tls") else 0,
        }

    @property
    def address(self) -> str:
        return str(self.plan.maas.get("address", self.plan.address))

    @property
    def control_url(self) -> str:
        return f"http://{self.address}:{self.ports['control']}"

    def facts(self) -> dict[str, Any]:
        """Return what an inventory needs to know of the running rack."""
        facts: dict[str, Any] = {
            "bmc_port": self._port,
            "lab_control_url": self.control_url,
            "lab_image_url": f"http://{self.address}:{self.ports['images']}/images",
        }
        if self.ipmi.simulators:
            facts["lab_ipmi_port"] = self.ipmi.port
        if self.maas is not None:
            secure = self.ports["maas_tls"]
            scheme, port = ("https", secure) if secure else ("http", self.ports["maas"])
            facts["maas_url"] = f"{scheme}://{self.address}:{port}/MAAS"
            facts["maas_api_key"] = self._maas_key
            facts["maas_allow_http"] = not secure
        return facts

    async def _serve(self, app: web.Application, port: int, what: str, tls_port: int = 0) -> None:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        self._runners.append(runner)
        await _listening(web.TCPSite(runner, self.address, port).start(), self.address, port, what)
        if tls_port:
            showing = Showing(self.authority, self.address)
            showing.ready()
            site = web.TCPSite(runner, self.address, tls_port, ssl_context=showing.context)
            await _listening(site.start(), self.address, tls_port, what)

    async def _start_maas(self) -> None:
        settings = {key: value for key, value in self.plan.maas.items() if key not in OWN_MAAS_KEYS}
        if self.plan.maas.get("enabled") is False:
            self.maas_reason = "switched off in the rack file"
            return
        try:
            module = importlib.import_module(f"{__package__}.maas.app")
            build = module.build
        except (ImportError, AttributeError) as problem:
            self.maas_reason = f"the MAAS simulator cannot be loaded: {problem}"
            LOG.warning(self.maas_reason)
            return
        given = {**settings, "address": self.address, "port": self.ports["maas"], "tls_port": self.ports["maas_tls"]}
        try:
            self.maas = build(self.world, given, faults=self.faults)
        except ValueError as problem:
            raise RackError(f"all.vars.lab.maas: {problem}") from problem
        config = importlib.import_module(f"{__package__}.maas.config")
        self._maas_key = settings.get("api_key") or config.DEFAULT_API_KEY
        await self._serve(self.maas, self.ports["maas"], "MAAS", self.ports["maas_tls"])

    def maas_state(self, name: str) -> dict[str, Any]:
        """Return what MAAS knows of a machine, where MAAS runs and tells it."""
        if self.maas is None:
            return {}
        known = self.maas[importlib.import_module(f"{__package__}.maas.app").LAB].machine_state(name)
        return {"maas": known} if known else {}

    # -- faults ---------------------------------------------------------------------------------------------------
    async def add_fault(self, body: Mapping[str, Any]) -> Fault:
        """Add a fault and let it act at once where it is a state of the machine or of its address."""
        fault = self.faults.add(**body)
        await self._show(fault)
        return fault

    async def clear_faults(self, fault_id: int | None = None, server: str | None = None) -> None:
        self.faults.remove(fault_id, server)
        for name, endpoint in self.endpoints.items():
            self.world.machines[name].stuck_in_post = self.faults.find(name, "stuck_in_post") is not None
            for sock in endpoint.silent:
                sock.close()
            endpoint.silent.clear()
            if self.faults.find(name, "dead") is None and endpoint.bmc.up:
                await endpoint.start()
                await self.ipmi.silence(name, False)

    async def _show(self, fault: Fault) -> None:
        for name, endpoint in self.endpoints.items():
            if fault.server not in (name, "*"):
                continue
            if fault.kind == "dead":
                await endpoint.stop()
                await self.ipmi.silence(name, True)
                self.faults.hit(fault, name)
                if fault.options.get("answer", "silent") == "silent":
                    endpoint.silent.extend(_black_hole(endpoint.bmc.machine))
            elif fault.kind == "stuck_in_post" and endpoint.bmc.machine.in_post:
                endpoint.bmc.machine.hold_in_post()
                self.faults.hit(fault, name)

    def _showing(self, bmc: Bmc) -> Showing:
        return Showing(self.authority, bmc.machine.bmc_host, bmc.p.identity.certificate_organisation)


def _timing(personality: Personality, over: Any) -> Timing:
    return replace(personality.power.timing, **{key: float(value) for key, value in (over or {}).items()})


async def _listening(work: Any, host: str, port: int, what: str) -> None:
    try:
        await work
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            reason = f"{host}:{port} is in use: is another rack running there?"
        elif problem.errno == errno.EACCES:
            reason = f"{host}:{port} needs root; give --bmc-port 8443"
        else:
            reason = f"{host}:{port}: {problem.strerror or problem}"
        raise RackError(f"{what}: {reason}") from problem


def _black_hole(machine: Machine) -> list[socket.socket]:
    """Take the address so that nothing answers there: a queue of one that is full lets SYN packets vanish."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((machine.bmc_host, machine.bmc_port))
    listener.listen(0)
    fillers = [socket.socket() for _unused in range(2)]
    for filler in fillers:
        filler.setblocking(False)
        filler.connect_ex((machine.bmc_host, machine.bmc_port))
    return [listener, *fillers]
