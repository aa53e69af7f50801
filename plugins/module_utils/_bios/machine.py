# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A machine as the BIOS doors see it: read its settings, and look again while it restarts.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.decide import has_all, is_settled
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.dependencies import never_writable
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.fetch import fetch_registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.jobs import Jobs, find_jobs
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import (
    BiosState,
    Wanted,
    early_values,
    pending_of,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.preflight import clock_remark
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.registry import install
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.tools.tool import Installed, Settings
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    HWAutomationError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.readiness import blockers
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, open_service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.settings import BiosResource, read_bios
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport import redfish
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.command import must_verify

__all__ = ["Machine", "connect", "read", "read_whole", "server_facts"]


class Machine:
    """One machine over one connection. It remembers what was seen, since some of it is seen only once."""

    def __init__(self, service: Service, context: Context, tool: Installed | None = None, no_tool: str = "") -> None:
        self.service = service
        self.context = context
        self.tool = tool
        self._no_tool = no_tool
        self._busy: t.Tuple[str, ...] = ()
        self.bios: BiosResource | None = None
        # The configuration job that was made, or found, last.
        self.job_uri = ""
        self._registry = Registry.none()
        self._by_tool: dict[str, str] = {}
        self._shown_by_tool = Settings()
        # What was set by a tool that does not show it before the restart.
        self._tool_staged: dict[str, t.Any] = {}

    def observe(self) -> BiosState:
        """Read current and pending values; the registry stays the one known, values of a tool those last read."""
        state = self._over_redfish()
        if not self._by_tool:
            return state
        shown = {name: self._shown_by_tool.values.get(name) for name in self._by_tool}
        waiting = {name: value for name, value in (self._shown_by_tool.pending or {}).items() if name in shown}
        return replace(
            state,
            current={**state.current, **shown},
            pending={**pending_of(shown, {**waiting, **self._tool_staged}), **state.pending},
            by_tool=self._by_tool,
        )

    def with_tool(self, state: BiosState) -> BiosState:
        """Return the state with what only the vendor's tool shows; without a tool it stays as it is."""
        if self.tool is None:
            return state
        found = self.tool.read()
        why = "the BMC has no BIOS settings over Redfish" if self.bios is None else "not among the BMC's own attributes"
        self._shown_by_tool = found
        self._by_tool = {name: why for name in found.values if name not in state.current}
        shared = (name for name in found.values if name in state.current)
        read_only = (name for name in shared if never_writable(state.registry, name, state.current))
        self._by_tool.update(dict.fromkeys(read_only, "read-only over Redfish"))
        self._registry = self._registry.extended([row for row in found.rows if row["AttributeName"] in self._by_tool])
        return replace(self.observe(), registry=self._registry, job=state.job)

    def read_tool_again(self) -> None:
        """Look what the tool shows after a restart; what it has staged is no longer pending then."""
        if self.tool is not None and self._by_tool:
            self._shown_by_tool, self._tool_staged = self.tool.read(), {}

    def write_by_tool(self, values: t.Mapping[str, t.Any]) -> None:
        """Set values with the tool; they are pending until a restart, although not every tool shows that."""
        if self.tool is None:
            raise NotSupportedError(self._no_tool, machine=self.service.machine)
        if self._shown_by_tool.pending is None:
            self.tool.write(values, self._shown_by_tool)
            self._tool_staged.update(values)
            return
        try:
            self.tool.write(values, self._shown_by_tool)
        except HWAutomationError:
            # It may have set some of them before it failed.
            with contextlib.suppress(HWAutomationError):
                self._shown_by_tool = self.tool.read()
            raise
        self._shown_by_tool = self.tool.read()

    def _over_redfish(self) -> BiosState:
        try:
            bios = self.bios = read_bios(self.service)
        except NotSupportedError as exc:
            if self.tool is None:
                exc.hint = "; ".join(filter(None, (exc.hint, self._no_tool))) or None
                raise
            return self._without_bios()
        pending = pending_of(bios.current, bios.pending)
        return BiosState(
            machine=self.service.machine,
            platform=self.service.profile.name,
            resource=bios.uri,
            settings_resource=bios.settings_uri or bios.uri,
            current=bios.current,
            pending=pending,
            registry=self._registry,
            ways=self.service.profile.bios,
            staged=bios.staged if self.service.profile.bios.shown_early else {},
            defaults_pending=bios.defaults_pending,
            power=str(self.service.system.get("PowerState") or ""),
            server=server_facts(self.service),
        )

    def _without_bios(self) -> BiosState:
        return BiosState(
            machine=self.service.machine,
            platform=self.service.profile.name,
            resource=self.service.system_uri,
            registry=self._registry,
            power=str(self.service.system.get("PowerState") or ""),
            server=server_facts(self.service),
        )

    def with_job(self, state: BiosState) -> BiosState:
        """Return the state with its configuration job looked up, which costs requests of its own."""
        return self._joined(state, find_jobs(self.service))

    def observe_with_job(self) -> BiosState:
        """Look at the job first: what is read after it has ended is final, and not a value that is shown early."""
        jobs = find_jobs(self.service)
        return self._joined(self.observe(), jobs)

    def _joined(self, state: BiosState, jobs: Jobs) -> BiosState:
        self._busy = jobs.others
        if jobs.bios is not None:
            self.job_uri = jobs.bios.uri
        state = replace(state, job=jobs.bios, job_failure=jobs.failure_of(self.job_uri))
        return replace(state, pending={**early_values(state), **state.pending})

    def with_readiness(self, state: BiosState) -> BiosState:
        """Return the state with what keeps the machine from taking settings now; check mode only warns of it.

        A plan can be made all the same, and a drift report on a locked machine is as good as on any other.
        """
        remark = clock_remark(self.service)
        if remark:
            self.context.warn(f"{self.service.machine}: {remark}")
        obstacles = (*blockers(self.service), *self._busy)
        if self.context.check_mode:
            for text in obstacles:
                self.context.warn(f"{self.service.machine}: nothing can be written now: {text}")
            return state
        return replace(state, obstacles=obstacles)

    def with_registry(self, state: BiosState) -> BiosState:
        """Return the state with the registry fetched."""
        if self.bios is None:
            return state
        self._registry, remark = fetch_registry(self.service, self.bios, self.context.cache_dir)
        if remark:
            self.context.warn(f"{self.service.machine}: {remark}")
        return replace(state, registry=self._registry)


@contextlib.contextmanager
def connect(params: Params, context: Context) -> t.Iterator[Machine]:
    """Open the machine named by the BMC options of a door."""
    with redfish.connect(params, context) as client:
        tool, reason = None, ""
        if params.get("tools"):
            tool, reason = install(params["tools"], client.target, verify=must_verify(client.target.trust, params))
        yield Machine(open_service(client, params.get("system_id")), context, tool, reason)


def read(machine: Machine, wanted: Wanted) -> BiosState:
    """Return what a decision needs, and no more: with nothing to do that is the Bios resource and its settings."""
    state = machine.observe()
    settled = is_settled(wanted, state)
    if settled and not state.staged:
        return state
    state = machine.with_job(state)
    if settled and not state.pending:
        return state
    state = machine.with_readiness(machine.with_registry(state))
    if machine.tool is not None and not has_all(wanted, state):
        return machine.with_tool(state)
    return state


def read_whole(machine: Machine, wanted: t.Any) -> BiosState:
    """Return the settings with their registry, which tells secrets and what can be written, and a job that may wait."""
    state = machine.with_registry(machine.observe())
    return machine.with_job(state) if state.pending or state.staged else state


def server_facts(service: Service) -> t.Dict[str, t.Any]:
    """Return what the audit files a server under."""
    system = service.system
    facts = {
        "bmc_host": service.machine,
        "serial": service.asset_key(),
        "uuid": system.get("UUID"),
        "vendor": system.get("Manufacturer"),
        "model": system.get("Model"),
    }
    return {key: value for key, value in facts.items() if value}
