# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The address of a BMC: what it is, what to send to change it, and following the BMC to the new one.

Source: DSP0268 EthernetInterface (DHCPv4, IPv4StaticAddresses, IPv4Addresses, VLAN).

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import ipaddress
import typing as t
from dataclasses import dataclass, replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    AuthenticationError,
    HWAutomationError,
    NetworkError,
    OutcomeUnknown,
    VerificationError,
    WaitTimeout,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.wait import Patience, wait_until
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, open_service
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.tls import Trust, server_certificate
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.wire import Target

__all__ = [
    "ADDRESS_OPTIONS",
    "KEYS",
    "WantedAddress",
    "address_body",
    "address_values",
    "at_new_address",
    "identity",
    "reaches",
]

Json = t.Dict[str, t.Any]
T = t.TypeVar("T")

ADDRESS_OPTIONS = Options(
    spec={
        "dhcp": {"type": "bool"},
        "address": {"type": "str"},
        "gateway": {"type": "str"},
        "vlan": {"type": "int"},
        "allow_address_change": {"type": "bool", "default": False},
    },
)
KEYS = ("dhcp", "address", "gateway", "vlan")
# Some BMCs restart their network for it, and switches learn the port anew.
FOLLOW_SECONDS, FOLLOW_PAUSE = 180.0, 5.0
HANDSHAKE_TIMEOUT = 10.0


@dataclass(frozen=True)
class WantedAddress:
    """The wanted values; None leaves one as it is. ``address`` has its prefix length, ``vlan`` 0 is none."""

    dhcp: bool | None = None
    address: str | None = None
    gateway: str | None = None
    vlan: int | None = None

    @property
    def given(self) -> bool:
        """Whether anything is wanted."""
        return any(getattr(self, key) is not None for key in KEYS)

    @property
    def host(self) -> str:
        """Return the address without its prefix length, or an empty string."""
        return (self.address or "").partition("/")[0]

    @classmethod
    def from_params(cls, params: Params) -> tuple[WantedAddress, list[str]]:
        """Take the options; return them and what is wrong with them."""
        problems: list[str] = []
        address, gateway = str(params.get("address") or ""), str(params.get("gateway") or "")
        vlan, dhcp = params.get("vlan"), params.get("dhcp")
        network = None
        try:
            network = ipaddress.IPv4Interface(address) if address else None
            if address and "/" not in address:
                problems.append(f"address {address} has no prefix length; write it as {address}/24")
        except ValueError:
            problems.append(f"address {address} is not an IPv4 address with a prefix length, such as 10.0.0.11/24")
        try:
            if (
                gateway
                and ipaddress.IPv4Address(gateway)
                and network
                and "/" in address
                and not reaches(address, gateway)
            ):
                problems.append(f"gateway {gateway} is not in the network of {address}")
        except ValueError:
            problems.append(f"gateway {gateway} is not an IPv4 address")
        if dhcp and (address or gateway):
            problems.append("dhcp cannot be on while address or gateway is given")
        if vlan is not None and not 0 <= vlan <= 4094:
            problems.append(f"vlan {vlan} is not between 1 and 4094, or 0 for none")
        static = False if address and dhcp is None else dhcp
        return cls(static, str(network) if network else None, gateway or None, vlan), problems


def address_values(interface: t.Mapping[str, t.Any], machine: str) -> Json:
    """Return dhcp, address with prefix length, gateway and VLAN of an interface; None where it does not say."""
    rows = [row for row in interface.get("IPv4Addresses") or () if row and row.get("Address")]
    row = next((one for one in rows if one["Address"] == machine), rows[0] if rows else {})
    dhcp = (interface.get("DHCPv4") or {}).get("DHCPEnabled")
    vlan = interface.get("VLAN") or {}
    try:
        address: t.Optional[str] = str(ipaddress.IPv4Interface(f"{row['Address']}/{row.get('SubnetMask') or 32}"))
    except (KeyError, ValueError):
        address = None
    return {
        "dhcp": row.get("AddressOrigin") == "DHCP" if dhcp is None and row else dhcp,
        "address": address,
        "gateway": row.get("Gateway") or None,
        "vlan": (vlan.get("VLANId") or 0) if vlan.get("VLANEnable") else 0,
    }


