# SPDX-License-Identifier: GPL-3.0-or-later
"""Put on PYTHONPATH: no file that Python removes, renames over or empties is lost before it was copied for the test.

HWAUTOMATION_TEST_KEEP names the directory for the copies. An audit hook hears of each of these just before it happens.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import typing as t

KEEP = os.environ.get("HWAUTOMATION_TEST_KEEP", "")
_NUMBERS = itertools.count()
_busy = False


def _path(name: t.Any, directory: t.Any = -1) -> str:
    text = os.fsdecode(name) if isinstance(name, (str, bytes, os.PathLike)) else ""
    if isinstance(directory, int) and directory >= 0 and text and not os.path.isabs(text):
        text = os.path.join(os.readlink(f"/proc/self/fd/{directory}"), text)
    return text


def _keep(path: str) -> None:
    copy = os.path.join(KEEP, f"{os.getpid()}-{next(_NUMBERS)}")
    try:
        if os.path.isdir(path):
            shutil.copytree(path, copy, symlinks=True)
        elif os.path.isfile(path) and os.path.getsize(path):
            shutil.copyfile(path, copy)
    except OSError:
        pass  # A socket, or gone meanwhile: nothing to look into.


def _hear(event: str, args: tuple[t.Any, ...]) -> None:
    global _busy
    if _busy or event not in ("os.remove", "os.rename", "shutil.rmtree", "open"):
        return
    _busy = True
    try:
        if event == "os.remove":
            _keep(_path(args[0], args[1]))
        elif event == "os.rename":
            _keep(_path(args[1], args[3]))
        elif event == "shutil.rmtree" or isinstance(args[2], int) and args[2] & os.O_TRUNC:
            _keep(_path(args[0]))
    finally:
        _busy = False


if KEEP:
    sys.addaudithook(_hear)
