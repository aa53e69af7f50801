# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read and check data files once per playbook run: every task is a process of its own, and would start over.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import typing as t
from pathlib import Path

__all__ = ["once_per_run"]


def once_per_run(directory: str | None, what: str, files: t.Iterable[Path], compute: t.Callable[[], t.Any]) -> t.Any:
    """Return ``compute()``, kept as JSON in ``directory`` for as long as none of ``files`` changes.

    :param files: files and directories that the value is made of; one that does not exist counts as well.
    :param directory: lives as long as the run and is readable by its user only; None computes every time.
    """
    if not directory or not os.path.isdir(directory):
        return compute()
    kept = Path(directory, f"{what}-{_fingerprint(files)}.json")
    text = _read(kept)
    if not text:
        # All servers come here at the same time, and one of them is to do the work.
        with open(kept.with_suffix(".lock"), "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            text = _read(kept) or _kept(kept, json.dumps(compute()))
    # As the next task will read it: JSON has no keys but texts.
    return json.loads(text)


def _read(kept: Path) -> str:
    try:
        return kept.read_text(encoding="utf-8")
    except OSError:
        return ""


def _kept(kept: Path, text: str) -> str:
    # Renamed into place: another worker must never read half a file.
    draft = kept.with_suffix(f".{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(kept)
    return text


def _fingerprint(files: t.Iterable[Path]) -> str:
    marks = [(str(path), path.stat().st_mtime_ns if path.exists() else None) for path in files]
    return hashlib.sha256(repr(marks).encode()).hexdigest()[:24]
