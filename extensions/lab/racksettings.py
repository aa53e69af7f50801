# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rack file says of one server: does its platform have that, and is it a possible value. Every problem is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from . import hardware
from .bios import Attribute, Bios
from .habit_words import WORDS as HABIT_WORDS
from .machine import DISK_TARGETS, NETWORK_TARGETS
from .near import line_of, near
from .personality import Personality
from .special import SECTIONS

Found = Iterator[tuple[int, str]]
"""(line or 0, problem) for each."""
Check = Callable[[Personality, Any], Found]
FURTHER_HARDWARE: Mapping[str, Any] = {"cpu_mhz": 0, "cpu_model": "", "part_number": "", "shown_serial": ""}
FURTHER_PARTS: Mapping[str, Mapping[str, Any]] = {
    "nics": {"firmware_version": "", "sriov_max_vf": 0},
    "disks": {"firmware_version": "", "block_size": 0},
}
POWER = ("on", "off")
WORDS = {bool: "true or false", int: "a number", float: "a number", str: "a text", tuple: "a list", list: "a list"}


def problems(personality: Personality, settings: Mapping[str, Any]) -> Found:
    """Return what is wrong with the lab_* values (without the prefix) of a server of this platform."""
    for name, check in CHECKS.items():
        if settings.get(name) is not None and not (name == "bios" and settings.get("tree")):
            yield from check(personality, settings[name])


# -- BIOS ---------------------------------------------------------------------------------------------------------
def _bios(personality: Personality, values: Mapping[str, Any]) -> Found:
    if personality.bios is None or personality.registry is None:
        yield 0, f"lab_bios: {personality.id} has no BIOS settings"
        return
    yield from bios_problems(Bios(personality.registry(), accepts_display=personality.bios.displays_values), values)


def bios_problems(bios: Bios, values: Mapping[str, Any]) -> Found:
    """Return what cannot be the machine's value when it starts; a read-only or locked one can."""
    for name, value in values.items():
        text = _unfit(bios, name, value)
        if text:
            yield line_of(values, name), f"lab_bios: {text}"


def _unfit(bios: Bios, name: str, value: Any) -> str:
    if name not in bios.current:
        return f"unknown attribute {name}{near(name, bios.current)}"
    reason, row = bios.unfit(name, value), bios.registry.attributes.get(name)
    return f"{name} cannot be {value!r}: {_why(row, value, reason)}" if reason and row else ""


def _why(row: Attribute, value: Any, reason: str) -> str:
    if isinstance(value, bool) and row.type != "Boolean":
        return "YAML reads a bare On, Off, Yes or No as true or false; put it in quotes"
    if reason == "not_in_list":
        return f"no such value{near(value, [name for pair in row.values for name in pair])}"
    if reason == "out_of_range":
        step = f" in steps of {row.step}" if row.step else ""
        return f"it goes from {row.lower} to {row.upper}{step}"
    told = {"length": f"from {row.min_length} to {row.max_length} characters", "pattern": f"like {row.expression}"}
    return f"it is {told.get(reason, f'of the type {row.type}')}"


# -- firmware, time, habits ---------------------------------------------------------------------------------------
def _firmware(personality: Personality, versions: Mapping[str, Any]) -> Found:
    known = {component.kind for component in personality.updates.components}
    for kind, version in versions.items():
        if kind not in known:
            have = ", ".join(sorted(known)) or "none"
            yield line_of(versions, kind), f"lab_firmware: {personality.id} has no component {kind}; it has: {have}"
        elif not isinstance(version, str):
            yield line_of(versions, kind), f"lab_firmware.{kind} must be a text: put {version!r} in quotes"


def _timing(personality: Personality, seconds: Mapping[str, Any]) -> Found:
    yield from _fields("lab_timing", personality.power.timing, seconds)
    for key, value in seconds.items():
        if isinstance(value, (int, float)) and value < 0:
            yield line_of(seconds, key), f"lab_timing.{key} must not be less than 0, it is {value}"


def _habits(personality: Personality, habits: Mapping[str, Any]) -> Found:
    for section, changes in habits.items():
        part = getattr(personality, section) if section in SECTIONS else None
        if part is None:
            there = [name for name in SECTIONS if getattr(personality, name) is not None]
            yield line_of(habits, section), f"lab_habits: unknown section {section}{near(section, there)}"
        elif not isinstance(changes, Mapping):
            yield line_of(habits, section), f"lab_habits.{section} must be a mapping, not {changes!r}"
        else:
            yield from _fields(f"lab_habits.{section}", part, changes)
            yield from _words(section, changes)
            yield from _pairs(personality, changes) if section == "oddities" else ()


