# SPDX-License-Identifier: GPL-3.0-or-later
"""ETags in the styles that BMCs have, and what If-Match does with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from ..personality import Etags
from .messages import error

VOLATILE = frozenset({"DateTime", "CurrentTime", "@odata.etag"})

_STYLES: dict[str, Callable[[str], str]] = {
    "strong_hex": lambda digest: f'"{digest}"',
    "weak_hex8": lambda digest: f'W/"{digest[:8].upper()}"',
    "weak_hex32": lambda digest: f'W/"{digest.upper()}"',
    "weak_decimal": lambda digest: f'W/"{int(digest[:8], 16)}"',
    "weak_epoch": lambda digest: f'W/"{1_600_000_000 + int(digest[:7], 16)}"',
    "strong_decimal": lambda digest: f'"{1_600_000_000 + int(digest[:7], 16)}"',
    "bare": lambda digest: str(int(digest[:8], 16)),
}


def kind_of(doc: dict[str, Any]) -> str:
    """Return the type name of a resource: `Bios` of `#Bios.v1_2_0.Bios`."""
    return str(doc.get("@odata.type", "")).lstrip("#").partition(".")[0]


def etag_of(habits: Etags, doc: dict[str, Any]) -> str:
    """Return the ETag of a resource, or an empty string where the platform has none."""
    if habits.style == "none" or not ("*" in habits.on or kind_of(doc) in habits.on):
        return ""
    stable = {key: value for key, value in doc.items() if key not in VOLATILE}
    digest = hashlib.md5(json.dumps(stable, sort_keys=True, default=str).encode(), usedforsecurity=False).hexdigest()
    return _STYLES[habits.style](digest)


def check_if_match(habits: Etags, given: str | None, doc: dict[str, Any]) -> None:
    """Raise 428 where If-Match is required and missing, 412 where it does not match.

    Weak and strong forms of one tag are the same here: BMCs that give weak tags take them back in If-Match.
    """
    tag = etag_of(habits, doc)
    if given is None:
        if tag and kind_of(doc) in habits.required:
            raise error(428, "PreconditionRequired")
        return
    wanted = [part.strip() for part in given.split(",")]
    if "*" in wanted or not tag:
        return
    if _plain(tag) not in [_plain(part) for part in wanted]:
        raise error(412, "PreconditionFailed")


def _plain(tag: str) -> str:
    return tag.removeprefix("W/").strip('"')
