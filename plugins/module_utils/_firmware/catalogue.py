# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A row of the firmware catalogue: which image brings which component of which platform to which version.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.options import Options, near, validate

__all__ = [
    "ACTIVATIONS",
    "COMPONENTS",
    "PRIORITIES",
    "ROW_SPEC",
    "Requirement",
    "Row",
    "option_of",
    "row_of",
    "rows_of",
]

COMPONENTS = ("bmc", "bios", "cpld", "nic", "storage", "psu", "gpu", "other")
PRIORITIES = ("critical", "high", "normal", "low")
ACTIVATIONS = ("none", "host_reset", "bmc_reset", "ac_cycle")
SHA256 = re.compile(r"[0-9a-fA-F]{64}")

_REQUIREMENT_SPEC = {
    "component": {"type": "str", "required": True, "choices": list(COMPONENTS)},
    "version": {"type": "str", "required": True},
}
_COMMON_SPEC = {
    "component": {"type": "str", "required": True, "choices": list(COMPONENTS)},
    "version": {"type": "str", "required": True},
    "image": {"type": "str", "required": True},
    "sha256": {"type": "str", "required": True},
    "size": {"type": "int"},
    "platform": {"type": "str"},
    "models": {"type": "list", "elements": "str", "default": []},
    "device": {"type": "str"},
    "target": {"type": "str"},
    "activation": {"type": "str", "choices": list(ACTIVATIONS)},
    "priority": {"type": "str", "choices": list(PRIORITIES), "default": "normal"},
    "minutes": {"type": "int"},
    "requires": {"type": "list", "elements": "dict", "options": _REQUIREMENT_SPEC, "default": []},
    "notes": {"type": "str"},
}
# The form a door takes; `via` holds the intermediate versions of the same component, lowest first.
ROW_SPEC: dict[str, t.Any] = {
    **_COMMON_SPEC,
    "via": {"type": "list", "elements": "dict", "options": _COMMON_SPEC, "default": []},
}


@dataclass(frozen=True)
class Requirement:
    """A component that must have at least this version before the row may be flashed."""

    component: str
    version: str


@dataclass(frozen=True)
class Row:
    """One image of the catalogue.

    ``image`` is a URL or a path on the machine the task runs on; ``size`` in bytes or None; ``device`` is a part of the
    name of the device, needed where a machine has several of a component; ``target`` the URI to aim at, ``minutes`` the
    usual duration and ``activation`` what makes it active, empty or None for the platform's own; ``via`` the
    intermediate versions, lowest first.
    """

    component: str
    version: str
    image: str
    sha256: str
    size: int | None = None
    platform: str = ""
    models: t.Tuple[str, ...] = ()
    device: str = ""
    target: str = ""
    activation: str = ""
    priority: str = "normal"
    minutes: int | None = None
    requires: t.Tuple[Requirement, ...] = ()
    notes: str = ""
    via: t.Tuple[Row, ...] = ()

    @property
    def label(self) -> str:
        """What the row is about, as steps and results name it: ``bios``, or ``nic (ConnectX-6)``."""
        return f"{self.component} ({self.device})" if self.device else self.component

    @property
    def file_name(self) -> str:
        """The last part of the image's address, by which a task on the BMC is recognised."""
        return self.image.split("?")[0].rstrip("/").rsplit("/", 1)[-1]


def row_of(data: t.Mapping[str, t.Any]) -> Row:
    """Build a row from data that fits ``ROW_SPEC``."""
    given = {key: value for key, value in data.items() if value is not None and key in Row.__dataclass_fields__}
    given["sha256"] = given["sha256"].lower()
    given["models"] = tuple(given.get("models", ()))
    given["requires"] = tuple(Requirement(item["component"], item["version"]) for item in given.get("requires", ()))
    given["via"] = tuple(row_of(item) for item in given.get("via", ()))
    return Row(**given)


def option_of(row: Row) -> t.Dict[str, t.Any]:
    """Return the form a door takes as an item of its option ``baseline``; what is not set is left out."""
    data: t.Dict[str, t.Any] = {
        name: getattr(row, name) for name in Row.__dataclass_fields__ if getattr(row, name) not in (None, "", ())
    }
    if row.models:
        data["models"] = list(row.models)
    if row.requires:
        data["requires"] = [{"component": need.component, "version": need.version} for need in row.requires]
    if row.via:
        data["via"] = [option_of(hop) for hop in row.via]
    return data


def rows_of(items: t.Iterable[t.Mapping[str, t.Any]], image_base_url: str = "") -> t.List[Row]:
    """Read a catalogue as the configuration files have it, where ``file`` is relative to the image server.

    :raises ConfigurationError: with every problem of every row at once.
    """
    rows, problems = [], []
    for number, item in enumerate(items, 1):
        name = " ".join(str(item.get(key, "?")) for key in ("platform", "component", "version"))
        try:
            rows.append(_row_of_file(item, image_base_url))
        except ConfigurationError as exc:
            problems.append(f"row {number} ({name}): {exc.message}")
    problems += _doubles(rows)
    if problems:
        raise ConfigurationError(f"firmware catalogue: {'; '.join(problems)}", problems=problems)
    return rows


def _row_of_file(item: t.Mapping[str, t.Any], image_base_url: str) -> Row:
    data = dict(item)
    file_name, url = data.pop("file", None), data.pop("url", None)
    if not data.get("image"):
        # Without a server the name stands alone: that is enough to compare, and no image when one is to be sent.
        data["image"] = url or (
            f"{image_base_url.rstrip('/')}/{file_name}" if file_name and image_base_url else file_name
        )
    if data["image"] is None:
        raise ConfigurationError("neither file nor url is given")
    if not data.get("platform"):
        raise ConfigurationError("missing required arguments: platform")
    checked, _secrets = validate(Options(spec=ROW_SPEC), data)
    row = row_of(checked)
    problem = row_problem(row)
    if problem:
        raise ConfigurationError(problem)
    return row


def row_problem(row: Row) -> str:
    """Say what is wrong with a row in itself, or return an empty text."""
    if not SHA256.fullmatch(row.sha256):
        return f"sha256 of {row.file_name} must be 64 hexadecimal digits, not {row.sha256[:80]!r}"
    if row.size is not None and row.size <= 0:
        return f"size of {row.file_name} must be more than 0 bytes"
    return next((problem for problem in map(row_problem, row.via) if problem), "")


def _doubles(rows: t.Iterable[Row]) -> t.List[str]:
    seen: dict[t.Tuple[t.Any, ...], Row] = {}
    problems = []
    for row in rows:
        for model in row.models or ("",):
            key = (row.platform, model, row.component, row.device, row.version)
            if key in seen and seen[key] is not row:
                problems.append(f"two rows for {row.platform} {row.label} {row.version}")
            seen[key] = row
    return problems


def unknown_component(name: str, known: t.Iterable[str]) -> str:
    """Return the sentence for a component that is not there, with near matches."""
    names = sorted(set(known))
    guess = near(name, names)
    hint = f" (did you mean {' or '.join(guess)}?)" if guess else ""
    return f"no {name} in the inventory{hint}; it has {', '.join(names) or 'nothing'}"
