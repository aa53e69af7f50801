# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the dependencies of a registry do to attributes: lock them, or set them.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import operator
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry, is_true

__all__ = ["Lock", "Rule", "Values", "future_values", "forced", "lock", "never_writable", "rules"]

Values = t.Mapping[str, t.Any]

LOCKING = {"readonly": "read-only", "immutable": "read-only", "grayout": "greyed out", "hidden": "hidden"}


@dataclass(frozen=True)
class Term:
    """A condition on another attribute; ``joins`` says how it is combined with the terms before it."""

    attribute: str
    condition: str
    value: t.Any
    joins: t.Tuple[str, ...]

    def __str__(self) -> str:
        sign = {"EQU": "=", "NEQ": "!=", "GTR": ">", "GEQ": ">=", "LSS": "<", "LEQ": "<="}.get(self.condition, "?")
        return f"{self.attribute} {sign} {self.value}"


@dataclass(frozen=True)
class Rule:
    """When its terms hold, ``effect`` (a property in lower case) of ``attribute`` becomes ``value``."""

    attribute: str
    effect: str
    value: t.Any
    terms: t.Tuple[Term, ...]

    def holds(self, values: Values) -> bool:
        """Say whether the terms hold; one on an attribute that is not there does not."""
        stack: list[bool] = []
        for term in self.terms:
            _combine(stack, _matches(term, values), term.joins)
        # Terms nobody joined: any of them is enough. Dell sends no MapTerms at all, and 19 of the 19 flags of a
        # recorded R750 that tell AND from OR say OR (HttpDev1Ip is read-only with DHCP on, device enabled).
        return any(stack)

    @property
    def reason(self) -> str:
        """Return the terms as a person would write them."""
        text = str(self.terms[0]) if self.terms else ""
        for term in self.terms[1:]:
            text += f" {(term.joins[0] if term.joins else 'or').lower()} {term}"
        return text


@dataclass(frozen=True)
class Lock:
    """Why an attribute cannot be written: what it is, and the condition or attribute that makes it so."""

    what: str
    because: str = ""

    def __str__(self) -> str:
        return f"{self.what} while {self.because}" if self.because else self.what


class _Layered(t.Mapping[str, t.Any]):
    """Values looked up in one mapping after the other, the first that has the name counting; nothing is copied."""

    def __init__(self, *layers: Values) -> None:
        self._layers = layers

    def __getitem__(self, name: str) -> t.Any:
        for layer in self._layers:
            if name in layer:
                return layer[name]
        raise KeyError(name)

    def __iter__(self) -> t.Iterator[str]:
        return iter(dict.fromkeys(name for layer in self._layers for name in layer))

    def __len__(self) -> int:
        return sum(1 for _unused in self)


def future_values(registry: Registry, *layers: Values) -> Values:
    """Return values as they will be: of the layers the first that knows a name counts (wanted, pending, current).

    Below them lie the values in the registry itself: Supermicro's rules refer to internal items that only it shows.
    """
    return _Layered(*layers, registry.index.shown)


def rules(registry: Registry, name: str) -> t.Tuple[Rule, ...]:
    """Return the rules that act on an attribute, made when first asked for: hundreds act on what nobody asks about."""
    made: dict[str, t.Tuple[Rule, ...]] = registry.derived.setdefault("rules", {})
    if name not in made:
        made[name] = _rules(registry.index.dependencies.get(name, ()))
    return made[name]


def _rules(rows: t.Iterable[t.Mapping[str, t.Any]]) -> t.Tuple[Rule, ...]:
    return tuple(rule for rule in map(_rule, rows) if rule)


def lock(registry: Registry, name: str, future: Values, current: Values) -> t.Optional[Lock]:
    """Say why an attribute cannot be written when the machine is as in ``future``; None when it can.

    A flag in the row itself stands, unless a rule explains it on the current values: then it is the machine's state of
    today (Dell marks ProcTurboMode read-only because SysProfile is not Custom) and the rules decide on ``future``.
    """
    attribute = registry.get(name)
    if attribute.immutable:
        return Lock("read-only")
    flags = {"readonly": attribute.read_only, "grayout": attribute.gray_out, "hidden": attribute.hidden}
    locking = [rule for rule in rules(registry, name) if rule.effect in LOCKING and is_true(rule.value)]
    for rule in locking:
        if rule.holds(future):
            return Lock(LOCKING[rule.effect], rule.reason)
    for flag, is_set in flags.items():
        if is_set and not any(rule.effect == flag and rule.holds(current) for rule in locking):
            return Lock(LOCKING[flag])
    return None


def never_writable(registry: Registry, name: str, current: Values) -> bool:
    """Say whether an attribute is read-only whatever the other settings are."""
    found = lock(registry, name, current, current)
    return found is not None and not found.because


def forced(registry: Registry, future: Values, changed: t.Iterable[str]) -> dict[str, t.Tuple[t.Any, str]]:
    """Return what the machine will set by itself when ``changed`` take effect: name -> (value, reason)."""
    setters = registry.index.setters
    return {
        rule.attribute: (rule.value, rule.reason)
        for name in changed
        for rule in _rules(setters.get(name, ()))
        if rule.holds(future)
    }


def _rule(row: t.Mapping[str, t.Any]) -> t.Optional[Rule]:
    dependency = row.get("Dependency")
    if row.get("Type") not in (None, "Map") or not isinstance(dependency, dict):
        return None
    if not dependency.get("MapToAttribute") or not dependency.get("MapFrom"):
        return None
    return Rule(
        attribute=str(dependency["MapToAttribute"]),
        effect=str(dependency.get("MapToProperty") or "").lower(),
        value=dependency.get("MapToValue"),
        terms=tuple(_term(item) for item in dependency["MapFrom"] if isinstance(item, dict)),
    )


def _term(item: t.Mapping[str, t.Any]) -> Term:
    simple = (item.get("MapFromProperty") or "CurrentValue") == "CurrentValue"
    return Term(
        attribute=str(item.get("MapFromAttribute") or ""),
        condition=str(item.get("MapFromCondition") or "EQU") if simple else "",
        value=item.get("MapFromValue"),
        joins=tuple(part.strip().upper() for part in str(item.get("MapTerms") or "").split(",") if part.strip()),
    )


def _combine(stack: list[bool], value: bool, joins: t.Tuple[str, ...]) -> None:
    """Add a term to the expression so far.

    The schema says "evaluated left to right". Supermicro writes groups: a term without MapTerms opens one, and
    ``AND,OR`` closes it (AND within, then OR with the group before).
    """
    stack.append(value)
    for join in joins:
        if len(stack) > 1:
            right, left = stack.pop(), stack.pop()
            stack.append(left or right if join == "OR" else left and right)


COMPARE: t.Mapping[str, t.Callable[[t.Any, t.Any], bool]] = {
    "GTR": operator.gt,
    "GEQ": operator.ge,
    "LSS": operator.lt,
    "LEQ": operator.le,
}


def _matches(term: Term, values: Values) -> bool:
    value = values.get(term.attribute)
    if value is None:
        return False
    if term.condition in ("EQU", "NEQ"):
        return _same(value, term.value) is (term.condition == "EQU")
    try:
        return COMPARE[term.condition](value, term.value)
    except (KeyError, TypeError):
        return False  # a condition nobody sends yet never locks anything


def _same(one: t.Any, other: t.Any) -> bool:
    # Registries write numbers and flags as strings here and there ("0", "true").
    return bool(one == other) or str(one).lower() == str(other).lower()
