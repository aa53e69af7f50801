# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep commissioning, testing and release scripts: built-in ones and those users upload."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import yaml

from .records_scripts import Script, ScriptRevision
from .refusals import FormErrors, NotFound, no_choice_text
from .scripts_data import BUILTINS, COMMISSIONING, TESTING

TYPE_NAMES = {0: "Commissioning script", 2: "Testing script", 3: "Release script"}
TYPE_WORDS = {"commissioning": 0, "testing": 2, "test": 2, "release": 3, "0": 0, "2": 2, "3": 3}
HARDWARE_NAMES = {0: "Node", 1: "CPU", 2: "Memory", 3: "Storage", 4: "Network", 5: "GPU"}
HARDWARE_WORDS = {name.lower(): number for number, name in HARDWARE_NAMES.items()} | {
    str(number): number for number in HARDWARE_NAMES
}
HARDWARE_TAGS = {0: "node", 1: "cpu", 2: "memory", 3: "storage", 4: "network", 5: "gpu"}
PARALLEL_NAMES = {
    0: "Disabled",
    1: "Run along other instances of this script",
    2: "Run along any other script.",
}
PARALLEL_WORDS = {"disabled": 0, "instance": 1, "any": 2, "0": 0, "1": 1, "2": 2}
_METADATA = re.compile(
    r"^\s*#\s*-+\s*Start MAAS (?P<version>\d+\.\d+) script metadata\s*-+\s*\n(?P<yaml>.*?)"
    r"^\s*#\s*-+\s*End MAAS \d+\.\d+ script metadata\s*-+",
    re.S | re.M,
)


class Scripts:
    """All scripts by name, with the counters MAAS gives them."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._by_name: dict[str, Script] = {}
        self._last_script = 0
        self._last_revision = 0
        for item in BUILTINS:
            self._by_name[item.name] = Script(
                self._next_script(),
                item.name,
                item.title,
                item.title,
                item.type,
                list(item.tags),
                item.hardware,
                item.parallel,
                item.timeout,
                parameters=dict(item.parameters),
                packages={"apt": list(item.apt)} if item.apt else {},
                destructive=item.destructive,
                default=True,
                apply_configured_networking=item.configured_networking,
                history=[self._revision("Created by maas", f"#!/bin/sh\n# {item.title}\n")],
            )

    def all(self) -> list[Script]:
        return sorted(self._by_name.values(), key=lambda script: script.id)

    def get(self, name: str) -> Script:
        """Find a script by name or id; refuse with 404."""
        if name in self._by_name:
            return self._by_name[name]
        for script in self._by_name.values():
            if str(script.id) == name:
                return script
        raise NotFound("Script")

    def add(self, script: Script) -> None:
        self._by_name[script.name] = script

    def has(self, name: str) -> bool:
        return name in self._by_name

    def remove(self, script: Script) -> None:
        del self._by_name[script.name]

    def new_revision(self, script: Script, comment: str | None, body: str) -> None:
        script.history.insert(0, self._revision(comment, body))

    def create(self, name: str, type_: int, comment: str | None, body: str) -> Script:
        made = Script(self._next_script(), name, "", "", type_, [], history=[self._revision(comment, body)])
        self._by_name[name] = made
        return made

    def select(self, type_: int, words: Iterable[str]) -> list[Script]:
        """Give the scripts of a type whose name, id or tag is among ``words``, in the order they run."""
        wanted = set(words)
        found = [
            script
            for script in self._by_name.values()
            if script.type == type_ and (script.name in wanted or str(script.id) in wanted or wanted & set(script.tags))
        ]
        return sorted(found, key=lambda script: script.name)

    def check_words(self, type_: int, field: str, words: Iterable[str], allowed: Iterable[str] = ()) -> None:
        """Refuse names and tags that no script of the type carries, as the form's choice field does."""
        known = set(allowed)
        for script in self._by_name.values():
            if script.type == type_:
                known |= {script.name, str(script.id), *script.tags}
        for word in words:
            if word not in known:
                raise FormErrors({field: no_choice_text(word)})

    def commissioning_set(self, words: Iterable[str] | None) -> list[Script]:
        """Give the built-in commissioning scripts plus the chosen ones; all of the user's when nothing is chosen."""
        builtin = [s for s in self._by_name.values() if s.type == COMMISSIONING and s.default]
        own = [s for s in self._by_name.values() if s.type == COMMISSIONING and not s.default]
        chosen = own if words is None else [s for s in self.select(COMMISSIONING, words) if not s.default]
        if words is None:
            chosen = [s for s in chosen if not s.for_hardware and "noauto" not in s.tags]
        return sorted(builtin + chosen, key=lambda script: script.name)

    def testing_set(self, words: Iterable[str] | None) -> list[Script]:
        """Give the chosen testing scripts; without a choice those tagged ``commissioning``."""
        return self.select(TESTING, ["commissioning"] if words is None else words)

    def _next_script(self) -> int:
        self._last_script += 1
        return self._last_script

    def _revision(self, comment: str | None, body: str) -> ScriptRevision:
        self._last_revision += 1
        return ScriptRevision(self._last_revision, comment, self._now(), body)