def _words(section: str, changes: Mapping[str, Any]) -> Found:
    for key, value in changes.items():
        known = HABIT_WORDS.get(section, {}).get(key)
        if known and isinstance(value, str) and value not in known:
            yield line_of(changes, key), f"lab_habits.{section}.{key} {value!r} is not {' or '.join(known)}"


def _pairs(personality: Personality, oddities: Mapping[str, Any]) -> Found:
    """Look at the oddities that are lists of two things in one text."""
    for one in _listed(oddities, "lacks"):
        if not re.fullmatch(r"\w+(\.\w+)+", one):
            yield line_of(oddities, "lacks"), f"lab_habits.oddities.lacks: {one!r} is not Type.Property"
    known = personality.registry().attributes if personality.registry else {}
    for one in _listed(oddities, "bios_renames"):
        old, colon, new = one.partition(":")
        if not (colon and new):
            yield line_of(oddities, "bios_renames"), f"lab_habits.oddities.bios_renames: {one!r} is not Old:New"
        elif old not in known:
            text = f"unknown attribute {old}{near(old, known)}"
            yield line_of(oddities, "bios_renames"), f"lab_habits.oddities.bios_renames: {text}"


def _listed(oddities: Mapping[str, Any], key: str) -> list[str]:
    value = oddities.get(key)
    return [str(one) for one in value] if isinstance(value, list) else []


def _fields(where: str, part: Any, changes: Mapping[str, Any]) -> Found:
    """Compare with the fields of one of the platform's tables."""
    known = {item.name: getattr(part, item.name) for item in fields(part)}
    for key, value in changes.items():
        if key in known and isinstance(value, Mapping) and is_dataclass(known[key]):
            yield from _fields(f"{where}.{key}", known[key], value)
        else:
            yield from _entry(where, known, changes, key)


def _entry(where: str, known: Mapping[str, Any], given: Mapping[str, Any], key: Any) -> Found:
    """Look at one key: is it known, and is its value of the kind of the known one (null is nobody's business)."""
    if key not in known:
        yield line_of(given, key), f"{where}: unknown {key}{near(key, known)}"
    elif given[key] is not None and not _alike(known[key], given[key]):
        yield line_of(given, key), f"{where}.{key} must be {WORDS[type(known[key])]}, not {given[key]!r}"


def _alike(known: Any, value: Any) -> bool:
    if type(known) not in WORDS:
        return True
    if isinstance(known, bool) or isinstance(value, bool):
        return isinstance(known, bool) and isinstance(value, bool)
    if isinstance(known, (int, float)):
        return isinstance(value, (int, float))
    return isinstance(value, str if isinstance(known, str) else list)


# -- the machine --------------------------------------------------------------------------------------------------
def _hardware(personality: Personality, facts: Mapping[str, Any]) -> Found:
    made = {**hardware.make(personality, ""), **FURTHER_HARDWARE}
    for key, value in facts.items():
        yield from _entry("lab_hardware", made, facts, key)
        if key in hardware.PARTS and isinstance(value, list):
            known = {**hardware.sample(personality, key), **FURTHER_PARTS[key]}
            for number, part in enumerate(value):
                yield from _part(f"lab_hardware.{key}[{number}]", known, part)


def _part(where: str, known: Mapping[str, Any], part: Any) -> Found:
    if not isinstance(part, Mapping):
        yield 0, f"{where} must be a mapping, not {part!r}"
        return
    for key in part:
        yield from _entry(where, known, part, key)


def _boot_order(_personality: Personality, order: list[Any]) -> Found:
    known = (*DISK_TARGETS, *NETWORK_TARGETS)
    for target in order:
        if target not in known:
            yield 0, f"lab_boot_order: unknown target {target}{near(target, known)}"


def _power(_personality: Personality, value: Any) -> Found:
    if not isinstance(value, bool) and str(value).lower() not in POWER:
        yield 0, f"lab_power {value!r} is not {' or '.join(POWER)}"


def _license(_personality: Personality, value: Any) -> Found:
    if value not in (True, False, "expired"):
        yield 0, f"lab_license must be true, false or expired, not {value!r}"


def _is(name: str, like: Any) -> Check:
    def check(_personality: Personality, value: Any) -> Found:
        yield from _entry("", {name: like}, {name: value}, name)

    return lambda personality, value: ((line, text.removeprefix(".")) for line, text in check(personality, value))


CHECKS: Mapping[str, Check] = {
    "bios": _bios,
    "firmware": _firmware,
    "timing": _timing,
    "habits": _habits,
    "hardware": _hardware,
    "boot_order": _boot_order,
    "power": _power,
    "os": _is("lab_os", ""),
    "username": _is("lab_username", ""),
    "password": _is("lab_password", ""),
    "license": _license,
    "lockdown": _is("lab_lockdown", True),
    "must_change_password": _is("lab_must_change_password", True),
}
