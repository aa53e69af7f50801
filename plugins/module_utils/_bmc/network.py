# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Name, address, DNS servers and services of a BMC in its network: the door bmc_network.

The address is how we, MAAS and the inventory reach the BMC, so it is changed last, with a permission of its own, and the
BMC is followed to the new one. Source: DSP0268 EthernetInterface (HostName, StaticNameServers) and
ManagerNetworkProtocol.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.address import (
    ADDRESS_OPTIONS,
    KEYS,
    WantedAddress,
    address_body,
    address_values,
    at_new_address,
    identity,
    reaches,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.protocols import (
    Services,
    check_services,
    read_services,
    services_problems,
    wanted_services,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.settings import (
    changes_for_audit,
    server_of,
    told,
    verified,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Params, Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    OutcomeUnknown,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import PROTOCOL_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link, members
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS

__all__ = ["OPTIONS", "CurrentNetwork", "WantedNetwork", "apply", "decide", "read", "report", "verify", "wanted"]

OPTIONS = (
    BMC_OPTIONS
    + PROTOCOL_OPTIONS
    + Options(
        spec={
            "hostname": {"type": "str"},
            "dns_servers": {"type": "list", "elements": "str"},
            "protocols": {"type": "dict"},
            "interface": {"type": "str"},
        },
        required_one_of=(("hostname", "dns_servers", "protocols", *KEYS),),
    )
    + ADDRESS_OPTIONS
)


@dataclass(frozen=True)
class WantedNetwork:
    """What shall be; None leaves a setting as it is. ``protocols`` are our lower-case words -> on or off."""

    hostname: str | None = None
    dns_servers: t.Tuple[str, ...] | None = None
    protocols: t.Mapping[str, bool] = field(default_factory=dict)
    address: WantedAddress = WantedAddress()
    interface: str | None = None


@dataclass(frozen=True)
class CurrentNetwork:
    """What is, and where it is written."""

    values: t.Mapping[str, t.Any]
    interface_uri: str
    interface: t.Mapping[str, t.Any] = field(default_factory=dict)
    services: Services = Services("")
    machine: str = ""
    protocol: str = "redfish"
    server: t.Mapping[str, t.Any] = field(default_factory=dict)


def wanted(params: Params) -> WantedNetwork:
    """Take the options of the door.

    :raises ConfigurationError: for all that is wrong in itself, at once.
    """
    protocols = wanted_services(params)
    address, problems = WantedAddress.from_params(params)
    problems = services_problems(protocols) + problems
    if problems:
        raise ConfigurationError("; ".join(problems), machine=params["bmc_host"], problems=problems)
    servers = params.get("dns_servers")
    return WantedNetwork(
        hostname=params.get("hostname"),
        dns_servers=None if servers is None else tuple(servers),
        protocols=protocols,
        address=address,
        interface=params.get("interface"),
    )


def read(service: Service, wanted: WantedNetwork) -> CurrentNetwork:
    """Read the interface that has our address, or the one named, and the network protocols."""
    services = read_services(service)
    uri, interface = _interface(service, wanted.interface)
    values: dict[str, t.Any] = {**services.values, **address_values(interface, service.machine)}
    values["hostname"] = interface.get("HostName") or services.body.get("HostName")
    # Free places are empty, or addresses that are none.
    free = ("", "0.0.0.0", "::")  # noqa: S104 - nothing listens here
    values["dns_servers"] = [item for item in interface.get("StaticNameServers") or () if item and item not in free]
    return CurrentNetwork(
        values, uri, interface, services, service.machine, service.client.protocol, server_of(service)
    )


def _interface(service: Service, wanted: str | None) -> tuple[str, dict[str, t.Any]]:
    collection = link(service.manager, "EthernetInterfaces")
    found = {uri: service.get(uri) for uri in members(service.client, collection)} if collection else {}
    ids = {str(body.get("Id")): uri for uri, body in found.items()}
    if wanted is not None:
        if wanted not in ids:
            raise ConfigurationError(
                f"the BMC has no interface {wanted}; it has {', '.join(ids) or 'none'}", machine=service.machine
            )
        return ids[wanted], found[ids[wanted]]
    for uri, body in found.items():
        addresses = (body.get("IPv4Addresses") or []) + (body.get("IPv6Addresses") or [])
        if any(item.get("Address") == service.machine for item in addresses if item):
            return uri, body
    # We may know the BMC by a name or through a gateway; interfaces to its own host lead nowhere.
    inner = _to_host(service) if len(found) > 1 else ()
    outer = {uri: body for uri, body in found.items() if _leads_out(body) and uri not in inner}
    for candidates in (found, outer):
        if len(candidates) == 1:
            return next(iter(candidates.items()))
    raise ConfigurationError(
        f"none of the BMC's interfaces has our address; they are {', '.join(ids) or 'none'}",
        machine=service.machine,
        hint="set interface to one of them",
    )


def _to_host(service: Service) -> tuple[str, ...]:
    """Return the BMC's own ends of the interfaces to its host."""
    collection = link(service.manager, "HostInterfaces")
    uris = members(service.client, collection) if collection else ()
    return tuple(link(service.get(uri), "ManagerEthernetInterface") for uri in uris)


def _leads_out(interface: t.Mapping[str, t.Any]) -> bool:
    rows = [row for row in interface.get("IPv4Addresses") or () if row]
    routed = any(row.get("Gateway") not in (None, "", "0.0.0.0") for row in rows)  # noqa: S104 - no address to listen on
    return routed and interface.get("InterfaceEnabled") is not False


def decide(wanted: WantedNetwork, current: CurrentNetwork) -> Plan:
    """Compare and say what to send: one request per resource, and the address last, since it moves the BMC.

    :raises NotSupportedError: for protocols the BMC does not have, naming those it has.
    :raises ConfigurationError: for a gateway that could not be reached from the new address.
    """
    check_services(wanted.protocols, current.services, current.machine)
    _check_gateway(wanted.address, current)
    goal: dict[str, t.Any] = dict(wanted.protocols)
    if wanted.hostname is not None:
        goal["hostname"] = wanted.hostname
    if wanted.dns_servers is not None:
        goal["dns_servers"] = list(wanted.dns_servers)
    goal.update({key: getattr(wanted.address, key) for key in KEYS if getattr(wanted.address, key) is not None})
    before = {key: current.values.get(key) for key in goal}
    differs = {key: value for key, value in goal.items() if before[key] != value}
    if not differs:
        return Plan(before=before, after=goal, reason="already set", facts={"host": current.machine})
    host = _new_host(wanted, current)
    moves = host != current.machine
    warnings = (f"{current.machine}: the BMC moves to {host or 'an address of DHCP'}; change bmc_host",)
    return Plan(
        tuple(_steps(differs, before, goal, current)),
        before=before,
        after=goal,
        warnings=warnings if moves else (),
        facts={"host": host, "moves": moves},
    )


def _check_gateway(wanted: WantedAddress, current: CurrentNetwork) -> None:
    gateway = wanted.gateway or current.values.get("gateway")
    if wanted.address and gateway and not reaches(wanted.address, gateway):
        raise ConfigurationError(
            f"the gateway {gateway} is not in the network of {wanted.address}",
            machine=current.machine,
            resource=current.interface_uri,
            hint="set gateway to the router of the new network",
        )


def _new_host(wanted: WantedNetwork, current: CurrentNetwork) -> str:
    """Return where the BMC will answer; empty when DHCP decides, and as now for an interface that is not ours."""
    ours = str(current.values.get("address") or "").partition("/")[0]
    other = ours != current.machine and current.machine in _addresses(current.interface)
    if wanted.address.dhcp and not current.values.get("dhcp"):
        return ""
    if wanted.address.host and wanted.address.host != ours and not other:
        return wanted.address.host
    return current.machine


def _addresses(interface: t.Mapping[str, t.Any]) -> list[str]:
    rows = [*(interface.get("IPv4Addresses") or ()), *(interface.get("IPv6Addresses") or ())]
    return [str(row.get("Address")) for row in rows if row]


def _steps(
    differs: dict[str, t.Any], before: dict[str, t.Any], goal: dict[str, t.Any], current: CurrentNetwork
) -> t.Iterator[Step]:
    def text(keys: t.Iterable[str]) -> str:
        return "; ".join(f"{key}: {told(before[key])} -> {told(differs[key])}" for key in keys)

    names = {"hostname": "HostName", "dns_servers": "StaticNameServers"}
    own = [key for key in differs if key in names]
    if own:
        body: dict[str, t.Any] = {names[key]: differs[key] for key in own}
        yield Step("network", text(own), resource=current.interface_uri, payload={"body": body})
    services = {key: value for key, value in differs.items() if key in current.services.names}
    if services:
        body = current.services.change(services)
        yield Step("services", text(services), resource=current.services.uri, payload={"body": body})
    moving = [key for key in differs if key in KEYS]
    if moving:
        wanted = {key: goal[key] for key in goal if key in KEYS and (key in moving or key != "vlan")}
        body = address_body(wanted, dict(current.values), current.interface)
        yield Step("address", text(moving), current.interface_uri, allow="allow_address_change", payload={"body": body})


def apply(service: Service, record: StepRecord, run: Run) -> dict[str, t.Any]:
    """Send one resource's changes; a lost answer to a change of the address is settled by looking at both."""
    uri, body = record.step.resource, record.step.payload["body"]
    if record.step.name != "address":
        service.client.patch(uri, body)
        return {}
    trust = identity(service) if run.plan.facts.get("moves") else None
    with contextlib.suppress(OutcomeUnknown):
        service.client.patch(uri, body)
    return {"trust": trust}


def verify(service: Service, run: Run) -> t.Any:
    """Read everything back, at the new address where the BMC has moved.

    :raises VerificationError: naming what the BMC did not keep.
    :raises OutcomeUnknown: when it is found at neither address.
    """
    host, trust = run.plan.facts["host"], run.facts("address").get("trust")
    if not run.facts("address"):
        return _kept(service, run, read(service, run.wanted))
    if not host:
        raise OutcomeUnknown(
            "DHCP gives the BMC its address now, and nobody tells which",
            machine=service.machine,
            resource=run.current.interface_uri,
            hint="look for it in the leases or with bmc_scan, and set bmc_host to that address",
        )

    def right(seen: CurrentNetwork) -> bool:
        return all(seen.values.get(key) == value for key, value in run.plan.after.items() if key in KEYS)

    seen = at_new_address(service, host, trust, run.context, lambda there: read(there, run.wanted), right)
    return _kept(service, run, seen)


def _kept(service: Service, run: Run, seen: CurrentNetwork) -> t.Any:
    return verified(service, run, {key: seen.values.get(key) for key in run.plan.after}, seen.interface_uri)


def report(run: Run) -> dict[str, t.Any]:
    """Return the result keys of the door and what the audit keeps."""
    return {
        "protocol": run.current.protocol,
        "bmc_host": run.plan.facts["host"] or run.current.machine,
        "before": run.plan.before,
        "after": run.after or run.plan.after,
        "audit": {"server": dict(run.current.server), "bmc_changes": changes_for_audit(run)},
    }
