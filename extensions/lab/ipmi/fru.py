# SPDX-License-Identifier: GPL-3.0-or-later
"""Build a FRU image (IPMI Platform Management FRU Information Storage Definition v1.0) with board and product areas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SIZE = 512
ENGLISH = 25
END_OF_FIELDS = 0xC1
LONGEST_FIELD = 0x3F


def image(hardware: Mapping[str, Any]) -> bytes:
    """Return `SIZE` bytes that tell vendor, product, serial number and asset of a machine."""
    vendor, product = str(hardware["vendor"]), str(hardware["product"])
    serial, board_serial = str(hardware["serial"]), str(hardware.get("board_serial") or hardware["serial"])
    part = str(hardware.get("sku") or "")
    # 0xA00000 minutes after 1996-01-01: the board was made in November 2015.
    board = _area(bytes([ENGLISH]) + (0xA00000).to_bytes(3, "little"), vendor, product, board_serial, part, "")
    whole = _area(bytes([ENGLISH]), vendor, product, part, "", serial, "", "")
    header = bytes([1, 0, 0, 1, 1 + len(board) // 8, 0, 0])
    return (_summed(header) + board + whole).ljust(SIZE, b"\0")


def _area(start: bytes, *fields: str) -> bytes:
    body = start + b"".join(_field(one) for one in fields) + bytes([END_OF_FIELDS])
    blocks = -(-(len(body) + 3) // 8)
    return _summed((bytes([1, blocks]) + body).ljust(blocks * 8 - 1, b"\0"))


def _field(text: str) -> bytes:
    """Return a type/length byte (8-bit ASCII + Latin 1) and the text; a field of one character would end the area."""
    data = text.encode("latin-1", "replace")[:LONGEST_FIELD]
    return bytes([0xC0 | len(data)]) + data if len(data) != 1 else _field(text + " ")


def _summed(data: bytes) -> bytes:
    return data + bytes([-sum(data) & 0xFF])
