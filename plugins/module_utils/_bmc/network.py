# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Name, DNS servers and services of a BMC in its network: the door bmc_network.

The address itself is not changed from here: it is how we, MAAS and the inventory reach the BMC.
Source: DSP0268 EthernetInterface (HostName, StaticNameServers) and ManagerNetworkProtocol.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.settings import (
    changes_for_audit,
    server_of,
    told,
    verified,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Params, Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NotSupportedError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options, near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link, members
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS

__all__ = ["OPTIONS", "CurrentNetwork", "WantedNetwork", "apply", "decide", "read", "report", "verify", "wanted"]

OPTIONS = BMC_OPTIONS + Options(
    spec={
        "hostname": {"type": "str"},
        "dns_servers": {"type": "list", "elements": "str"},
        "protocols": {"type": "dict"},
        "interface": {"type": "str"},
    },
    required_one_of=(("hostname", "dns_servers", "protocols"),),
)

# We speak it ourselves.
OURS = "https"


@dataclass(frozen=True)
class WantedNetwork:
    """What shall be; None leaves a setting as it is. ``protocols`` are our lower-case words -> on or off."""

    hostname: str | None = None
    dns_servers: t.Tuple[str, ...] | None = None
    protocols: t.Mapping[str, bool] = field(default_factory=dict)
    interface: str | None = None


@dataclass(frozen=True)
class CurrentNetwork:
    """What is, and where it is written; ``names`` are the protocols' names in Redfish by our words."""

    values: t.Mapping[str, t.Any]
    interface_uri: str
    protocol_uri: str
    names: t.Mapping[str, str]
    machine: str = ""
    server: t.Mapping[str, t.Any] = field(default_factory=dict)


def wanted(params: Params) -> WantedNetwork:
    """Take the options of the door.

    :raises ConfigurationError: for a protocol that is neither on nor off, or that would cut us off.
    """
    protocols = {str(name).lower(): value for name, value in (params.get("protocols") or {}).items()}
    problems = [f"protocols.{name} must be true or false" for name, on in protocols.items() if not isinstance(on, bool)]
    if protocols.get(OURS) is False:
        problems.append("protocols.https cannot be switched off: nothing could reach the BMC to switch it on again")
    if problems:
        raise ConfigurationError("; ".join(problems), machine=params["bmc_host"], problems=problems)
    servers = params.get("dns_servers")
    return WantedNetwork(
        hostname=params.get("hostname"),
        dns_servers=None if servers is None else tuple(servers),
        protocols=protocols,
        interface=params.get("interface"),
    )


def read(service: Service, wanted: WantedNetwork) -> CurrentNetwork:
    """Read the interface that has our address, or the one named, and the network protocols."""
    protocol_uri = link(service.manager, "NetworkProtocol")
    protocols = service.get(protocol_uri, fresh=True) if protocol_uri else {}
    names = {
        key.lower(): key for key, value in protocols.items() if isinstance(value, dict) and "ProtocolEnabled" in value
    }
    uri, interface = _interface(service, wanted.interface)
    values: dict[str, t.Any] = {word: protocols[name]["ProtocolEnabled"] for word, name in names.items()}
    values["hostname"] = interface.get("HostName") or protocols.get("HostName")
    values["dns_servers"] = [item for item in interface.get("StaticNameServers") or () if item]
    return CurrentNetwork(values, uri, protocol_uri, names, service.machine, server_of(service))


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
    if len(found) == 1:
        return next(iter(found.items()))
    raise ConfigurationError(
        f"none of the BMC's interfaces has our address; they are {', '.join(ids) or 'none'}",
        machine=service.machine,
        hint="set interface to one of them",
    )


def decide(wanted: WantedNetwork, current: CurrentNetwork) -> Plan:
    """Compare and say what to send, one request per resource.

    :raises NotSupportedError: for protocols the BMC does not have, naming those it has.
    """
    unknown = [name for name in wanted.protocols if name not in current.names]
    if unknown:
        guesses = [word for name in unknown for word in near(name, current.names)]
        raise NotSupportedError(
            f"the BMC has no protocol {', '.join(unknown)}; it has {', '.join(sorted(current.names))}",
            machine=current.machine,
            resource=current.protocol_uri,
            hint=f"did you mean {' or '.join(guesses)}?" if guesses else None,
        )
    goal: dict[str, t.Any] = dict(wanted.protocols)
    if wanted.hostname is not None:
        goal["hostname"] = wanted.hostname
    if wanted.dns_servers is not None:
        goal["dns_servers"] = list(wanted.dns_servers)
    before = {key: current.values.get(key) for key in goal}
    differs = {key: value for key, value in goal.items() if before[key] != value}
    if not differs:
        return Plan(before=before, after=goal, reason="already set")
    return Plan(tuple(_steps(differs, before, current)), before=before, after=goal)


def _steps(differs: dict[str, t.Any], before: dict[str, t.Any], current: CurrentNetwork) -> t.Iterator[Step]:
    bodies = {
        current.interface_uri: {
            ours: differs[key]
            for key, ours in (("hostname", "HostName"), ("dns_servers", "StaticNameServers"))
            if key in differs
        },
        current.protocol_uri: {
            current.names[key]: {"ProtocolEnabled": value} for key, value in differs.items() if key in current.names
        },
    }
    for uri, body in bodies.items():
        if not body:
            continue
        keys = [key for key in differs if (key in current.names) == (uri == current.protocol_uri)]
        text = "; ".join(f"{key}: {told(before[key])} -> {told(differs[key])}" for key in keys)
        yield Step("network", text, resource=uri, payload={"body": body})


def apply(service: Service, record: StepRecord, run: Run) -> None:
    """Send one resource's changes."""
    service.client.patch(record.step.resource, record.step.payload["body"])


def verify(service: Service, run: Run) -> t.Any:
    """Read everything back.

    :raises VerificationError: naming what the BMC did not keep.
    """
    seen = read(service, run.wanted)
    return verified(service, run, {key: seen.values.get(key) for key in run.plan.after}, seen.interface_uri)


def report(run: Run) -> dict[str, t.Any]:
    """Return the result keys of the door and what the audit keeps."""
    return {
        "before": run.plan.before,
        "after": run.after or run.plan.after,
        "audit": {"server": dict(run.current.server), "bmc_changes": changes_for_audit(run)},
    }
