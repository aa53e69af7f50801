# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The network of a BMC over IPMI: the LAN configuration parameters of the channel we came in on.

Sources: IPMI 2.0 sections 23.1 and 23.2 (table 23-4), 22.23 and 22.25 (channel access and name), DCMI 1.5 section 6.4.6
(management controller identifier, which is the name it gives to DHCP).

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import ipaddress
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    HWAutomationError,
    NetworkError,
    NotSupportedError,
    OutcomeUnknown,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_ciphers import (
    COUNT,
    ENTRIES,
    PRIVILEGE_LEVELS,
    closed,
    suites,
    wanted_closed,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_resource import (
    MANAGER,
    Json,
    Resource,
    collection,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.ipmi_session import Session

__all__ = ["RESOURCES", "channel", "parameter"]

APP, TRANSPORT = 0x06, 0x0C
SET, GET = 0x01, 0x02
INTERFACES = f"{MANAGER}/EthernetInterfaces"
INTERFACE, PROTOCOL = f"{INTERFACES}/1", f"{MANAGER}/NetworkProtocol"

# LAN configuration parameters (table 23-4).
IN_PROGRESS, ADDRESS, SOURCE, MAC, MASK, GATEWAY, VLAN = 0, 3, 4, 5, 6, 12, 20
SOURCES = {0: "Other", 1: "Static", 2: "DHCP", 3: "Static", 4: "Other"}
STATIC, DHCP = 1, 2
BEGIN, COMMIT, COMPLETE = 1, 2, 0
VLAN_ON, VLAN_ID = 0x8000, 0x0FFF


def channel(session: Session) -> int:
    """Return the number of the LAN channel (22.24), of several the first that answers."""
    number = session.kept("channel", lambda: session.ask(lambda bmc: bmc.get_network_channel()))
    if number is None:
        raise NotSupportedError("the BMC shows no LAN channel over IPMI", machine=session.machine, status=404)
    return int(number)


def parameter(session: Session, number: int) -> bytes | None:
    """Return a LAN configuration parameter, or None where the BMC does not have it."""
    answer = session.read_or_none(TRANSPORT, GET, channel(session), number, 0, 0)
    return answer[1:] if answer else None  # before it: the revision of the parameter


def _address(session: Session, number: int) -> str | None:
    raw = parameter(session, number)
    return str(ipaddress.IPv4Address(raw[:4])) if raw and len(raw) >= 4 and any(raw[:4]) else None


def _vlan(session: Session) -> Json | None:
    raw = parameter(session, VLAN)
    if raw is None:
        return None
    value = int.from_bytes(raw[:2], "little")
    return {"VLANEnable": bool(value & VLAN_ON), "VLANId": value & VLAN_ID or None}


def _hostname(session: Session) -> str | None:
    found = session.kept("hostname", lambda: session.ask_or_none(lambda bmc: bmc.get_mci()))
    return str(found) if found else None


def _interface(session: Session) -> Json:
    source = SOURCES.get((parameter(session, SOURCE) or b"\0")[0] & 0x0F, "Other")
    now = {
        "Address": _address(session, ADDRESS),
        "SubnetMask": _address(session, MASK),
        "Gateway": _address(session, GATEWAY),
    }
    mac = parameter(session, MAC)
    body: Json = {
        "@odata.type": "#EthernetInterface.v1_4_0.EthernetInterface",
        "Id": "1",
        "MACAddress": ":".join(f"{byte:02x}" for byte in mac[:6]) if mac else None,
        "HostName": _hostname(session),
        "DHCPv4": {"DHCPEnabled": source == "DHCP"},
        "IPv4Addresses": [{**now, "AddressOrigin": source}],
        "IPv4StaticAddresses": [now] if source == "Static" else [],
    }
    vlan = _vlan(session)
    return body if vlan is None else {**body, "VLAN": vlan}


def _protocol(session: Session) -> Json:
    """Tell of the one protocol it knows: IPMI itself, with the privilege that each cipher suite gives."""
    return {
        "@odata.type": "#ManagerNetworkProtocol.v1_0_0.ManagerNetworkProtocol",
        "Id": "NetworkProtocol",
        "HostName": _hostname(session),
        "IPMI": {
            "ProtocolEnabled": True,
            "Port": session.target.port,
            "CipherSuites": suites(*_cipher_parameters(session)),
        },
    }


def _cipher_parameters(session: Session) -> tuple[bytes | None, bytes | None, bytes | None]:
    count, entries, levels = (parameter(session, number) for number in (COUNT, ENTRIES, PRIVILEGE_LEVELS))
    return count, entries, levels


def _close_suites(session: Session, body: t.Mapping[str, t.Any]) -> None:
    """Close cipher suites; a suite that the BMC does not list has no privilege that could be taken away."""
    _count, entries, levels = _cipher_parameters(session)
    for suite in wanted_closed(session, PROTOCOL, body):
        if entries is None or levels is None or suite not in entries[1:]:
            raise NotSupportedError(
                f"the BMC does not list cipher suite {suite}", machine=session.machine, resource=PROTOCOL
            )
        levels = closed(entries, levels, suite)
    if levels is not None:
        session.write(PROTOCOL, TRANSPORT, SET, channel(session), PRIVILEGE_LEVELS, *levels)


def _change(session: Session, body: t.Mapping[str, t.Any]) -> None:
    """Change the interface; the BMC takes all parameters over at once where it can (set in progress, 23.1).

    :raises OutcomeUnknown: when the answers stop, which a new address makes likely: read at that address.
    """
    steps = list(_steps(session, body))
    if "HostName" in body:
        session.tell(INTERFACE, lambda bmc: bmc.set_mci(str(body["HostName"] or "")))
        session.forget("hostname")
    if not steps:
        return
    _mark(session, BEGIN)
    try:
        for number, data in steps:
            session.write(INTERFACE, TRANSPORT, SET, channel(session), number, *data)
    except HWAutomationError as exc:
        if not isinstance(exc, (NetworkError, OutcomeUnknown)):
            _mark(session, COMPLETE)
        raise
    _mark(session, COMMIT)
    _mark(session, COMPLETE)


def _mark(session: Session, state: int) -> None:
    """Say how far the change has come; BMCs that need no such word refuse it."""
    with contextlib.suppress(NotSupportedError, ConfigurationError):
        session.write(INTERFACE, TRANSPORT, SET, channel(session), IN_PROGRESS, state)


def _steps(session: Session, body: t.Mapping[str, t.Any]) -> t.Iterator[tuple[int, bytes]]:
    unknown = set(body) - {"HostName", "DHCPv4", "IPv4StaticAddresses", "IPv4Addresses", "VLAN"}
    if unknown:
        raise NotSupportedError(
            f"IPMI cannot set {', '.join(sorted(unknown))}", machine=session.machine, resource=INTERFACE
        )
    addresses = body.get("IPv4StaticAddresses") or body.get("IPv4Addresses") or [{}]
    dhcp = (body.get("DHCPv4") or {}).get("DHCPEnabled")
    if dhcp is True:
        yield SOURCE, bytes([DHCP])
    elif dhcp is False or addresses[0]:
        yield SOURCE, bytes([STATIC])
    vlan = body.get("VLAN") or {}
    if vlan:
        yield VLAN, _vlan_bytes(session, vlan)
    # The address is the last: with a BMC that takes each over at once, nothing reaches the old one after it.
    for number, key in ((MASK, "SubnetMask"), (GATEWAY, "Gateway"), (ADDRESS, "Address")):
        if addresses[0].get(key):
            yield number, _packed(session, key, str(addresses[0][key]))


def _vlan_bytes(session: Session, vlan: t.Mapping[str, t.Any]) -> bytes:
    known = _vlan(session) or {}
    number = vlan.get("VLANId", known.get("VLANId")) or 0
    enabled = vlan.get("VLANEnable", known.get("VLANEnable"))
    return (int(number) | VLAN_ON if enabled else 0).to_bytes(2, "little")


def _packed(session: Session, key: str, address: str) -> bytes:
    try:
        return ipaddress.IPv4Address(address).packed
    except ValueError as exc:
        raise ConfigurationError(f"{key} is not an IPv4 address: {exc}", machine=session.machine) from exc


RESOURCES = (
    Resource(INTERFACES, collection("EthernetInterface", [INTERFACE])),
    Resource(INTERFACE, _interface, _change),
    Resource(PROTOCOL, _protocol, _close_suites),
)
