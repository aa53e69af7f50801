# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask the rack's fault table how MAAS and what it does to machines shall fail.

Kinds are listed with all others in the rack's fault table: ``maas_status`` (an answer of the API, by method and path;
its server is ``maas`` or ``*``), what befalls a request on the wire (``lost_answer``, ``drip`` ...; server ``maas``),
``commissioning_fails``, ``testing_fails``, ``deployment_fails``, ``erase_fails``,
and ``commissioning_hangs``, ``testing_hangs``, ``deployment_hangs``, ``erase_hangs`` (the machine never reports back).
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..faults import MAAS, WIRE, Fault, FaultTable


@dataclass(frozen=True)
class ScriptFault:
    """How a script fails; `script` may be a shell pattern."""

    script: str
    exit_status: int
    output: str
    error_output: str

    def hits(self, name: str) -> bool:
        return fnmatch.fnmatch(name, self.script)


class MaasFaults:
    """Read the table for one region. Each question that finds a fault counts as a hit of it."""

    def __init__(self, table: FaultTable) -> None:
        self._table = table

    def meets(self, method: str, path: str) -> Fault | None:
        """Give the fault that meets a request; one on the wire of every BMC (``*``) is not meant for MAAS."""
        for fault in self._table.faults:
            meant = fault.kind == "maas_status" or (fault.kind in WIRE and fault.server == MAAS)
            if meant and fault.strikes(MAAS, method, path):
                self._table.hit(fault, MAAS)
                return fault
        return None

    def script(self, server: str, kind: str) -> ScriptFault | None:
        """Give how a script of a commissioning or testing run fails."""
        options = self.failure(server, kind)
        if options is None:
            return None
        default = "50-maas-01-commissioning" if kind == "commissioning" else "*"
        return ScriptFault(
            str(options.get("script", default)),
            int(options.get("exit_status", 1)),
            str(options.get("output", "lab: injected failure\n")),
            str(options.get("error_output", "")),
        )

    def failure(self, server: str, kind: str) -> Mapping[str, Any] | None:
        """Give the options of a ``<kind>_fails`` fault."""
        fault = self._struck(server, f"{kind}_fails")
        return fault.options if fault else None

    def hangs(self, server: str, kind: str) -> bool:
        return self._struck(server, f"{kind}_hangs") is not None

    def _struck(self, server: str, kind: str) -> Fault | None:
        fault = self._table.find(server, kind)
        if fault is not None:
            self._table.hit(fault, server)
        return fault
