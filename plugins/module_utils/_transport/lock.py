# Copyright: (c) 2026, hwautomation.baremetal contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run at a time changes a BMC: no power cycle during a flash, no two users for the same free slot (Q-G70).

Two things keep others away. A task that may write holds a lock of the operating system while it runs; that one ends
with the process, however it ends, so it cannot become stale. A task that leaves firmware under way leaves a note as
well; it counts as long as its run lives, and no longer than :data:`LONGEST_NOTE`. Readers are never held up.

Private to the collection; it may change at any time.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import stat
import tempfile
import typing as t
from dataclasses import asdict, dataclass

from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import (
    ConfigurationError,
    ConflictError,
)
from ansible_collections.hwautomation.baremetal.plugins.module_utils._transport.sessions import owner_of

if t.TYPE_CHECKING:
    from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.engine import Context, Params

__all__ = ["Claim", "Holder", "claimed", "lock_folder"]

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
# Seconds after which nobody believes that an update is still under way, whatever its run does.
LONGEST_NOTE = 3 * 3600.0
# Seconds a task waits for another of its own run: none takes longer, so that one hangs, or waits for this one.
LONGEST_TURN = 3 * 3600.0
LONGEST_TEXT = 4096
OPENED = os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW


@dataclass(frozen=True)
class Holder:
    """Who has a BMC: the task's process, its run with that one's process, and since when (seconds since 1970)."""

    pid: int
    owner: int
    run: str
    controller: str
    door: str
    since: float

    def told(self, now: float) -> str:
        """Return it for a person."""
        minutes, seconds = divmod(max(0, int(now - self.since)), 60)
        return (
            f"{self.door or 'a task'} of the run with process {self.owner} on {self.controller},"
            f" for {f'{minutes} min ' if minutes else ''}{seconds} s"
        )


class Claim:
    """The claim of one task to one BMC; made by :func:`claimed`.

    :ivar under_way: set by firmware: whether it leaves an update under way. None says nothing about it.
    """

    def __init__(self, host: str, folder: str, holder: Holder) -> None:
        self.host = host
        self.holder = holder
        self.under_way: bool | None = None
        self._path = os.path.join(folder, hashlib.sha256(host.strip("[]").lower().encode()).hexdigest()[:24])
        self._file = _open(f"{self._path}.lock")

    def take(self) -> bool:
        """Try to get the lock; never waits."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, json.dumps(asdict(self.holder)).encode(), 0)
        return True

    def give_back(self) -> None:
        """Give the lock back without having done anything."""
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def other(self) -> Holder | None:
        """Return who has the lock, as far as that one has said so already."""
        return _parsed(os.pread(self._file, LONGEST_TEXT, 0))

    def note(self) -> Holder | None:
        """Return who has left firmware under way on this BMC; None when nobody has, or it counts no longer."""
        try:
            with open(f"{self._path}.note", "rb") as file:
                found = _parsed(file.read())
        except OSError:
            return None
        return found if found is not None and found.run != self.holder.run and self._lives(found) else None

    def _lives(self, found: Holder) -> bool:
        if self.holder.since - found.since > LONGEST_NOTE:
            return False
        if found.controller != self.holder.controller:
            return True
        try:
            os.kill(found.owner, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return True

    def leave(self) -> None:
        """Give the lock back, with a note where firmware is under way; an older note goes when it is not any more."""
        if self.under_way:
            with open(os.open(f"{self._path}.note", OPENED | os.O_TRUNC, 0o600), "w") as file:
                file.write(json.dumps(asdict(self.holder)))
        elif self.under_way is False:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"{self._path}.note")
        os.ftruncate(self._file, 0)
        os.close(self._file)

    def close(self) -> None:
        """Close the file without having had the lock."""
        os.close(self._file)


@contextlib.contextmanager
def claimed(params: Params, context: Context, *, flashing: bool = False) -> t.Iterator[Claim | None]:
    """Keep every other run from changing this BMC until the end of the block; None for a reader, who needs no claim.

    Another task of the same run is waited for up to :data:`LONGEST_TURN`; another run for ``lock_timeout`` seconds.

    :param flashing: True for firmware, which knows itself how to go on with what is under way.
    :raises ConflictError: when somebody else still has it; the facts name who, and since when.
    """
    if context.read_only:
        yield None
        return
    claim = Claim(str(params["bmc_host"]).strip(), lock_folder(params), _holder(context))
    try:
        _wait(claim, float(params.get("lock_timeout") or 0), context, flashing)
    except BaseException:
        claim.close()
        raise
    try:
        yield claim
    finally:
        claim.leave()


def _wait(claim: Claim, timeout: float, context: Context, flashing: bool) -> None:
    clock, pause = context.clock, FIRST_PAUSE
    begun = clock.monotonic()
    while True:
        other, what = None, "is working on this BMC"
        if claim.take():
            other, what = (None if flashing else claim.note()), "has left firmware under way on this BMC"
            if other is None:
                return
            claim.give_back()
        else:
            other = claim.other()
        left = begun + _longest(claim, other, timeout) - clock.monotonic()
        if left <= 0:
            raise _taken(claim, other, what, clock.epoch())
        clock.sleep(min(pause, left))
        pause = min(pause * 2, LONGEST_PAUSE)


def _longest(claim: Claim, other: Holder | None, timeout: float) -> float:
    """Return for how many seconds somebody is waited for; who has just got the lock has a moment to say who it is."""
    if other is None:
        return max(timeout, LONGEST_PAUSE)
    return LONGEST_TURN if other.run == claim.holder.run else timeout


def _taken(claim: Claim, other: Holder | None, what: str, now: float) -> ConflictError:
    who, hint = "another run", "wait until it has ended, then run this again; or set lock_timeout to wait for it"
    if other is not None and other.run == claim.holder.run:
        who, hint = (
            "another task of this run",
            f"look at what process {other.pid} is waiting for, and end it if it hangs",
        )
    return ConflictError(
        f"{who} {what} ({other.told(now) if other else 'it has not said who it is'}); nothing was changed",
        machine=claim.host,
        hint=hint,
        holder=asdict(other) if other else None,
    )


def _open(path: str) -> int:
    """Open a file for us alone; a link somebody has put there is refused, since what it leads to would be emptied."""
    try:
        return os.open(path, OPENED, 0o600)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        return os.open(path, OPENED, 0o600)


def _private(folder: str) -> str:
    """Return a directory of ours below the temporary one, where everybody may make directories of any name.

    :raises ConfigurationError: when somebody else has made it.
    """
    os.makedirs(folder, mode=0o700, exist_ok=True)
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise ConfigurationError(
            f"{folder} is not a directory of this user, so that it cannot keep the locks of BMCs",
            hint="find out who made it and remove it, or set lock_dir to a directory of yours",
        )
    return folder


def lock_folder(params: Params) -> str:
    """Return the directory in which runs on this computer leave word for each other."""
    given = params.get("lock_dir")
    if given:
        return os.path.expanduser(str(given))
    return _private(os.path.join(tempfile.gettempdir(), f"hwautomation-{os.getuid()}"))


def _holder(context: Context) -> Holder:
    owner = owner_of(context.cache_dir)
    run = context.cache_dir or f"process {owner}"
    return Holder(os.getpid(), owner, run, os.uname().nodename, context.door, context.clock.epoch())


def _parsed(text: bytes) -> Holder | None:
    try:
        return Holder(**json.loads(text))
    except (ValueError, TypeError):  # empty, or being written at this moment
        return None
