# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what to do with a machine: options and state in, plan out; no network, no clock.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas import lifecycle
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.attributes import attribute_steps
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.current import Current, Image
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lifecycle import GOALS, Goal, Hop
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lookup import machine_path
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import UNBORN, Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.refusals import check, version_numbers
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import Wanted

__all__ = ["decide", "view"]

NEWEST = (3, 8)


def decide(wanted: Wanted, current: Current) -> Plan:
    """Return the plan that brings the machine to the wanted state.

    :raises ConfigurationError: for names MAAS does not have, and states that cannot be reached from here.
    :raises ConflictError: for a locked machine, and one that belongs to somebody else.
    """
    machine = current.machine
    if wanted.state == "absent":
        return _absent(wanted, current)
    if machine is None:
        return _create(wanted, current)
    steps, after = attribute_steps(wanted, current, machine)
    hops = _hops(wanted, machine, current.images or ())
    steps += _hop_steps(wanted, after, hops)
    after = _arrive(wanted, after, hops)
    flag = _flag_step(wanted, machine, hops)
    if flag is not None:
        steps.append(flag)
        after = replace(after, locked=wanted.state == "locked")
    check(wanted, current, steps)
    return Plan(
        steps=tuple(steps),
        before=view(machine),
        after=view(after),
        reason="" if steps else _reason(wanted, machine),
        warnings=_warnings(current),
        facts={"machine": after},
    )


def view(machine: Machine) -> dict[str, t.Any]:
    """Return what the diff shows of a machine: what the user can want, and nothing that moves by itself."""
    shown = machine.as_result()
    return {name: shown[name] for name in SHOWN}


SHOWN = (
    *("hostname", "domain", "status_name", "locked", "zone", "pool", "tag_names", "description", "architecture"),
    *("min_hwe_kernel", "power_type", "osystem", "distro_series", "hwe_kernel", "ephemeral_deploy"),
)


def _absent(wanted: Wanted, current: Current) -> Plan:
    machine = current.machine
    if machine is None:
        return Plan(reason=f"{wanted.identity} is not in MAAS")
    # MAAS deletes a deployed machine without a word; its system would run on, known to nobody.
    deployed = machine.status_name in lifecycle.LOCKABLE
    allow = _lacking(wanted, "allow_delete", "allow_release" if deployed else "")
    text = f"delete {machine.name} ({machine.status_name}) from MAAS"
    steps = [Step("delete", text, machine_path(machine.system_id), allow)]
    check(wanted, current, steps)
    return Plan(steps=tuple(steps), before=view(machine), after={}, facts={"machine": None})


def _create(wanted: Wanted, current: Current) -> Plan:
    if wanted.allocate_matching:
        return _allocate_matching(wanted, current)
    if wanted.state in ("released", "broken", "fixed", "locked", "unlocked", "rescue"):
        raise ConfigurationError(
            f"{wanted.identity} is not in MAAS, so it cannot become {wanted.state}",
            hint="enlist it with state: present",
        )
    # An empty machine of the wanted name: the update of its attributes is the form that creates it.
    blank = Machine(UNBORN, wanted.identity.hostname or UNBORN, mac_addresses=wanted.identity.mac_addresses)
    steps, after = attribute_steps(wanted, current, blank, creating=True)
    hops = _hops(wanted, blank)
    steps += _hop_steps(wanted, after, hops)
    after = _arrive(wanted, after, hops)
    check(wanted, current, steps)
    return Plan(
        tuple(steps), before={}, after=view(after), warnings=_warnings(current), facts={"machine": after, "new": True}
    )


