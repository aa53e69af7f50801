# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer ``/machines/``: list, create, allocate, release many, and the other operations on all machines."""

from __future__ import annotations

from typing import Any

from .. import cloning, filters, machine_form, machine_ops, power_form
from ..params import Params
from ..records import Node, User
from ..refusals import ADMIN_ONLY, NOT_AMONG_CHOICES, BadRequest, Forbidden, FormErrors, Refusal, WrongState
from ..render_machine import anonymous as render_anonymous
from ..render_machine import machine as render
from ..rules import may_edit
from ..statuses import RELEASABLE, Status
from ..wire import NO_CONTENT, Answer, Call, Router

CHASSIS_TYPES = "recs_box; ucsm; mscm; hmcz; msftocs; proxmox; sm15k; vmware; virsh; powerkvm; seamicro15k"
NOT_CONSTRAINTS = frozenset(
    [
        "op",
        "agent_name",
        "comment",
        "bridge_all",
        "bridge_stp",
        "bridge_fd",
        "dry_run",
        "verbose",
        "name",
        "bridge_type",
    ],
)
RESOLVED = {"mem": float, "cpu_count": float, "cpu_speed": float}


def register(router: Router) -> None:
    """Add the operations to the router."""
    machines = router.resource("machines/", anonymous=True)
    machines.on("GET")(list_machines)
    machines.on("POST", anonymous=True)(create)
    machines.on("GET", "list_allocated")(list_allocated)
    machines.on("GET", "is_registered", anonymous=True)(is_registered)
    machines.on("GET", "power_parameters", admin=True)(power_parameters)
    machines.on("POST", "allocate")(allocate)
    machines.on("POST", "release")(release)
    machines.on("POST", "accept")(accept)
    machines.on("POST", "accept_all")(accept_all)
    machines.on("POST", "set_zone", admin_text=ADMIN_ONLY)(set_zone)
    machines.on("POST", "clone")(clone)
    machines.on("POST", "add_chassis", admin_text=ADMIN_ONLY)(add_chassis)
    nodes = router.resource("nodes/", anonymous=True)
    nodes.on("GET")(list_machines)
    nodes.on("GET", "is_registered", anonymous=True)(is_registered)
    nodes.on("POST", "set_zone", admin_text=ADMIN_ONLY)(set_zone)


def list_machines(call: Call) -> list[dict[str, Any]]:
    region = call.region
    chosen = filters.select(region, region.visible_to(call.me), call.query, ignored=("op",))
    return [render(region, node) for node in chosen]


def list_allocated(call: Call) -> list[dict[str, Any]]:
    mine = [node for node in call.region.nodes.values() if node.owner == call.me.username]
    chosen = filters.select(call.region, mine, call.query, ignored=("op",))
    return [render(call.region, node) for node in chosen]


def is_registered(call: Call) -> bool:
    mac = call.query.required("mac_address")
    return call.region.node_by_mac(machine_form.normal_mac(mac)) is not None


def power_parameters(call: Call) -> dict[str, Any]:
    wanted = call.query.many("id")
    nodes = [n for n in call.region.nodes.values() if not wanted or n.system_id in wanted]
    return {node.system_id: dict(node.power_parameters) for node in nodes}


async def create(call: Call) -> dict[str, Any]:
    """Create a machine; an admin's is commissioned at once unless told otherwise. Anonymous: enlistment."""
    region, data = call.region, call.data
    user = call.user or User("", "", False)
    commission = data.string_bool("commission", default=user.is_superuser)
    deployed = data.string_bool("deployed")
    changes = machine_form.read_new(region, data, user)
    if call.user is None and data.text("power_type"):
        changes.values["power_parameters"] = power_form.power_parameters(data)
    if user.is_superuser and commission and not deployed and not data.text("power_type"):
        raise Refusal(500, "Unconfigured power type. Please configure the power type and try again.")
    node = machine_form.new_node(region, changes)
    if call.user is None:
        return _enlisted(call, node)
    if deployed:
        node.status, node.owner = Status.DEPLOYED, user.username
    elif commission and user.is_superuser:
        try:
            return await machine_ops.commission(call.lifecycle, node, user, data)
        except FormErrors:
            return render(region, node)
    return render(region, node)


def _enlisted(call: Call, node: Node) -> dict[str, Any]:
    """Answer a machine that announced itself: it is commissioned where it stands if its power can be controlled."""
    if call.data.string_bool("commission") and node.power_type:
        node.status = Status.COMMISSIONING
    return render_anonymous(call.region, node)


async def allocate(call: Call) -> dict[str, Any]:
    """Give the caller a Ready machine that meets the constraints."""
    region, form = call.region, call.data
    constraints = _constraints(form)
    tests = filters.build(region, constraints)
    free = [n for n in region.visible_to(call.me) if n.status is Status.READY and n.owner is None]
    fitting = [n for n in free if all(test(n) for test in tests)]
    if not fitting:
        raise WrongState(_none_available(form, constraints))
    node = fitting[0]
    if not form.string_bool("dry_run"):
        machine_ops.allocate(call.lifecycle, node, call.me, form)
    by_type = _constraints_by_type(node, fitting, form)
    return {**render(region, node), "constraints_by_type": by_type}


