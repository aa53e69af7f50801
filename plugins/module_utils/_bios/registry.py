# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An attribute registry as real machines send it, read defensively.

DSP0266 and the AttributeRegistry schema say what a row holds; recordings of seven platforms say what to expect:
bounds of -1 (NVIDIA, Dell), key names in another case (``Readonly``, Dell), duplicate rows and duplicate values (AMI),
flags as the strings ``"true"`` (AMI), current values given as display names (Supermicro), no registry at all.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.index import Index, index_of

__all__ = ["Attribute", "Choice", "Registry"]

Row = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Choice:
    """One allowed value of an enumeration: what is sent, and what the set-up screen shows."""

    name: str
    display: str


@dataclass(frozen=True)
class Attribute:
    """What the registry says of one attribute; every field but the name may be missing in a real registry."""

    name: str
    type: str = ""
    display: str = ""
    help: str = ""
    menu: str = ""
    warning: str = ""
    choices: t.Tuple[Choice, ...] = ()
    lower: t.Optional[int] = None
    upper: t.Optional[int] = None
    increment: int = 0
    min_length: t.Optional[int] = None
    max_length: t.Optional[int] = None
    expression: str = ""
    default: t.Any = None
    current: t.Any = None
    read_only: bool = False
    immutable: bool = False
    hidden: bool = False
    gray_out: bool = False
    write_only: bool = False
    unique: bool = False
    reset_required: bool = True

    @property
    def is_password(self) -> bool:
        """Whether its value is a secret, shown by no machine."""
        return self.type == "Password"

    @property
    def label(self) -> str:
        """Return ``Name (Display name)``, or the name alone where they say the same."""
        return f"{self.name} ({self.display})" if self.display and self.display != self.name else self.name


class Registry:
    """The attributes of a kind of machine by name, and the dependencies between them.

    Rows become :class:`Attribute` when they are asked for: a registry has 200 to 900 rows and a template names twenty.
    ``Registry.none()`` stands for a machine without a registry.
    """

    def __init__(self, document: t.Mapping[str, t.Any], index: t.Optional[Index] = None) -> None:
        self.index = index_of(document) if index is None else index
        self._attributes: dict[str, Attribute] = {}
        # Rules made of the rows of dependencies are kept here, so that each is made once (see dependencies.py).
        self.derived: dict[str, t.Any] = {}

    @property
    def id(self) -> str:
        """Return its Id, such as ``BiosAttributeRegistry.v1_0_3``."""
        return self.index.id

    @classmethod
    def none(cls) -> Registry:
        """Return the registry of a machine that has none: nothing can be checked but a value's own type."""
        return cls({})

    def extended(self, rows: t.Iterable[Row]) -> Registry:
        """Return a registry with further rows; of two rows with the same name this registry's counts."""
        if not rows:
            return self
        dependencies = [row for found in self.index.dependencies.values() for row in found]
        document = {"Attributes": [*rows, *self.index.rows.values()], "Dependencies": dependencies}
        return Registry({"Id": self.id, "RegistryEntries": document})

    def __bool__(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.index.rows)

    def __contains__(self, name: object) -> bool:
        """Whether it has a row of that name."""
        return name in self.index.rows

    def __iter__(self) -> t.Iterator[str]:
        """Iterate over the names of the attributes."""
        return iter(self.index.rows)

    def __len__(self) -> int:
        """Return the number of attributes."""
        return len(self.index.rows)

    def get(self, name: str) -> Attribute:
        """Return what is known of an attribute; of an unknown one that is its name alone."""
        found = self._attributes.get(name)
        if found is None:
            row = self.index.rows.get(name)
            found = Attribute(name) if row is None else _attribute(name, row)
            self._attributes[name] = found
        return found


def _attribute(name: str, row: Row) -> Attribute:
    key = {str(column).lower(): value for column, value in row.items()}
    lower, upper = _bounds(key)
    return Attribute(
        name=name,
        type=str(key.get("type") or "").title(),
        display=str(key.get("displayname") or "").strip(),
        help=str(key.get("helptext") or ""),
        menu=str(key.get("menupath") or ""),
        warning=str(key.get("warningtext") or ""),
        choices=_choices(key.get("value")),
        lower=lower,
        upper=upper,
        increment=_whole(key.get("scalarincrement")) or 0,
        min_length=_whole(key.get("minlength")),
        max_length=_whole(key.get("maxlength")),
        expression=str(key.get("valueexpression") or ""),
        default=key.get("defaultvalue"),
        current=key.get("currentvalue"),
        read_only=is_true(key.get("readonly")),
        immutable=is_true(key.get("immutable")),
        hidden=is_true(key.get("hidden")),
        gray_out=is_true(key.get("grayout")),
        write_only=is_true(key.get("writeonly")),
        unique=is_true(key.get("issystemuniqueproperty")),
        # The registry may leave it null, which means true (Q-G68).
        reset_required=key.get("resetrequired") is None or is_true(key.get("resetrequired")),
    )


def is_true(value: t.Any) -> bool:
    """Read a flag; some registries write ``"true"`` as a string."""
    return value is True or str(value).lower() == "true"


def _bounds(key: Row) -> t.Tuple[t.Optional[int], t.Optional[int]]:
    lower, upper = _whole(key.get("lowerbound")), _whole(key.get("upperbound"))
    # -1 means "no bound" (NVIDIA: 0..-1); a real range that ends at -1 starts below it.
    if upper == -1 and (lower is None or lower >= -1):
        upper = None
    if lower == -1 and upper is None:
        lower = None
    if lower is not None and upper is not None and upper < lower:
        return None, None
    return lower, upper


def _choices(values: t.Any) -> t.Tuple[Choice, ...]:
    found: dict[str, Choice] = {}
    for value in values or ():
        name = value.get("ValueName") if isinstance(value, dict) else value
        if name is None:
            continue
        display = value.get("ValueDisplayName") if isinstance(value, dict) else None
        found.setdefault(str(name), Choice(str(name), str(display or name)))
    return tuple(found.values())


def _whole(value: t.Any) -> t.Optional[int]:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