def _allocate_matching(wanted: Wanted, current: Current) -> Plan:
    terms = {name: value for name, value in wanted.allocate_matching.items() if name != "agent_name"}
    told = ", ".join(f"{name}={value}" for name, value in sorted(terms.items())) or "any constraint"
    steps = [Step("allocate", f"allocate a machine matching {told}", "machines/", payload={"hop": None})]
    blank = Machine(UNBORN, UNBORN, status_name=lifecycle.ALLOCATED)
    hops = _hops(wanted, blank)
    steps += _hop_steps(wanted, blank, hops)
    check(wanted, current, steps)
    after = _arrive(wanted, blank, hops)
    return Plan(
        tuple(steps), before={}, after=view(after), warnings=_warnings(current), facts={"machine": after, "new": True}
    )


def _goal(state: str, machine: Machine) -> Goal | None:
    goal = GOALS.get(state)
    if goal is not None and state == "released" and machine.osystem:
        # It failed a test while deployed: the system is still on it.
        return replace(goal, satisfied=goal.satisfied - {lifecycle.FAILED_TESTING})
    return goal


def _hops(wanted: Wanted, machine: Machine, images: t.Iterable[Image] = ()) -> tuple[Hop, ...]:
    """Return the way through MAAS's operations, empty where the state is no status or is reached already.

    :raises ConfigurationError: when there is no way, saying why.
    """
    goal = _goal(wanted.state, machine)
    if goal is None:
        return ()
    previous = lifecycle.resting(machine.osystem, machine.cpu_count > 0)
    if _redeploys(wanted, machine, images):
        down = lifecycle.route(machine.status_name, GOALS["ready"], previous, wanted.allowed) or ()
        return down + (lifecycle.route(lifecycle.READY, goal, previous, wanted.allowed) or ())
    way = lifecycle.route(machine.status_name, goal, previous, wanted.allowed)
    if way is None:
        raise ConfigurationError(
            f"{machine.name} is {machine.status_name}: no operation of MAAS leads from there to {wanted.state}",
            resource=machine_path(machine.system_id),
            hint=NO_WAY.get((machine.status_name, wanted.state)) or NO_WAY.get((machine.status_name, "")),
            status_name=machine.status_name,
        )
    return _recommission(wanted, machine, goal, previous, way)


NO_WAY: t.Mapping[tuple[str, str], str] = {
    ("New", "broken"): "MAAS lets only the owner mark a machine broken, and a New one has none: commission it first",
    ("Missing", ""): "set its status right in MAAS, or delete it and enlist it again",
    ("Retired", ""): "set its status right in MAAS, or delete it and enlist it again",
    ("Releasing failed", ""): "release it again (state: released) first",
}


def _redeploys(wanted: Wanted, machine: Machine, images: t.Iterable[Image]) -> bool:
    """Whether the deployed system is another than the wanted one; only what the user named counts."""
    if wanted.state != "deployed" or machine.status_name != lifecycle.DEPLOYED:
        return False
    osystem, series = wanted.system
    differs = [
        bool(series) and machine.distro_series not in _answered_as(wanted, images, machine),
        bool(osystem) and osystem != machine.osystem,
        "ephemeral_deploy" in wanted.deploy and wanted.deploy["ephemeral_deploy"] != machine.ephemeral_deploy,
        bool(wanted.deploy.get("hwe_kernel")) and wanted.deploy["hwe_kernel"] != machine.hwe_kernel,
    ]
    return any(differs)


def _answered_as(wanted: Wanted, images: t.Iterable[Image], machine: Machine) -> set[str]:
    """Return the names under which MAAS answers the wanted series: 24.04 is noble, as its image says.

    A number that no image has (any more) tells nothing: the machine keeps its system.
    """
    osystem, series = wanted.system
    if not wanted.names_release:
        return {series}
    served = {image.name.rpartition("/")[2] for image in images if image.serves(osystem, series)}
    return served or {machine.distro_series}


def _recommission(wanted: Wanted, machine: Machine, goal: Goal, previous: str, way: tuple[Hop, ...]) -> tuple[Hop, ...]:
    if not wanted.recommission or any(hop.operation == "commission" for hop in way):
        return way
    if machine.status_name in goal.satisfied - {lifecycle.READY}:
        return way
    to_ready = lifecycle.route(machine.status_name, GOALS["ready"], previous, wanted.allowed) or ()
    from_ready = lifecycle.route(lifecycle.READY, goal, previous, wanted.allowed) or ()
    return (*to_ready, lifecycle.hop(lifecycle.RECOMMISSION, lifecycle.READY, lifecycle.READY, goal), *from_ready)


