# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare what can be set on a machine with what is set, and make the steps for the difference; pure.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.plan import Step
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.current import Current
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.lookup import machine_path
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.machine import Machine
from ansible_collections.hwautomation.baremetal.plugins.module_utils._maas.wanted import Wanted

__all__ = ["attribute_steps", "power_differences"]

DEFAULT_ARCHITECTURE = "amd64/generic"


def attribute_steps(
    wanted: Wanted, current: Current, machine: Machine, creating: bool = False
) -> tuple[list[Step], Machine]:
    """Return the steps that set attributes, power and tags, and the machine as it will be; secrets stay out of both."""
    steps: list[Step] = []
    changes = _changes(wanted, machine)
    power = power_differences(wanted, None if creating else current.power_parameters)
    after = replace(machine, **changes)
    if creating:
        after = replace(after, architecture=_architecture(changes.get("architecture") or DEFAULT_ARCHITECTURE))
        steps.append(
            Step("create", f"create {_title(wanted)}", "machines/", payload={"attributes": tuple(sorted(changes))})
        )
    elif changes or power:
        told = [f"{name} {getattr(machine, name) or '(none)'} -> {value}" for name, value in sorted(changes.items())]
        told += [f"power parameter {name}" for name in power]
        steps.append(
            Step(
                "update",
                f"set {'; '.join(told)} of {machine.name}",
                machine_path(machine.system_id),
                payload={"attributes": tuple(sorted(changes)), "power_parameters": power},
            )
        )
    tags = _tag_steps(wanted, machine)
    return steps + tags, _tagged(after, tags)


def power_differences(wanted: Wanted, known: t.Mapping[str, t.Any] | None) -> tuple[str, ...]:
    """Return the names of the power parameters that differ; MAAS keeps those that are not mentioned."""
    known = known or {}
    return tuple(
        sorted(name for name, value in wanted.power_parameters.items() if _plain(value) != _plain(known.get(name)))
    )


def _plain(value: t.Any) -> t.Any:
    """Bring both sides to one form: MAAS stores text, lists of flags come in any order."""
    if isinstance(value, (list, tuple)):
        return sorted(str(item) for item in value if item)
    return "" if value is None else str(value)


def _changes(wanted: Wanted, machine: Machine) -> dict[str, t.Any]:
    changes: dict[str, t.Any] = {}
    for name, value in wanted.attributes.items():
        value = _architecture(value) if name == "architecture" else value
        if value != getattr(machine, name):
            changes[name] = value
    return changes


def _architecture(text: str) -> str:
    """MAAS answers ``amd64/generic`` for ``amd64``."""
    return text if "/" in text else f"{text}/generic"


def _title(wanted: Wanted) -> str:
    by = f", {wanted.attributes['power_type']}" if "power_type" in wanted.attributes else ""
    return f"{wanted.identity} ({', '.join(wanted.identity.mac_addresses) or 'no MAC address'}{by})"


def _tag_steps(wanted: Wanted, machine: Machine) -> list[Step]:
    if wanted.tags is None:
        return []
    has, should = set(machine.tag_names), set(wanted.tags)
    missing = [(tag, "add") for tag in sorted(should - has)]
    extra = [(tag, "remove") for tag in sorted(has - should)] if wanted.purge_tags else []
    return [
        Step(
            "update_nodes",
            f"{verb} tag {tag} {'to' if verb == 'add' else 'from'} {machine.name}",
            f"tags/{tag}/",
            payload={"tag": tag, "verb": verb},
        )
        for tag, verb in missing + extra
    ]


def _tagged(machine: Machine, steps: t.Sequence[Step]) -> Machine:
    names = set(machine.tag_names)
    for step in steps:
        if step.payload["verb"] == "add":
            names.add(step.payload["tag"])
        else:
            names.discard(step.payload["tag"])
    return replace(machine, tag_names=tuple(sorted(names)))