def _constraints(form: Params) -> Params:
    pairs = [(key, value) for key in form if key not in NOT_CONSTRAINTS for value in form.many(key)]
    if form.text("name"):
        pairs.append(("hostname", form.text("name")))
    return Params(pairs)


def _none_available(form: Params, constraints: Params) -> str:
    if form.text("system_id"):
        return f"No machine with system ID {form.text('system_id')} available."
    names = {"hostname": "name"}
    given = [(names.get(key, key), constraints.many(key)) for key in constraints]
    if not given:
        return "No machine available."
    resolved = " ".join(f"{key}={','.join(_resolved(key, value) for value in values)}" for key, values in given)
    return f'No available machine matches constraints: {given} (resolved to "{resolved}")'


def _resolved(key: str, value: str) -> str:
    return str(RESOLVED[key](value)) if key in RESOLVED else value


def _constraints_by_type(node: Node, fitting: list[Node], form: Params) -> dict[str, Any]:
    """Say which disk stands for which label of a storage constraint; verbose says it for every machine that fits."""
    if not form.text("storage"):
        return {}
    shown: dict[str, Any] = {"storage": {label: [disk] for disk, label in _labelled(node, form).items()}}
    if form.string_bool("verbose"):
        shown["verbose_storage"] = {
            str(one.number): {str(disk): label for disk, label in _labelled(one, form).items()} for one in fitting
        }
        shown["verbose_interfaces"] = {}
    return shown


def _labelled(node: Node, form: Params) -> dict[int, str]:
    """Give disks their labels, the smallest that is large enough first."""
    disks = sorted((d for d in node.blockdevices.values() if d.type == "physical"), key=lambda d: d.size)
    labels: dict[int, str] = {}
    for item in form.words("storage"):
        label, _unused, need = item.rpartition(":")
        found = next((disk for disk in disks if disk.size >= float(need.split("(")[0]) * 10**9), None)
        if found is not None:
            disks.remove(found)
            labels[found.id] = label or "0"
    return labels


async def release(call: Call) -> list[str]:
    """Release several machines; gives the ids of those that were not released already."""
    region = call.region
    ids = call.data.words("machines")
    unknown = [one for one in ids if one not in region.nodes]
    if unknown:
        raise BadRequest(f"Unknown machine(s): {', '.join(unknown)}.")
    nodes = [region.nodes[one] for one in ids]
    for node in nodes:
        may_edit(node, call.me)
    settled = (Status.READY, Status.RELEASING)
    wrong = [n for n in nodes if n.status not in RELEASABLE and n.status not in settled]
    if wrong:
        listed = ", ".join(f"{node.system_id} ('{node.status.title}')" for node in wrong)
        raise WrongState(f"Machine(s) cannot be released in their current state: {listed}.")
    released = [node for node in nodes if node.status not in settled]
    for node in released:
        await machine_ops.release(call.lifecycle, node, call.me, Params())
    return [node.system_id for node in released]


async def accept(call: Call) -> list[dict[str, Any]]:
    """Commission the named machines that are New; others are passed over."""
    ids = call.data.words("machines")
    unknown = [one for one in ids if one not in call.region.nodes]
    if unknown:
        raise BadRequest(f"Unknown machine(s): {', '.join(unknown)}.")
    return await _accept(call, [call.region.nodes[one] for one in ids])


async def accept_all(call: Call) -> list[dict[str, Any]]:
    return await _accept(call, list(call.region.nodes.values()))


async def _accept(call: Call, nodes: list[Node]) -> list[dict[str, Any]]:
    if not call.me.is_superuser:
        raise Forbidden()
    fresh = [node for node in nodes if node.status is Status.NEW]
    return [await machine_ops.commission(call.lifecycle, node, call.me, Params()) for node in fresh]


def set_zone(call: Call) -> Answer:
    zone = call.region.zone_named(call.data.text("zone"))
    if zone is None:
        raise FormErrors({"zone": NOT_AMONG_CHOICES})
    for system_id in call.data.words("nodes"):
        if system_id in call.region.nodes:
            call.region.nodes[system_id].zone_id = zone.id
    return Answer("null", content_type="application/json; charset=utf-8")


def clone(call: Call) -> Answer:
    """Copy storage or interfaces of one machine to others that are Ready or have failed testing."""
    data, errors = call.data, {}
    for name in ("source", "destinations"):
        if not data.text(name):
            errors[name] = "This field is required."
    if not (data.string_bool("storage") or data.string_bool("interfaces")):
        errors["__all__"] = "Either storage or interfaces must be true."
    if errors:
        raise FormErrors(errors)
    source = call.region.node(data.text("source"))
    targets = [call.region.node(system_id) for system_id in data.words("destinations")]
    for target in targets:
        may_edit(target, call.me)
    cloning.clone(call.region, source, targets, data)
    return NO_CONTENT


def add_chassis(call: Call) -> Answer:
    kind = call.data.required("chassis_type")
    known = CHASSIS_TYPES.split("; ")
    if kind not in known:
        raise BadRequest(f"Invalid chassis_type: Value must be one of: {CHASSIS_TYPES} (not {kind!r})")
    raise Refusal(503, "Unable to find a rack controller with access to chassis")
