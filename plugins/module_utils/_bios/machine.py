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

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.decide import is_settled
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.fetch import fetch_registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.jobs import find_job
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, Wanted, pending_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, open_service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.settings import BiosResource, read_bios
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport import redfish

__all__ = ["Machine", "connect", "read", "server_facts"]


class Machine:
    """One machine over one connection. It remembers what was seen, since some of it is seen only once."""

    def __init__(self, service: Service, context: Context) -> None:
        self.service = service
        self.context = context
        self.bios: BiosResource | None = None
        self._registry = Registry.none()

    def observe(self) -> BiosState:
        """Read current and pending values, and the job that holds them; the registry stays the one known."""
        bios = self.bios = read_bios(self.service)
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
            defaults_pending=bios.defaults_pending,
            power=str(self.service.system.get("PowerState") or ""),
            server=server_facts(self.service),
        )

    def with_job(self, state: BiosState) -> BiosState:
        """Return the state with its configuration job looked up, which costs requests of its own."""
        return replace(state, job=find_job(self.service))

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
        yield Machine(open_service(client, params.get("system_id")), context)


def read(machine: Machine, wanted: Wanted) -> BiosState:
    """Return what a decision needs, and no more: with nothing to do that is the Bios resource and its settings."""
    state = machine.observe()
    if is_settled(wanted, state):
        return state
    if state.pending or state.defaults_pending:
        state = machine.with_job(state)
    return machine.with_registry(state)


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
