# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time of a management controller: its time servers, and its clock.

Sources: DSP0268 ManagerNetworkProtocol.NTP (ProtocolEnabled, NTPServers) and Manager.DateTime.

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
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS

__all__ = ["OPTIONS", "Current", "Wanted", "apply", "decide", "read", "report", "verify"]

OPTIONS = BMC_OPTIONS + Options(
    spec={
        "ntp_servers": {"type": "list", "elements": "str"},
        "set_clock": {"type": "bool", "default": False},
        "clock_tolerance": {"type": "int", "default": 60},
    }
)


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
    """``offset``: seconds by which the BMC is ahead of this controller; None when it does not say."""

    machine: str
    server: t.Mapping[str, t.Any]
    protocol_uri: str = ""
    manager_uri: str = ""
    ntp_enabled: t.Optional[bool] = None
    ntp_servers: t.Tuple[str, ...] = ()
    offset: t.Optional[float] = None


def read(service: Service, wanted: Wanted) -> Current:
    """Read the time servers, and how wrong the clock is."""
    uri = link(service.manager, "NetworkProtocol")
    ntp = (service.get(uri, fresh=True) if uri else {}).get("NTP") or {}
    # Some BMCs fill the list up with empty strings.
    servers = tuple(str(server) for server in ntp.get("NTPServers") or () if server)
    manager = service.get(service.manager_uri, fresh=True) if service.manager_uri else {}
    return Current(
        machine=service.machine,
        server=server_of(service),
        protocol_uri=uri if "ProtocolEnabled" in ntp else "",
        manager_uri=service.manager_uri if "DateTime" in manager else "",
        ntp_enabled=ntp.get("ProtocolEnabled"),
        ntp_servers=servers,
        offset=offset_of(manager.get("DateTime"), service.client.clock.epoch(), service.client.clock_offset),
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
    return Plan(steps=tuple(steps), before=before, after=after, reason="" if steps else "already set")


def _ntp_steps(wanted: Wanted, current: Current, before: dict[str, t.Any], after: dict[str, t.Any]) -> list[Step]:
    if wanted.ntp_servers is None:
        return []
    if not current.protocol_uri:
        raise _not_there("time servers", "ManagerNetworkProtocol.NTP", current)
    before.update(ntp_enabled=current.ntp_enabled, ntp_servers=list(current.ntp_servers))
    after.update(ntp_enabled=bool(wanted.ntp_servers), ntp_servers=list(wanted.ntp_servers))
    if before == after:
        return []
    body = {"NTP": {"ProtocolEnabled": bool(wanted.ntp_servers), "NTPServers": list(wanted.ntp_servers)}}
    text = f"set the time servers of the BMC: {told(current.ntp_servers)} -> {told(wanted.ntp_servers)}"
    return [Step("ntp", text, current.protocol_uri, payload=body)]


def _clock_steps(wanted: Wanted, current: Current) -> list[Step]:
    if not wanted.set_clock or current.offset is None or abs(current.offset) <= wanted.tolerance:
        return []
    if not current.manager_uri:
        raise _not_there("clock that can be set", "Manager.DateTime", current)
    direction = "ahead" if current.offset > 0 else "behind"
    return [Step("clock", f"set the clock of the BMC, {abs(current.offset):.0f} s {direction}", current.manager_uri)]


def _not_there(what: str, where: str, current: Current) -> NotSupportedError:
    return NotSupportedError(
        f"the BMC has no {what} in {where}",
        machine=current.machine,
        hint="set it with the vendor's tool, and leave it out of the device type",
    )


def apply(service: Service, record: StepRecord, run: Run) -> None:
    """Write one of the two."""
    body = dict(record.step.payload)
    if record.step.name == "clock":
        now = datetime.datetime.fromtimestamp(run.context.clock.epoch(), tz=datetime.timezone.utc)  # noqa: UP017 - targets with an older Python
        body = {"DateTime": now.strftime("%Y-%m-%dT%H:%M:%S+00:00")}
    service.client.patch(record.step.resource, body)


def verify(service: Service, run: Run) -> t.Any:
    """Read the time servers back; the clock runs on and is not compared."""
    seen = read(service, run.wanted)
    after = {"ntp_enabled": seen.ntp_enabled, "ntp_servers": list(seen.ntp_servers)} if run.plan.after else {}
    return verified(service, run, after, seen.protocol_uri)


def report(run: Run) -> dict[str, t.Any]:
    """Return what the door tells."""
    current: Current = run.current
    return {
        "ntp_servers": (run.after or {}).get("ntp_servers", list(current.ntp_servers)),
        "clock_offset": current.offset,
        "audit": {"server": dict(current.server), "bmc_changes": changes_for_audit(run)},
    }
