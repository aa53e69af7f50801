# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the collection's YAML data files: what they say, and on which line they say it.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from pathlib import Path

import yaml

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

__all__ = ["COLLECTION_ROOT", "Source", "files_in", "read_source"]

COLLECTION_ROOT = Path(__file__).resolve().parents[3]

_Loader: t.Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times faster where it is built in


@dataclass(frozen=True)
class Source:
    """A data file: its path, its content, and the node tree that knows the lines."""

    path: Path
    data: t.Any
    node: t.Any

    def where(self, keys: t.Iterable[t.Any]) -> str:
        """Return ``file:line`` of the value below the given keys, or of the deepest one that exists."""
        node = self.node
        for key in keys:
            deeper = _child(node, key)
            if deeper is None:
                break
            node = deeper
        return f"{self.path}:{node.start_mark.line + 1}" if node is not None else str(self.path)


def files_in(directory: Path) -> list[Path]:
    """Return the YAML files of a directory in order of their names; a directory that does not exist has none."""
    if not directory.is_dir():
        return []
    return sorted(path for path in directory.iterdir() if path.suffix in (".yml", ".yaml") and path.is_file())


def read_source(path: Path) -> Source:
    """Read one file.

    :raises ConfigurationError: when it cannot be read, is not YAML, or names a key twice (YAML itself takes the last
        one without a word).
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise ConfigurationError(f"cannot read {path}: {' '.join(str(exc).split())}") from exc
    twice = [f"{path}:{line}: {key} is given twice" for key, line in _twice(node)]
    if twice:
        raise ConfigurationError("; ".join(twice), problems=twice)
    return Source(path, data, node)


def _child(node: t.Any, key: t.Any) -> t.Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == str(key)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key]
    return None


def _twice(node: t.Any) -> t.Iterator[tuple[str, int]]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _twice(item)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, value in node.value:
            if name.value in seen:
                yield name.value, name.start_mark.line + 1
            seen.add(name.value)
            yield from _twice(value)
