# SPDX-License-Identifier: GPL-3.0-or-later
"""ETags in the styles that BMCs have, and what If-Match does with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ..personality import Etags
from .messages import error

VOLATILE = frozenset({"DateTime", "CurrentTime", "Time", "@odata.etag"})

_STYLES: dict[str, Callable[[str], str]] = {
    "strong_hex": lambda digest: f'"{digest}"',
    "weak_hex8": lambda digest: f'W/"{digest[:8].upper()}"',
    "weak_hex32": lambda digest: f'W/"{digest.upper()}"',
    "weak_decimal": lambda digest: f'W/"{int(digest[:8], 16)}"',
    "weak_epoch": lambda digest: f'W/"{1_600_000_000 + int(digest[:7], 16)}"',
    "strong_decimal": lambda digest: f'"{1_600_000_000 + int(digest[:7], 16)}"',
    "bare": lambda digest: str(int(digest[:8], 16)),
    "doubled": lambda digest: f'""{digest}""',
    "zero": lambda _digest: 'W/"0"',
    "empty": lambda _digest: "",
}


def kind_of(doc: dict[str, Any]) -> str:
    """Return the type name of a resource: `Bios` of `#Bios.v1_2_0.Bios`."""
    return str(doc.get("@odata.type", "")).lstrip("#").partition(".")[0]


def etag_of(habits: Etags, doc: dict[str, Any]) -> str:
    """Return the ETag of a resource, or an empty string where the platform has none."""
    return _tag(habits, _dump(_stable(doc))) if _tagged(habits, doc) else ""


def render(habits: Etags, doc: dict[str, Any]) -> tuple[bytes, str]:
    """Return body and ETag of a resource; the document is written once for both where nothing in it is volatile."""
    if not _tagged(habits, doc):
        return _dump(doc), ""
    stable = _stable(doc)
    body = _dump(stable)
    tag = _tag(habits, body)
    if stable is not doc:
        body = _dump(doc)
    if habits.in_body:
        body = body[:-1] + b',"@odata.etag":' + json.dumps(tag).encode() + b"}"
    return body, tag


@lru_cache(maxsize=4096)
def render_fixed(habits: Etags, raw: bytes) -> tuple[bytes, str]:
    """Return body and ETag of a document that only a write changes; machines of a kind share most of them."""
    doc = json.loads(raw)
    own = doc.pop("@odata.etag", None)  # of a captured tree
    body, tag = render(habits, doc)
    return (body if tag or own is not None else raw), tag


def _tagged(habits: Etags, doc: dict[str, Any]) -> bool:
    return habits.style != "none" and ("*" in habits.on or kind_of(doc) in habits.on)


def _stable(doc: dict[str, Any]) -> dict[str, Any]:
    """Return a document without its clocks, which also stand in what vendors add to it."""
    oem = doc.get("Oem")
    blocks = oem if isinstance(oem, dict) else {}
    clocked = [name for name, one in blocks.items() if isinstance(one, dict) and not VOLATILE.isdisjoint(one)]
    if not clocked and VOLATILE.isdisjoint(doc):
        return doc
    kept = {key: value for key, value in doc.items() if key not in VOLATILE}
    if clocked:
        kept["Oem"] = blocks | {name: _without(blocks[name]) for name in clocked}
    return kept


def _without(block: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in block.items() if key not in VOLATILE}


def _dump(doc: dict[str, Any]) -> bytes:
    return json.dumps(doc, separators=(",", ":")).encode()


def _tag(habits: Etags, stable: bytes) -> str:
    return _STYLES[habits.style](hashlib.md5(stable, usedforsecurity=False).hexdigest())


def check_if_match(habits: Etags, given: str | None, doc: dict[str, Any], only: str = "") -> None:
    """Raise 428 where If-Match is required and missing, 412 where it does not match.

    Weak and strong forms of one tag are the same here: BMCs that give weak tags take them back in If-Match. Some take
    `only` one form of it (see `Oddities.if_match`).
    """
    tag = etag_of(habits, doc)
    if given is None:
        if tag and kind_of(doc) in habits.required:
            raise error(428, "PreconditionRequired")
        return
    if habits.style == "empty" and not given.strip():
        raise error(412, "PreconditionFailed")
    wanted = [part.strip() for part in given.split(",")]
    if only and tag:
        if given.strip() != _FORMS[only](tag):
            raise error(412, "PreconditionFailed")
        return
    if "*" in wanted or not tag:
        return
    if _plain(tag) not in [_plain(part) for part in wanted]:
        raise error(412, "PreconditionFailed")


def _plain(tag: str) -> str:
    return tag.removeprefix("W/").strip('"')


_FORMS: dict[str, Callable[[str], str]] = {
    "exact": lambda tag: tag,
    "strong": lambda tag: tag.removeprefix("W/"),
    "bare": _plain,
    "star": lambda _tag: "*",
}
