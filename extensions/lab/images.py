# SPDX-License-Identifier: GPL-3.0-or-later
"""Firmware images of the lab: a magic line, one line of JSON, and padding that a seed decides.

HPE hands images out in packages (.fwpkg), a zip file with a description of what is in it; its own tools take nothing
else for granted. A package of the lab is read wherever an image is.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

MAGIC = b"LABIMG1\n"
ZIP = b"PK\x03\x04"
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
    if data.startswith(ZIP):
        data = _unpacked(data)
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


def package(data: bytes, targets: Sequence[str] = (), updatable_by: Sequence[str] = ("Bmc",)) -> bytes:
    """Put an image into a package for the devices `targets` (GUIDs of the firmware inventory, HPE).

    A BMC starts its new firmware by itself; all other images say that they need a reset.
    """
    image = parse(data)
    name = f"{image.platform}_{image.component}_{image.version}.bin"
    firmware = {
        "DirectFlashOk": "Bmc" in updatable_by,
        "FileName": name,
        "InstallDurationSec": 60,
        "Order": 1,
        "PLDMImage": False,
        "ResetRequired": image.component != "bmc",
        "UefiFlashable": "Uefi" in updatable_by,
    }
    devices = [
        {"DeviceName": image.component, "FirmwareImages": [firmware], "Target": target, "Version": image.version}
        for target in targets or ("",)
    ]
    payload = {
        "Devices": {"Device": devices},
        "PackageFormat": "FWPKG-v2",
        "UpdatableBy": list(updatable_by),
        "Version": image.version,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        # No time of day in it: the same arguments give the same bytes.
        archive.writestr(zipfile.ZipInfo("payload.json"), json.dumps(payload, indent=1))
        archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


def updatable_by(data: bytes) -> list[str]:
    """Return who can flash it, as a package says; a bare image goes through the BMC."""
    if not data.startswith(ZIP):
        return ["Bmc"]
    return [str(one) for one in _payload(_archive(data)).get("UpdatableBy") or ["Bmc"]]


def _unpacked(data: bytes) -> bytes:
    """Return the image that is in a package."""
    archive = _archive(data)
    try:
        return archive.read(_payload(archive)["Devices"]["Device"][0]["FirmwareImages"][0]["FileName"])
    except (KeyError, IndexError, TypeError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
        raise ImageError("the package does not hold the image that it describes") from error


def _archive(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise ImageError("the package is damaged") from error


def _payload(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        found = json.loads(archive.read("payload.json"))
    except (KeyError, ValueError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
        raise ImageError("the package has no readable payload.json") from error
    return found if isinstance(found, dict) else {}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
