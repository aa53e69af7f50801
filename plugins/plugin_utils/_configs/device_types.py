# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Device types: the collection's own, with a user's directory on top, all checked together.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
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

__all__ = ["DeviceTypes", "data_files", "load", "pick"]

DeviceTypes = t.Dict[str, t.Dict[str, t.Any]]

# The file name of the project this collection grew out of; it is read as it is.
LEGACY_FILES = ("device_mappings.yaml", "device_mappings.yml")


def data_files(directories: t.Iterable[Path]) -> list[list[Path]]:
    """Return the files that hold device types, one list per directory, the collection's own directory first."""
    roots = [COLLECTION_ROOT / "configs", *directories]
    return [files_in(root / "device_types") + _legacy(root / "bios") for root in roots]


def load(directories: t.Iterable[Path] = ()) -> DeviceTypes:
    """Return all device types by name, each with its own ``name`` and the ``source`` file it stands in.

    A type of a later directory replaces one of the same name of an earlier one as a whole. Blanks around a name are
    dropped, since such names exist in the field and nobody can see them.

    :raises ConfigurationError: listing every problem of every file.
    """
    directories = [Path(directory) for directory in directories]
    problems = [
        f"{directory} is not a directory (hwautomation_config_dir)"
        for directory in directories
        if not directory.is_dir()
    ]
    merged: DeviceTypes = {}
    for files in data_files(directories):
        merged.update(_of_one_directory(files, problems))
    if problems:
        raise ConfigurationError(
            f"{len(problems)} problem{'s' if len(problems) > 1 else ''} in the device types: {'; '.join(problems)}",
            problems=problems,
        )
    return merged


def pick(types: DeviceTypes, name: str) -> dict[str, t.Any]:
    """Return one device type.

    :raises ConfigurationError: naming the nearest known ones when there is none of that name.
    """
    if name in types:
        return types[name]
    guesses = near(name, types)
    raise ConfigurationError(
        f"unknown device type {name!r}",
        hint=" or ".join(guesses) if guesses else f"one of {', '.join(sorted(types))}",
        near=guesses,
    )


def _legacy(directory: Path) -> list[Path]:
    return [directory / name for name in LEGACY_FILES if (directory / name).is_file()]


def _of_one_directory(files: t.Iterable[Path], problems: list[str]) -> DeviceTypes:
    found: DeviceTypes = {}
    for path in files:
        source = _checked(path, problems)
        for key, spec in (source.data["device_types"] if source else {}).items():
            name = key.strip()
            if name in found:
                told = source.where(["device_types", key]) if source else path
                problems.append(f"{told}: device type {name} is also in {found[name]['source']}")
            found[name] = {**spec, "name": name, "source": str(path)}
    return found


def _checked(path: Path, problems: list[str]) -> Source | None:
    try:
        source = read_source(path)
    except HWAutomationError as exc:
        problems.append(str(exc))
        return None
    wrong = problems_in(source, "device_type")
    problems += wrong
    return None if wrong else source
