# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of a BMC is open: network services, the host's way in, and the TLS versions of its web server.

Sources: DSP0268 ManagerNetworkProtocol and HostInterface (InterfaceEnabled); the rest is the platform's own
(``_vendors/setup.py``).

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.cipher_zero import (
    CLOSED,
    PROTOCOL,
    SuiteZero,
    check_suite_zero,
    close_suite_zero,
    read_suite_zero,
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
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bmc.steady import steadily
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Params, Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NotSupportedError,
    OutcomeUnknown,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.both import Both
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.machine import PROTOCOL_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.places import deep, find_place, inside
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link, members
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import BMC_OPTIONS
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.setup import Choice, Knob, Switches

__all__ = ["OPTIONS", "CurrentSecurity", "Setting", "apply", "decide", "read", "report", "verify", "wanted"]

TLS_VERSIONS = ("1.0", "1.1", "1.2", "1.3")
OPTIONS = (
    BMC_OPTIONS
    + PROTOCOL_OPTIONS
    + Options(
        spec={
            "protocols": {"type": "dict"},
            "host_interface": {"type": "bool"},
            "kcs": {"type": "bool"},
            "tls_minimum": {"type": "str", "choices": list(TLS_VERSIONS)},
            "forbid_cipher_zero": {"type": "bool"},
        },
        required_one_of=(("protocols", "host_interface", "kcs", "tls_minimum", "forbid_cipher_zero"),),
    )
)
OWN = {
    "host_interface": "no Redfish interface for its host (HostInterfaces)",
    "kcs": "no switch for the local IPMI interface (KCS) over Redfish",
    "tls_minimum": "no choice of TLS versions over Redfish",
}
ZERO = "cipher_zero"

Bodies = t.Tuple[t.Mapping[str, t.Any], ...]


@dataclass(frozen=True)
class Setting:
    """A setting other than a service: its value, where it is written, and the bodies that make it another.

    ``bodies`` by wanted value; of several the first that the BMC does not refuse counts. ``restarts``: the web server
    restarts with a change.
    """

    value: t.Any
    uri: str
    bodies: t.Mapping[t.Any, Bodies]
    restarts: bool = False


@dataclass(frozen=True)
class CurrentSecurity:
    """What is; ``settings`` only has what the machine has."""

    services: Services
    settings: t.Mapping[str, Setting] = field(default_factory=dict)
    machine: str = ""
    server: t.Mapping[str, t.Any] = field(default_factory=dict)
    zero: SuiteZero = SuiteZero()
    protocol: str = "redfish"

    def values(self) -> dict[str, t.Any]:
        """Return everything by name."""
        settings = {name: setting.value for name, setting in self.settings.items()}
        return {**self.services.values, **settings, ZERO: self.zero.gives}


def wanted(params: Params) -> dict[str, t.Any]:
    """Return the wanted values by name.

    :raises ConfigurationError: for a protocol that is neither on nor off, or that would cut us off.
    """
    goal = wanted_services(params)
    problems = services_problems(goal)
    problems += [f"protocols.{name} is an option of its own" for name in goal if not _is_service(name)]
    if problems:
        raise ConfigurationError("; ".join(problems), machine=params["bmc_host"], problems=problems)
    goal.update({name: params[name] for name in OWN if params.get(name) is not None})
    return {**goal, ZERO: CLOSED} if params["forbid_cipher_zero"] else goal


def read(both: Both, wanted: t.Mapping[str, t.Any]) -> CurrentSecurity:
    """Read the services, and of the other settings those that are wanted."""
    service = both.service
    answers = service.profile.setup
    readers: dict[str, t.Callable[[], Setting | None]] = {
        "host_interface": lambda: _host_interface(service),
        "kcs": lambda: _knob(service, answers.kcs),
        "tls_minimum": lambda: _tls(service, answers.tls),
    }
    found = {name: readers[name]() for name in OWN if name in wanted}
    settings = {name: setting for name, setting in found.items() if setting is not None}
    services = read_services(service)
    # IPMI that is to be switched off needs no look at its ciphers.
    ipmi_is_on = services.values.get("ipmi") if wanted.get("ipmi") is not False else False
    zero = read_suite_zero(both, ipmi_is_on) if ZERO in wanted else SuiteZero()
    return CurrentSecurity(services, settings, service.machine, server_of(service), zero, service.client.protocol)


def _host_interface(service: Service) -> Setting | None:
    collection = link(service.manager, "HostInterfaces")
    for uri in members(service.client, collection) if collection else ():
        on = service.get(uri).get("InterfaceEnabled")
        if isinstance(on, bool):
            return Setting(on, uri, {value: ({"InterfaceEnabled": value},) for value in (True, False)})
    return None


def _knob(service: Service, knob: Knob | None) -> Setting | None:
    place = find_place(service, knob.links) if knob else None
    now = inside(place.body, knob.name) if place and knob else None
    if place is None or knob is None or now is None:
        return None

    def body(words: t.Tuple[t.Any, ...]) -> Bodies:
        word = next((item for item in words if type(item) is type(now)), words[0])
        return (deep(knob.name, word),)

    return Setting(now in knob.on, place.uri, {True: body(knob.on), False: body(knob.off)})


def _tls(service: Service, tls: Choice | Switches | None) -> Setting | None:
    place = find_place(service, tls.links) if tls else None
    now = inside(place.body, tls.name) if place and tls else None
    if place is None or tls is None or now is None:
        return None
    if isinstance(tls, Choice):
        value = next((version for version, words in tls.words.items() if now in words), str(now))
        bodies = {version: tuple(deep(tls.name, word) for word in words) for version, words in tls.words.items()}
        return Setting(value, place.uri, bodies, tls.restarts)
    return Setting(_oldest(tls, now), place.uri, _switch_bodies(tls, now), tls.restarts)


def _oldest(tls: Switches, now: t.Mapping[str, t.Any]) -> str:
    """Return the oldest version that is on; one that the machine does not show is off."""
    return next((version for version, name in tls.words.items() if now.get(name) == tls.on), "none")


def _switch_bodies(tls: Switches, now: t.Mapping[str, t.Any]) -> dict[str, Bodies]:
    """Return what to send for each version that the machine has."""
    there = {version: name for version, name in tls.words.items() if name in now}
    return {
        wanted: (deep(tls.name, {name: tls.on if version >= wanted else tls.off for version, name in there.items()}),)
        for wanted in there
    }


def decide(wanted: t.Mapping[str, t.Any], current: CurrentSecurity) -> Plan:
    """Compare and say what to send: services first, what restarts the web server last.

    :raises NotSupportedError: for what the machine does not have.
    """
    check_services((name for name in wanted if _is_service(name)), current.services, current.machine)
    _check_settings(wanted, current)
    check_suite_zero(current.zero, current.machine)
    values = current.values()
    before = {name: values.get(name) for name in wanted}
    goal = {name: _reached(name, value, before[name]) for name, value in wanted.items()}
    differs = {name: value for name, value in goal.items() if before[name] != value}
    if current.protocol == "ipmi" and any(_is_service(name) for name in differs):
        raise NotSupportedError(
            "IPMI cannot switch itself off over IPMI", machine=current.machine, hint="use the BMC's own pages"
        )
    if not differs:
        return Plan(before=before, after=goal, reason="already set")
    return Plan(tuple(_steps(differs, before, current)), before=before, after=goal)


def _reached(name: str, value: t.Any, now: t.Any) -> t.Any:
    """Return the goal; a machine that asks for more than the oldest TLS version wanted is left as it is."""
    return now if name == "tls_minimum" and now in TLS_VERSIONS and now > value else value


def _check_settings(wanted: t.Mapping[str, t.Any], current: CurrentSecurity) -> None:
    problems = [f"the BMC has {OWN[name]}" for name in OWN if name in wanted and name not in current.settings]
    for name, setting in current.settings.items():
        if _reached(name, wanted[name], setting.value) not in (setting.value, *setting.bodies):
            offered = ", ".join(map(str, setting.bodies))
            problems.append(f"the BMC has no {name} {wanted[name]}; it has {offered}")
    if problems:
        raise NotSupportedError("; ".join(problems), machine=current.machine, problems=problems)


def _is_service(name: str) -> bool:
    return name not in OWN and name != ZERO


def _steps(differs: t.Mapping[str, t.Any], before: t.Mapping[str, t.Any], current: CurrentSecurity) -> t.Iterator[Step]:
    # First, over IPMI: a BMC that refuses it has nothing changed yet.
    if ZERO in differs:
        yield Step(ZERO, f"IPMI cipher suite 0: {before[ZERO]} -> {CLOSED}", resource=PROTOCOL)
    services = {name: value for name, value in differs.items() if _is_service(name)}
    if services:
        text = "; ".join(f"{name}: {told(before[name])} -> {told(value)}" for name, value in services.items())
        body = current.services.change(services)
        yield Step("services", text, resource=current.services.uri, payload={"bodies": [body]})
    own = sorted((name for name in differs if name in OWN), key=lambda name: current.settings[name].restarts)
    for name in own:
        setting = current.settings[name]
        text = f"{name}: {told(before[name])} -> {told(differs[name])}"
        text += ", which restarts the BMC's web server" if setting.restarts else ""
        payload = {"bodies": list(setting.bodies[differs[name]]), "restarts": setting.restarts}
        yield Step(name, text, resource=setting.uri, payload=payload)


def apply(both: Both, record: StepRecord, run: Run) -> dict[str, t.Any]:
    """Send one change; the next wording of a value only where the BMC refused the one before."""
    if record.step.name == ZERO:
        return close_suite_zero(both)
    *first, last = record.step.payload["bodies"]
    restarts = bool(record.step.payload.get("restarts"))
    for body in first:
        try:
            return _send(both.service, record.step.resource, body, restarts)
        except ConfigurationError:
            continue
    return _send(both.service, record.step.resource, last, restarts)


def _send(service: Service, uri: str, body: t.Mapping[str, t.Any], restarts: bool) -> dict[str, t.Any]:
    try:
        service.client.patch(uri, body)
    except OutcomeUnknown:
        if not restarts:
            raise
        return {"answer": "lost in the restart of the web server"}  # what was kept is read back
    return {}


def verify(both: Both, run: Run) -> t.Any:
    """Read everything back, after the web server's restart where there is one.

    :raises VerificationError: naming what the BMC did not keep.
    """
    restarts = any(record.step.payload.get("restarts") for record in run.records)

    def look() -> CurrentSecurity:
        return read(both, run.wanted)

    seen = steadily(both.service, look, "the BMC's web server to be back") if restarts else look()
    values = seen.values()
    return verified(both.service, run, {key: values.get(key) for key in run.plan.after}, seen.services.uri)


def report(run: Run) -> dict[str, t.Any]:
    """Return the result keys of the door and what the audit keeps."""
    return {
        "protocol": run.current.protocol,
        "before": run.plan.before,
        "after": run.after or run.plan.after,
        "audit": {"server": dict(run.current.server), "bmc_changes": changes_for_audit(run)},
    }
