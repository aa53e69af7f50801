# SPDX-License-Identifier: GPL-3.0-or-later
"""Make MAAS and what it does to machines fail on request.

Kinds: ``maas_status`` (an answer of the API, by method and path), ``commissioning_fails``, ``testing_fails`` (a script,
its exit status and output), ``deployment_fails``, ``erase_fails``, and ``commissioning_hangs``, ``testing_hangs``,
``deployment_hangs``, ``erase_hangs`` (the machine never reports back).
"""

from __future__ import annotations

import fnmatch
import itertools
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

PREFIXES = ("maas_", "commissioning_", "testing_", "deployment_", "erase_")
KINDS = {
    "maas_status": {"status", "retry_after", "text", "content_type"},
    "commissioning_fails": {"script", "exit_status", "output", "error_output"},
    "testing_fails": {"script", "exit_status", "output", "error_output"},
    "deployment_fails": {"output"},
    "erase_fails": {"output"},
    "commissioning_hangs": set(),
    "testing_hangs": set(),
    "deployment_hangs": set(),
    "erase_hangs": set(),
}
"""Each kind with the options it takes."""


class FaultError(ValueError):
    """A fault cannot be set; the message says what would be accepted."""


@dataclass
class Fault:
    """One fault; ``count`` is how often it still strikes, None for ever. ``server`` may be ``*``."""

    id: int
    kind: str
    server: str = "*"
    method: str | None = None
    path: str | None = None
    count: int | None = None
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ScriptFault:
    """How a script fails; without a name the first one that runs does."""

    script: str
    exit_status: int
    output: str
    error_output: str

    def hits(self, name: str) -> bool:
        return fnmatch.fnmatch(name, self.script)


class Faults:
    """The faults of the MAAS side; the rack's control API adds, lists and clears them."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._ids = itertools.count(1)

    def add(self, kind: str, **given: Any) -> Fault:
        """Set a fault; raises FaultError for an unknown kind or option."""
        if kind not in KINDS:
            raise FaultError(f"unknown fault {kind!r}; the MAAS side knows {', '.join(sorted(KINDS))}")
        known = {"server", "method", "path", "count"}
        options = {key: value for key, value in given.items() if key not in known and value is not None}
        unknown = sorted(set(options) - KINDS[kind])
        if unknown:
            takes = ", ".join(sorted(KINDS[kind])) or "no options"
            raise FaultError(f"fault {kind}: unknown option {', '.join(unknown)}; it takes {takes}")
        placed = {key: given[key] for key in known if given.get(key) is not None}
        fault = Fault(next(self._ids), kind, options=options, **placed)
        self._faults.append(fault)
        return fault

    def listed(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._faults]

    def remove(self, fault_id: int) -> bool:
        """Take one fault away; gives False when it is not there any more."""
        before = len(self._faults)
        self._faults = [fault for fault in self._faults if fault.id != fault_id]
        return len(self._faults) < before

    def clear(self) -> None:
        self._faults.clear()

    def status_fault(self, method: str, path: str) -> Fault | None:
        """Give the answer to send instead of MAAS's own, using up one of its count."""
        for fault in self._faults:
            if fault.kind == "maas_status" and fault.method in (None, method) and _matches(fault.path, path):
                return self._use(fault)
        return None

    def script_fault(self, server: str, kind: str) -> ScriptFault | None:
        """Give how a script of this run fails; asking uses up one of the count."""
        fault = self._find(f"{kind}_fails", server)
        if fault is None:
            return None
        self._use(fault)
        default = "50-maas-01-commissioning" if kind == "commissioning" else "*"
        return ScriptFault(
            str(fault.options.get("script", default)),
            int(fault.options.get("exit_status", 1)),
            str(fault.options.get("output", "lab: injected failure\n")),
            str(fault.options.get("error_output", "")),
        )

    def failure(self, server: str, kind: str) -> Mapping[str, Any] | None:
        """Give the options of a ``<kind>_fails`` fault, using up one of its count."""
        fault = self._find(f"{kind}_fails", server)
        return self._use(fault).options if fault else None

    def hangs(self, server: str, kind: str) -> bool:
        fault = self._find(f"{kind}_hangs", server)
        if fault is None:
            return False
        self._use(fault)
        return True

    def _find(self, kind: str, server: str) -> Fault | None:
        return next((f for f in self._faults if f.kind == kind and fnmatch.fnmatch(server, f.server)), None)

    def _use(self, fault: Fault) -> Fault:
        if fault.count is not None:
            fault.count -= 1
            if fault.count <= 0:
                self._faults.remove(fault)
        return fault


def _matches(pattern: str | None, path: str) -> bool:
    if not pattern:
        return True
    return fnmatch.fnmatch(path, pattern) or path.startswith(pattern)
