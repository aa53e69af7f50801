# SPDX-License-Identifier: GPL-3.0-or-later
"""The store of an iLO for firmware: what was uploaded to it stays there, over restarts too."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime

from ..images import Image, parse, updatable_by

TOTAL = 1073168384


class NoRoom(Exception):
    """The store is too full for a file."""


@dataclass(frozen=True)
class Stored:
    """One file in the store."""

    id: str
    filename: str
    data: bytes
    image: Image
    created: datetime

    @property
    def updatable_by(self) -> list[str]:
        return updatable_by(self.data)


class Repository:
    """Files by id. `room` is what an empty store has left beside what the factory put there."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.files: dict[str, Stored] = {}

    @property
    def free(self) -> int:
        return self.room - sum(len(one.data) for one in self.files.values())

    def find(self, filename: str) -> Stored | None:
        return self.files.get(_id(filename))

    def check(self, filename: str, data: bytes) -> None:
        """Raise NoRoom for what does not fit; a file of the same name makes room for its successor."""
        old = self.find(filename)
        if len(data) > self.free + (len(old.data) if old else 0):
            raise NoRoom(filename)

    def add(self, filename: str, data: bytes, now: datetime) -> Stored:
        """Put an image there in place of one with the same name."""
        one = Stored(_id(filename), filename, data, parse(data), now)
        self.files.pop(one.id, None)
        self.files[one.id] = one
        return one


def _id(filename: str) -> str:
    """Return the id of a file; the same name always has the same one."""
    return f"{zlib.crc32(filename.encode()):08x}"
