# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sweeping a BMC network: many addresses at the same time, at a bounded rate, before a deadline.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import asyncio
import os
import resource
import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.knock import (
    AUTH_CAPABILITIES,
    PRESENCE_PING,
    ask_redfish,
    parse_ipmi,
)

__all__ = ["Found", "Outcome", "Sweep", "sweep"]

Found = t.Dict[str, t.Any]
Tell = t.Callable[[str], None]
IPMI_PORT = 623
# Addresses are taken up in steps of so many seconds, which makes the rate even.
STEP = 0.05
# Answers to the last datagrams may still be on their way when all TCP ports have been tried.
LAST_DATAGRAMS = 0.5
# Seconds between two lines of progress.
TELL_EVERY = 5.0


@dataclass(frozen=True)
class Sweep:
    """One scan: addresses, TCP ports, and its limits (seconds; per second; at the same time)."""

    addresses: t.Tuple[str, ...]
    ports: t.Tuple[int, ...] = (443,)
    ipmi: bool = True
    connect_timeout: float = 1.0
    answer_timeout: float = 10.0
    deadline: float = 600.0
    rate: int = 5000
    concurrency: int = 512
    known: t.Tuple[t.Mapping[str, t.Any], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What answered, in the order of the addresses, and which addresses were tried before the deadline."""

    rows: t.List[Found]
    tried: t.FrozenSet[str]
    complete: bool


@dataclass
class _State:
    """A sweep while it runs."""

    found: t.Dict[str, Found] = field(default_factory=dict)
    tried: t.Set[str] = field(default_factory=set)
    begun: t.Set[asyncio.Task[None]] = field(default_factory=set)


async def sweep(wanted: Sweep, tell: Tell) -> Outcome:
    """Look at every address once; whatever was found by the deadline is the outcome.

    :param tell: called every few seconds with one line of progress.
    """
    state = _State()
    datagrams = await _Datagrams.open(state.found) if wanted.ipmi else None
    progress = asyncio.ensure_future(_progress(wanted, state, tell))
    complete = True
    try:
        await asyncio.wait_for(_all(wanted, state, datagrams), wanted.deadline)
    except asyncio.TimeoutError:  # noqa: UP041
        complete = False
    finally:
        left = {progress, *state.begun}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if datagrams is not None:
            datagrams.close()
    rows = [_row(address, state.found[address]) for address in wanted.addresses if address in state.found]
    return Outcome(rows, frozenset(state.tried), complete)


async def _all(wanted: Sweep, state: _State, datagrams: _Datagrams | None) -> None:
    room = asyncio.Semaphore(max(1, min(wanted.concurrency, _descriptors())))
    per_step = max(1, int(wanted.rate * STEP))
    clock = asyncio.get_running_loop().time
    begun = clock()

    async def one(address: str) -> None:
        try:
            await _knock(wanted, state, address)
        finally:
            room.release()

    for place, address in enumerate(wanted.addresses):
        if place % per_step == 0:
            # Counted from the beginning, so that a step that took longer is made up for.
            await asyncio.sleep(max(0.0, begun + place / wanted.rate - clock()))
        await room.acquire()
        if datagrams is not None:
            datagrams.ask(address)
        task = asyncio.ensure_future(one(address))
        state.begun.add(task)
        task.add_done_callback(state.begun.discard)
    while state.begun:
        await asyncio.wait(set(state.begun))
    if datagrams is not None:
        await asyncio.sleep(LAST_DATAGRAMS)


def _descriptors() -> int:
    """Return how many connections this process may have open: one more would look like an address without a BMC."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1 << 30 if soft == resource.RLIM_INFINITY else (soft - len(os.listdir("/dev/fd"))) * 3 // 4


async def _knock(wanted: Sweep, state: _State, address: str) -> None:
    for port in wanted.ports:
        seen = await ask_redfish(address, port, connect=wanted.connect_timeout, answer=wanted.answer_timeout)
        if seen is not None:
            state.found.setdefault(address, {}).update(seen)
            if seen["protocol"] == "redfish":
                break
    state.tried.add(address)


async def _progress(wanted: Sweep, state: _State, tell: Tell) -> None:
    while True:
        await asyncio.sleep(TELL_EVERY)
        tell(f"{len(state.tried)} of {len(wanted.addresses)} addresses tried, {len(state.found)} answered")


def _row(address: str, seen: Found) -> Found:
    protocol = seen.get("protocol", "none")
    if protocol == "none" and seen.get("ipmi"):
        protocol = "ipmi"
    return {"address": address, "ipmi": False, **seen, "protocol": protocol}


class _Datagrams(asyncio.DatagramProtocol):
    """One UDP socket that asks everyone and files the answers; addresses that were not asked are ignored."""

    def __init__(self, found: dict[str, Found]) -> None:
        self._found = found
        self._asked: set[str] = set()
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, found: dict[str, Found]) -> _Datagrams:
        loop = asyncio.get_running_loop()
        _transport, protocol = await loop.create_datagram_endpoint(lambda: cls(found), local_addr=("0.0.0.0", 0))
        return protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = t.cast(asyncio.DatagramTransport, transport)

    def ask(self, address: str) -> None:
        self._asked.add(address)
        if self._transport is not None:
            for question in (PRESENCE_PING, AUTH_CAPABILITIES):
                self._transport.sendto(question, (address, IPMI_PORT))

    def datagram_received(self, data: bytes, addr: tuple[t.Any, ...]) -> None:
        seen = parse_ipmi(data)
        if seen and addr[0] in self._asked:
            self._found.setdefault(addr[0], {}).update(seen)

    def error_received(self, exc: Exception) -> None:
        """An ICMP refusal of some address; silence means the same."""

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
