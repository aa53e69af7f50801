# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scanning a BMC network: many addresses at the same time, at a bounded rate, before a deadline.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import asyncio
import contextlib
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.addresses import expand, leases
from ansible_collections.hwautomation.baremetal.plugins.module_utils._discovery.knock import (
    AUTH_CAPABILITIES,
    PRESENCE_PING,
    ask_redfish,
    parse_ipmi,
)

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params

__all__ = ["Sweep", "compare", "connect_nowhere", "inventory", "read", "report", "scan", "wanted"]

Found = t.Dict[str, t.Any]
IPMI_PORT = 623
# Addresses are taken up in steps of so many seconds, which makes the rate even.
STEP = 0.05
# Answers to the last datagrams may still be on their way when all TCP ports have been tried.
LAST_DATAGRAMS = 0.5


@dataclass(frozen=True)
class Sweep:
    """One scan: addresses, TCP ports, and its limits (seconds; per second; at the same time)."""

    addresses: t.Tuple[str, ...]
    ports: t.Tuple[int, ...] = (443,)
    ipmi: bool = True
    connect_timeout: float = 1.0
    answer_timeout: float = 10.0
    deadline: float = 600.0
    rate: int = 2000
    concurrency: int = 512
    known: t.Tuple[t.Mapping[str, t.Any], ...] = ()


@contextlib.contextmanager
def connect_nowhere(params: Params, context: Context) -> t.Iterator[None]:
    """A scan has no one machine to connect to."""
    yield None


def wanted(params: Params) -> Sweep:
    """Take the options of the door.

    :raises ConfigurationError: for addresses that are none, too many of them, or a lease file that cannot be read.
    """
    texts = list(params.get("addresses") or ())
    for path in params.get("lease_files") or ():
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                texts.extend(leases(file.read()))
        except OSError as exc:
            raise ConfigurationError(f"the lease file {path} cannot be read: {exc.strerror}") from exc
    return Sweep(
        addresses=tuple(expand(texts, params.get("exclude") or (), params["max_addresses"])),
        ports=tuple(params["ports"]),
        ipmi=params["ipmi"],
        connect_timeout=params["connect_timeout"],
        answer_timeout=float(params["timeout"]),
        deadline=float(params["deadline"]),
        rate=params["rate"],
        concurrency=params["concurrency"],
        known=tuple(params.get("known") or ()),
    )


def read(client: None, sweep: Sweep) -> tuple[list[Found], bool]:
    """Scan; see :func:`scan`."""
    return asyncio.run(scan(sweep))


async def scan(sweep: Sweep) -> tuple[list[Found], bool]:
    """Return what answers, by address, and whether all addresses were reached before the deadline."""
    found: dict[str, Found] = {}
    datagrams = await _Datagrams.open(found) if sweep.ipmi else None
    room = asyncio.Semaphore(sweep.concurrency)
    begun: set[asyncio.Task[None]] = set()

    async def one(address: str) -> None:
        try:
            for port in sweep.ports:
                seen = await ask_redfish(address, port, connect=sweep.connect_timeout, answer=sweep.answer_timeout)
                if seen is not None:
                    found.setdefault(address, {}).update(seen)
                    if seen["protocol"] == "redfish":
                        return
        finally:
            room.release()

    async def sweep_all() -> None:
        per_step = max(1, int(sweep.rate * STEP))
        for place, address in enumerate(sweep.addresses):
            if place and place % per_step == 0:
                await asyncio.sleep(STEP)
            await room.acquire()
            if datagrams is not None:
                datagrams.ask(address)
            task = asyncio.ensure_future(one(address))
            begun.add(task)
            task.add_done_callback(begun.discard)
        while begun:
            await asyncio.wait(set(begun))
        if datagrams is not None:
            await asyncio.sleep(LAST_DATAGRAMS)

    complete = True
    try:
        await asyncio.wait_for(sweep_all(), sweep.deadline)
    except asyncio.TimeoutError:  # noqa: UP041
        complete = False
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun, return_exceptions=True)
    finally:
        if datagrams is not None:
            datagrams.close()
    order = {address: place for place, address in enumerate(sweep.addresses)}
    return [_row(address, found[address]) for address in sorted(found, key=lambda item: order[item])], complete


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


def _row(address: str, seen: Found) -> Found:
    protocol = seen.get("protocol", "none")
    if protocol == "none" and seen.get("ipmi"):
        protocol = "ipmi"
    return {"address": address, "ipmi": False, **seen, "protocol": protocol}


def compare(
    found: t.Sequence[Found], known: t.Sequence[t.Mapping[str, t.Any]], swept: t.Collection[str]
) -> list[Found]:
    """Return the rows with ``status`` new, known, changed or missing, and what changed.

    Only addresses that were swept can be missing.
    """
    earlier = {str(row["address"]): row for row in known if row.get("address")}
    rows = [{**row, **_status(row, earlier.get(row["address"]))} for row in found]
    seen = {row["address"] for row in found}
    covered = set(swept)
    return rows + [
        {**dict(row), "status": "missing"}
        for address, row in earlier.items()
        if address not in seen and address in covered
    ]


def _status(row: Found, before: t.Mapping[str, t.Any] | None) -> Found:
    if before is None:
        return {"status": "new"}
    changed = [
        key
        for key in ("fingerprint", "protocol", "vendor", "product", "redfish_version", "uuid")
        if before.get(key) not in (None, "") and row.get(key, "") != before[key]
    ]
    return {"status": "changed", "changed": changed} if changed else {"status": "known"}


def inventory(rows: t.Iterable[Found]) -> dict[str, t.Any]:
    """Return an Ansible inventory of the BMCs that were found, ready for a playbook."""
    hosts = {
        "bmc-" + row["address"].replace(".", "-"): {
            "bmc_host": row["address"],
            **({"bmc_port": row["port"]} if row.get("port", 443) != 443 else {}),
        }
        for row in rows
        if row["protocol"] != "none" and row.get("status") != "missing"
    }
    return {"all": {"children": {"servers": {"hosts": hosts}}}}


def report(sweep: Sweep, result: tuple[list[Found], bool]) -> dict[str, t.Any]:
    """Return the result keys of the door and what the audit keeps."""
    found, complete = result
    rows = compare(found, sweep.known, sweep.addresses)
    counts: dict[str, int] = {"addresses": len(sweep.addresses)}
    for row in rows:
        for key in (row["protocol"], row["status"]):
            counts[key] = counts.get(key, 0) + 1
    return {
        "bmcs": rows,
        "counts": counts,
        "complete": complete,
        "inventory": inventory(rows),
        "audit": {"discovery": {"scan": rows, "counts": counts, "complete": complete}},
    }
