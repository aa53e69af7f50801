# SPDX-License-Identifier: GPL-3.0-or-later
"""BIOS settings of one machine: an attribute registry, current and pending values, and what a reset does to them.

Words are those of DSP2046 AttributeRegistry and Settings. No HTTP in it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Values = dict[str, Any]


@dataclass(frozen=True)
class Attribute:
    """One row of an attribute registry. `values` are (ValueName, ValueDisplayName) pairs.

    `current` is what this kind of machine is delivered with where that is not the default. `present` False: in the
    registry but not on the machine.
    """

    name: str
    type: str = "Enumeration"
    default: Any = None
    values: tuple[tuple[str, str], ...] = ()
    lower: int | None = None
    upper: int | None = None
    step: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    expression: str | None = None
    read_only: bool = False
    hidden: bool = False
    gray_out: bool = False
    write_only: bool = False
    immutable: bool = False
    display: str = ""
    help: str = ""
    warning: str | None = None
    menu: str = "./"
    reset_required: bool | None = True
    current: Any = None
    present: bool = True
    oem: Mapping[str, Any] | None = None

    @property
    def start(self) -> Any:
        return self.default if self.current is None else self.current


@dataclass(frozen=True)
class Term:
    """A condition on another attribute; `joins` are its MapTerms: how it is joined to the ones before it."""

    attribute: str
    value: Any
    condition: str = "EQU"
    joins: tuple[str, ...] = ()
    property: str = "CurrentValue"


@dataclass(frozen=True)
class Dependency:
    """When the terms hold, `property` of `attribute` becomes `value`."""

    attribute: str
    property: str
    value: Any
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Registry:
    """All attributes of a kind of machine."""

    attributes: Mapping[str, Attribute]
    dependencies: tuple[Dependency, ...] = ()
    locks: Mapping[str, tuple[Dependency, ...]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, attributes: Iterable[Attribute], dependencies: Iterable[Dependency] = ()) -> Registry:
        """Index the rows; of rows with the same name the last one counts, as real BMCs have it."""
        table = {attribute.name: attribute for attribute in attributes}
        rules = tuple(dependencies)
        locks: dict[str, tuple[Dependency, ...]] = {}
        for rule in rules:
            if rule.property.lower() in ("readonly", "grayout", "hidden"):
                locks[rule.attribute] = (*locks.get(rule.attribute, ()), rule)
        return cls(table, rules, locks)


@dataclass(frozen=True)
class Problem:
    """Why a value cannot be set: unknown, read_only, not_in_list, out_of_range, type, length, pattern or locked."""

    name: str
    value: Any
    reason: str
    by: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a reset did to one staged value: applied, ignored, or a Problem's reason."""

    name: str
    value: Any
    result: str


def _same(one: Any, other: Any) -> bool:
    """Compare as BMCs do: registries write numbers and flags as text here and there (`"true"`, `"0"`)."""
    return bool(one == other) or str(one).lower() == str(other).lower()


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "EQU": _same,
    "NEQ": lambda one, other: not _same(one, other),
    "GTR": operator.gt,
    "GEQ": operator.ge,
    "LSS": operator.lt,
    "LEQ": operator.le,
}


def holds(terms: Iterable[Term], values: Mapping[str, Any]) -> bool:
    """Say whether the conditions of a dependency hold for these values; an unknown attribute never matches.

    Terms are evaluated in array order (DSP2046 MapTerms). One that joins nothing opens a group, and what is left apart
    in the end is alternatives: Dell publishes no MapTerms, and 38 of the 39 flags of a captured R750 that tell the
    difference say OR. A term may close groups too: X13 writes `AND,OR`.
    """
    groups: list[bool] = []
    for term in terms:
        groups.append(_holds(term, values))
        for join in term.joins:
            if len(groups) > 1:
                right, left = groups.pop(), groups.pop()
                groups.append((left or right) if join == "OR" else (left and right))
    return any(groups)


