# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IPMI's two questions that need no log-in, to any number of addresses from one socket.

Sources: ASF 2.0 3.2.4.2 (presence ping), IPMI 2.0 22.13 (Get Channel Authentication Capabilities).

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import asyncio
import typing as t

__all__ = ["AUTH_CAPABILITIES", "PRESENCE_PING", "Datagrams", "parse_ipmi"]

IPMI_PORT = 623
# Seconds after which an answer to the last question is no longer waited for.
PATIENCE = 0.5

RMCP_ASF = bytes((0x06, 0x00, 0xFF, 0x06))
PRESENCE_PING = RMCP_ASF + bytes((0x00, 0x00, 0x11, 0xBE, 0x80, 0x00, 0x00, 0x00))
RMCP_IPMI = bytes((0x06, 0x00, 0xFF, 0x07))
# Session header without authentication, then the command 38h on the present channel, asking as administrator.
AUTH_CAPABILITIES = RMCP_IPMI + bytes(9) + bytes((0x09, 0x20, 0x18, 0xC8, 0x81, 0x00, 0x38, 0x8E, 0x04, 0xB5))

Heard = t.Callable[[str, t.Dict[str, t.Any]], None]


class Datagrams(asyncio.DatagramProtocol):
    """One UDP socket that asks everyone; what comes from addresses that were not asked is ignored."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._asked: set[str] = set()
        self._clock = asyncio.get_running_loop().time
        self._last = self._clock()
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, heard: Heard) -> Datagrams:
        """Open the socket.

        :param heard: called with an address and what an answer from it says.
        """
        loop = asyncio.get_running_loop()
        _transport, protocol = await loop.create_datagram_endpoint(lambda: cls(heard), local_addr=("0.0.0.0", 0))
        return protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = t.cast(asyncio.DatagramTransport, transport)

    def ask(self, address: str) -> None:
        """Send both questions to an address."""
        self._asked.add(address)
        self._last = self._clock()
        if self._transport is not None:
            for question in (PRESENCE_PING, AUTH_CAPABILITIES):
                self._transport.sendto(question, (address, IPMI_PORT))

    async def last_answers(self) -> None:
        """Wait for answers to the last questions, which may be on their way still."""
        await asyncio.sleep(max(0.0, self._last + PATIENCE - self._clock()))

    def datagram_received(self, data: bytes, addr: tuple[t.Any, ...]) -> None:
        seen = parse_ipmi(data)
        if seen and addr[0] in self._asked:
            self._heard(addr[0], seen)

    def error_received(self, exc: Exception) -> None:
        """An ICMP refusal of some address; silence means the same."""

    def close(self) -> None:
        """Close the socket."""
        if self._transport is not None:
            self._transport.close()


def parse_ipmi(datagram: bytes) -> dict[str, t.Any]:
    """Return what an answer on UDP port 623 says, or an empty mapping for one that is none of ours."""
    if datagram[:4] == RMCP_ASF and len(datagram) >= 21 and datagram[8] == 0x40:
        return {"ipmi": bool(datagram[20] & 0x80)}
    # Session header 10 bytes, message header 6, completion code, then the data of the command.
    if datagram[:4] == RMCP_IPMI and len(datagram) >= 29 and datagram[19] == 0x38 and datagram[20] == 0x00:
        types, status, extended = datagram[22], datagram[23], datagram[24]
        version_2 = bool(types & 0x80 and extended & 0x02)
        return {
            "ipmi": True,
            "ipmi_version": "2.0" if version_2 else "1.5",
            "ipmi_anonymous": bool(status & 0x01),
            "ipmi_null_user": bool(status & 0x02),
            "ipmi_no_authentication": bool(types & 0x01),
        }
    return {}
