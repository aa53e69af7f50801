# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn a value as a person writes it into the value a machine takes, or say why that cannot be.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Attribute, Choice, Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near

__all__ = ["BadValue", "Problem", "check_text", "convert", "same", "speaks_displays"]

# So many allowed values are named in an error; an enumeration of NICs can have dozens.
SHOWN = 12


@dataclass(frozen=True)
class Problem:
    """One thing wrong with what was asked for.

    ``reason`` is a word to branch on: unknown, ambiguous, absent, read_only, locked, forced, password, preserved,
    not_in_list, out_of_range, type, length, pattern, intent, constraint, conflict, twice.
    """

    attribute: str
    reason: str
    text: str
    source: str = ""

    def __str__(self) -> str:
        return f"{self.attribute}: {self.text}" + (f" [{self.source}]" if self.source else "")

    def as_result(self) -> dict[str, str]:
        """Return plain data for the result of a task."""
        return {
            "attribute": self.attribute,
            "reason": self.reason,
            "text": self.text,
            **({"source": self.source} if self.source else {}),
        }


class BadValue(Exception):
    """A value that cannot be; caught where problems are collected and never seen by a user."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text


def same(one: t.Any, other: t.Any) -> bool:
    """Compare two values of an attribute; ``True`` and ``1`` differ, as they do in JSON."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def convert(attribute: Attribute, value: t.Any, current: t.Any = None, displays: t.Callable[[], bool] = bool) -> t.Any:
    """Return ``value`` as the machine wants it.

    What the machine itself reports is always taken: real machines hold values outside their own registry.
    ``displays`` says whether this machine speaks display names; it is asked only where ``current`` does not tell.

    :raises BadValue: with the reason, the allowed values and near matches.
    """
    if value is not None and same(value, current):
        return value
    if attribute.is_password:
        raise BadValue("password", "is a password; it cannot be compared with what is set. Use bios_password for it")
    if value is None or isinstance(value, (list, tuple, dict)):
        raise BadValue("type", f"a single value is needed, not {_kind(value)}")
    kind = attribute.type if attribute.type and attribute.type in CONVERT else _type_of(current)
    return CONVERT[kind](attribute, value, current, displays)


def speaks_displays(registry: Registry, current: t.Mapping[str, t.Any]) -> bool:
    """Say whether a machine reports (and so takes) ValueDisplayName where the schema says ValueName.

    A recorded Supermicro X13 has ValueName ``0`` and ``1`` and reports ``Disabled`` and ``Enabled`` 332 times of 332.
    """
    votes = 0
    for name, value in current.items():
        for choice in registry.get(name).choices if name in registry else ():
            if choice.name != choice.display:
                votes += (value == choice.display) - (value == choice.name)
    return votes > 0


def _enumeration(attribute: Attribute, value: t.Any, current: t.Any, displays: t.Callable[[], bool]) -> t.Any:
    if isinstance(value, bool):
        raise BadValue("type", _boolean_for_enumeration(attribute, value))
    choice = _choice(attribute, str(value))
    if choice is None:
        guesses = near(str(value), [name for item in attribute.choices for name in (item.name, item.display)])
        asked = f"{value!r} is not one of its values"
        raise BadValue("not_in_list", f"{asked}{_did_you_mean(guesses)} (allowed: {_allowed(attribute)})")
    if choice.name == choice.display:
        return choice.name
    return choice.display if _by_display(attribute, current, displays) else choice.name


def _choice(attribute: Attribute, text: str) -> t.Optional[Choice]:
    """Find the value: by its name, else by its display name, else by either in another case if that is unique."""
    for pick in (lambda item: item.name == text, lambda item: item.display == text):
        found = [item for item in attribute.choices if pick(item)]
        if found:
            return found[0]
    lower = text.lower()
    found = [item for item in attribute.choices if lower in (item.name.lower(), item.display.lower())]
    return found[0] if len(found) == 1 else None


def _by_display(attribute: Attribute, current: t.Any, displays: t.Callable[[], bool]) -> bool:
    names, shown = ({getattr(item, part) for item in attribute.choices} for part in ("name", "display"))
    if (current in names) is not (current in shown):
        return current in shown
    return displays()


