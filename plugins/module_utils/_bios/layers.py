# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Merge the layers of a template (site, platform, device type, groups, host) and keep who set what.

A layer is plain data: ``intents``, ``attributes``, ``preserve``, ``constraints``, ``platforms`` (the same keys again,
for one platform only), ``extends`` (other layers below this one). No file is read here.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import Problem, same
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import HWAutomationError

__all__ = ["TASK_ORDER", "Layer", "Merged", "Setting", "merge", "resolve"]

Document = t.Mapping[str, t.Any]
Key = t.Tuple[str, str]
# Rank of what a task itself asks for: above every layer of a template.
TASK_ORDER = 1000


@dataclass(frozen=True)
class Setting:
    """A value somebody asked for; ``kind`` is ``intent`` or ``attribute``, ``layer`` names who asked."""

    kind: str
    key: str
    value: t.Any
    layer: str
    order: int = 0
    overrides: t.Tuple[t.Mapping[str, t.Any], ...] = ()

    def as_data(self) -> dict[str, t.Any]:
        """Return the form that travels in a profile."""
        return {
            "kind": self.kind,
            "key": self.key,
            "value": self.value,
            "layer": self.layer,
            "order": self.order,
            "overrides": list(self.overrides),
        }


@dataclass(frozen=True)
class Layer:
    """A layer with what it extends already below it."""

    settings: t.Mapping[Key, Setting] = field(default_factory=dict)
    conflicts: t.Mapping[Key, t.Tuple[Setting, Setting]] = field(default_factory=dict)
    preserve: t.Tuple[str, ...] = ()
    constraints: t.Tuple[Document, ...] = ()

    def over(self, below: Layer) -> Layer:
        """Return both, this one counting where both set a value; what it sets settles a conflict below."""
        settings = dict(below.settings)
        for key, setting in self.settings.items():
            settings[key] = _overriding(setting, below.settings.get(key))
        return Layer(
            settings=settings,
            conflicts={
                **{key: pair for key, pair in below.conflicts.items() if key not in self.settings},
                **self.conflicts,
            },
            preserve=_joined(below.preserve, self.preserve),
            constraints=below.constraints + self.constraints,
        )

    def beside(self, other: Layer) -> Layer:
        """Return both as equals: two different values for one key are a conflict, until a layer above settles it."""
        clashes = {
            key: (setting, other.settings[key])
            for key, setting in self.settings.items()
            if key in other.settings and not same(setting.value, other.settings[key].value)
        }
        return Layer(
            settings={**self.settings, **other.settings},
            conflicts={**self.conflicts, **other.conflicts, **clashes},
            preserve=_joined(self.preserve, other.preserve),
            constraints=self.constraints + other.constraints,
        )


@dataclass(frozen=True)
class Merged:
    """The result of all layers; ``problems`` holds every conflict nobody settled."""

    settings: t.Tuple[Setting, ...]
    preserve: t.Tuple[str, ...]
    constraints: t.Tuple[Document, ...]
    problems: t.Tuple[Problem, ...]


def resolve(
    name: str,
    document: Document,
    load: t.Callable[[str], Document],
    platform: str = "",
    path: t.Tuple[str, ...] = (),
    problems: t.Optional[t.List[Problem]] = None,
) -> Layer:
    """Return a layer over everything it extends.

    What it extends and cannot have is told in ``problems`` and left out, so that the rest is still looked at.
    """
    problems = [] if problems is None else problems
    way, below = (*path, name), Layer()
    for parent in document.get("extends") or ():
        if parent in way:
            told = " -> ".join((*way[way.index(parent) :], parent))
            problems.append(Problem(way[0], "cycle", f"it extends itself: {told}"))
            continue
        try:
            found = load(parent)
        except HWAutomationError as exc:
            problems.append(Problem(name, "extends", str(exc)))
            continue
        below = below.beside(resolve(parent, found, load, platform, way, problems))
    own = _plain(name, document)
    special = (document.get("platforms") or {}).get(platform)
    if special:
        own = _plain(f"{name} ({platform})", special).over(own)
    return own.over(below)


def merge(ranks: t.Sequence[t.Sequence[Layer]]) -> Merged:
    """Merge ranks of layers, the most general first; the layers of one rank (two groups) are equals."""
    whole = Layer()
    for position, rank in enumerate(ranks):
        level = Layer()
        for layer in rank:
            level = level.beside(_placed(layer, position))
        whole = level.over(whole)
    return Merged(
        # A null takes a setting back: nobody wants anything of that attribute then.
        settings=tuple(setting for setting in whole.settings.values() if setting.value is not None),
        preserve=whole.preserve,
        constraints=whole.constraints,
        problems=tuple(_conflict(pair) for pair in whole.conflicts.values()),
    )


def _plain(name: str, document: Document) -> Layer:
    intents = _flat(document.get("intents") or {})
    attributes = document.get("attributes") or {}
    settings = {("intent", key): Setting("intent", key, value, name) for key, value in intents.items()}
    settings.update({("attribute", key): Setting("attribute", key, value, name) for key, value in attributes.items()})
    return Layer(
        settings=settings,
        preserve=tuple(document.get("preserve") or ()),
        constraints=tuple(document.get("constraints") or ()),
    )


def _flat(intents: Document, prefix: str = "") -> dict[str, t.Any]:
    """Write ``pxe: {nic1: enabled}`` as ``pxe.nic1: enabled``."""
    flat: dict[str, t.Any] = {}
    for key, value in intents.items():
        if isinstance(value, t.Mapping):
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _placed(layer: Layer, position: int) -> Layer:
    settings = {key: _at(setting, position) for key, setting in layer.settings.items()}
    return Layer(settings, layer.conflicts, layer.preserve, layer.constraints)


def _at(setting: Setting, order: int) -> Setting:
    return Setting(setting.kind, setting.key, setting.value, setting.layer, order, setting.overrides)


def _overriding(setting: Setting, below: t.Optional[Setting]) -> Setting:
    if below is None:
        return setting
    said = ({"layer": below.layer, "value": below.value}, *below.overrides)
    return Setting(setting.kind, setting.key, setting.value, setting.layer, setting.order, setting.overrides + said)


def _conflict(pair: t.Tuple[Setting, Setting]) -> Problem:
    one, other = pair
    text = f"{one.layer} says {one.value!r} and {other.layer} says {other.value!r}; say it in a layer above both"
    return Problem(one.key, "conflict", text)


def _joined(one: t.Tuple[str, ...], other: t.Tuple[str, ...]) -> t.Tuple[str, ...]:
    return tuple(dict.fromkeys(one + other))
