# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time of a management controller: its time servers, and its clock.

Sources: DSP0268 ManagerNetworkProtocol.NTP (ProtocolEnabled, NTPServers) and Manager.DateTime; where a platform keeps
them elsewhere is in ``_vendors/setup.py``. Over IPMI there is a clock and nothing else.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass

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
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import PROTOCOL_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.places import Place, find_place, inside
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link, members
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.setup import NtpPlace

__all__ = ["OPTIONS", "Current", "Wanted", "apply", "decide", "read", "report", "verify"]

OPTIONS = (
    BMC_OPTIONS
    + PROTOCOL_OPTIONS
    + Options(
        spec={
            "ntp_servers": {"type": "list", "elements": "str"},
            "set_clock": {"type": "bool", "default": False},
            "clock_tolerance": {"type": "int", "default": 60},
        }
    )
)
NAMES = {"redfish": "Redfish", "ipmi": "IPMI, which knows none"}
# What platforms write where there is no server (rec iLO 5, 6; SYS-821GE).
FREE = ("0.0.0.0", "::", "127.0.0.1", "localhost")  # noqa: S104 - nothing listens here


@dataclass(frozen=True)
class Wanted:
    """``ntp_servers`` None leaves them alone, an empty tuple switches NTP off; ``tolerance`` in seconds."""

    ntp_servers: t.Optional[t.Tuple[str, ...]]
    set_clock: bool
    tolerance: int

    @classmethod
    def from_params(cls, params: Params) -> Wanted:
        """Make it from the options.

        :raises ConfigurationError: for a negative tolerance.
        """
        if params["clock_tolerance"] < 0:
            raise ConfigurationError("clock_tolerance must not be negative")
        servers = params["ntp_servers"]
        return cls(None if servers is None else tuple(servers), params["set_clock"], params["clock_tolerance"])


@dataclass(frozen=True)
class Current:
    """``offset``: seconds by which the BMC is ahead of this controller; None when it does not say.

    ``dhcp_uris`` are the interfaces that give the BMC time servers by DHCP, where those cannot be changed meanwhile.
    ``waiting``: the BMC says that something waits for its restart.
    """

    machine: str
    server: t.Mapping[str, t.Any]
    ntp_uri: str = ""
    ntp: NtpPlace = NtpPlace()
    clock_uri: str = ""
    ntp_enabled: t.Optional[bool] = None
    ntp_servers: t.Tuple[str, ...] = ()
    dhcp_uris: t.Tuple[str, ...] = ()
    waiting: bool = False
    offset: t.Optional[float] = None
    protocol: str = "redfish"


def read(service: Service, wanted: Wanted) -> Current:
    """Read the time servers, and how wrong the clock is."""
    setup, manager_uri = service.profile.setup, service.manager_uri
    kept, found = _ntp_place(service, setup.ntp)
    place = found or Place("", {})
    values = (inside(place.body, (kept.inside,)) if kept.inside else place.body) or {}
    clock = find_place(service, setup.clock) if setup.clock else None
    clock = clock or Place(manager_uri, service.get(manager_uri, fresh=True) if manager_uri else {})
    told_time = clock.body.get("DateTime")
    return Current(
        machine=service.machine,
        server=server_of(service),
        ntp_uri=place.uri,
        ntp=kept,
        clock_uri=clock.uri if "DateTime" in clock.body else "",
        ntp_enabled=values.get(kept.enabled) if kept.enabled else bool(_servers(values, kept)),
        ntp_servers=_servers(values, kept),
        dhcp_uris=_dhcp(service) if kept.dhcp and wanted.ntp_servers is not None else (),
        waiting=kept.restart and place.body.get("ConfigurationSettings") not in (None, "Current"),
        offset=offset_of(told_time, service.client.clock.epoch(), service.client.clock_offset),
        protocol=service.client.protocol,
    )


def _ntp_place(service: Service, places: t.Sequence[NtpPlace]) -> tuple[NtpPlace, Place | None]:
    """Return the first place that this machine has, and what is there."""
    for kept in places:
        found = find_place(service, kept.links)
        holder = inside(found.body, (kept.inside,)) if found and kept.inside else found.body if found else {}
        if found and isinstance(holder, dict) and (kept.enabled or kept.servers[0]) in holder:
            return kept, found
    return places[0], None


def _servers(values: t.Mapping[str, t.Any], kept: NtpPlace) -> tuple[str, ...]:
    held = values.get(kept.servers[0]) if len(kept.servers) == 1 else [values.get(name) for name in kept.servers]
    # Free places are empty strings, or addresses that are none.
    return tuple(str(one).strip() for one in held or () if one and one not in FREE)


def _dhcp(service: Service) -> tuple[str, ...]:
    collection = link(service.manager, "EthernetInterfaces")
    found = {uri: service.get(uri) for uri in (members(service.client, collection) if collection else ())}
    return tuple(
        uri
        for uri, body in found.items()
        if body.get("InterfaceEnabled") is not False and inside(body, ("DHCPv4", "UseNTPServers")) is True
    )


