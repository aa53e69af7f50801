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
    """

    def __init__(self, directories: Sequence[str | Path], run_id: str) -> None:
        self.waiting: list[bytes] = []
        self.written = 0
        self.error: OSError | None = None
        self._name = f"{run_id}{SUFFIX}"
        self._directories = [Path(directory) for directory in directories]
        self._path: Path | None = None

    @property
    def path(self) -> Path:
        """The spool file; looked for when it is first needed."""
        if self._path is None:
            found = next(filter(_writable, self._directories), None)
            # Outliving the run matters more than a pretty name.
            self._path = (found or Path(tempfile.mkdtemp(prefix="hwautomation-audit-"))) / self._name
        return self._path

    def append(self, rows: Sequence[Sealed]) -> None:
        """Write the rows, each as one line; never raises, since nothing is left to fall back to."""
        self.waiting += [json.dumps({"table": name, "row": row}).encode() + b"\n" for name, row in rows]
        try:
            self._write()
        except OSError as exc:
            self.error = exc

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
        finally:
            os.close(handle)


def _writable(directory: Path) -> bool:
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            return True
    except OSError:
        return False