def _hop_steps(wanted: Wanted, machine: Machine, hops: tuple[Hop, ...]) -> list[Step]:
    """Return the steps of the hops; what only waits at the end is left out when waiting is not wanted."""
    if not wanted.wait and hops and hops[-1].operation == "wait":
        hops = hops[:-1]
    return [_hop_step(wanted, machine, hop) for hop in hops]


def _hop_step(wanted: Wanted, machine: Machine, hop: Hop) -> Step:
    erases = hop.operation == "release" and bool(wanted.release.get("erase"))
    text = hop.text(machine.name) + (", erasing its disks" if erases else "")
    allow = _lacking(wanted, hop.allow, "allow_erase" if erases else "")
    return Step(hop.operation, text, machine_path(machine.system_id), allow, {"hop": hop})


def _lacking(wanted: Wanted, *allows: str) -> str:
    """Return the first needed option that is not set, or the first one: a step names a single option."""
    needed = [allow for allow in allows if allow]
    return next((allow for allow in needed if allow not in wanted.allowed), needed[0] if needed else "")


def _arrive(wanted: Wanted, machine: Machine, hops: tuple[Hop, ...]) -> Machine:
    """Return the machine as it will be after the hops."""
    for hop in hops:
        machine = replace(machine, status_name=hop.target)
        if hop.operation in ("release", "mark_broken"):
            machine = replace(machine, osystem="", distro_series="", hwe_kernel="", ephemeral_deploy=False)
        if hop.operation == "deploy":
            machine = replace(machine, **_deployed(wanted))
    return machine


def _deployed(wanted: Wanted) -> dict[str, t.Any]:
    osystem, series = wanted.system
    told = {
        "osystem": osystem or None,
        # 24.04 is answered as noble, which only MAAS knows.
        "distro_series": series if series and not series[0].isdigit() else None,
        "hwe_kernel": wanted.deploy.get("hwe_kernel"),
        "ephemeral_deploy": wanted.deploy.get("ephemeral_deploy"),
    }
    return {name: value for name, value in told.items() if value is not None}


def _flag_step(wanted: Wanted, machine: Machine, hops: tuple[Hop, ...]) -> Step | None:
    if wanted.state == "locked" and not machine.locked:
        if machine.status_name not in lifecycle.LOCKABLE:
            raise ConfigurationError(
                f"{machine.name} is {machine.status_name}: MAAS locks only Deployed and Deploying machines",
                resource=machine_path(machine.system_id),
                status_name=machine.status_name,
            )
        return Step("lock", f"lock {machine.name}", machine_path(machine.system_id))
    if wanted.state == "unlocked" and machine.locked:
        return Step("unlock", f"unlock {machine.name}", machine_path(machine.system_id))
    return None


def _reason(wanted: Wanted, machine: Machine) -> str:
    goal = _goal(wanted.state, machine)
    if goal is not None and machine.status_name not in goal.satisfied:
        return f"{machine.name} is {machine.status_name} and on its way to {wanted.state}; not waited for"
    told = {
        "present": "present as wanted",
        "fixed": f"is not Broken: {machine.status_name}",
        "released": f"is not allocated to anybody: {machine.status_name}",
        "locked": "is locked already",
        "unlocked": "is not locked",
    }
    return f"{machine.name} {told.get(wanted.state, f'is {machine.status_name} as wanted')}"


def _warnings(current: Current) -> tuple[str, ...]:
    if current.version and version_numbers(current.version) > NEWEST:
        return (f"MAAS {current.version} is newer than the versions this collection was tested with (3.0 to 3.8)",)
    return ()
