# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Named data of the collection, with a user's directories on top, all files checked together.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    HWAutomationError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import near
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.schema import problems_in
from ansible_collections.hwautomation.baremetal.plugins.plugin_utils._configs.source import (
    COLLECTION_ROOT,
    Source,
    files_in,
    read_source,
)

__all__ = ["BOARDING", "DEVICE_TYPES", "VENDORS", "Items", "Kind", "data_files", "load", "pick"]

Items = t.Dict[str, t.Dict[str, t.Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of named data.

    ``directory`` below ``configs/`` holds its files, ``root`` is their only top-level key, ``schema`` their JSON
    Schema, ``noun`` what one of them is called. ``elsewhere`` are files outside of the directory that are read too.
    """

    directory: str
    root: str
    schema: str
    noun: str
    elsewhere: tuple[str, ...] = ()


DEVICE_TYPES = Kind(
    "device_types",
    "device_types",
    "device_type",
    "device type",
    # The name this file has in the project the collection grew out of; it is read as it is.
    elsewhere=("bios/device_mappings.yaml", "bios/device_mappings.yml"),
)
VENDORS = Kind("vendors", "vendors", "vendor", "vendor profile")
BOARDING = Kind("boarding", "boarding", "boarding", "list of boarding checks")


def data_files(kind: Kind, directories: t.Iterable[Path]) -> list[list[Path]]:
    """Return the files that hold data of that kind, one list per directory, the collection's own directory first."""
    roots = [COLLECTION_ROOT / "configs", *directories]
    return [
        files_in(root / kind.directory) + [root / name for name in kind.elsewhere if (root / name).is_file()]
        for root in roots
    ]


def load(kind: Kind, directories: t.Iterable[Path] = ()) -> Items:
    """Return all items of a kind by name, each with its own ``name`` and the ``source`` file it stands in.

    An item of a later directory replaces one of the same name of an earlier one as a whole. Blanks around a name are
    dropped, since such names exist in the field and nobody can see them.

    :raises ConfigurationError: listing every problem of every file.
    """
    directories = [Path(directory) for directory in directories]
    problems = [f"{path} is not a directory (hwautomation_config_dir)" for path in directories if not path.is_dir()]
    merged: Items = {}
    for files in data_files(kind, directories):
        merged.update(_of_one_directory(kind, files, problems))
    if problems:
        many = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        raise ConfigurationError(f"{many} in configs/{kind.directory}: {'; '.join(problems)}", problems=problems)
    return merged


def pick(kind: Kind, items: Items, name: str) -> dict[str, t.Any]:
    """Return one item.

    :raises ConfigurationError: naming the nearest known ones when there is none of that name.
    """
    if name in items:
        return items[name]
    guesses = near(name, items)
    raise ConfigurationError(
        f"unknown {kind.noun} {name!r}",
        hint=" or ".join(guesses) if guesses else f"one of {', '.join(sorted(items))}",
        near=guesses,
    )


def _of_one_directory(kind: Kind, files: t.Iterable[Path], problems: list[str]) -> Items:
    found: Items = {}
    for path in files:
        source = _checked(kind, path, problems)
        if source is None:
            continue
        for key, item in source.data[kind.root].items():
            name = key.strip()
            if name in found:
                place = source.where([kind.root, key])
                problems.append(f"{place}: {kind.noun} {name} is also in {found[name]['source']}")
            found[name] = {**item, "name": name, "source": str(path)}
    return found


def _checked(kind: Kind, path: Path, problems: list[str]) -> Source | None:
    try:
        source = read_source(path)
    except HWAutomationError as exc:
        problems.append(str(exc))
        return None
    wrong = problems_in(source, kind.schema)
    problems += wrong
    return None if wrong else source
