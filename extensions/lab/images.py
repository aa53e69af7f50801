# SPDX-License-Identifier: GPL-3.0-or-later
"""Firmware images of the lab: a magic line, one line of JSON, and padding that a seed decides."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import asdict, dataclass

MAGIC = b"LABIMG1\n"
COMPONENTS = ("bios", "bmc", "nic", "cpld", "storage", "psu", "gpu")


class ImageError(ValueError):
    """The bytes are no firmware image; the message says what is wrong with them."""


@dataclass(frozen=True)
class Image:
    """What the header of an image says. `version` is plain, without the odd text a platform puts around it."""

    vendor: str
    platform: str
    component: str
    version: str


def build(image: Image, size: int = 64 * 1024, seed: int = 0) -> bytes:
    """Return `size` bytes (or more if the header needs it): the same arguments give the same bytes."""
    header = MAGIC + json.dumps(asdict(image), sort_keys=True).encode() + b"\n"
    rng = random.Random(f"{seed}/{image}")
    return header + rng.randbytes(max(size - len(header), 0))


def parse(data: bytes) -> Image:
    """Read the header; raise ImageError for anything that is no image (an HTML error page, half a file)."""
    if not data.startswith(MAGIC):
        raise ImageError("the file does not start like a firmware image")
    line, newline, _unused = data[len(MAGIC) :].partition(b"\n")
    try:
        header = json.loads(line)
        return Image(**{key: str(header[key]) for key in ("vendor", "platform", "component", "version")})
    except (ValueError, KeyError, TypeError) as error:
        raise ImageError("the header of the firmware image is damaged") from error
    finally:
        del newline


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
