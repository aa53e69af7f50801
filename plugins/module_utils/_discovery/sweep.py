# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sweeping a BMC network: many addresses at the same time, at a bounded rate, before a deadline.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import asyncio
import functools
import os
import resource
import socket
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.datagrams import Datagrams
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.knock import ask_redfish
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.openings import Openings

__all__ = ["Found", "Outcome", "Sweep", "sweep"]

Found = t.Dict[str, t.Any]
Tell = t.Callable[[str], None]
# Addresses are taken up in steps of so many seconds, which makes the rate even.
STEP = 0.05
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
    rate: int = 10000
    concurrency: int = 1024
    known: t.Tuple[t.Mapping[str, t.Any], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What answered, in the order of the addresses, and which addresses were tried before the deadline."""

    rows: t.List[Found]
    tried: t.FrozenSet[str]
    complete: bool


async def sweep(wanted: Sweep, tell: Tell) -> Outcome:
    """Look at every address once; whatever was found by the deadline is the outcome.

    :param tell: called every few seconds with one line of progress.
    """
    running = _Running(wanted)
    progress = asyncio.ensure_future(_progress(wanted, running, tell))
    complete = True
    try:
        await asyncio.wait_for(running.all(), wanted.deadline)
    except asyncio.TimeoutError:  # noqa: UP041
        complete = False
    finally:
        progress.cancel()
        await asyncio.gather(progress, running.close(), return_exceptions=True)
    rows = [_row(address, running.found[address]) for address in wanted.addresses if address in running.found]
    return Outcome(rows, frozenset(running.tried), complete)


class _Running:
    """A sweep while it runs.

    :ivar found: what answered so far, by address.
    :ivar tried: addresses of which all is known that will be.
    """

    def __init__(self, wanted: Sweep) -> None:
        self.found: dict[str, Found] = {}
        self.tried: set[str] = set()
        self._wanted = wanted
        self._openings = Openings(wanted.connect_timeout)
        self._datagrams: Datagrams | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(max(1, min(wanted.concurrency, _descriptors())))
        self._done = asyncio.Event()

    async def all(self) -> None:
        """Try every address, at the rate and as many at a time as wanted."""
        if self._wanted.ipmi:
            self._datagrams = await Datagrams.open(self._file)
        async for address in _paced(self._wanted.addresses, self._wanted.rate):
            await self._room.acquire()
            if self._datagrams is not None:
                self._datagrams.ask(address)
            self._try(address, 0)
        if self._wanted.addresses:
            await self._done.wait()
        if self._datagrams is not None:
            await self._datagrams.last_answers()

    async def close(self) -> None:
        """Leave whatever is not finished."""
        self._openings.close()
        left = set(self._talks)
        for talk in left:
            talk.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if self._datagrams is not None:
            self._datagrams.close()

    def _try(self, address: str, place: int) -> None:
        """Knock at the port of this place, and at those that follow it until one speaks Redfish."""
        if place < len(self._wanted.ports):
            opened = functools.partial(self._opened, address, place)
            self._openings.open((address, self._wanted.ports[place]), opened)
            return
        self._finished(address)

    def _opened(self, address: str, place: int, taken: socket.socket | None) -> None:
        if taken is None:
            self._try(address, place + 1)
            return
        talk = asyncio.ensure_future(self._talk(address, place, taken))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, address: str, place: int, taken: socket.socket) -> None:
        wanted, port = self._wanted, self._wanted.ports[place]
        limits = {"connect": wanted.connect_timeout, "answer": wanted.answer_timeout}
        try:
            seen = await ask_redfish(taken, address, port, **limits)
        except Exception as exc:
            # Nothing that one machine answers may end the scan of the others.
            seen = {"protocol": "none", "port": port, "reason": f"internal error: {type(exc).__name__}: {exc}"}
        self._file(address, seen)
        if seen["protocol"] == "redfish":
            self._finished(address)
        else:
            self._try(address, place + 1)

    def _file(self, address: str, seen: Found) -> None:
        known = self.found.setdefault(address, {})
        if "protocol" in seen:
            known.pop("reason", None)  # of the port before this one
        known.update(seen)

    def _finished(self, address: str) -> None:
        self.tried.add(address)
        self._room.release()
        if len(self.tried) == len(self._wanted.addresses):
            self._done.set()


async def _paced(addresses: t.Sequence[str], rate: int) -> t.AsyncIterator[str]:
    per_step = max(1, int(rate * STEP))
    clock = asyncio.get_running_loop().time
    begun = clock()
    for place, address in enumerate(addresses):
        if place % per_step == 0:
            # Counted from the beginning, so that a step that took longer is made up for; and that at once, since those
            # that stay silent are what a scan waits for in the end.
            early = begun + place / rate - clock()
            if early > 0:
                await asyncio.sleep(early)
        yield address


def _descriptors() -> int:
    """Return how many connections this process may have open: one more would look like an address without a BMC."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1 << 30 if soft == resource.RLIM_INFINITY else (soft - len(os.listdir("/dev/fd"))) * 3 // 4


async def _progress(wanted: Sweep, running: _Running, tell: Tell) -> None:
    while True:
        await asyncio.sleep(TELL_EVERY)
        tell(f"{len(running.tried)} of {len(wanted.addresses)} addresses tried, {len(running.found)} answered")


def _row(address: str, seen: Found) -> Found:
    protocol = seen.get("protocol", "none")
    if protocol == "none" and seen.get("ipmi"):
        protocol = "ipmi"
    return {"address": address, "ipmi": False, **seen, "protocol": protocol}
