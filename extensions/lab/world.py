# SPDX-License-Identifier: GPL-3.0-or-later
"""All machines of a rack with their clock and journal: what the BMCs, MAAS and the control API share."""

from __future__ import annotations

from dataclasses import dataclass, field

from .clock import Clock
from .journal import Journal
from .machine import Machine


@dataclass
class World:
    """The machine room. `machines` is keyed by inventory name."""

    clock: Clock
    journal: Journal = field(default_factory=Journal)
    machines: dict[str, Machine] = field(default_factory=dict)

    def by_mac(self, mac: str) -> Machine | None:
        wanted = mac.lower()
        return next((m for m in self.machines.values() if wanted in (x.lower() for x in m.macs)), None)

    def by_bmc(self, host: str) -> Machine | None:
        return next((m for m in self.machines.values() if m.bmc_host == host), None)
