# SPDX-License-Identifier: GPL-3.0-or-later
"""A file system of its own, of one or two megabytes, that can be filled and mounted read-only without harm to others."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

SIZE = 2 << 20


def fill(disk: Path) -> Path:
    """Leave no room at all; return the file that takes it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for piece in (1 << 16, 1 << 12, 1):
            try:
                while file.write(b"x" * piece) == piece:
                    pass
            except OSError:
                continue
    return filler


def make_read_only(disk: Path) -> None:
    """Mount it read-only; nobody may have a file open for writing."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)  # noqa: S603, S607


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """An empty file system in memory; skips where this user may not mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603
        pytest.skip("this user cannot mount a file system of its own: a full and a read-only disk are not tested")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)  # noqa: S603, S607
