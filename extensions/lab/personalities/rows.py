# SPDX-License-Identifier: GPL-3.0-or-later
"""Short ways to write rows of an attribute registry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..bios import Attribute, Dependency, Term

ON_OFF = ("Enabled", "Disabled")


def enum(
    name: str, values: Sequence[str | tuple[str, str]], default: str, menu: str, display: str, **more: Any
) -> Attribute:
    """Make an Enumeration; a value is a name, or a pair of name and display name."""
    pairs = tuple((one, one) if isinstance(one, str) else one for one in values)
    return Attribute(name, "Enumeration", default, pairs, menu=menu, display=display, **more)


def switch(name: str, default: str, menu: str, display: str, **more: Any) -> Attribute:
    return enum(name, ON_OFF, default, menu, display, **more)


def number(name: str, default: int, lower: int, upper: int, menu: str, display: str, **more: Any) -> Attribute:
    step = more.pop("step", 1)
    return Attribute(name, "Integer", default, lower=lower, upper=upper, step=step, menu=menu, display=display, **more)


def text(name: str, default: str, longest: int, menu: str, display: str, **more: Any) -> Attribute:
    shortest = more.pop("min_length", 0)
    return Attribute(
        name, "String", default, min_length=shortest, max_length=longest, menu=menu, display=display, **more
    )


def flag(name: str, default: bool, menu: str, display: str, **more: Any) -> Attribute:
    return Attribute(name, "Boolean", default, menu=menu, display=display, **more)


def secret(name: str, longest: int, menu: str, display: str, **more: Any) -> Attribute:
    return Attribute(
        name, "Password", None, min_length=0, max_length=longest, menu=menu, display=display, write_only=True, **more
    )


def fact(name: str, value: str, menu: str, display: str, **more: Any) -> Attribute:
    """Make a read-only text that describes the machine."""
    return text(name, value, 64, menu, display, read_only=True, immutable=True, **more)


def family(numbers: Iterable[Any], *rows: Attribute) -> Iterator[Attribute]:
    """Repeat rows for each number; `#` in name, display name and menu becomes the number."""
    for one in numbers:
        for row in rows:
            yield Attribute(
                **{
                    **vars(row),
                    "name": row.name.replace("#", str(one)),
                    "display": row.display.replace("#", str(one)),
                    "menu": row.menu.replace("#", str(one)),
                }
            )


def when(attribute: str, value: Any, condition: str = "EQU", *joins: str) -> Term:
    """Make a condition; `joins` are AND and OR as MapTerms has them, none for a platform that writes none."""
    return Term(attribute, value, condition, joins)


def locks(attribute: str, *terms: Term, how: str = "ReadOnly") -> Dependency:
    """Say that an attribute cannot be set while the terms hold; `how` is ReadOnly, GrayOut or Hidden."""
    return Dependency(attribute, how, True, terms)


def sets(attribute: str, value: Any, *terms: Term) -> Dependency:
    """Say that an attribute gets a value when the terms begin to hold."""
    return Dependency(attribute, "CurrentValue", value, terms)