def _holds(term: Term, values: Mapping[str, Any]) -> bool:
    if term.attribute not in values or term.property != "CurrentValue":
        return False
    value = values[term.attribute]
    try:
        return _COMPARE[term.condition](value, term.value)
    except (KeyError, TypeError):
        return False


class Bios:
    """Current and pending BIOS settings. `accepts_display` lets a value be given by its display name."""

    def __init__(self, registry: Registry, current: Values | None = None, accepts_display: bool = False) -> None:
        self.registry = registry
        self.accepts_display = accepts_display
        self.current: Values = dict(current) if current is not None else self.factory()
        self.pending: Values = {}
        self.defaults_pending = False
        self._latched: Values | None = None
        self._latched_defaults = False
        self._before: Values = {}

    def factory(self) -> Values:
        """Return the values the machine is delivered with. Passwords are never shown."""
        return {
            row.name: row.start
            for row in self.registry.attributes.values()
            if row.present and not row.write_only and row.type != "Password"
        }

    def future(self) -> Values:
        return {**self.current, **self.pending}

    def rename(self, names: Mapping[str, str]) -> None:
        """Call attributes otherwise, as a new BIOS version does; what waits under the old names is lost."""

        def now(name: str) -> str:
            return names.get(name, name)

        old = self.registry
        rows = (replace(row, name=now(row.name)) for row in old.attributes.values())
        rules = (
            replace(
                rule,
                attribute=now(rule.attribute),
                terms=tuple(replace(term, attribute=now(term.attribute)) for term in rule.terms),
            )
            for rule in old.dependencies
        )
        self.registry = Registry.of(rows, rules)
        self.current = {now(name): value for name, value in self.current.items()}
        for staged in (self.pending, self._latched or {}):
            for name in names:
                staged.pop(name, None)

    def check(self, wanted: Values) -> list[Problem]:
        """Return every problem of the wanted values against registry, dependencies, current and pending."""
        future = {**self.future(), **wanted}
        return [problem for name, value in wanted.items() if (problem := self._check(name, value, future))]

    def unfit(self, name: str, value: Any) -> str:
        """Return why the machine cannot hold a value, whoever sets it; an empty string when it can."""
        row = self.registry.attributes.get(name)
        return self._bad_value(row, value) if row else ""

    def stage(self, wanted: Values) -> None:
        """Make values pending; one equal to the current value takes the attribute out of the pending set."""
        for name, value in wanted.items():
            self.pending[name] = value
            if self.current.get(name) == value and name in self.current:
                del self.pending[name]

    def clear(self) -> None:
        self.pending.clear()
        self.defaults_pending = False

    def reset_defaults(self) -> None:
        """Stage the defaults of everything that can be written (ResetBios is pending until a reset, Q-H26)."""
        self.pending.clear()
        self.defaults_pending = True

    def latch(self) -> bool:
        """POST starts: remember what it will apply; later writes wait for the next reset. Say if there is any."""
        self._latched, self._latched_defaults = dict(self.pending), self.defaults_pending
        return bool(self._latched or self._latched_defaults)

    @property
    def latched(self) -> bool:
        """Say whether a POST is under way that looked at what is staged."""
        return self._latched is not None

    def unlatch(self) -> None:
        """POST was cut short: what was staged stays staged."""
        self._latched, self._latched_defaults = None, False

    def apply(self, ignored: Iterable[str] = (), check: bool = True) -> list[Outcome]:
        """POST is done: apply what was latched. `check` is how BMCs that do not look at a PATCH find errors late."""
        latched, defaults = self._latched or {}, self._latched_defaults
        self.unlatch()
        if defaults:
            self._apply_defaults()
        outcomes = [self._apply(name, value, set(ignored), check) for name, value in latched.items()]
        for name, value in latched.items():
            if self.pending.get(name) == value:
                del self.pending[name]
        self._follow({outcome.name for outcome in outcomes if outcome.result == "applied"})
        return outcomes

    def force(self, name: str, value: Any) -> None:
        """Set a current value from outside (a fault puts it back)."""
        self.current[name] = value

    def previous(self, name: str) -> Any:
        """Return the value an attribute had before it was last applied, or None."""
        return self._before.get(name)

    def _apply(self, name: str, value: Any, ignored: set[str], check: bool) -> Outcome:
        if name in ignored:
            return Outcome(name, value, "ignored")
        if check and (problem := self._check(name, value, {**self.future(), **(self._latched or {})})):
            return Outcome(name, value, problem.reason)
        row = self.registry.attributes.get(name)
        self._before[name] = self.current.get(name)
        if row is None or (row.type != "Password" and not row.write_only):
            self.current[name] = value
        return Outcome(name, value, "applied")

    def _apply_defaults(self) -> None:
        self.defaults_pending = False
        for row in self.registry.attributes.values():
            if row.name in self.current and not row.read_only and row.default is not None:
                self._before[row.name] = self.current[row.name]
                self.current[row.name] = row.default

    def _follow(self, changed: set[str]) -> None:
        """Let dependencies that set a CurrentValue act on what has just changed."""
        for rule in self.registry.dependencies:
            touched = rule.property == "CurrentValue" and changed & {term.attribute for term in rule.terms}
            if touched and rule.attribute in self.current and holds(rule.terms, self.current):
                self.current[rule.attribute] = rule.value

    def _check(self, name: str, value: Any, future: Values) -> Problem | None:
        row = self.registry.attributes.get(name)
        if row is None and name not in self.current:
            return Problem(name, value, "unknown")
        if row is None:
            return None  # on the machine but in no registry: nothing to check against
        if not row.present:
            return Problem(name, value, "unknown")
        if row.read_only or row.immutable:
            return Problem(name, value, "read_only")
        reason = self._bad_value(row, value)
        if reason:
            return Problem(name, value, reason)
        if row.gray_out or row.hidden:
            return Problem(name, value, "locked", by=name)
        for rule in self.registry.locks.get(name, ()):
            if is_true(rule.value) and holds(rule.terms, future) and self.current.get(name) != value:
                return Problem(name, value, "locked", by=rule.terms[0].attribute)
        return None

    def _bad_value(self, row: Attribute, value: Any) -> str:
        if row.name in self.current and value == self.current[row.name]:
            return ""  # real machines hold values outside their own registry and take them back
        return _CHECKS.get(row.type, _check_text)(row, value, self.accepts_display)


