# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Profiles from data: platforms that a site describes in configs/vendors/*.yml, in the words of the built-in ones.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.module_utils._vendors.profile import Evidence, Profile

__all__ = ["NOT_DATA", "profiles_from"]

# Fields that a file cannot give: code, and what needs more than plain values. They come from what it extends.
NOT_DATA = ("name", "repairs", "setup", "gates")
Data = t.Mapping[str, t.Any]


def profiles_from(vendors: t.Mapping[str, Data], known: t.Sequence[Profile]) -> tuple[Profile, ...]:
    """Return a profile per entry, in their order; each extends a known one, the generic one unless it says so.

    :param vendors: name -> data that fits configs/schemas/vendor.schema.json.
    :raises ConfigurationError: with all problems that a schema cannot see.
    """
    names = {profile.name: profile for profile in known}
    problems = [f"{name}: {text}" for name, data in vendors.items() for text in _problems(name, data, names)]
    if problems:
        raise ConfigurationError("; ".join(problems), problems=problems)
    return tuple(_profile(name, data, names[data.get("extends", "generic")]) for name, data in vendors.items())


def _problems(name: str, data: Data, known: t.Mapping[str, Profile]) -> t.Iterator[str]:
    base = data.get("extends", "generic")
    if name in known:
        yield f"is a platform of the collection; take another name, and extends: {name}"
    if base not in known:
        guess = near(base, known)
        yield f"extends {base}, which is no platform" + (f"; did you mean {' or '.join(guess)}?" if guess else "")
    evidence = [field.name for field in dataclasses.fields(Evidence)]
    for sign in data["signs"]:
        for key, pattern in sign.items():
            if key not in evidence:
                yield f"signs: nothing is called {key}; there are {', '.join(evidence)}"
            try:
                re.compile(pattern)
            except re.error as exc:
                yield f"signs: {key}: {pattern!r} is no pattern ({exc})"


def _profile(name: str, data: Data, base: Profile) -> Profile:
    own = {key: value for key, value in data.items() if key not in ("extends", "source", "name")}
    answered: Profile = _with(base, own)
    return dataclasses.replace(answered, name=name)


def _with(base: t.Any, data: Data) -> t.Any:
    """Return a dataclass with some of its fields replaced, those inside of others as well."""
    changes = {}
    for key, value in data.items():
        current = getattr(base, key)
        changes[key] = _with(current, value) if dataclasses.is_dataclass(current) else _frozen(value)
    return dataclasses.replace(base, **changes)


def _frozen(value: t.Any) -> t.Any:
    """Return lists as tuples, also inside of each other and of mappings."""
    if isinstance(value, (list, tuple)):
        return tuple(_frozen(item) for item in value)
    return {key: _frozen(item) for key, item in value.items()} if isinstance(value, dict) else value
