# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Things of MAAS that have a name and a few fields: zones, resource pools, tags and scripts; one set of verbs for all.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Door, Run
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
    NetworkError,
    OutcomeUnknown,
    VerificationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Plan, Step, StepRecord
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.maas import (
    MaasClient,
    connect,
    path_of,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.options import MAAS_OPTIONS

__all__ = ["Kind", "Thing", "door"]

Values = t.Dict[str, t.Any]


@dataclass(frozen=True)
class Kind:
    """A kind of thing.

    ``noun`` names it in results and messages, ``item`` gives the path of one by its name, ``fields`` are what can be
    set. ``builtin`` are names MAAS does not let go. ``normal`` brings a field of an answer to the form of the option,
    ``same`` compares a wanted value with a current one where that is not equality, and ``also`` reads what the answer
    about the thing lacks. ``theirs`` are MAAS's names of fields that have another name here.
    """

    noun: str
    collection: str
    item: t.Callable[[str], str]
    fields: t.Mapping[str, t.Mapping[str, t.Any]]
    builtin: t.FrozenSet[str] = frozenset()
    normal: t.Mapping[str, t.Callable[[t.Any], t.Any]] = field(default_factory=dict)
    same: t.Mapping[str, t.Callable[[t.Any, t.Any], bool]] = field(default_factory=dict)
    theirs: t.Mapping[str, str] = field(default_factory=dict)
    also: t.Callable[[MaasClient, str], t.Mapping[str, t.Any]] = lambda client, path: {}

    def read(self, client: MaasClient, name: str) -> Values:
        """Return the thing as result, or an empty mapping when it does not exist."""
        path = self.item(name)
        body = client.get_or_none(path)
        return {} if body is None else self.view({**body, **self.also(client, path)})

    def differs(self, name: str, wanted: t.Any, current: Values) -> bool:
        """Whether a field is not as wanted."""
        if name in current and name in self.same:
            return not self.same[name](wanted, current[name])
        return bool(current.get(name) != wanted)

    def form(self, values: t.Mapping[str, t.Any]) -> Values:
        """Return values as MAAS takes them: under its names, and a list of tags as one text."""
        return {
            self.theirs.get(name, name): ",".join(map(str, value)) if isinstance(value, list) else value
            for name, value in values.items()
        }

    def view(self, body: t.Mapping[str, t.Any]) -> Values:
        """Return an answer of MAAS as result: the name, the fields, and whether it is a part of MAAS."""
        named = {name: self.theirs.get(name, name) for name in self.fields}
        shown = {name: self.normal.get(name, _text)(body[key]) for name, key in named.items() if key in body}
        default = {"default": True} if body.get("default") is True else {}
        return {"name": body["name"], **shown, **default}


@dataclass(frozen=True)
class Thing:
    """A wanted thing; ``values`` holds only the fields the user mentioned."""

    name: str
    present: bool
    values: t.Mapping[str, t.Any] = field(default_factory=dict)


def _text(value: t.Any) -> t.Any:
    return "" if value is None else value


def item_path(*parts: str, slash: bool = True) -> t.Callable[[str], str]:
    """Return a function from a name to the path of the thing of that name."""
    return lambda name: path_of(*parts, name, slash=slash)


def door(name: str, kind: Kind) -> Door:
    """Return the door of a kind."""
    return Door(
        name=name,
        options=MAAS_OPTIONS
        + Options(
            spec={
                "name": {"type": "str", "required": True},
                "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
                **kind.fields,
            }
        ),
        connect=connect,
        wanted=lambda params: wanted(kind, params),
        read=lambda client, thing: kind.read(client, thing.name),
        decide=lambda thing, current: decide(kind, thing, current),
        apply=lambda client, record, run: apply(kind, client, record, run),
        verify=lambda client, run: verify(kind, client, run),
        report=lambda run: report(kind, run),
    )


def wanted(kind: Kind, params: t.Mapping[str, t.Any]) -> Thing:
    """Take the options of a door.

    :raises ConfigurationError: for a name that cannot be deleted.
    """
    thing = Thing(
        name=params["name"],
        present=params["state"] == "present",
        values={name: params[name] for name in kind.fields if params.get(name) is not None},
    )
    if not thing.present and thing.name in kind.builtin:
        raise _builtin(kind, thing.name)
    return thing


def _builtin(kind: Kind, name: str) -> ConfigurationError:
    return ConfigurationError(f"{kind.noun} {name!r} is a part of MAAS and cannot be deleted")


def decide(kind: Kind, thing: Thing, current: Values) -> Plan:
    """Return the plan for one thing; pure.

    :raises ConfigurationError: when a part of MAAS is to be deleted.
    """
    path = kind.item(thing.name)
    if not thing.present:
        if not current:
            return Plan(reason=f"{kind.noun} {thing.name} does not exist")
        if current.get("default"):
            raise _builtin(kind, thing.name)
        return Plan((Step("delete", f"delete {kind.noun} {thing.name}", path),), before=current, after={})
    if not current:
        after = {"name": thing.name, **thing.values}
        return Plan((Step("create", f"create {kind.noun} {thing.name}", kind.collection),), before={}, after=after)
    changes = {name: value for name, value in thing.values.items() if kind.differs(name, value, current)}
    if not changes:
        return Plan(before=current, after=current, reason=f"{kind.noun} {thing.name} is as wanted")
    text = f"set {', '.join(sorted(changes))} of {kind.noun} {thing.name}"
    step = Step("update", text, path, payload={"changes": changes})
    return Plan((step,), before=current, after={**current, **changes})


def apply(kind: Kind, client: MaasClient, record: StepRecord, run: Run) -> Values:
    """Run the one step.

    :raises OutcomeUnknown: when the answer was lost and the thing is not as wanted.
    """
    thing: Thing = run.wanted
    try:
        _write(kind, client, record, thing)
    except ConflictError:
        made = kind.read(client, thing.name) if record.step.name == "create" else {}
        if not made:
            raise
        _catch_up(kind, client, record, thing, made)
    except OutcomeUnknown:
        if not _is_as_wanted(kind, client, thing):
            raise
    return {}


def _is_as_wanted(kind: Kind, client: MaasClient, thing: Thing) -> bool:
    """Whether a write whose answer was lost has done its work; False as well when nobody can tell."""
    try:
        return not decide(kind, thing, kind.read(client, thing.name)).changes
    except NetworkError:
        return False


def _write(kind: Kind, client: MaasClient, record: StepRecord, thing: Thing) -> None:
    if record.step.name == "delete":
        client.delete(kind.item(thing.name))
    elif record.step.name == "create":
        client.post(kind.collection, form={"name": thing.name, **kind.form(thing.values)})
    else:
        client.put(kind.item(thing.name), kind.form(record.step.payload["changes"]))


def _catch_up(kind: Kind, client: MaasClient, record: StepRecord, thing: Thing, made: Values) -> None:
    """Bring what another host of the run has just created to what is wanted.

    Hosts of one run often want the same tag, and all of them see that it is missing. MAAS lets one of them make it.
    """
    left = decide(kind, thing, made).steps
    if not left:
        record.status = "skipped"
    for step in left:
        _write(kind, client, StepRecord(step), thing)


def verify(kind: Kind, client: MaasClient, run: Run) -> Values:
    """Read the thing back.

    :raises VerificationError: when a field is not as it was set.
    """
    thing: Thing = run.wanted
    after = kind.read(client, thing.name)
    different = [name for name, value in thing.values.items() if thing.present and kind.differs(name, value, after)]
    if different or bool(after) != thing.present:
        raise VerificationError(
            f"{kind.noun} {thing.name} is not as it was set: {', '.join(sorted(different)) or 'it is still there'}",
            machine=client.machine,
            resource=kind.item(thing.name),
        )
    return after


def report(kind: Kind, run: Run) -> Values:
    """Return the thing under its noun."""
    after = run.after if run.error is None else run.current
    return {kind.noun: after or {}, "audit": {}}
