# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults a rack can be told to have: per server, path, method and count."""

from __future__ import annotations

import fnmatch
import itertools
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from .near import near

SCRIPT_OPTIONS = frozenset({"script", "exit_status", "output", "error_output"})
MAAS = "maas"

# kind -> (what it does, options it knows)
KINDS: dict[str, tuple[str, frozenset[str]]] = {
    "status": (
        "answer with an HTTP status instead of doing the request",
        frozenset({"code", "retry_after", "message_id", "text"}),
    ),
    "slow_first_byte": ("wait before the first byte", frozenset({"seconds"})),
    "stalled_upload": (
        "take the beginning of a request's body and no more of it for a while",
        frozenset({"seconds"}),
    ),
    "drip": ("send the body a few bytes at a time", frozenset({"seconds", "chunk"})),
    "drop": ("close the connection before the request is taken", frozenset()),
    "rst": ("reset the connection before the request is taken", frozenset()),
    "lost_answer": ("take the request, then close the connection without an answer", frozenset()),
    "truncate": ("announce the whole body and send half of it", frozenset()),
    "html": ("answer with an HTML page", frozenset({"code"})),
    "redirect": ("answer with a redirect", frozenset({"code", "location"})),
    "expired_certificate": ("show a certificate that has expired", frozenset()),
    "wrong_certificate": ("show a certificate of another host and another CA", frozenset()),
    "ignore_attribute": (
        "take a BIOS attribute and never change it",
        frozenset({"attribute", "pending"}),
    ),
    "revert_after_reboot": ("put a BIOS attribute back at the reset after it was applied", frozenset({"attribute"})),
    "job_stuck": ("tasks never move on", frozenset({"task_kind"})),
    "job_fails": (
        "a job of BIOS settings ends badly, and what it held is dropped unless it is CompletedWithErrors",
        frozenset({"job_state", "message"}),
    ),
    "task_vanished": ("tasks disappear while they run", frozenset({"task_kind"})),
    "flash_fails": ("a firmware update fails", frozenset({"percent", "component", "message", "job_state"})),
    "flash_lost": (
        "staged firmware is gone after the reset it waited for, and the old version runs on",
        frozenset({"component"}),
    ),
    "clock_wrong": ("the clock of the BMC is wrong", frozenset({"seconds"})),
    "session_table_full": ("no session can be opened", frozenset()),
    "stuck_in_post": ("the machine never leaves POST", frozenset()),
    "dead": ("the BMC does not answer at all", frozenset({"answer"})),
    "maas_status": (
        "MAAS answers with an HTTP status instead of doing the request (server: maas)",
        frozenset({"code", "retry_after", "text", "content_type"}),
    ),
    "commissioning_fails": ("a commissioning script fails", SCRIPT_OPTIONS),
    "testing_fails": ("a testing script fails", SCRIPT_OPTIONS),
    "deployment_fails": ("the installation fails", frozenset({"output"})),
    "erase_fails": ("the disks cannot be erased", frozenset({"output"})),
    "commissioning_hangs": ("the machine never reports back while it is commissioned", frozenset()),
    "testing_hangs": ("the machine never reports back while it is tested", frozenset()),
    "deployment_hangs": ("the machine never reports back while it is deployed", frozenset()),
    "erase_hangs": ("the machine never reports back while its disks are erased", frozenset()),
}
VALUES: dict[str, tuple[type, ...]] = {
    "code": (int,),
    "retry_after": (int, float, str),
    "seconds": (int, float),
    "chunk": (int,),
    "percent": (int, float),
    "exit_status": (int,),
    "pending": (bool,),
}
"""What the values of options are; all others are texts."""
WORDS: dict[str, tuple[str, ...]] = {
    "answer": ("silent", "refuse"),
    "task_kind": ("bios_config", "firmware"),
    "job_state": ("Failed", "CompletedWithErrors"),
}
WIRE = (
    "status",
    "slow_first_byte",
    "stalled_upload",
    "drip",
    "drop",
    "rst",
    "lost_answer",
    "truncate",
    "html",
    "redirect",
)
"""Kinds that meet a request; the others are a state of the machine while they are there."""
MEETS_REQUESTS = frozenset({*WIRE, "maas_status"})
LASTING = frozenset({"clock_wrong", "dead"})
AT_MAAS = frozenset({*WIRE, "maas_status"} - {"status"})
"""Kinds for the server ``maas``; an error of its own is ``maas_status``."""


class FaultError(ValueError):
    """A fault that cannot be; the message names the part and what is accepted."""