def reaches(address: str, gateway: str) -> bool:
    """Whether a gateway is in the network of an address with prefix length; one that is none (0.0.0.0) always is."""
    try:
        router = ipaddress.IPv4Address(gateway)
    except ValueError:
        return True
    return router.is_unspecified or router in ipaddress.IPv4Interface(address).network


def address_body(goal: Json, before: Json, interface: t.Mapping[str, t.Any]) -> Json:
    """Return what to send to an interface; address, mask and gateway travel together."""
    body: Json = {}
    if goal.get("dhcp") is not None:
        body["DHCPv4"] = {"DHCPEnabled": goal["dhcp"]}
    if goal.get("address") or goal.get("gateway"):
        own = ipaddress.IPv4Interface(goal.get("address") or before["address"])
        row = {"Address": str(own.ip), "SubnetMask": str(own.netmask)}
        gateway = goal.get("gateway") or before.get("gateway")
        if gateway:
            row["Gateway"] = gateway
        body["IPv4StaticAddresses" if "IPv4StaticAddresses" in interface else "IPv4Addresses"] = [row]
    if goal.get("vlan") is not None:
        body["VLAN"] = {"VLANEnable": goal["vlan"] > 0, **({"VLANId": goal["vlan"]} if goal["vlan"] else {})}
    return body


def identity(service: Service) -> Trust | None:
    """Return the trust to meet the BMC with at another address, or None where it stays as it is.

    The authorities vouch for the old address. A handshake that they vouch for tells the certificate, and exactly that
    one is expected at the new address, which its names may not hold.
    """
    target = service.client.target
    if service.client.protocol != "redfish" or target.trust.fingerprint or not target.trust.validate:
        return None
    der = server_certificate(target.host.strip("[]"), target.port, HANDSHAKE_TIMEOUT, target.trust)
    return None if der is None else Trust.pinned(der)


@contextlib.contextmanager
def _service_at(service: Service, host: str, trust: Trust | None, context: Context) -> t.Iterator[Service]:
    old: Target = service.client.target
    target = replace(old, host=host, trust=trust or old.trust)
    client = type(service.client)(target, replace(context, cache_dir=None))
    client.patient = False
    with contextlib.closing(client):
        system_id = service.system_uri.rstrip("/").rsplit("/", 1)[-1] if client.protocol == "redfish" else None
        yield open_service(client, system_id)


def at_new_address(
    service: Service,
    host: str,
    trust: Trust | None,
    context: Context,
    read: t.Callable[[Service], T],
    right: t.Callable[[T], bool],
) -> T:
    """Read the BMC at its new address until that shows what is wanted.

    :raises VerificationError: when it answers at the old address alone.
    :raises OutcomeUnknown: when it answers at neither.
    """

    def look() -> T:
        with _service_at(service, host, trust, context) as there:
            return read(there)

    try:
        return wait_until(
            look,
            right,
            Patience(FOLLOW_SECONDS, FOLLOW_PAUSE, context.clock),
            what=f"the BMC to answer at {host}",
            describe=lambda seen: "it answers",
            tolerate=(NetworkError,),
            machine=service.machine,
        )
    except WaitTimeout as exc:
        raise _lost(service, host, trust, context, exc) from exc


def _lost(service: Service, host: str, trust: Trust | None, context: Context, waited: WaitTimeout) -> HWAutomationError:
    try:
        with _service_at(service, service.client.target.host, trust, context):
            pass
    except (NetworkError, AuthenticationError):
        return OutcomeUnknown(
            f"the BMC answers neither at {host} nor at its old address",
            machine=service.machine,
            resource=service.manager_uri,
            answer=waited.message,
            hint="look at its console or at the switch: wrong VLAN or gateway, or the address is taken",
            addresses=[service.machine, host],
        )
    return VerificationError(
        f"the BMC took the change and still answers at its old address, not at {host}",
        machine=service.machine,
        resource=service.manager_uri,
        addresses=[service.machine, host],
    )