def is_true(value: Any) -> bool:
    """Say whether a MapToValue means yes; DGX H100 writes `"true"`."""
    return value is True or str(value).lower() == "true"


def _check_enumeration(row: Attribute, value: Any, displays: bool) -> str:
    if not isinstance(value, str):
        return "type"
    names = {name for name, _unused in row.values} | ({shown for _unused, shown in row.values} if displays else set())
    return "" if value in names else "not_in_list"


def _check_integer(row: Attribute, value: Any, _displays: bool) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return "type"
    if row.lower is not None and row.lower != -1 and value < row.lower:
        return "out_of_range"
    if row.upper is not None and row.upper != -1 and value > row.upper:
        return "out_of_range"
    if row.step and row.step > 1 and (value - (row.lower or 0)) % row.step:
        return "out_of_range"
    return ""


def _check_boolean(_row: Attribute, value: Any, _displays: bool) -> str:
    return "" if isinstance(value, bool) else "type"


def _check_text(row: Attribute, value: Any, _displays: bool) -> str:
    if not isinstance(value, str):
        return "type"
    if row.max_length is not None and len(value) > row.max_length:
        return "length"
    if row.min_length is not None and len(value) < row.min_length:
        return "length"
    if row.expression and not re.fullmatch(row.expression, value):
        return "pattern"
    return ""


_CHECKS: dict[str, Callable[[Attribute, Any, bool], str]] = {
    "Enumeration": _check_enumeration,
    "Integer": _check_integer,
    "Boolean": _check_boolean,
    "String": _check_text,
    "Password": _check_text,
}
