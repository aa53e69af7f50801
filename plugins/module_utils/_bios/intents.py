# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Intents: neutral words (``boot_mode: uefi``) turned into a machine's own attributes and values, and back.

The words and the map of each platform are data (configs/bios/intents/); nothing here knows a vendor. A row of a map::

    boot_mode: {attribute: BootMode, values: {uefi: Uefi, legacy: Bios}}
    c_states:  {values: {disabled: {SysProfile: Custom, ProcCStates: Disabled}}}     # several attributes together
    pxe.nic{n}: {attribute: "PxeDev{n}EnDis", values: {enabled: Enabled, disabled: Disabled}}

An attribute or a value may be a list: the first attribute the machine has, the first value it allows. ``without: uefi``
says what a machine is that has no such attribute at all (iLO 6 has no BootMode, and boots UEFI only). ``all: true`` means
every attribute that goes by the name, where a machine has several (X13: console redirection of each serial port).

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.names import Names, NotFound
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.values import (
    BadValue,
    Problem,
    convert,
    same,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near

__all__ = ["IntentMap", "Target", "find_row", "is_now", "recognise", "translate", "word"]

IntentMap = t.Mapping[str, t.Mapping[str, t.Any]]

SYNONYMS = {"on": "enabled", "yes": "enabled", "true": "enabled", "enable": "enabled"}
SYNONYMS.update({"off": "disabled", "no": "disabled", "false": "disabled", "disable": "disabled"})
NUMBER = "{n}"


@dataclass(frozen=True)
class Target:
    """An attribute and the value an intent means on one machine."""

    attribute: str
    value: t.Any


def word(value: t.Any) -> str:
    """Return an intent's value as one neutral word: ``True``, ``On`` and ``Enabled`` are ``enabled``."""
    text = re.sub(r"[\s-]+", "_", str(value).strip().lower())
    return SYNONYMS.get(text, text)


def find_row(intent: str, intent_map: IntentMap) -> t.Optional[t.Mapping[str, t.Any]]:
    """Return the row of an intent, with the number of a numbered one (``pxe.nic2``) put into its names."""
    row = intent_map.get(intent)
    if row is not None:
        return row
    for name, numbered in intent_map.items():
        if NUMBER not in name:
            continue
        match = re.fullmatch(re.escape(name).replace(re.escape(NUMBER), r"(\d+)"), intent)
        if match:
            return t.cast(t.Mapping[str, t.Any], _numbered(numbered, match.group(1)))
    return None


def translate(intent: str, value: t.Any, intent_map: IntentMap, names: Names) -> t.List[Target]:
    """Return what an intent means on a machine.

    :raises BadValue: ``intent`` when the platform has no such intent or word, ``unsupported`` when the machine lacks
        the attribute, ``not_in_list`` when it has the attribute but none of the values.
    """
    row = find_row(intent, intent_map)
    if row is None:
        guesses = near(intent, intent_map)
        told = f"; did you mean {' or '.join(guesses)}?" if guesses else ""
        raise BadValue("unsupported" if not guesses else "intent", f"this platform has no such intent{told}")
    meanings = row["values"]
    meant = meanings.get(word(value))
    if meant is None:
        raise BadValue("intent", f"{value!r} is not one of its words ({', '.join(meanings)})")
    try:
        pairs = _pairs(row, meant)
        return [_target(name, values, names) for found, values in pairs for name in _present(found, names, row)]
    except BadValue as exc:
        if exc.reason == "unsupported" and word(value) == row.get("without"):
            return []
        raise


def recognise(intent_map: IntentMap, names: Names) -> t.Dict[str, t.Tuple[str, t.List[str]]]:
    """Return the intents a machine's current values amount to: intent -> (word, attributes); unclear ones are left out.

    Of words that fit, the one that says most (has most attributes) counts.
    """
    told = ((intent, _meaning(row, names)) for intent, row in _with_numbers(intent_map, names))
    return {intent: meaning for intent, meaning in told if meaning is not None}


def is_now(intent: str, intent_map: IntentMap, names: Names) -> str:
    """Return the word a machine's current values amount to for one intent, or an empty string when that is unclear."""
    row = find_row(intent, intent_map)
    if row is None:
        return ""
    meaning = _meaning(row, names)
    if meaning is not None:
        return meaning[0]
    known = any(names.candidates(name) for values in row["values"].values() for name in _attributes(row, values))
    return "" if known else str(row.get("without", ""))


def problem(intent: str, error: BadValue, source: str) -> Problem:
    """Return a value of an intent that cannot be as a problem to collect."""
    return Problem(intent, error.reason, error.text, source)


def _meaning(row: t.Mapping[str, t.Any], names: Names) -> t.Optional[t.Tuple[str, t.List[str]]]:
    for meaning, meant in sorted(row["values"].items(), key=lambda item: -len(_pairs(row, item[1]))):
        attributes = _satisfied(_pairs(row, meant), names, row)
        if attributes:
            return meaning, attributes
    return None


def _attributes(row: t.Mapping[str, t.Any], meant: t.Any) -> t.Iterator[str]:
    for candidates, _values in _pairs(row, meant):
        yield from candidates


def _pairs(row: t.Mapping[str, t.Any], meant: t.Any) -> t.List[t.Tuple[t.Sequence[str], t.Sequence[t.Any]]]:
    if isinstance(meant, t.Mapping):
        return [((attribute,), _many(values)) for attribute, values in meant.items()]
    return [(_many(row["attribute"]), _many(meant))]


def _target(attribute: str, values: t.Sequence[t.Any], names: Names) -> Target:
    current = names.current[attribute]
    refused: t.Optional[BadValue] = None
    for value in values:
        if same(value, current):
            return Target(attribute, value)
    for value in values:
        try:
            convert(names.registry.get(attribute), value, current)
        except BadValue as exc:
            refused = refused or exc
        else:
            return Target(attribute, value)
    raise BadValue("not_in_list", f"{attribute} {refused.text if refused else 'has no such value'}")


def _present(attributes: t.Sequence[str], names: Names, row: t.Mapping[str, t.Any]) -> t.Sequence[str]:
    ambiguous = ""
    for attribute in attributes:
        try:
            return [names.find(attribute)]
        except NotFound as exc:
            if row.get("all") and exc.reason == "ambiguous":
                return names.candidates(attribute)
            ambiguous = ambiguous or (exc.text if exc.reason == "ambiguous" else "")
    if ambiguous:
        raise BadValue("ambiguous", ambiguous)
    raise BadValue("unsupported", f"this machine has no {' or '.join(attributes)}")


def _satisfied(
    pairs: t.Iterable[t.Tuple[t.Sequence[str], t.Sequence[t.Any]]], names: Names, row: t.Mapping[str, t.Any]
) -> t.List[str]:
    attributes: list[str] = []
    for candidates, values in pairs:
        try:
            found = _present(candidates, names, row)
        except BadValue:
            return []
        if not all(any(_means(value, attribute, names) for value in values) for attribute in found):
            return []
        attributes += found
    return attributes


def _means(value: t.Any, attribute: str, names: Names) -> bool:
    current = names.current[attribute]
    try:
        return same(convert(names.registry.get(attribute), value, current), current)
    except BadValue:
        return False


def _with_numbers(intent_map: IntentMap, names: Names) -> t.Iterator[t.Tuple[str, t.Mapping[str, t.Any]]]:
    for intent, row in intent_map.items():
        if NUMBER not in intent:
            yield intent, row
            continue
        for number in range(1, 33):
            numbered = t.cast(t.Mapping[str, t.Any], _numbered(row, str(number)))
            if any(names.candidates(name) for name in _many(numbered.get("attribute", ()))):
                yield intent.replace(NUMBER, str(number)), numbered


def _numbered(value: t.Any, number: str) -> t.Any:
    if isinstance(value, str):
        return value.replace(NUMBER, number)
    if isinstance(value, t.Mapping):
        return {_numbered(key, number): _numbered(item, number) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_numbered(item, number) for item in value]
    return value


def _many(value: t.Any) -> t.Sequence[t.Any]:
    return value if isinstance(value, (list, tuple)) else (value,)