def _integer(attribute: Attribute, value: t.Any, _current: t.Any, _displays: t.Callable[[], bool]) -> int:
    number = value
    if isinstance(value, str):
        try:
            number = int(value.strip(), 0)
        except ValueError:
            number = None
    if isinstance(number, bool) or not isinstance(number, int):
        raise BadValue("type", f"a whole number is needed, not {value!r}")
    lower, upper = attribute.lower, attribute.upper
    if (lower is not None and number < lower) or (upper is not None and number > upper):
        span = f"{'any' if lower is None else lower} to {'any' if upper is None else upper}"
        raise BadValue("out_of_range", f"{number} is outside {span}")
    if attribute.increment > 1 and (number - (lower or 0)) % attribute.increment:
        raise BadValue("out_of_range", f"{number} is not {lower or 0} plus a multiple of {attribute.increment}")
    return number


def _boolean(_attribute: Attribute, value: t.Any, _current: t.Any, _displays: t.Callable[[], bool]) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise BadValue("type", f"true or false is needed, not {value!r}")


def _string(attribute: Attribute, value: t.Any, _current: t.Any, _displays: t.Callable[[], bool]) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise BadValue("type", f"a text is needed, not {value!r}; put it in quotes if that is the text")
    return check_text(attribute, str(value))


def check_text(attribute: Attribute, text: str) -> str:
    """Return a text that has the length and form its attribute allows.

    :raises BadValue: otherwise; the reason ``pattern`` has the text in its words.
    """
    shortest, longest = attribute.min_length, attribute.max_length
    if (shortest and len(text) < shortest) or (longest and len(text) > longest):
        span = f"{shortest or 0} to {longest if longest else 'any number of'} characters"
        raise BadValue("length", f"{len(text)} characters given, {span} allowed")
    if attribute.expression and _refused_by(attribute.expression, text):
        raise BadValue("pattern", f"{text!r} does not match {attribute.expression}")
    return text


def _refused_by(expression: str, text: str) -> bool:
    try:
        return re.search(expression, text) is None
    except re.error:
        return False  # an ECMAScript expression Python cannot read: the BMC will judge


def _unknown(_attribute: Attribute, value: t.Any, _current: t.Any, _displays: t.Callable[[], bool]) -> t.Any:
    return value


CONVERT: t.Mapping[str, t.Callable[[Attribute, t.Any, t.Any, t.Callable[[], bool]], t.Any]] = {
    "Boolean": _boolean,
    "Enumeration": _enumeration,
    "Integer": _integer,
    "String": _string,
    "": _unknown,
}


def _type_of(current: t.Any) -> str:
    """Take the type of the present value where there is no registry to tell (NVIDIA GH200, Intel)."""
    if isinstance(current, bool):
        return "Boolean"
    if isinstance(current, int):
        return "Integer"
    return "String" if isinstance(current, str) else ""


def _kind(value: t.Any) -> str:
    return "nothing" if value is None else "a list" if isinstance(value, (list, tuple)) else "a dictionary"


def _boolean_for_enumeration(attribute: Attribute, value: bool) -> str:
    words = ("on", "yes", "true") if value else ("off", "no", "false")
    meant = [item.name for item in attribute.choices if {item.name.lower(), item.display.lower()} & set(words)]
    if meant:
        return f"YAML read a boolean; write '{meant[0]}' in quotes (allowed: {_allowed(attribute)})"
    return f"{str(value).lower()} is a boolean and this is an enumeration (allowed: {_allowed(attribute)})"


def _allowed(attribute: Attribute) -> str:
    words = [
        item.name if item.name == item.display else f"{item.name} ({item.display})"
        for item in attribute.choices[:SHOWN]
    ]
    more = len(attribute.choices) - len(words)
    return ", ".join(words) + (f" and {more} more" if more > 0 else "")


def _did_you_mean(guesses: t.Sequence[str]) -> str:
    return f"; did you mean {' or '.join(guesses)}?" if guesses else ""
