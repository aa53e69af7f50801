# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cipher suites of IPMI: with which privilege each lets in, closing one, and whether suite 0 is really taken.

Sources: IPMI 2.0 table 23-4 (LAN parameters 22 to 24), sections 13.17 and 13.18 (RMCP+ Open Session), table 22-20 (suite 0:
no authentication, integrity or confidentiality).

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import socket
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import NotSupportedError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_resource import Json
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_session import Session

__all__ = ["COUNT", "ENTRIES", "PRIVILEGE_LEVELS", "closed", "suites", "takes_suite_zero", "wanted_closed"]

COUNT, ENTRIES, PRIVILEGE_LEVELS = 22, 23, 24
PRIVILEGES = {1: "Callback", 2: "ReadOnly", 3: "Operator", 4: "Administrator", 5: "OEM"}

# RMCP+ Open Session Request: for any privilege, with no authentication, integrity or confidentiality.
_HEADER = bytes.fromhex("0600ff07 06 10 00000000 00000000 2000")
_NOTHING = bytes.fromhex("0000000800000000 0100000800000000 0200000800000000")
OPEN_SESSION = _HEADER + bytes.fromhex("00 00 0000 a4a3a2a0") + _NOTHING
# Where the status stands in the answer, whose payload type is one more; 0 is "no errors" (table 13-15).
PAYLOAD_TYPE, STATUS, ANSWER = 5, 17, 0x11
KNOCKS, KNOCK_TIMEOUT = 2, 2.0


def suites(count: bytes | None, entries: bytes | None, levels: bytes | None) -> list[Json]:
    """Return the suites of a BMC and the privilege each gives, None for one that is closed; empty if it does not tell."""
    if not count or entries is None or levels is None:
        return []
    # Byte 0 of both is reserved; the privileges are nibbles in the order of the entries, 0 for a suite not used.
    nibbles = [nibble for byte in levels[1:] for nibble in (byte & 0x0F, byte >> 4)]
    listed = list(entries[1 : 1 + (count[0] & 0x1F)])
    return [
        {"Id": suite, "Privilege": PRIVILEGES.get(nibbles[place])}
        for place, suite in enumerate(listed)
        if place < len(nibbles)
    ]


def closed(entries: bytes, levels: bytes, suite: int) -> bytes:
    """Return the privileges with that suite not used any more, all others as they were."""
    place = list(entries[1:]).index(suite)
    changed = bytearray(levels)
    changed[1 + place // 2] &= 0x0F if place % 2 else 0xF0
    return bytes(changed)


def wanted_closed(session: Session, resource: str, body: t.Mapping[str, t.Any]) -> list[int]:
    """Return the suites that a PATCH of the protocol closes; nothing else about it can be changed over IPMI."""
    rows = (body.get("IPMI") or {}).get("CipherSuites") or []
    if set(body) - {"IPMI"} or not rows or any(row.get("Privilege") is not None for row in rows):
        raise NotSupportedError("IPMI can only close cipher suites here", machine=session.machine, resource=resource)
    return [int(row["Id"]) for row in rows]


def takes_suite_zero(host: str, port: int) -> bool:
    """Whether a BMC opens a session without a password: the first half of a log-in, with neither name nor password.

    It is what scanners for this hole send. The BMC drops the half-open session by itself.
    """
    family, kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind) as knocker:
        knocker.settimeout(KNOCK_TIMEOUT)
        for _knock in range(KNOCKS):
            try:
                knocker.sendto(OPEN_SESSION, address)
                answer = knocker.recv(256)
            except OSError:
                continue
            return len(answer) > STATUS and answer[PAYLOAD_TYPE] & 0x3F == ANSWER and answer[STATUS] == 0
    return False
