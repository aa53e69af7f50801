# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep the last hash of each run outside the database: in a file, or by a command that signs it or sends it away."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

from .chain import Link

__all__ = ["hand_on", "read_digests"]

_SECONDS = 30


def hand_on(options: Mapping[str, Any], link: Link, status: str) -> list[str]:
    """Hand the end of a run's chain to `digest_log` and `digest_command`; return what could not be done.

    Never raises: the run is over, and its digest stands in what is returned.
    """
    line = f"{link.run_id} {status} {link.hash}"
    problems = []
    if options.get("digest_log"):
        problems.append(_append(os.path.expanduser(options["digest_log"]), line))
    if options.get("digest_command"):
        problems.append(_run(options["digest_command"], line))
    told = filter(None, problems)
    return [f"the digest of this run could not be handed on: {problem}. It is {link.hash}" for problem in told]


def _append(path: str, line: str) -> str | None:
    try:
        with open(path, "a", encoding="ascii") as log:
            log.write(f"{line}\n")
    except OSError as exc:
        return str(exc)
    return None


def _run(command: str, line: str) -> str | None:
    try:
        words = [*shlex.split(os.path.expanduser(command)), *line.split()]
    except ValueError as exc:
        return str(exc)
    try:
        done = subprocess.run(
            words, input=f"{line}\n", capture_output=True, text=True, timeout=_SECONDS, check=False, errors="replace"
        )
    except subprocess.TimeoutExpired:
        # Not the error's own words: they hold the whole command, and so what it may have for a key.
        return f"{words[0]} took longer than {_SECONDS} seconds"
    except (OSError, ValueError) as exc:
        return str(exc)
    if done.returncode == 0:
        return None
    said = " ".join((done.stderr or done.stdout).split())[-200:]
    return f"{words[0]} ended with {done.returncode}" + (f": {said}" if said else "")


def read_digests(path: Path) -> dict[str, str]:
    """Return the digests by run id from a file that `digest_log` wrote.

    :raises ConfigurationError: when the file cannot be read or a line is of another form.
    """
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigurationError(f"digest_log: {path} cannot be read: {exc}") from exc
    digests = {}
    for number, line in enumerate(lines, 1):
        words = line.split()
        if len(words) != 3 or len(words[2]) != 64:
            hint = "each line is a run id, how the run ended, and its digest"
            raise ConfigurationError(f"digest_log: {path}, line {number}: not a digest", hint=hint)
        digests[words[0]] = words[2]
    return digests
