# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The persistent boot order of a machine: what is first, in words that fit more than one machine.

ComputerSystem.Boot.BootOrder lists references of boot options; which they are differs from machine to machine and after
every change of cards, so what is wanted is said in patterns of their names.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import fnmatch
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.machine import server_facts
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.own_boot_order import own_options, own_order
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    NotSupportedError,
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.places import Place, deep, inside
from ansible_collections.hwautomation.baremetal.plugins.module_utils._redfish.service import Service, link, members
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.setup import OrderPlace

__all__ = ["BootOption", "BootOrderState", "apply", "arrange", "decide", "read", "report", "verify"]


@dataclass(frozen=True)
class BootOption:
    """A boot option: the reference that stands in the order, its name, and further words it is known by."""

    reference: str
    name: str
    words: t.Tuple[str, ...] = ()

    def fits(self, pattern: str) -> bool:
        """Say whether a shell pattern (any case) fits one of its names."""
        known = (self.reference, self.name, *self.words)
        return any(fnmatch.fnmatch(word.lower(), pattern.lower()) for word in known)


@dataclass(frozen=True)
class BootOrderState:
    """The order now, and where it is written: the system itself, or its settings object where it has one."""

    machine: str
    platform: str
    resource: str
    order: t.Tuple[str, ...]
    options: t.Tuple[BootOption, ...]
    server: t.Mapping[str, t.Any]
    path: t.Tuple[str, ...] = ("Boot", "BootOrder")

    def named(self, order: t.Iterable[str]) -> t.List[str]:
        """Return an order as a person reads it."""
        names = {option.reference: option.name for option in self.options}
        return [names.get(reference) or reference for reference in order]


def read(service: Service, wanted: t.Any) -> BootOrderState:
    """Read the boot order and the options in it.

    :raises NotSupportedError: when the machine does not show one.
    """
    boot = service.system.get("Boot") or {}
    place = service.profile.setup.boot_order
    if place is not None and (place.instead or not isinstance(boot.get("BootOrder"), list)):
        own = own_order(service, place)
        if own is not None:
            return _own_state(service, place, own)
    if not isinstance(boot.get("BootOrder"), list):
        raise NotSupportedError(
            "the machine shows no boot order",
            machine=service.machine,
            resource=service.system_uri,
            hint="set it with a BIOS attribute, if it has one (bios_settings_info with attributes: '*boot*')",
        )
    collection = link(boot, "BootOptions")
    found = [service.get(uri) for uri in members(service.client, collection)] if collection else []
    settings = link(service.system.get("@Redfish.Settings") or {}, "SettingsObject")
    return BootOrderState(
        machine=service.machine,
        platform=service.profile.name,
        resource=settings or service.system_uri,
        order=tuple(map(str, boot["BootOrder"])),
        options=tuple(_option(body) for body in found),
        server=server_facts(service),
    )


def _own_state(service: Service, place: OrderPlace, own: Place) -> BootOrderState:
    return BootOrderState(
        machine=service.machine,
        platform=service.profile.name,
        resource=own.uri,
        order=tuple(map(str, own.body[place.order])),
        options=tuple(BootOption(*row) for row in own_options(own.body, place)),
        server=server_facts(service),
        path=(place.order,),
    )


def arrange(wanted: t.Sequence[str], state: BootOrderState) -> t.Tuple[str, ...]:
    """Return the order with the options that fit the patterns first, in their order; the others follow as they are.

    :raises ConfigurationError: naming every pattern that fits nothing, with what there is.
    """
    options = {option.reference: option for option in state.options}
    known = [options.get(reference, BootOption(reference, reference)) for reference in state.order]
    first: list[str] = []
    problems = []
    for pattern in wanted:
        hits = [option.reference for option in known if option.fits(pattern)]
        if not hits:
            guesses = near(pattern, [option.name for option in known])
            problems.append(f"{pattern!r} fits none" + (f" (did you mean {' or '.join(guesses)}?)" if guesses else ""))
        first += [reference for reference in hits if reference not in first]
    if problems:
        raise ConfigurationError(
            f"{'; '.join(problems)}; the machine has {', '.join(option.name for option in known)}",
            machine=state.machine,
            resource=state.resource,
            problems=problems,
        )
    return (*first, *(reference for reference in state.order if reference not in first))


def decide(wanted: t.Sequence[str], state: BootOrderState) -> Plan:
    """Return the plan: one step when the order differs."""
    order = arrange(wanted, state)
    before, after = state.named(state.order), state.named(order)
    if order == state.order:
        return Plan(before={"boot_order": before}, after={"boot_order": after}, reason="already in that order")
    step = Step("boot_order", f"boot in this order: {', '.join(after)}", state.resource, payload={"order": list(order)})
    return Plan((step,), before={"boot_order": before}, after={"boot_order": after})


def apply(service: Service, record: StepRecord, run: Run) -> None:
    """Write the order; most machines take it at once, some at the next restart."""
    service.client.patch(record.step.resource, deep(run.current.path, record.step.payload["order"]))


def verify(service: Service, run: Run) -> t.Any:
    """Return the order as read back from where it was written.

    :raises VerificationError: when it is another one.
    """
    state: BootOrderState = run.current
    found = tuple(inside(service.get(state.resource, fresh=True), state.path) or ())
    wanted = tuple(run.records[0].step.payload["order"])
    if found != wanted:
        raise VerificationError(
            f"the boot order is {', '.join(state.named(found))}, not what was asked for",
            machine=state.machine,
            resource=state.resource,
        )
    return {"boot_order": state.named(found)}


def report(run: Run) -> t.Dict[str, t.Any]:
    """Return the result keys."""
    state: BootOrderState = run.current
    order = tuple(run.plan.steps[0].payload["order"]) if run.plan.steps else state.order
    failed = run.error is not None
    audit: dict[str, t.Any] = {"server": dict(state.server)}
    if run.plan.steps:
        word = "planned" if run.context.check_mode else "rejected" if failed else "applied"
        change = {"setting": "boot_order", "before": state.named(state.order), "wanted": state.named(order)}
        audit["bmc_changes"] = [{**change, "after": state.named(state.order if failed else order), "outcome": word}]
    return {
        "boot_order": list(state.order if failed else order),
        "boot_options": [{"reference": option.reference, "name": option.name} for option in state.options],
        "platform": state.platform,
        "audit": audit,
    }


def _option(body: t.Mapping[str, t.Any]) -> BootOption:
    words = (body.get("Alias"), body.get("UefiDevicePath"), body.get("Id"))
    reference = str(body.get("BootOptionReference") or body.get("Id") or "")
    name = str(body.get("DisplayName") or body.get("Name") or reference)
    return BootOption(reference, name, tuple(str(word) for word in words if word))