@dataclass
class Fault:
    """One fault. `path` is a shell pattern on the request path, `count` how often it strikes (None: always)."""

    id: int
    server: str
    kind: str
    path: str | None = None
    method: str | None = None
    count: int | None = None
    options: dict[str, Any] = field(default_factory=dict)
    hits: int = 0

    @property
    def spent(self) -> bool:
        return self.count is not None and self.hits >= self.count

    def strikes(self, server: str, method: str = "", path: str = "") -> bool:
        return (
            not self.spent
            and self.server in (server, "*")
            and (self.method is None or method in self.method.upper().split(","))
            and (self.path is None or fnmatch.fnmatch(path.lower(), self.path.lower()))
        )


class FaultTable:
    """All faults of the rack."""

    def __init__(self, servers: Iterable[str] = ()) -> None:
        self.servers = set(servers)
        self.faults: list[Fault] = []
        self.last: dict[str, str] = {}
        self._ids = itertools.count(1)

    def add(
        self,
        server: str,
        kind: str,
        path: str | None = None,
        method: str | None = None,
        count: int | None = None,
        **options: Any,
    ) -> Fault:
        """Add a fault; raise FaultError for an unknown kind, server or option."""
        problem = self._problem(server, kind, count, options) or _misplaced(server, kind, path, method, count)
        if problem:
            raise FaultError(problem)
        fault = Fault(next(self._ids), server, kind, path, method, count, options)
        self.faults.append(fault)
        return fault

    def wire(self, server: str, method: str, path: str) -> Fault | None:
        """Return the fault that meets this request and count it."""
        for fault in self.faults:
            if fault.kind in WIRE and fault.strikes(server, method, path):
                self.hit(fault, server)
                return fault
        return None

    def find(self, server: str, kind: str, **options: Any) -> Fault | None:
        """Return the first standing fault of a kind whose given options are equal or absent. Does not count it."""
        for fault in self.faults:
            fits = all(fault.options.get(key) in (None, value) for key, value in options.items())
            if fault.kind == kind and fits and fault.strikes(server):
                return fault
        return None

    def all(self, server: str, kind: str) -> list[Fault]:
        return [fault for fault in self.faults if fault.kind == kind and fault.strikes(server)]

    def hit(self, fault: Fault, server: str) -> None:
        fault.hits += 1
        self.last[server] = fault.kind

    def remove(self, fault_id: int | None = None, server: str | None = None) -> int:
        """Lift one fault, those of a server, or all; return how many."""
        keep = [
            fault
            for fault in self.faults
            if (fault_id is not None and fault.id != fault_id) or (server is not None and fault.server != server)
        ]
        removed = len(self.faults) - len(keep)
        self.faults = keep
        return removed

    def as_data(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self.faults]

    def _problem(self, server: str, kind: str, count: int | None, options: dict[str, Any]) -> str:
        if kind not in KINDS:
            return f"unknown fault {kind!r}{near(kind, KINDS)}"
        if self.servers and server not in ("*", MAAS) and server not in self.servers:
            return f"fault {kind}: unknown server {server!r}{near(server, self.servers)}"
        if count is not None and (not isinstance(count, int) or count < 1):
            return f"fault {kind}: count must be a whole number from 1, got {count!r}"
        unknown = sorted(set(options) - KINDS[kind][1])
        if unknown:
            known = ", ".join(sorted(KINDS[kind][1])) or "none"
            return f"fault {kind}: unknown option {', '.join(unknown)}; it knows: {known}"
        return next(
            (f"fault {kind}: {name} {text}" for name, value in options.items() if (text := _bad(name, value))), ""
        )


def _misplaced(server: str, kind: str, path: str | None, method: str | None, count: int | None) -> str:
    """Return what a fault of this kind cannot have; an empty string when all is well.

    A state of the machine meets no request: with a path, or at MAAS, it would silently never strike.
    """
    if server == MAAS and kind not in AT_MAAS:
        return f"fault {kind}: not for the server {MAAS}, which has: {', '.join(sorted(AT_MAAS))}"
    if server not in (MAAS, "*") and kind == "maas_status":
        return f"fault {kind}: its server is {MAAS}, not {server!r}"
    if kind not in MEETS_REQUESTS and (path is not None or method is not None):
        return f"fault {kind}: path and method are for faults that meet a request: {', '.join(sorted(MEETS_REQUESTS))}"
    if kind in LASTING and count is not None:
        return f"fault {kind}: it lasts until it is lifted, so it has no count"
    return ""


def _bad(name: str, value: Any) -> str:
    """Return why an option cannot have this value; an empty string when it can."""
    if name in WORDS:
        return "" if value in WORDS[name] else f"{value!r} is not {' or '.join(WORDS[name])}"
    types = VALUES.get(name, (str,))
    if isinstance(value, types) and isinstance(value, bool) == (bool in types):
        return ""
    return f"must be {' or '.join(one.__name__ for one in types)}, not {value!r}"
