# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The BIOS templates and intent maps on disk: the collection's, with a user's directories on top.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.intents import find_row
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    HWAutomationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.cache import once_per_run
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.schema import problems_in
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.source import (
    COLLECTION_ROOT,
    files_in,
    read_source,
)

__all__ = ["FOLDERS", "BiosLibrary"]

Document = t.Dict[str, t.Any]
FOLDERS = ("platforms", "profiles", "workloads", "groups", "hosts")
RULES = ("template_rules.yaml", "template_rules.yml")


class BiosLibrary:
    """All files below ``bios/`` of the collection's ``configs/`` and of further directories.

    A file of a later directory replaces one of the same name of an earlier one. Every file is checked when the library
    is made, so that all mistakes are told together.

    :param cache_dir: directory of the run, in which what was read is kept for the next task; None reads every time.
    :raises ConfigurationError: listing every problem of every file with its line.
    """

    def __init__(self, directories: t.Iterable[Path] = (), cache_dir: str | None = None) -> None:
        self._roots = [COLLECTION_ROOT / "configs" / "bios", *(Path(item) / "bios" for item in directories)]
        self._problems: list[str] = []
        self.layers: dict[str, Document] = {}
        self.intent_maps: dict[str, Document] = {}
        self.rules: dict[str, Document] = {}
        kept = once_per_run(cache_dir, "bios", self.files(), self._read_all)
        self.layers, self.intent_maps, self.rules = kept["layers"], kept["intent_maps"], kept["rules"]

    def _read_all(self) -> dict[str, dict[str, Document]]:
        for root in self._roots:
            self._read(root)
        if self._problems:
            many = f"{len(self._problems)} problem{'s' if len(self._problems) > 1 else ''}"
            raise ConfigurationError(
                f"{many} in configs/bios: {'; '.join(self._problems)}", problems=list(self._problems)
            )
        return {"layers": self.layers, "intent_maps": self.intent_maps, "rules": self.rules}

    def files(self) -> list[Path]:
        """Return every file and directory the library is made of, for a cache to look at."""
        folders = [root / folder for root in self._roots for folder in (*FOLDERS, "intents", "")]
        return [*folders, *(path for folder in folders for path in files_in(folder))]

    def layer(self, name: str) -> Document:
        """Return a layer by its path without suffix, such as ``workloads/storage``.

        :raises ConfigurationError: naming the nearest ones when there is none.
        """
        if name in self.layers:
            return self.layers[name]
        guesses = near(name, self.layers)
        raise ConfigurationError(
            f"there is no BIOS layer {name!r}",
            hint=f"did you mean {' or '.join(guesses)}?" if guesses else f"one of {', '.join(sorted(self.layers))}",
            near=guesses,
        )

    def layer_or_none(self, name: str) -> Document | None:
        """Return a layer that need not exist."""
        return self.layers.get(name)

    def knows_intent(self, intent: str) -> bool:
        """Say whether any platform has an intent."""
        return any(find_row(intent, intent_map) is not None for intent_map in self.intent_maps.values())

    def intents(self) -> list[str]:
        """Return the names of all intents."""
        return sorted({intent for intent_map in self.intent_maps.values() for intent in intent_map})

    def _read(self, root: Path) -> None:
        for path in files_in(root):
            if path.name in RULES:
                self._rules(path)
            elif path.stem == "site":
                self._layer("site", path)
        for folder in FOLDERS:
            for path in files_in(root / folder):
                self._layer(f"{folder}/{path.stem}", path)
        for path in files_in(root / "intents"):
            document = self._checked(path, "bios_intents")
            for platform in (document or {}).get("platforms", ()):
                self.intent_maps[platform] = (document or {})["intents"]

    def _layer(self, name: str, path: Path) -> None:
        document = self._checked(path, "bios_layer")
        if document is not None:
            self.layers[name] = document

    def _rules(self, path: Path) -> None:
        document = self._checked(path, "bios_template_rules")
        for name, rules in ((document or {}).get("templates") or {}).items():
            self.rules[str(name).strip()] = dict(rules or {})

    def _checked(self, path: Path, schema: str) -> Document | None:
        try:
            source = read_source(path)
        except HWAutomationError as exc:
            self._problems.append(str(exc))
            return None
        wrong = problems_in(source, schema)
        self._problems += wrong
        return None if wrong else t.cast(Document, source.data)
