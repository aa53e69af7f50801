# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the hardware of a machine from its platform, its name and the rack's seed: the same every time."""

from __future__ import annotations

import random
import string
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from .personality import Personality

PARTS = ("nics", "disks")
_ALPHABET = string.ascii_uppercase + string.digits


def make(personality: Personality, name: str, seed: int = 0, over: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the facts of one machine; `over` (lab_hardware of the rack file) replaces single facts."""
    rng = random.Random(f"{seed}/{personality.id}/{name}")
    spec, ids = personality.hardware, personality.identity
    serial = "".join(rng.choices(_ALPHABET, k=7))
    prefix = spec.mac_prefix
    tail = [rng.randrange(256) for _unused in range(3)]
    facts: dict[str, Any] = {
        "vendor": ids.manufacturer,
        "product": ids.model,
        "serial": serial,
        "board_serial": "CN" + "".join(rng.choices(_ALPHABET, k=12)),
        "sku": serial if spec.serial_is_board else f"{ids.model.split()[-1]}-{rng.randrange(1000, 9999)}",
        "uuid": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "bmc_uuid": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "bmc_mac": _mac(prefix, tail, 0xF0),
        "cpus": spec.sockets,
        "cores": spec.cores,
        "memory_mib": spec.memory_gib * 1024,
        "nics": [_nic(spec, prefix, tail, number) for number in range(spec.nics)],
        "disks": [_disk(spec, rng, number) for number in range(spec.disks)],
        "gpus": spec.gpus,
        "architecture": spec.architecture,
    }
    another = {"nics": lambda place: _nic(spec, prefix, tail, place), "disks": lambda place: _disk(spec, rng, place)}
    for key, value in (over or {}).items():
        facts[key] = _laid(facts[key], value, another[key]) if key in PARTS else value
    return facts


def sample(personality: Personality, parts: str) -> dict[str, Any]:
    """Return one part as it is made, for example a network interface."""
    spec, rng = personality.hardware, random.Random(0)
    return _nic(spec, spec.mac_prefix, [0, 0, 0], 0) if parts == "nics" else _disk(spec, rng, 0)


def _laid(
    made: list[dict[str, Any]], given: list[Mapping[str, Any]], another: Callable[[int], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Lay given parts over those that were made, so that a rack file says of a disk only what matters."""
    return [{**(made[place] if place < len(made) else another(place)), **part} for place, part in enumerate(given)]


def _mac(prefix: str, tail: list[int], offset: int) -> str:
    number = int.from_bytes(bytes(tail), "big") + offset
    return f"{prefix}:" + ":".join(f"{octet:02x}" for octet in (number & 0xFFFFFF).to_bytes(3, "big"))


def _nic(spec: Any, prefix: str, tail: list[int], number: int) -> dict[str, Any]:
    return {
        "id": f"NIC.{number + 1}",
        "name": f"eth{number}",
        "mac": _mac(prefix, tail, number),
        "speed_mbps": spec.nic_speed_mbps,
        "link": number < 2,
        "vendor": spec.nic_vendor,
        "product": spec.nic_model,
    }


def _disk(spec: Any, rng: random.Random, number: int) -> dict[str, Any]:
    return {
        "name": f"nvme{number}n1" if spec.disk_protocol == "NVMe" else f"sd{chr(97 + number)}",
        "size_bytes": spec.disk_bytes,
        "model": spec.disk_model,
        "vendor": spec.disk_vendor,
        "serial": "S" + "".join(rng.choices(_ALPHABET, k=13)),
        "rotational": False,
    }