def read_metadata(body: str) -> dict[str, Any]:
    """Give the YAML metadata embedded in a script, or an empty mapping; refuse a body that is no script."""
    if not body.startswith("#!/"):
        raise FormErrors({"script": "Must start with shebang."})
    found = _METADATA.search(body)
    if found is None:
        return {}
    text = re.sub(r"^\s*# ?", "", found["yaml"], flags=re.M)
    try:
        loaded = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise FormErrors({"script": f"Invalid YAML: {error}"}) from error
    return loaded if isinstance(loaded, dict) else {}


def apply_fields(script: Script, fields: dict[str, Any]) -> None:
    """Copy checked fields onto a script; unknown fields are ignored, as MAAS does."""
    errors: dict[str, list[str]] = {}
    for name in ("title", "description"):
        if fields.get(name) is not None:
            setattr(script, name, str(fields[name]))
    for name, words in (("hardware_type", HARDWARE_WORDS), ("parallel", PARALLEL_WORDS)):
        if fields.get(name) is not None:
            number = words.get(str(fields[name]).lower())
            if number is None:
                errors[name] = [no_choice_text(str(fields[name]))]
            else:
                setattr(script, name, number)
    for name in ("destructive", "may_reboot", "recommission", "apply_configured_networking"):
        if fields.get(name) is not None:
            setattr(script, name, str(fields[name]).lower() in ("true", "1", "yes", "on"))
    for name in ("parameters", "results", "packages"):
        if isinstance(fields.get(name), dict):
            setattr(script, name, dict(fields[name]))
    if fields.get("timeout") is not None:
        script.timeout = parse_timeout(fields["timeout"], errors)
    if fields.get("for_hardware") is not None:
        script.for_hardware = _words(fields["for_hardware"])
    if fields.get("tags") is not None:
        script.tags = _words(fields["tags"])
    if errors:
        raise FormErrors(errors)
    if script.destructive and "destructive" not in script.tags:
        script.tags.append("destructive")
    if HARDWARE_TAGS[script.hardware_type] not in script.tags:
        script.tags.append(HARDWARE_TAGS[script.hardware_type])


def parse_timeout(value: Any, errors: dict[str, list[str]]) -> int:
    """Read seconds from a number or ``[[H:]M:]S`` (YAML reads ``00:20:00`` as the number 1200 itself)."""
    if isinstance(value, int):
        return value
    parts = str(value).split(":")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        errors["timeout"] = ["Enter a valid duration."]
        return 0
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    return seconds


def _words(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else str(value).split(",")
    return [str(word).strip() for word in listed if str(word).strip()]
