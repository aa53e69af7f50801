# SPDX-License-Identifier: GPL-3.0-or-later

"""The way out when the database cannot be reached: sealed rows as JSON lines, imported later (spool_import.py)."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .store import Sealed

__all__ = ["SUFFIX", "Spool"]

SUFFIX = ".jsonl"


class Spool:
    """Appends sealed rows to the run's spool file; rows that cannot be written wait in memory for the next try.

    :param directories: where it may be, best first; one is made if missing, its parent is not.
    :ivar files: the files that have rows: more than one when a directory took no more.
    """

    def __init__(self, directories: Sequence[str | Path], run_id: str) -> None:
        self.waiting: list[bytes] = []
        self.written = 0
        self.error: OSError | None = None
        self.files: list[Path] = []
        self._name = f"{run_id}{SUFFIX}"
        # Outliving the run matters more than a pretty name: the last place, None, is a new temporary directory.
        self._places: list[Path | None] = [*map(Path, directories), None]
        self._path: Path | None = None

    @property
    def path(self) -> Path:
        """The spool file that is written now; looked for when it is first needed."""
        if self._path is None:
            place = self._places.pop(0)
            while place is not None and not _writable(place):
                place = self._places.pop(0)
            self._path = (place or Path(tempfile.mkdtemp(prefix="hwautomation-audit-"))) / self._name
        return self._path

    def append(self, rows: Sequence[Sealed]) -> None:
        """Write the rows, each as one line; never raises, since nothing is left to fall back to."""
        self.waiting += [json.dumps({"table": name, "row": row}).encode() + b"\n" for name, row in rows]
        while self.waiting:
            try:
                self._write()
            except OSError as exc:
                self.error = exc
                if not self._places:
                    return
                # Often the disk of the database is the one that is full, and the first spool is on it.
                self._path = None

    def _write(self) -> None:
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            while self.waiting:
                end = os.fstat(handle).st_size
                if os.write(handle, self.waiting[0]) < len(self.waiting[0]):
                    # A full disk takes half a line: take it back, so that the next try does not follow a fragment.
                    os.ftruncate(handle, end)
                    raise OSError("the disk is full")
                self.waiting.pop(0)
                self.written += 1
                if self.path not in self.files:
                    self.files.append(self.path)
        finally:
            os.close(handle)


def _writable(directory: Path) -> bool:
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            return True
    except OSError:
        return False
