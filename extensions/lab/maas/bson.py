# SPDX-License-Identifier: GPL-3.0-or-later
"""Encode a flat mapping of byte strings and nulls as BSON (bsonspec.org), which is all ``op=details`` needs."""

from __future__ import annotations

import struct
from collections.abc import Mapping


def encode(document: Mapping[str, bytes | None]) -> bytes:
    """Write the document; values are generic binary or null."""
    body = b"".join(_element(name, value) for name, value in document.items())
    return struct.pack("<i", len(body) + 5) + body + b"\x00"


def _element(name: str, value: bytes | None) -> bytes:
    key = name.encode() + b"\x00"
    if value is None:
        return b"\x0a" + key
    return b"\x05" + key + struct.pack("<i", len(value)) + b"\x00" + value
