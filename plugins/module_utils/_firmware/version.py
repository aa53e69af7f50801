# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Firmware versions: read the wording of a platform, compare what can be compared, refuse the rest.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

__all__ = ["EQUAL", "NEWER", "OLDER", "UNKNOWN", "Version", "compare", "parse"]

# What `compare(a, b)` says about a.
EQUAL, NEWER, OLDER, UNKNOWN = "equal", "newer", "older", "unknown"

# Words that BMCs write where there is no version (rec supermicro, lenovo, dell).
NOTHING = frozenset({"", "*", "n/a", "na", "none", "not present", "unknown", "not available", "null"})

Part = t.Tuple[int, str]


@dataclass(frozen=True)
class Version:
    """A version as a machine or a catalogue wrote it, and what could be read from it.

    ``number`` is empty for an opaque text: it can be equal to another, never older or newer. ``opaque`` is the part of
    a text that tells several with the same number apart, and not which came first (``-dev-686-g100c36de90``).
    """

    text: str
    number: t.Tuple[Part, ...] = ()
    build: str = ""
    family: str = ""
    opaque: str = ""
    generation: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Return the machine's own words."""
        return self.text


def parse(text: str | None, patterns: t.Iterable[str], generation: str = "") -> Version | None:
    """Read a version; None where the text stands for "no version".

    :param patterns: whole-text patterns of the platform for this component, the first match counts.
    """
    stripped = " ".join((text or "").split())
    if stripped.lower() in NOTHING:
        return None
    for pattern in patterns:
        match = re.fullmatch(pattern, stripped)
        if match:
            groups = match.groupdict()
            return Version(
                stripped,
                _number(groups),
                groups.get("build") or "",
                groups.get("family") or "",
                groups.get("opaque") or "",
                generation,
            )
    return Version(stripped, generation=generation)


def _number(groups: t.Mapping[str, str | None]) -> t.Tuple[Part, ...]:
    hexadecimal = groups.get("hex")
    if hexadecimal:
        return tuple((int(item, 16), "") for item in hexadecimal.split("."))
    parts = [_part(item) for item in (groups.get("number") or "").split(".")]
    # 1.14 and 1.14.00 are one version: vendors pad in one place and not in the other.
    while len(parts) > 1 and parts[-1] == (0, ""):
        parts.pop()
    return tuple(parts)


def _part(text: str) -> Part:
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits), text[len(digits) :]


def compare(one: Version, other: Version) -> str:
    """Say whether ``one`` is equal to, newer or older than ``other``, or that this cannot be known.

    Versions of two generations or two ROM families are never ordered: iDRAC 10 started again at 1.x, and U58 v2.44 is
    for another machine than A42 v3.72.
    """
    if one.generation and other.generation and one.generation != other.generation:
        return UNKNOWN
    if one.family and other.family and one.family != other.family:
        return UNKNOWN
    if not one.number or not other.number:
        return EQUAL if one.text == other.text else UNKNOWN
    if one.number != other.number:
        return NEWER if one.number > other.number else OLDER
    if one.opaque != other.opaque:
        return UNKNOWN
    return _compare_builds(one.build, other.build)


def _compare_builds(one: str, other: str) -> str:
    # A catalogue may leave the build out: then it does not care.
    if not one or not other or one == other:
        return EQUAL
    if one.isdigit() and other.isdigit():
        one, other = one.zfill(len(other)), other.zfill(len(one))
    return NEWER if one > other else OLDER
