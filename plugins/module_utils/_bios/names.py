# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the attribute a person means on a machine: by name, by stem or by display name.

Supermicro's names end in a hexadecimal suffix that changes with board and ROM (``QuietBoot_002D``), AMI's say nothing
(``GBT0001``); a template that is to fit more than one machine cannot hold either.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.registry import Registry
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near

__all__ = ["Names", "NotFound", "stem"]

SUFFIX = re.compile(r"[_#][0-9A-F]{4}$")


class NotFound(Exception):
    """No attribute, or more than one, goes by a name; ``reason`` is ``unknown``, ``absent`` or ``ambiguous``."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text


def stem(name: str) -> str:
    """Return a name without the suffix that changes with the ROM: ``QuietBoot`` for ``QuietBoot_002D``."""
    return SUFFIX.sub("", name)


@dataclass
class Names:
    """The names of one machine. Only attributes it reports count; its registry may hold hundreds it does not have."""

    current: t.Mapping[str, t.Any]
    registry: Registry = field(default_factory=Registry.none)
    _stems: t.Optional[t.Mapping[str, t.Sequence[str]]] = None
    _displays: t.Optional[t.Mapping[str, t.Sequence[str]]] = None

    def find(self, asked: str) -> str:
        """Return the name of the one attribute that is meant.

        ``asked`` may end in ``@ TEXT`` to pick among several of the same name by their menu: ``HotPlug @ Slot 1``.

        :raises NotFound: with near matches, or with the candidates and their menus.
        """
        if asked in self.current:
            return asked
        word, _unused, menu = (part.strip() for part in asked.partition(" @ "))
        for table in (self._by_stem(), self._by_display()):
            found = [name for name in table.get(_key(word), ()) if self._is_under(name, menu)]
            if len(found) == 1:
                return found[0]
            if found:
                raise NotFound("ambiguous", self._which(word, found))
        raise self._unknown(word)

    def candidates(self, word: str) -> t.Sequence[str]:
        """Return every attribute that goes by a name, stem or display name; unlike :meth:`find` it never raises."""
        if word in self.current:
            return (word,)
        return self._by_stem().get(_key(word), ()) or self._by_display().get(_key(word), ())

    def _by_stem(self) -> t.Mapping[str, t.Sequence[str]]:
        if self._stems is None:
            self._stems = _table((_key(name), name) for name in self.current)
        return self._stems

    def _by_display(self) -> t.Mapping[str, t.Sequence[str]]:
        if self._displays is None:
            displays = self.registry.index.displays
            known = ((displays.get(name, "").lower(), name) for name in self.current)
            self._displays = _table((display, name) for display, name in known if display)
        return self._displays

    def _is_under(self, name: str, menu: str) -> bool:
        return not menu or menu.lower() in self.registry.get(name).menu.lower()

    def _which(self, word: str, names: t.Sequence[str]) -> str:
        told = ", ".join(f"{name} (menu {self.registry.get(name).menu or 'unknown'})" for name in names)
        return f"{len(names)} attributes go by that name: {told}; write one of them, or '{word} @ part of the menu'"

    def _unknown(self, word: str) -> NotFound:
        if word in self.registry:
            return NotFound("absent", "the registry has it, but this machine does not show it")
        guesses = near(word, self.current) or near(word, self._by_display())
        told = f"; did you mean {' or '.join(guesses)}?" if guesses else ""
        return NotFound("unknown", f"this machine has no such attribute{told}")


def _key(name: str) -> str:
    return stem(name).lower()


def _table(pairs: t.Iterable[t.Tuple[str, str]]) -> t.Mapping[str, t.Sequence[str]]:
    table: dict[str, list[str]] = {}
    for key, name in pairs:
        table.setdefault(key, []).append(name)
    return table
