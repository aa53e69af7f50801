# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide about and change a network interface of a machine.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.interface import (
    Link,
    WantedInterface,
    links_of,
    view,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.owner import (
    check_editable,
    check_not_foreign,
    find_owner,
    key_user,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.report import server
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import MaasClient, path_of

__all__ = ["CurrentInterface", "apply", "decide", "read", "report", "verify"]

Json = t.Mapping[str, t.Any]
EDITABLE = frozenset({"New", "Ready", "Allocated", "Broken"})


@dataclass(frozen=True)
class CurrentInterface:
    """The machine, its interfaces as MAAS answers them, and the networks when they were asked for."""

    machine: Machine
    interfaces: t.Tuple[Json, ...]
    fabrics: t.Optional[t.Tuple[Json, ...]] = None
    subnets: t.Optional[t.Tuple[Json, ...]] = None
    user: t.Optional[str] = None

    def named(self, name: str) -> Json | None:
        """Return the interface of that name, or None."""
        return next((item for item in self.interfaces if item["name"] == name), None)

    def meant(self, wanted: WantedInterface) -> Json | None:
        """Return the interface the user means: by its name, or else by its MAC address when it is a physical one."""
        found = self.named(wanted.name) if wanted.name else None
        if found is None and wanted.mac and wanted.kind == "physical":
            physical = (item for item in self.interfaces if item["type"] == "physical")
            found = next((item for item in physical if item.get("mac_address") == wanted.mac), None)
        return found

    def shown(self, wanted: WantedInterface) -> dict[str, t.Any]:
        """Return the meant interface as result."""
        return view(self.meant(wanted), self.machine.gateway_links)


def read(client: MaasClient, wanted: WantedInterface) -> CurrentInterface:
    """Read machine and interfaces; fabrics and subnets only when something has to be changed."""
    machine = find_owner(client, wanted.owner)
    interfaces = tuple(client.rows(path_of("nodes", machine.system_id, "interfaces")))
    current = CurrentInterface(machine, interfaces)
    draft = {step.name for step in decide(wanted, current).steps}
    if draft:
        current = replace(current, user=key_user(client, machine))
    if wanted.vlan and draft & {"update", "create"}:
        current = replace(current, fabrics=tuple(client.rows("fabrics/")))
    if "link_subnet" in draft:
        current = replace(current, subnets=tuple(client.rows("subnets/")))
    return current


def decide(wanted: WantedInterface, current: CurrentInterface) -> Plan:
    """Return the plan for one interface; pure.

    :raises ConfigurationError: for parents, VLANs and subnets that do not exist, with near matches.
    :raises ConflictError: when the status of the machine does not let it be edited, or it belongs to somebody else.
    """
    body, before = current.meant(wanted), current.shown(wanted)
    where = path_of("nodes", current.machine.system_id, "interfaces")
    label = f"{wanted.name or wanted.mac} of {current.machine.name}"
    if not wanted.present:
        if body is None:
            return Plan(reason=f"interface {label} does not exist")
        steps = [Step("delete", f"delete interface {label}", f"{where}{body['id']}/")]
    else:
        steps = _field_steps(wanted, current, body, label, where) + _link_steps(wanted, current, body, label, where)
    if not steps:
        return Plan(before=before, after=before, reason=f"interface {label} is as wanted")
    check_editable(current.machine, EDITABLE, "interfaces")
    check_not_foreign(current.machine, current.user, wanted.allow_other_owner)
    return Plan(tuple(steps), before=before, after=_after(wanted, before))


def _field_steps(
    wanted: WantedInterface, current: CurrentInterface, body: Json | None, label: str, where: str
) -> list[Step]:
    parents = _parent_ids(wanted, current)
    vlan = _vlan_id(wanted, current, body)
    if body is None:
        _check_new(wanted, label)
        form = {"name": wanted.name or None, "mac_address": wanted.mac or None, "vlan": vlan, **wanted.values}
        if wanted.kind == "bond":
            form["parents"] = parents
        elif wanted.kind != "physical":
            form.update(parent=parents[0])
        if wanted.kind == "vlan":
            del form["name"]
        if wanted.tags:
            form["tags"] = ",".join(wanted.tags)
        text = f"create {wanted.kind} interface {label}"
        return [Step("create", text, where, payload={"op": f"create_{wanted.kind}", "form": form})]
    changes = _changes(wanted, body, vlan, parents)
    if not changes:
        return []
    text = f"set {', '.join(sorted(changes))} of interface {label}"
    return [Step("update", text, f"{where}{body['id']}/", payload={"form": changes})]


def _check_new(wanted: WantedInterface, label: str) -> None:
    lacking = {
        "physical": [] if wanted.mac else ["mac_address"],
        "bond": [] if wanted.parents else ["parents"],
        "bridge": [] if wanted.parents else ["parents"],
        "vlan": [],
    }[wanted.kind]
    if lacking:
        raise ConfigurationError(f"interface {label} does not exist, and to create one needs {', '.join(lacking)}")


def _changes(wanted: WantedInterface, body: Json, vlan: t.Any, parents: list[int]) -> dict[str, t.Any]:
    now = view(body)
    changes: dict[str, t.Any] = {name: value for name, value in wanted.values.items() if now.get(name) != value}
    if wanted.name and wanted.name != body["name"]:
        changes["name"] = wanted.name
    if wanted.mac and wanted.mac != body.get("mac_address"):
        changes["mac_address"] = wanted.mac
    if wanted.parents and sorted(wanted.parents) != now["parents"]:
        changes.update({"parents": parents} if wanted.kind == "bond" else {"parent": parents[0]})
    if not set(wanted.tags or ()) <= set(now["tags"]):
        # MAAS has tags of its own on an interface; a PUT without them would take them away.
        changes["tags"] = ",".join(sorted(set(now["tags"]) | set(wanted.tags or ())))
    if wanted.vlan and not _same_vlan(wanted.vlan, now["vlan"]):
        changes["vlan"] = vlan
    return changes


def _same_vlan(wanted: Json, now: Json | None) -> bool:
    return now is not None and wanted["vid"] == now["vid"] and wanted.get("fabric") in (None, now["fabric"])


def _parent_ids(wanted: WantedInterface, current: CurrentInterface) -> list[int]:
    ids = []
    for name in wanted.parents:
        parent = current.named(name)
        if parent is None:
            known = [item["name"] for item in current.interfaces]
            raise ConfigurationError(_unknown(f"{current.machine.name} has no interface", name, known))
        ids.append(parent["id"])
    return ids


def _vlan_id(wanted: WantedInterface, current: CurrentInterface, body: Json | None) -> int | None:
    if not wanted.vlan or current.fabrics is None:
        return None
    fabric = wanted.vlan.get("fabric") or _fabric(wanted, current, body)
    vlans = {(str(row["name"]), item["vid"]): item["id"] for row in current.fabrics for item in row.get("vlans") or ()}
    key = (fabric, wanted.vlan["vid"])
    if key not in vlans:
        there = sorted(f"{name}:{vid}" for name, vid in vlans)
        raise ConfigurationError(f"MAAS has no VLAN {key[1]} in fabric {fabric or '(none given)'}; there are: {there}")
    return t.cast(int, vlans[key])


def _fabric(wanted: WantedInterface, current: CurrentInterface, body: Json | None) -> str:
    """Return the fabric of the interface or of its parent: a VLAN stays in the fabric it is cabled to."""
    relatives = [body, *(current.named(name) for name in wanted.parents)]
    return next((str(item["vlan"]["fabric"]) for item in relatives if item and item.get("vlan")), "")


def _unknown(what: str, name: str, known: t.Collection[str]) -> str:
    guesses = near(name, known)
    return f"{what} {name!r} ({'did you mean ' + ' or '.join(guesses) + '?' if guesses else ', '.join(known)})"


def _link_steps(
    wanted: WantedInterface, current: CurrentInterface, body: Json | None, label: str, where: str
) -> list[Step]:
    if wanted.links is None:
        return []
    has = list(links_of(body, current.machine.gateway_links)) if body else []
    missing: list[Link] = []
    gateways: list[Link] = []
    for link in wanted.links:
        match = next((item for item in has if link.matches(item)), None)
        if match is None:
            missing.append(link)
            continue
        has.remove(match)
        if link.default_gateway and not match.default_gateway:
            gateways.append(match)
    path = f"{where}{body['id']}/" if body else where
    steps = [
        Step("unlink_subnet", f"unlink {link.text} from {label}", path, payload={"id": link.id, "cidr": link.subnet})
        for link in has
    ]
    steps += [
        Step("set_default_gateway", f"route by the gateway of {link.subnet} ({label})", path, payload={"id": link.id})
        for link in gateways
    ]
    # Adding a link does not replace another one, so those not wanted go first: an address may have to be freed.
    return steps + [
        Step(
            "link_subnet",
            f"link {label}: {link.text}",
            path,
            payload={"link": link, "subnet": _subnet_id(link, current)},
        )
        for link in missing
        if link.subnet or link.mode != "link_up"
    ]


def _subnet_id(link: Link, current: CurrentInterface) -> int | None:
    if current.subnets is None:
        return None
    for row in current.subnets:
        if link.subnet in (str(row["id"]), row["name"], row["cidr"]):
            return t.cast(int, row["id"])
    known = [word for row in current.subnets for word in (row["name"], row["cidr"])]
    raise ConfigurationError(_unknown("MAAS has no subnet", link.subnet, known))


def _after(wanted: WantedInterface, before: Json) -> dict[str, t.Any]:
    if not wanted.present:
        return {}
    after = {**before, **wanted.values, "type": wanted.kind}
    told = {"name": wanted.name, "mac_address": wanted.mac, "parents": sorted(wanted.parents), "vlan": wanted.vlan}
    after.update({key: value for key, value in told.items() if value})
    if wanted.tags is not None:
        after["tags"] = sorted({*after.get("tags", ()), *wanted.tags})
    if wanted.links is not None:
        after["links"] = [link.as_result() for link in wanted.links]
    return after


def apply(client: MaasClient, record: StepRecord, run: Run) -> Json:
    """Run one step; an interface that was just created is named by what MAAS answered."""
    step = record.step
    if step.name == "create":
        body = client.post(step.resource, op=step.payload["op"], form=step.payload["form"])
        return {"path": f"{step.resource}{body['id']}/"}
    path = run.facts("create").get("path") or step.resource
    if step.name == "update":
        client.put(path, step.payload["form"])
    elif step.name == "delete":
        client.delete(path)
    elif step.name == "unlink_subnet":
        client.post(path, op="unlink_subnet", form={"id": step.payload["id"]})
    elif step.name == "set_default_gateway":
        client.post(path, op="set_default_gateway", form={"link_id": step.payload["id"]})
    else:
        link: Link = step.payload["link"]
        form = {"mode": link.mode, "subnet": step.payload["subnet"], "ip_address": link.ip_address or None}
        if link.default_gateway:
            form["default_gateway"] = True
        client.post(path, op="link_subnet", form=form)
    return {}


def verify(client: MaasClient, run: Run) -> Json:
    """Read the interfaces back: the same decision must find nothing left to do.

    :raises VerificationError: naming what is left.
    """
    after = read(client, run.wanted)
    left = decide(run.wanted, after).steps
    if left:
        raise VerificationError(
            f"MAAS took the change, and yet this is left to do: {'; '.join(step.text for step in left)}",
            machine=client.machine,
            resource=left[0].resource,
        )
    return after.shown(run.wanted)


def report(run: Run) -> Json:
    """Return the interface."""
    shown = run.after if run.error is None else run.current.shown(run.wanted)
    return {
        "interface": shown or {},
        "system_id": run.current.machine.system_id,
        "audit": {"server": server(run.current.machine)},
    }