def offset_of(told: t.Any, now: float, otherwise: t.Optional[float]) -> t.Optional[float]:
    """Return by how many seconds a Redfish DateTime is ahead of ``now``; ``otherwise`` when it cannot be read.

    A date without an offset is UTC (DSP0266 9.6.4 wants one, and some BMCs leave it out).
    """
    try:
        # Python before 3.11 does not read the Z.
        moment = datetime.datetime.fromisoformat(str(told).replace("Z", "+00:00"))
    except ValueError:
        return otherwise
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)  # noqa: UP017 - targets with an older Python
    return round(moment.timestamp() - now, 1)


def decide(wanted: Wanted, current: Current) -> Plan:
    """Plan the time servers first, then the clock, which is only set when it is wrong by more than the tolerance.

    :raises NotSupportedError: when the BMC has no such setting in the standard place.
    """
    before: dict[str, t.Any] = {}
    after: dict[str, t.Any] = {}
    steps = _ntp_steps(wanted, current, before, after) + _clock_steps(wanted, current)
    restart = current.ntp.restart and (any(step.name == "ntp" for step in steps) or current.waiting)
    warnings = (f"{current.machine}: the time servers count after the next restart of the BMC (bmc_reset)",)
    return Plan(
        steps=tuple(steps),
        before=before,
        after=after,
        reason="" if steps else "already set",
        warnings=warnings if restart else (),
        facts={"restart": restart},
    )


def _ntp_steps(wanted: Wanted, current: Current, before: dict[str, t.Any], after: dict[str, t.Any]) -> list[Step]:
    if wanted.ntp_servers is None:
        return []
    if not current.ntp_uri:
        raise _not_there(f"time servers over {NAMES[current.protocol]}", current)
    kept, servers = current.ntp, list(wanted.ntp_servers)
    if kept.slots and len(servers) > kept.slots:
        raise ConfigurationError(
            f"the BMC takes {kept.slots} time servers, not {len(servers)}",
            machine=current.machine,
            resource=current.ntp_uri,
        )
    before.update(ntp_enabled=current.ntp_enabled, ntp_servers=list(current.ntp_servers))
    after.update(ntp_enabled=bool(servers), ntp_servers=servers)
    if before == after:
        return []
    text = f"set the time servers of the BMC: {told(current.ntp_servers)} -> {told(servers)}"
    steps = [
        Step("dhcp", "take no time servers from DHCP", uri, payload={"DHCPv4": {"UseNTPServers": False}})
        for uri in current.dhcp_uris
    ]
    return [*steps, Step("ntp", text, current.ntp_uri, payload=_ntp_body(kept, servers))]


def _ntp_body(kept: NtpPlace, servers: list[str]) -> dict[str, t.Any]:
    filled = servers + [kept.free] * (kept.slots - len(servers))
    values: dict[str, t.Any] = {kept.enabled: bool(servers)} if kept.enabled else {}
    one = len(kept.servers) == 1
    values.update({kept.servers[0]: filled} if one else {name: filled[at] for at, name in enumerate(kept.servers)})
    return {kept.inside: values} if kept.inside else values


def _clock_steps(wanted: Wanted, current: Current) -> list[Step]:
    offset = current.offset
    if not wanted.set_clock or (offset is not None and abs(offset) <= wanted.tolerance):
        return []
    if not current.clock_uri:
        raise _not_there("clock that can be set", current)
    wrong = "which tells no time" if offset is None else f"{abs(offset):.0f} s {'ahead' if offset > 0 else 'behind'}"
    return [Step("clock", f"set the clock of the BMC, {wrong}", current.clock_uri)]


def _not_there(what: str, current: Current) -> NotSupportedError:
    return NotSupportedError(
        f"the BMC has no {what}",
        machine=current.machine,
        hint="set it with the vendor's tool, and leave it out of the device type",
        protocol=current.protocol,
    )


def apply(service: Service, record: StepRecord, run: Run) -> None:
    """Write one of the two."""
    body = dict(record.step.payload)
    if record.step.name == "clock":
        now = datetime.datetime.fromtimestamp(run.context.clock.epoch(), tz=datetime.timezone.utc)  # noqa: UP017 - targets with an older Python
        body = {"DateTime": now.strftime("%Y-%m-%dT%H:%M:%S+00:00")}
    service.client.patch(record.step.resource, body)


def verify(service: Service, run: Run) -> t.Any:
    """Read the time servers back; the clock runs on and is not compared, but it must tell a time.

    :raises VerificationError: naming what the BMC did not keep.
    """
    seen = read(service, run.wanted)
    if seen.offset is None and any(record.step.name == "clock" for record in run.records):
        raise VerificationError(
            "the BMC took the time and still tells none", machine=service.machine, resource=seen.clock_uri
        )
    after = {"ntp_enabled": seen.ntp_enabled, "ntp_servers": list(seen.ntp_servers)} if run.plan.after else {}
    return verified(service, run, after, seen.ntp_uri)


def report(run: Run) -> dict[str, t.Any]:
    """Return what the door tells."""
    current: Current = run.current
    return {
        "ntp_servers": (run.after or {}).get("ntp_servers", list(current.ntp_servers)),
        "protocol": current.protocol,
        "clock_offset": current.offset,
        "bmc_reset_needed": bool(run.plan.facts.get("restart")),
        "audit": {"server": dict(current.server), "bmc_changes": changes_for_audit(run)},
    }
